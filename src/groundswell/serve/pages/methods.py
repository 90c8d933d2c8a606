"""How things are counted and when words may be used: from the code's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from groundswell.query import pages
from groundswell.registry import plugins
from groundswell.serve.page import page
from groundswell.serve.words import COUNTED, OUTCOMES

SETTINGS = "groundswell.notice.settings"
Scalar = int | float | str | bool


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

    settings: Mapping[str, Scalar]
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
        settings=settings(), outcomes=OUTCOMES, makers=sight.snapshot.makers,
        counted=tuple(Counted(kind, op, what) for (kind, op), what in COUNTED.items()),
        detectors=tuple(plugins("groundswell.detectors")),
        verifiers=tuple(plugins("groundswell.verifiers")), languages=desk.languages,
        hypotheses=tuple(
            Registered(h.slug, h.title, h.registered, h.statement,
                       tuple(Duty(o.kind, o.question) for o in h.obligations))
            for h in desk.hypotheses
        ),
    )  # fmt: skip


def settings() -> dict[str, Scalar]:
    """Every plain constant of the detectors' settings, by name; nothing where there are none."""
    if find_spec(SETTINGS) is None:
        return {}
    held = vars(import_module(SETTINGS))
    return {name: value for name, value in sorted(held.items())
            if name.isupper() and isinstance(value, (int, float, str, bool))}  # fmt: skip
