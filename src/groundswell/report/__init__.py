"""report: a night's tests become briefs, drafts, verified stories and one edition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from groundswell.desk import Desk
from groundswell.query.figures import Figures
from groundswell.registry import build, build_all
from groundswell.report import edition as paper
from groundswell.report.ask import claim_kinds
from groundswell.report.brief import briefs
from groundswell.report.claim import ClaimKind
from groundswell.report.compose import compose, continued, judge
from groundswell.report.edition import Edition
from groundswell.report.evidence import StoredEvidence
from groundswell.report.saved import load_signals, save_edition, save_story
from groundswell.report.verifier import Verifier
from groundswell.report.writer import Writer
from groundswell.store import Store
from groundswell.types import Signal, Snapshot, Story

__all__ = ["Newsroom", "report"]

LINKS, SHARERS, WEEK = 10, 3, 7
Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Newsroom:
    """The plugins a report is made with; by default every registered one."""

    kinds: Mapping[str, ClaimKind] = field(default_factory=claim_kinds)
    writer: Writer = field(default_factory=lambda: build("groundswell.writers", "plain"))
    verifiers: Sequence[Verifier] = field(
        default_factory=lambda: build_all("groundswell.verifiers")
    )


def report(
    store: Store, desk: Desk, snapshot: Snapshot, night: int, *,
    progress: Progress = lambda _: None, newsroom: Newsroom | None = None,
) -> Edition:  # fmt: skip
    """Write, verify and keep the stories of a night; return its edition.

    Running a night again keeps what is there: a story that says nothing new gets no version.
    """
    room = newsroom or Newsroom()
    figures = Figures(store, desk, snapshot)
    signals = load_signals(store, night)
    stories, dropped = _write(store, desk, figures, signals, night, room, progress)
    published = [continued(store, story) for story in stories]
    edition = Edition(
        night=night, snapshot=snapshot, slugs=tuple(story.slug for story, _ in published),
        kept=tuple(story.slug for story, new in published if not new),
        unpublished=paper.outcomes(signals),
        misses=tuple(paper.line(s, desk.label(s.subject)) for s in paper.misses(signals)),
        steady=tuple(paper.line(s, desk.label(s.subject)) for s in paper.steady(signals)),
        links=tuple(_links(figures, night)), tested=tuple(paper.tested(signals)),
        dropped=dropped,
    )  # fmt: skip
    with store.write() as writer:
        for story, new in published:
            if new:
                save_story(writer, story)
        save_edition(writer, edition)
    return edition


def _write(
    store: Store, desk: Desk, figures: Figures, signals: Sequence[Signal], night: int,
    room: Newsroom, progress: Progress,
) -> tuple[list[Story], dict[str, str]]:  # fmt: skip
    """The stories that passed, strongest first, and why other subjects made none."""
    show = StoredEvidence(store, desk)
    stories: list[Story] = []
    dropped: dict[str, str] = {}
    for candidate, brief in briefs(figures, signals, room.kinds, night, progress):
        draft = room.writer(brief)
        if draft is None:
            dropped[brief.subject] = "the claims that could be made carry no story"
            continue
        judged = judge(draft, room.verifiers, show)
        hypothesis = candidate.hypothesis.slug if candidate.hypothesis else ""
        story = compose(brief, draft, judged, figures, hypothesis)
        if isinstance(story, str):
            dropped[brief.subject] = story
        else:
            stories.append(story)
    return stories, dropped


def _links(figures: Figures, night: int) -> list[dict[str, Any]]:
    """The links most people shared in the week."""
    rows = figures.links(night + 1 - WEEK, night + 1, SHARERS)
    return [{"url": r["url"], "people": r["people"], "day": r["first"]} for r in rows[:LINKS]]
