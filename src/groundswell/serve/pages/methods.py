"""How things are counted and when words may be used: from the code's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from groundswell.notice.settings import Settings
from groundswell.query import pages
from groundswell.registry import plugins
from groundswell.serve.page import page
from groundswell.serve.words import COUNTED, OUTCOMES


@dataclass(frozen=True, slots=True)
class Counted:
    """A kind of claim, its op, and what its figure is."""

    kind: str
    op: str
    what: str


@dataclass(frozen=True, slots=True)
class Duty:
    """One registered question."""

    kind: str
    question: str


@dataclass(frozen=True, slots=True)
class Registered:
    """A hypothesis written down before looking."""

    slug: str
    title: str
    registered: int
    statement: str
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class MethodsPage:
    """What `methods.html` and `/methods.json` both show."""

    settings: Mapping[str, str]
    counted: tuple[Counted, ...]
    outcomes: Mapping[str, str]
    detectors: tuple[str, ...]
    verifiers: tuple[str, ...]
    makers: tuple[str, ...]
    languages: tuple[str, ...]
    hypotheses: tuple[Registered, ...]


@page("/methods", template="methods.html")
def methods(sight: pages.Sight) -> MethodsPage:
    """Counting rules, settings, what words are licensed by, outcomes, registered hypotheses."""
    desk = sight.desk
    return MethodsPage(
        settings=settings(Settings()), outcomes=OUTCOMES, makers=sight.snapshot.makers,
        counted=tuple(Counted(kind, op, what) for (kind, op), what in COUNTED.items()),
        detectors=tuple(plugins("groundswell.detectors")),
        verifiers=tuple(plugins("groundswell.verifiers")), languages=desk.languages,
        hypotheses=tuple(
            Registered(h.slug, h.title, h.registered, h.statement,
                       tuple(Duty(o.kind, o.question) for o in h.obligations))
            for h in desk.hypotheses
        ),
    )  # fmt: skip


def settings(held: Any, under: str = "") -> dict[str, str]:
    """Every number that decides what is found, by name."""
    found: dict[str, str] = {}
    for field in fields(held):
        value, name = getattr(held, field.name), under + field.name.replace("_", " ")
        if is_dataclass(value):
            found |= settings(value, name + ": ")
        else:
            found[name] = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return found
