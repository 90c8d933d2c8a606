from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from groundswell.measure import measure
from groundswell.measure.indicators import BREAK, indicators, week_ends
from groundswell.measure.indicators.care import waited
from groundswell.measure.indicators.panel import MEASURES, figure, fixed
from groundswell.measure.indicators.week import Week
from groundswell.stats.seed import generator
from groundswell.store import open_store
from groundswell.store.records import add_page
from groundswell.types import Record, RecordId
from groundswell.types.moment import as_day, micros
from groundswell.types.ticket import ROLES, Reply, Ticket

END = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday: the week before it has ended
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
BY_NAME = {one.name: one for one in MEASURES}


def ticket(n, /, **changes):
    values = {
        "repo": "example/quay",
        "number": n,
        "kind": "issue",
        "author": f"a{n}",
        "role": "none",
        "opened": END - DAY - n * HOUR,
        **changes,
    }
    values.setdefault("id", RecordId(f"github:{values['repo']}#{n}"))
    return Ticket(**values)


def reply(at, author="keeper", role="member", **changes):
    return Reply(at=at, author=author, role=role, **changes)


def told(name, tickets, *, seen=END, end=END):
    one = BY_NAME[name]
    return one.statistic(one.sample(Week(end, seen, tickets)))


def test_bots_are_separated_and_shown():
    tickets = [ticket(n, bot=n < 3) for n in range(10)]
    assert told("issues opened", tickets) == 7
    assert told("opened by bots", tickets) == pytest.approx(0.3)


def test_first_response_is_not_fooled_by_those_who_still_wait():
    quick = [
        ticket(n, opened=END - 6 * DAY, replies=(reply(END - 6 * DAY + 2 * HOUR),))
        for n in range(4)
    ]
    waiting = [ticket(n, opened=END - 6 * DAY) for n in range(10, 15)]
    assert told("first response, issues", quick + waiting) is None  # half never answered
    assert told("first response, issues", quick + waiting[:3]) == pytest.approx(2)


def test_only_a_human_maintainer_answers():
    opened = END - 3 * DAY
    answers = (
        reply(opened + HOUR, author="tide[bot]", bot=True),
        reply(opened + 2 * HOUR, author="a1", role="owner"),  # the author
        reply(opened + 3 * HOUR, author="passer", role="contributor"),
        reply(opened + 5 * HOUR),
    )
    one = ticket(1, opened=opened, replies=answers)
    assert waited(one, Week(END, END, [one])) == (5.0, 1.0)
    assert waited(one, Week(END, opened + 4 * HOUR, [one])) == (4.0, 0.0)


def test_a_merge_is_an_answer_and_a_silent_close_is_none():
    opened = END - 3 * DAY
    merged = ticket(1, kind="change", opened=opened, closed=opened + HOUR, merged=opened + HOUR)
    closed = ticket(2, kind="change", opened=opened, closed=opened + HOUR)
    week = Week(END, END, [merged, closed])
    assert waited(merged, week) == (1.0, 1.0)
    assert waited(closed, week) == (1.0, 0.0)


def test_declined_is_a_cohort_with_competing_ends():
    opened = END - 2 * DAY
    fates = [("merged", 3), ("closed", 5), ("closed", 40), ("open", 0), ("merged", 8)]
    tickets = []
    for n, (fate, days) in enumerate(fates):
        end = opened + timedelta(days=days) if days else None
        tickets.append(
            ticket(
                n,
                kind="change",
                opened=opened,
                closed=end,
                merged=end if fate == "merged" else None,
            )
        )
    old = ticket(9, kind="change", opened=END - 400 * DAY, closed=END - DAY)  # an old one cleared
    name = "closed unmerged after 30 days"
    assert told(name, [*tickets, old], seen=END + 60 * DAY) == pytest.approx(1 / 5)
    assert told(name, [*tickets, old], seen=END + 20 * DAY) is None


def test_backlog_its_age_and_its_slope():
    tickets = [ticket(n, opened=END - n * WEEK - HOUR) for n in range(10)]
    tickets += [ticket(50, opened=END - 30 * WEEK, closed=END - 4 * WEEK)]
    assert told("backlog", tickets) == 10
    assert told("backlog age", tickets) == pytest.approx(31.5, abs=0.1)
    assert told("backlog slope", tickets) == pytest.approx(0.85, abs=0.05)
    assert told("backlog slope", tickets[:3]) is None
    assert told("closure ratio, issues", tickets) == 0


