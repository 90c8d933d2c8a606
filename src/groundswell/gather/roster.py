"""The live sources of a desk, built from sources.toml; every mistake names file, table and key."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, get_args, get_origin, get_type_hints

from groundswell.desk import Desk, SourceSpec
from groundswell.errors import DeskError
from groundswell.gather.source import Backfill, Dossier, Recheck, Source
from groundswell.registry import find, plugins

GROUP = "groundswell.sources"
ARCHIVE = "archive"  # the kind of source that is a file
BACKFILL_DAYS = 90  # near what tests look back to; weekly patterns need it
DAYS_MOST = 3_650
EVERY_LEAST = 20  # seconds; nobody's server is asked more often
SECRET = "env:"  # before the name of an environment variable that holds a key
PERMISSION_LEAST = 20  # characters of a sentence that says who allowed what
WORDS: Mapping[Any, str] = {str: "a string", int: "a whole number", bool: "true or false",
                            float: "a number"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """One live source of the desk. `every` is in seconds, `days` how far back it may begin."""

    name: str
    kind: str
    source: Source
    every: int
    days: int = BACKFILL_DAYS
    permission: str = ""
    off: bool = False

    @property
    def dossier(self) -> Dossier:
        """What its terms ask."""
        return self.source.dossier

    @property
    def derived(self) -> bool:
        """Whether figures may be made of it: its terms allow it, or a permission is recorded."""
        return self.dossier.derived_allowed or bool(self.permission)

    @property
    def refills(self) -> bool:
        """Whether it can give what was published before."""
        return hasattr(self.source, "backfill") and self.dossier.backfill != "none"

    @property
    def rechecks(self) -> bool:
        """Whether it must be asked if its records still stand."""
        return hasattr(self.source, "recheck") and bool(self.dossier.recheck)

    @property
    def backfiller(self) -> Backfill:
        """The source as one that can be asked about the past; only where it `refills`."""
        return self.source  # type: ignore[return-value]  # `refills` was asked

    @property
    def rechecker(self) -> Recheck:
        """The source as one that can be asked again; only where it `rechecks`."""
        return self.source  # type: ignore[return-value]  # `rechecks` was asked


def live_sources(desk: Desk) -> list[Live]:
    """The live sources of a desk, in its order. DeskError for a mistake in sources.toml.

    A platform is asked only by somebody who says who they are: without [operator] there is none.
    """
    lives = [enlist(spec) for spec in desk.sources if spec.kind != ARCHIVE]
    if any(not live.off for live in lives) and desk.operator is None:
        raise DeskError(
            "desk.toml, table [operator]: is needed to ask live sources; platforms want to know "
            "who reads them: fill in name and contact"
        )
    return lives


def enlist(spec: SourceSpec) -> Live:
    """One live source from its table. DeskError names the key and what it may be."""
    if spec.kind not in plugins(GROUP):
        known = ", ".join((ARCHIVE, *plugins(GROUP)))
        raise _fault(spec, "kind", f"{spec.kind!r} cannot be gathered; there are: {known}")
    made = find(GROUP, spec.kind)
    options = dict(spec.options)
    dossier: Dossier = made.dossier
    every = _whole(spec, options, "every", dossier.every, EVERY_LEAST)
    days = _whole(spec, options, "backfill_days", BACKFILL_DAYS, 0, DAYS_MOST)
    permission = _taken(spec, options, "permission", "")
    if permission and len(permission.strip()) < PERMISSION_LEAST:
        raise _fault(spec, "permission", "must say in a sentence who allowed what, and when")
    off = _taken(spec, options, "off", False)
    if not off:  # what is not asked needs no key
        options = {key: _from_environment(spec, key, value) for key, value in options.items()}
    source = _build(spec, made, options)
    return Live(name=spec.name, kind=spec.kind, source=source, every=every, days=days,
                permission=permission, off=off)  # fmt: skip


def _build(spec: SourceSpec, made: Any, options: Mapping[str, Any]) -> Source:
    hints = get_type_hints(made)
    known = {field.name: field for field in fields(made) if field.init}
    values: dict[str, Any] = {}
    for key, value in options.items():
        if key not in known:
            takes = ", ".join((*known, "every", "backfill_days", "permission", "off"))
            raise _fault(spec, key, f"is not an option of a {spec.kind} source; it takes: {takes}")
        values[key] = _fitted(spec, key, value, hints[key])
    for key, field in known.items():
        needed = field.default is MISSING and field.default_factory is MISSING
        if needed and key not in values:
            raise _fault(spec, key, f"is missing; give {_words(hints[key])}")
    try:
        source: Source = made(**values)
    except ValueError as problem:
        raise DeskError(f"sources.toml, [[source]] {spec.name}: {problem}") from problem
    return source


def _from_environment(spec: SourceSpec, key: str, value: Any) -> Any:
    """A value, or for "env:NAME" what the environment variable NAME holds.

    A desk is kept in the state file and passed on, and no key belongs there.
    """
    if isinstance(value, list):
        return [_from_environment(spec, key, one) for one in value]
    if not isinstance(value, str) or not value.startswith(SECRET):
        return value
    name = value.removeprefix(SECRET)
    if name not in os.environ:
        raise _fault(spec, key, f"the environment variable {name!r} is not set")
    return os.environ[name]


def _fitted(spec: SourceSpec, key: str, value: Any, hint: Any) -> Any:
    """A TOML value as the type of a field: lists become tuples, whole numbers may be numbers."""
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise _fault(spec, key, f"{value!r} is not {_words(hint)}")
        return tuple(_fitted(spec, key, one, get_args(hint)[0]) for one in value)
    if get_origin(hint) in (dict, Mapping):
        if not isinstance(value, dict):
            raise _fault(spec, key, f"{value!r} is not a table")
        return {name: _fitted(spec, key, one, get_args(hint)[1]) for name, one in value.items()}
    if hint is float and type(value) is int:
        return float(value)
    if hint in WORDS and type(value) is not hint:
        raise _fault(spec, key, f"{value!r} is not {_words(hint)}")
    return value


def _words(hint: Any) -> str:
    if get_origin(hint) is tuple:
        return f"a list, each {_words(get_args(hint)[0])}"
    return WORDS.get(hint, "a table" if get_origin(hint) in (dict, Mapping) else "a value")


def _whole(spec: SourceSpec, options: dict[str, Any], key: str, default: int, least: int,
           most: int = 10**9) -> int:  # fmt: skip
    value: int = _taken(spec, options, key, default)
    if not least <= value <= most:
        raise _fault(spec, key, f"{value} is not between {least:,} and {most:,}")
    return value


def _taken(spec: SourceSpec, options: dict[str, Any], key: str, default: Any) -> Any:
    value = options.pop(key, default)
    return _fitted(spec, key, value, type(default))


def _fault(spec: SourceSpec, key: str, problem: str) -> DeskError:
    return DeskError(f"sources.toml, [[source]] {spec.name}, key {key!r}: {problem}")


def known_kinds() -> Sequence[str]:
    """Every kind of source there is a plugin for."""
    return tuple(plugins(GROUP))
