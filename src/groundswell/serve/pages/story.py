"""One story: every sentence with its claims, every citation with its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from groundswell.query import pages
from groundswell.report.saved import load_story
from groundswell.serve.card import Card, card
from groundswell.serve.charts import chart_id
from groundswell.serve.near import near
from groundswell.serve.page import MissingError, page
from groundswell.serve.telling import Change, Part, Teller, Told, changes, minutes
from groundswell.types import Fidelity, Obligation, Story, Verdict

AFTER = {"daily": 0, "coverage": 0, "pairs": 1, "communities": 2}  # part a chart belongs to


@dataclass(frozen=True, slots=True)
class Cited:
    """A numbered record; without a line when it was withdrawn."""

    n: int
    id: str
    line: pages.Line | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as it was stored with the story, and the part it stands after."""

    after: int
    id: str
    caption: str
    svg: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the story."""

    version: int
    night: int
    title: str
    snapshot: str


@dataclass(frozen=True, slots=True)
class StoryPage:
    """What `story.html` and `/stories/<slug>.json` both show."""

    slug: str
    version: int
    newest: int
    told: int
    subject: str
    label: str
    beat: str
    beat_name: str
    headline: Told
    deck: Told
    parts: tuple[Part, ...]
    cards: Mapping[str, Card]
    citations: tuple[Cited, ...]
    drawings: tuple[Drawing, ...]
    obligations: tuple[Obligation, ...]
    hypothesis: str
    registered: int | None
    statement: str
    untold: tuple[pages.SignalLine, ...]
    verdicts: tuple[Verdict, ...]
    fidelity: Fidelity
    dropped: tuple[tuple[str, str], ...]
    versions: tuple[Version, ...]
    changes: tuple[Change, ...]
    read_at: str
    minutes: int
    invented: bool
    related: tuple[pages.StoryLine, ...]


@page("/stories/{slug}", template="story.html")
def story(sight: pages.Sight, slug: str, version: int = 0) -> StoryPage:
    """A story in its newest version, or in the version asked for."""
    versions = tuple(Version(**row) for row in sight.rows("page_versions", slug=slug))
    known = {one.version for one in versions}
    told = load_story(sight.store, slug, version or max(known)) if known else None
    if told is None or told.version not in known:
        raise MissingError(*_missing(sight, slug, known))
    before = load_story(sight.store, slug, told.version - 1)
    cites = _cites(sight, told)
    teller = Teller(told, sight.desk, cites)
    headline, deck = teller.tell(told.headline, link=False), teller.tell(told.deck, link=False)
    hypothesis = next((h for h in sight.desk.hypotheses if h.slug == told.hypothesis), None)
    beat = sight.desk.beat(told.beat)
    return StoryPage(
        slug=slug, version=told.version, newest=max(known), told=told.night, subject=told.subject,
        label=sight.desk.label(told.subject), beat=told.beat, beat_name=beat.name if beat else "",
        headline=headline, deck=deck,
        parts=tuple(teller.part(s.title, s.sentences) for s in told.sections),
        cards={claim.id: card(sight.desk, claim) for claim in told.claims},
        citations=tuple(_cited(sight, n, id) for n, id in enumerate(told.citations, 1)),
        drawings=_drawings(sight, told), obligations=told.obligations,
        hypothesis=hypothesis.title if hypothesis else told.hypothesis,
        registered=hypothesis.registered if hypothesis else None,
        statement=hypothesis.statement if hypothesis else "",
        untold=_untold(sight, told), verdicts=told.verdicts, fidelity=told.fidelity,
        dropped=told.dropped, versions=versions,
        changes=changes(before, told) if before else (), read_at=told.snapshot.id,
        minutes=minutes(told), invented=told.invented,
        related=tuple(s for s in pages.stories(sight, beat=told.beat, limit=6)
                      if s.slug != slug)[:4] if told.beat else (),
    )  # fmt: skip


def _missing(
    sight: pages.Sight, slug: str, known: set[int]
) -> tuple[str, tuple[tuple[str, str], ...]]:
    if known:
        return (f"This story has no such version; the newest is {max(known)}.",
                (("The newest version", f"/stories/{slug}"),))  # fmt: skip
    titles = ((s.slug, s.headline) for s in pages.stories(sight, limit=200))
    return f"There is no story “{slug}”.", near(slug, titles, "stories")


def _cites(sight: pages.Sight, told: Story) -> dict[str, list[int]]:
    """The printed citation numbers of each claim."""
    numbers: dict[str, list[int]] = {}
    for row in sight.rows("page_cites", slug=told.slug, version=told.version):
        if row["n"]:
            numbers.setdefault(row["claim"], []).append(row["n"])
    return numbers


def _cited(sight: pages.Sight, n: int, id: str) -> Cited:
    row = sight.one("page_record", id=id)
    if row is None or row["state"] != "public" or row["state_now"] != "public":
        return Cited(n, id, None)
    return Cited(n, id, pages.line(sight.desk, row))


def _drawings(sight: pages.Sight, told: Story) -> tuple[Drawing, ...]:
    found = []
    for chart in told.extra.get("charts", ()):
        row = sight.one("page_chart", id=chart_id(chart))
        if row:
            after = min(AFTER.get(chart["kind"], 0), len(told.sections) - 1)
            found.append(Drawing(after, row["id"], row["caption"], row["svg"]))
    return tuple(found)


def _untold(sight: pages.Sight, told: Story) -> tuple[pages.SignalLine, ...]:
    """What was tested of the subject that night and not found."""
    tests = pages.signals(sight, subject=told.subject, night=told.night, limit=60)
    return tuple(test for test in tests if test.outcome != "found")