def test_first_timers_are_those_the_platform_called_so():
    roles = ["first timer", "first contribution", "none", "contributor", "member", "member", ""]
    tickets = [ticket(n, kind="change", role=role) for n, role in enumerate(roles)]
    assert told("first-timer share", tickets) == pytest.approx(3 / 6)


def test_absence_load_and_exits():
    acts = [("ann", 5)] * 6 + [("bea", 5)] * 3 + [("cem", 5)] * 2 + [("dot", 120)] * 2
    merged = END - DAY
    tickets = [
        ticket(
            1,
            kind="change",
            opened=END - 200 * DAY,
            closed=merged,
            merged=merged,
            replies=tuple(
                reply(END - days * DAY - n * HOUR, author=who) for n, (who, days) in enumerate(acts)
            ),
        )
    ]
    assert told("contributor absence factor", tickets) == 1
    assert told("review load", tickets) == len(acts)
    assert told("maintainers gone quiet", tickets) == 1  # dot; the others answered this quarter


def test_repetition_counts_other_authors_only():
    text = "The naval almanac of 1998 has a leap second that the parser of the harbour refuses."
    noise = [
        ticket(
            n,
            title=f"Lamp {n} of the pier",
            opened=END - 20 * DAY - n * HOUR,
            text=f"Lamp {n} flickers when wind {n * 3} turns to {n * 7} over shed {n * 11}.",
        )
        for n in range(10, 30)
    ]
    title = "Leap second of the almanac refused by the parser"
    first = ticket(1, title=title, text=text, opened=END - 30 * DAY)
    second = ticket(2, title=title, text=text)
    own = ticket(3, title=title, text=text, author="a2", opened=END - HOUR)
    others = [ticket(n, title=f"Bell {n}", text=f"Bell {n} rang at {n * 5}") for n in range(4, 8)]
    assert told("repeated tickets", [*noise, first, second, *others]) == pytest.approx(1 / 5)
    assert told("repeated tickets", [*noise, second, own, *others]) == 0


def test_too_little_is_not_told():
    for name in ("first response, issues", "opened by bots", "repeated tickets"):
        assert told(name, [ticket(1)]) is None


def test_the_panel_is_the_same_repositories_throughout():
    early, late = END - 60 * WEEK, END - 3 * WEEK
    held = {
        "a/old": [ticket(1, opened=early), ticket(2, opened=late)],
        "b/new": [ticket(1, opened=late)],
        "c/dead": [ticket(1, opened=early)],
    }
    assert list(fixed(held, END - 52 * WEEK, END)) == ["a/old"]


def test_the_interval_draws_repositories():
    one = BY_NAME["issues opened"]
    alike = {f"r/{n}": [10.0] for n in range(8)}
    apart = {f"r/{n}": [float(n % 2) * 20] for n in range(8)}
    same, wide = figure(alike, one, "x"), figure(apart, one, "x")
    assert (same.value, same.low, same.high, same.middle) == (80, 80, 80, 10)
    assert wide.low < 50
    assert wide.high > 110
    assert figure(apart, one, "x") == wide  # the same draws each time
    assert figure({"r/1": [3.0], "r/2": [4.0]}, one, "x").low is None


def test_the_interval_holds_what_it_promises():
    one, chance, inside = BY_NAME["issues opened"], generator("coverage"), 0
    for trial in range(120):
        counts = chance.poisson(chance.gamma(3, 4, size=12))
        drawn = figure({f"r/{n}": [float(c)] for n, c in enumerate(counts)}, one, str(trial))
        inside += drawn.low <= 12 * 12 <= drawn.high
    assert 100 <= inside <= 120  # nominal 114; twelve repositories are few


def test_weeks_end_on_sunday_night():
    ends = list(week_ends(END + 3 * DAY, 3))
    assert ends == [END - 2 * WEEK, END - WEEK, END]


