from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from groundswell.measure.tickets.template import Part, Template
from groundswell.triage import triage
from groundswell.triage.inflow import inflow, preceded
from groundswell.triage.tell import as_json, escaped, inflow_lines, markdown
from groundswell.triage.twins import twins
from groundswell.triage.waiting import newcomers, unanswered
from groundswell.types import Record, RecordId

WEEK = timedelta(days=7)
CHANGE = (
    "Every harbour office should read its own gauge before it believes the sea, so this "
    "change reads the gauge first, then the almanac, and says which of the two it took."
)


def thread(at, **changes):
    values = {
        "id": RecordId("forum:1"),
        "source": "forum",
        "kind": "post",
        "community": "boats",
        "published": at,
        "text": "Look at github.com/example/quay today",
        "title": "A quay",
        "url": "https://forum.example/1",
        **changes,
    }
    return Record(**values)


def steady(ticket, start, weeks=20, a_week=3, **changes):
    """Three tickets a week, the newest a week before the start."""
    return [
        ticket(
            1_000 + w * 10 + n, opened=start - (w + 1) * WEEK - timedelta(hours=n + 1), **changes
        )
        for w in range(weeks)
        for n in range(a_week)
    ]


def test_an_ordinary_week_is_told_against_the_weeks_before(ticket, start):
    tickets = steady(ticket, start) + [ticket(n, opened=start - timedelta(days=n)) for n in (1, 2)]
    (told,) = inflow(tickets, start, [])
    assert (told.opened, told.usual, told.rise) == (2, 3.0, False)
    assert inflow_lines(told) == [
        "2 issues opened; in the 19 weeks before it was 3 to 3, usually 3."
    ]


def test_a_rise_names_what_preceded_it_and_never_a_cause(ticket, start):
    rush = [ticket(n, opened=start - timedelta(days=2, minutes=n)) for n in range(1, 10)]
    before = thread(start - timedelta(days=4), engagement={"comments": 40})
    records = [
        before,
        thread(start - timedelta(days=1), id=RecordId("forum:2")),
        thread(start - timedelta(days=30), id=RecordId("forum:3")),
        thread(start - timedelta(days=4), id=RecordId("forum:4"), text="another/quay"),
    ]
    (told,) = inflow([*steady(ticket, start), *rush], start, records)
    assert told.rise
    assert [one.record.id for one in told.outside] == ["forum:1"]
    said = "\n".join(inflow_lines(told))
    assert "preceded" in said
    assert "not thereby a cause" in said
    assert "because" not in said


def test_few_weeks_are_nothing_to_compare_with(ticket, start):
    (told,) = inflow(steady(ticket, start, weeks=4), start, [])
    assert not told.known
    assert "too few weeks" in inflow_lines(told)[0]


def test_bots_open_nothing_that_counts(ticket, start):
    tickets = steady(ticket, start) + [
        ticket(n, bot=True, opened=start - timedelta(days=1)) for n in range(1, 30)
    ]
    (told,) = inflow(tickets, start, [])
    assert told.opened == 0


def test_records_of_github_itself_precede_nothing(start):
    own = thread(start, id=RecordId("github:x"), source="github")
    assert preceded("example/quay", start + timedelta(days=1), [own]) == ()


def test_nearly_the_same_change_elsewhere_is_found(ticket, start):
    mine = ticket(1, kind="change", title="Read the gauge first", text=CHANGE)
    theirs = [
        ticket(
            7,
            repo=f"example/{name}",
            kind="change",
            title="Read the gauge first",
            text=CHANGE + " Thanks!",
        )
        for name in ("berth", "mole")
    ]
    other = ticket(
        2,
        kind="change",
        title="Widen the pool",
        text="A wider pool for the third lock "
        "at Stenness, as the keeper asked for last spring and again in autumn.",
    )
    late = ticket(
        8,
        repo="example/far",
        kind="change",
        title="Read the gauge first",
        text=CHANGE,
        opened=start + timedelta(days=90),
    )
    (found,) = twins([mine, other, late, *theirs], "example/quay")
    assert found.ticket is mine
    assert {one.repo for one, _ in found.others} == {"example/berth", "example/mole"}
    bots = [ticket(1, kind="change", text=CHANGE, bot=True), *theirs]
    assert twins(bots, "example/quay") == []


