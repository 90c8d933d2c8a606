"""The front page: a finite edition that is never blank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from groundswell.query import pages
from groundswell.query.start import Start, history, start
from groundswell.serve.charts import chart_id
from groundswell.serve.page import page

SHOWN = 5
LEAST_SHARED = 3  # people; fewer say nothing about what is shared


@dataclass(frozen=True, slots=True)
class Link:
    """A link several people shared: to where, by how many, the first record that has it."""

    url: str
    people: int
    records: int
    communities: int
    first: int
    record: pages.Line | None


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What `front.html` and `/index.json` both show."""

    lead: pages.StoryLine | None
    lead_chart: str
    others: tuple[pages.StoryLine, ...]
    earlier: tuple[pages.StoryLine, ...]
    dropped: tuple[tuple[str, str, str], ...]
    history: int
    needed: int
    outcomes: Mapping[str, int]
    misses: tuple[pages.SignalLine, ...]
    steady: tuple[pages.SignalLine, ...]
    links: tuple[Link, ...]
    names: tuple[pages.Named, ...]
    phrases: tuple[pages.Named, ...]
    days: pages.Days
    places: tuple[pages.Place, ...]
    start: Start | None


@page("/", template="front.html")
def front(sight: pages.Sight) -> FrontPage:
    """Tonight's stories, what was tested, what nearly passed, what is steady, what was shared."""
    told = {story.slug: story for story in pages.stories(sight, limit=200)}
    tonight = [told.pop(slug) for slug in sight.body.get("slugs", ()) if slug in told]
    lead = tonight[0] if tonight else None
    outcomes: dict[str, int] = {}
    for ends in pages.tally(sight).values():
        for outcome, n in ends.items():
            outcomes[outcome] = outcomes.get(outcome, 0) + n
    days = history(sight)
    return FrontPage(
        lead=lead, lead_chart=_chart(sight, lead), others=tuple(tonight[1:]),
        earlier=tuple(told.values())[:SHOWN], dropped=_dropped(sight),
        history=days, needed=pages.NEEDED,
        start=start(sight) if days and (days < pages.NEEDED or lead is None) else None,
        outcomes=outcomes, misses=_one_each(pages.signals(sight, "page_misses", limit=60)),
        steady=_one_each(pages.signals(sight, "page_steady", limit=60)), links=_links(sight),
        names=tuple(pages.named(sight, "entities", limit=8)), days=pages.daily(sight),
        phrases=tuple(pages.phrases(sight)), places=tuple(pages.places(sight)),
    )  # fmt: skip


def _dropped(sight: pages.Sight) -> tuple[tuple[str, str, str], ...]:
    """Subjects whose draft came to nothing: subject, name, why."""
    reasons = sight.body.get("dropped", {})
    return tuple((subject, sight.desk.label(subject), reasons[subject]) for subject in reasons)


def _one_each(signals: list[pages.SignalLine]) -> tuple[pages.SignalLine, ...]:
    """The first test of each subject and kind."""
    kept: dict[tuple[str, str], pages.SignalLine] = {}
    for signal in signals:
        kept.setdefault((signal.subject, signal.kind), signal)
    return tuple(kept.values())[:SHOWN]


def _chart(sight: pages.Sight, story: pages.StoryLine | None) -> str:
    for chart in story.charts if story else ():
        row = sight.one("page_chart", id=chart_id(chart))
        if row:
            return str(row["svg"])
    return ""


def _links(sight: pages.Sight) -> tuple[Link, ...]:
    found = []
    for row in sight.rows("page_links", least=LEAST_SHARED, limit=SHOWN):
        carriers = sight.rows("page_link_records", url=row["url"], limit=1)
        record = pages.line(sight.desk, carriers[0]) if carriers else None
        if record and not record.withheld:
            found.append(Link(record=record, **row))
    return tuple(found)