def test_october_2025_is_a_break_for_what_came_by_events():
    now = datetime(2025, 10, 20, tzinfo=UTC)
    some = [ticket(n, opened=now - n * DAY, role="") for n in range(1, 60)]
    day = as_day(BREAK)
    found = [one for one in indicators({"a/b": some}, now, weeks=4) if one.break_]
    assert found
    assert all(one.day - 6 <= day <= one.day for one in found)
    known = [ticket(n, opened=now - n * DAY) for n in range(1, 60)]
    assert not any(one.break_ for one in indicators({"a/b": known}, now, weeks=4))


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "desk.db", clock=lambda: micros(END), key=b"k") as opened:
        yield opened


@pytest.fixture
def harbour(store):
    """Three repositories over sixteen months, as records that carry facts."""
    page, chance = [], generator("harbour")
    for repo in range(3):
        for n in range(1, 120):
            at = END - 70 * WEEK + n * 4.1 * DAY
            native = f"example/r{repo}#{n}"
            closed = int((at + 9 * DAY).timestamp()) if n % 3 else 0
            facts = {
                "role": ROLES.index("none"),
                "bot": int(n % 10 == 0),
                "closed": closed,
                "merged": 0,
            }
            page.append(record(native, "issue", repo, at, f"a{n}", facts))
            wait = timedelta(hours=float(chance.exponential(10)))
            role = {"role": ROLES.index("member"), "bot": 0}
            page.append(
                record(f"{native}/c1", "comment", repo, at + wait, f"m{n % 3}", role, parent=native)
            )
    add_page(store, "test", page, "end")
    return store


def record(native, kind, repo, at, author, facts, parent=""):
    above = RecordId(f"github:{parent}") if parent else None
    return Record(
        id=RecordId(f"github:{native}"),
        source="github",
        kind=kind,
        community=f"example/r{repo}",
        published=at,
        available=at,
        author=author,
        title=f"Ticket {native}" if kind == "issue" else "",
        text="" if kind == "issue" else "Seen.",
        parent=above,
        root=above,
        engagement=facts,
    )


def test_the_store_keeps_them_and_tells_nothing_twice(harbour):
    harbour.clock = lambda: micros(END + DAY)
    measure(harbour)
    rows = {row["series"]: row for row in harbour.rows("indicator_series", seq=harbour.seq())}
    assert rows["panel/issues opened"]["days"] == 52
    assert rows["example/r0/backlog"]["unit"] == "tickets"
    values = harbour.rows(
        "indicator_values",
        series="panel/first response, issues",
        source="github",
        first=0,
        last=99_999,
        seq=harbour.seq(),
    )
    assert {row["n"] for row in values} == {3}
    middle = np.median([row["value"] for row in values])
    assert 300 < middle < 550  # ten hours times log 2 is 416 minutes
    assert all(row["low"] <= row["value"] <= row["high"] for row in values)
    before = harbour.seq()
    measure(harbour)
    assert harbour.seq() == before


def test_a_late_answer_changes_a_week_and_the_old_figure_stays_in_the_log(harbour):
    harbour.clock = lambda: micros(END + DAY)
    measure(harbour)
    then = harbour.seq()
    at = END - 3 * DAY
    facts = {"role": ROLES.index("none"), "bot": 0, "closed": 0, "merged": 0}
    add_page(harbour, "test", [record("example/r0#900", "issue", 0, at, "late", facts)], "on")
    measure(harbour)
    asked = {"series": "example/r0/issues opened", "source": "github", "first": 0, "last": 99_999}
    old = harbour.rows("indicator_values", seq=then, **asked)[-1]
    new = harbour.rows("indicator_values", seq=harbour.seq(), **asked)[-1]
    assert (old["day"], new["value"] - old["value"]) == (new["day"], 1)


def test_closing_a_ticket_is_kept_though_its_words_are_the_same(store):
    facts = {"role": ROLES.index("none"), "bot": 0, "closed": 0, "merged": 0}
    opened = record("example/r0#1", "issue", 0, END, "a", facts)
    add_page(store, "test", [opened], "1")
    closed = {**facts, "closed": int((END + DAY).timestamp())}
    tally = add_page(store, "test", [record("example/r0#1", "issue", 0, END, "a", closed)], "2")
    assert tally.known == 1
    held = store.one("current_item", record_id="github:example/r0#1")
    assert held["closed"] == micros(END + DAY)
    assert len(store.rows("items_of", repo="example/r0", seq=store.seq())) == 1