def test_who_waits_is_told_by_age(ticket, reply):
    answered = ticket(1, replies=(reply(3, author="keeper", role="member"),))
    alone = ticket(2, replies=(reply(3, author="author2"), reply(4, author="b", bot=True)))
    silent = ticket(3)
    unknown = ticket(4, comments=2)
    assert [one.number for one in unanswered([silent, alone, answered, unknown])] == [2, 3]


def test_newcomers_are_those_the_platform_calls_so(ticket, reply):
    first = ticket(1, kind="change", role="first contribution")
    chatted = ticket(2, kind="change", role="none", replies=(reply(3, author="x", role="none"),))
    kept = ticket(
        3, kind="change", role="first timer", replies=(reply(3, author="keeper", role="owner"),)
    )
    old = ticket(4, kind="change", role="contributor")
    issue = ticket(5, role="none")
    found = newcomers([issue, old, kept, chatted, first])
    assert [one.number for one in found] == [1, 2]


@pytest.fixture
def worklist(crowd, ticket, reply, start):
    text = "### Steps\n\nrow\n\n### Version\n\n_No response_"
    form = Template(name="report", kind="issue", parts=(Part("Steps"), Part("Version")))
    tickets = [
        *crowd,
        ticket(1, title="Read the [gauge](https://evil.example) first @everyone", text=CHANGE),
        ticket(
            2,
            title="Read the [gauge](https://evil.example) first @everyone",
            text=CHANGE + " Please.",
            replies=(reply(2, author="x"),),
        ),
        ticket(3, text=text, title="A boat sank"),
        ticket(4, kind="change", role="first timer", text="A first change."),
    ]
    return triage(tickets, "example/quay", start + WEEK, templates=[form])


def test_each_line_has_links_a_reason_and_a_reply(worklist):
    by_slug = {section.slug: section for section in worklist.sections}
    (twice,) = by_slug["duplicates"].lines
    assert [one.number for one in twice.tickets] == [2, 1]
    assert "Keep #2" in twice.reason
    (missing,) = by_slug["template"].lines
    assert "“Version” is missing or empty" in missing.reason
    (first,) = by_slug["newcomers"].lines
    assert first.tickets[0].number == 4
    assert len(by_slug["unanswered"].lines) == 5
    assert by_slug["unanswered"].left > 30
    for section in worklist.sections:
        for line in section.lines:
            assert line.tickets
            assert line.reason
            assert line.reply
            assert line.tickets[0].url.startswith("https://")


def test_the_list_is_read_in_five_minutes(worklist):
    assert len(markdown(worklist).split()) < 5 * 230


def test_titles_cannot_break_out_of_the_markdown(worklist):
    text = markdown(worklist)
    assert re.search(r"(?<!\\)\]\(https://evil", text) is None
    assert "@everyone" not in text
    assert escaped("a\n# b `c` <d> |e|") == r"a \# b \`c\` \<d\> \|e\|"


def test_nothing_is_said_of_people(worklist):
    told = json.dumps(as_json(worklist)) + markdown(worklist)
    assert "author1" not in told
    for word in ("machine", "generated", " AI", "bot", "because", "caused"):
        assert word not in told, word


def test_json_holds_what_markdown_says(worklist):
    told = as_json(worklist)
    assert told["repo"] == "example/quay"
    assert [one["slug"] for one in told["sections"]] == [
        "duplicates",
        "template",
        "several",
        "newcomers",
        "unanswered",
    ]
    assert json.loads(json.dumps(told)) == told


def test_what_cannot_be_told_is_said(ticket, start):
    told = triage([ticket(1, comments=3)], "example/quay", start + WEEK)
    notes = {section.slug: section.note for section in told.sections}
    assert "No template is known" in notes["template"]
    assert "one repository only" in notes["several"]
    assert "does not say who" in notes["newcomers"]
    assert "Comments are not at hand" in notes["unanswered"]


def test_tickets_after_the_week_are_not_seen(ticket, start):
    told = triage([ticket(1), ticket(2, opened=start + 2 * WEEK)], "example/quay", start + WEEK)
    assert told.open == 1
