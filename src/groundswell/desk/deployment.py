"""Whose desk it is, what it may use, and what reads for it: tables of desk.toml that are not
editorial, so that they are no part of the desk's hash."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from groundswell.desk import nouns
from groundswell.desk.table import Table


def deployment_of(head: Table, folder: Path) -> dict[str, Any]:
    """The operator, the limits and the reader. DeskError names table and key."""
    return {
        "operator": _operator(head), "limits": _limits(head), "reader": _reader(head, folder),
    }  # fmt: skip


def _operator(head: Table) -> nouns.Operator | None:
    if not head.has("operator"):
        return None
    t = head.table("operator")
    operator = nouns.Operator(
        name=t.text("name"),
        contact=t.text("contact"),
        purpose=t.text("purpose", ""),
        basis=t.text("basis", ""),
        region=t.text("region", ""),
        retention=t.text("retention", ""),
        url=t.text("url", ""),
    )
    t.done()
    return operator


def _limits(head: Table) -> nouns.Limits:
    t = head.table("limits")
    limits = nouns.Limits(
        max_disk=t.size("max_disk"),
        max_bandwidth=t.size("max_bandwidth"),
        max_processes=t.number("max_processes"),
    )
    t.done()
    return limits


def _reader(head: Table, folder: Path) -> nouns.ReaderSpec | None:
    if not head.has("reader"):
        return None
    t = head.table("reader")
    parts = tuple(
        nouns.PartSpec(kind=one.text("kind"), options=_options(one, folder))
        for one in t.tables("part")
    )
    return nouns.ReaderSpec(kind=t.text("kind", ""), options=_options(t, folder), parts=parts)


def _options(t: Table, folder: Path) -> Mapping[str, Any]:
    """What is left of a table, its path seen from the desk's folder."""
    path = t.text("path", "")
    if not path:
        return t.rest()
    found = (folder / path).resolve()
    if not found.exists():
        raise t.fault("path", f"{found}: is not there; give the model's file or folder, as seen "
                      "from the desk's folder")  # fmt: skip
    return {"path": str(found), **t.rest()}
