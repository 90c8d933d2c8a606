"""Named SQL: one statement under each `-- name:` line of the .sql files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from groundswell.errors import StoreError

NAME = re.compile(r"^-- name: *([a-z0-9_]+) *$", re.MULTILINE)


def parse(text: str) -> dict[str, str]:
    """Split a .sql file into its named statements.

    >>> parse("-- name: one\\n-- The number one.\\nSELECT 1;\\n")
    {'one': '-- The number one.\\nSELECT 1;'}
    """
    parts = NAME.split(text)[1:]
    return {name: body.strip() for name, body in zip(parts[::2], parts[1::2], strict=True)}


@cache
def load(dialect: str) -> Mapping[str, str]:
    """All named statements of a dialect: `x.<dialect>.sql` overrides `x.sql`."""
    shared: dict[str, str] = {}
    own: dict[str, str] = {}
    for file in sorted(sql_files(), key=lambda f: f.name):
        stem = file.name.removesuffix(".sql")
        if "." not in stem:
            _merge(shared, parse(file.read_text("utf-8")), file.name)
        elif stem.endswith("." + dialect):
            _merge(own, parse(file.read_text("utf-8")), file.name)
    return shared | own


def sql_files() -> list[Traversable]:
    """Every .sql file of named statements."""
    folder = files("groundswell.store") / "sql"
    return [f for f in folder.iterdir() if f.name.endswith(".sql")]


def _merge(into: dict[str, str], new: Mapping[str, str], where: str) -> None:
    twice = into.keys() & new.keys()
    if twice:
        raise StoreError(f"{where}: statement {sorted(twice)[0]!r} is defined twice; rename one")
    into.update(new)
