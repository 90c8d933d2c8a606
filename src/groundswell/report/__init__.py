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
from groundswell.report.brief import Candidate, brief, candidates, considered, same_news
from groundswell.report.claim import ClaimKind
from groundswell.report.compose import compose, continued, judge
from groundswell.report.edition import Edition
from groundswell.report.evidence import StoredEvidence
from groundswell.report.saved import load_signals, save_edition, save_story
from groundswell.report.verifier import Evidence, Verifier
from groundswell.report.writer import Brief, Writer
from groundswell.store import Store
from groundswell.types import Signal, Snapshot, Story

__all__ = ["Illustrate", "Newsroom", "report"]

LINKS, SHARERS, WEEK = 10, 3, 7
Progress = Callable[[int], None]
Illustrate = Callable[[Sequence[Story]], object]


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
    illustrate: Illustrate = lambda _: None,
) -> Edition:  # fmt: skip
    """Write, verify and keep the stories of a night; return its edition.

    `illustrate` may draw what stories ask for before anybody can see them.

    Running a night again keeps what is there: a story that says nothing new gets no version.
    """
    room = newsroom or Newsroom()
    figures = Figures(store, desk, snapshot)
    signals = load_signals(store, night)
    stories, dropped, told = _write(store, desk, figures, signals, night, room, progress)
    published = [continued(store, story) for story in stories]
    registered = {f"entity/{h.subject}" for h in desk.hypotheses if h.registered <= night}
    near = paper.unpublished(signals, told, registered)
    edition = Edition(
        night=night, snapshot=snapshot, slugs=tuple(story.slug for story, _ in published),
        kept=tuple(story.slug for story, new in published if not new and story.night < night),
        unpublished=paper.outcomes(near),
        misses=tuple(paper.line(s, desk.label(s.subject))
                     for s in paper.misses(near, signals, told)),
        steady=tuple(paper.line(s, desk.label(s.subject)) for s in paper.steady(signals)),
        links=tuple(_links(figures, night)), tested=tuple(paper.tested(signals)),
        dropped=dropped,
    )  # fmt: skip
    illustrate([story for story, new in published if new])
    with store.write() as writer:
        for story, new in published:
            if new:
                save_story(writer, story)
        save_edition(writer, edition)
    return edition


def _write(
    store: Store, desk: Desk, figures: Figures, signals: Sequence[Signal], night: int,
    room: Newsroom, progress: Progress,
) -> tuple[list[Story], dict[str, str], set[str]]:  # fmt: skip
    """The stories that passed, strongest first, why others made none, and subjects told of."""
    show = StoredEvidence(store, desk)
    stories: dict[str, Story] = {}
    printed: list[Candidate] = []
    merged: set[str] = set()
    dropped: dict[str, str] = {}
    every = candidates(figures, signals, night)
    beats_last = sorted(every, key=lambda c: c.subject.startswith("beat/"))
    for done, candidate in enumerate(beats_last, 1):
        progress(done)
        other = next((p for p in printed if same_news(figures, candidate, p, night)), None)
        if other:
            merged.add(candidate.subject)
            dropped[candidate.subject] = f"the story on {desk.label(other.subject)} tells it"
            continue
        told = brief(figures, candidate, room.kinds, night)
        story = _story(candidate, told, figures, room, show)
        if isinstance(story, str):
            dropped[candidate.subject] = story
        else:
            stories[candidate.subject] = story
            printed.append(candidate)
    for beat in (c for c in considered(signals) if c.subject.startswith("beat/")):
        if any(same_news(figures, beat, other, night) for other in printed):
            merged.add(beat.subject)
    return ([stories[c.subject] for c in every if c.subject in stories], dropped,
            {*stories, *merged})  # fmt: skip


def _story(candidate: Candidate, told: Brief, figures: Figures, room: Newsroom,
           show: Evidence) -> Story | str:  # fmt: skip
    """A candidate's story, or why it makes none."""
    draft = room.writer(told)
    if draft is None:
        return "the claims that could be made carry no story"
    judged = judge(draft, room.verifiers, show)
    hypothesis = candidate.hypothesis.slug if candidate.hypothesis else ""
    return compose(told, draft, judged, figures, hypothesis)


def _links(figures: Figures, night: int) -> list[dict[str, Any]]:
    """The links most people shared in the week."""
    rows = figures.links(night + 1 - WEEK, night + 1, SHARERS)
    return [{"url": r["url"], "people": r["people"], "day": r["first"]} for r in rows[:LINKS]]
