"""From the invented repositories through the loop into the store: items, indicators, triage."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from internet.direct import Direct
from internet.platforms.github import GitHub as Platform

from groundswell.desk import Desk, SourceSpec
from groundswell.desk.nouns import Operator
from groundswell.gather.live import gather_source
from groundswell.gather.sources.github import GitHub
from groundswell.query.naming import naming
from groundswell.query.tickets import repositories, tickets_of
from groundswell.store import open_store
from groundswell.store.erase import forget
from groundswell.store.records import add_page
from groundswell.triage import triage
from groundswell.triage.live import ask
from groundswell.types import Record, RecordId
from groundswell.types.moment import micros

REPO = "example/quay"


@pytest.fixture
def gathered(tmp_path, start):
    """Ten days of two repositories, gathered every six hours."""
    desk = Desk(
        name="d",
        title="D",
        topic="",
        folder=tmp_path,
        operator=Operator(name="A", contact="a@example.org"),
    )
    spec = SourceSpec(
        name="github",
        kind="github",
        options={"repos": [REPO], "discussions": False, "bots": True, "backfill_days": 0},
    )
    http = Direct([Platform(7, start, 10)], start)
    with open_store(tmp_path / "d.db", clock=lambda: micros(http.now), key=b"k") as store:
        for _ in range(40):
            run = gather_source(store, desk, spec, http, http.now)
            assert not run.problem
            http.now += timedelta(hours=6)
        http.now -= timedelta(hours=6)  # the moment of the last visit
        yield store, http


def test_items_say_what_records_cannot(gathered):
    store, http = gathered
    assert repositories(store, store.seq()) == [REPO]
    tickets = tickets_of(store, REPO, store.seq())
    assert {one.kind for one in tickets} == {"issue", "change"}
    assert any(one.merged for one in tickets)
    assert any(one.closed and not one.merged for one in tickets)
    assert any(reply.bot for one in tickets for reply in one.replies)
    assert all(one.title for one in tickets)
    asked = ask(
        http,
        GitHub(repos=(REPO,), discussions=False, bots=True),
        first=http.now - timedelta(days=30),
        now=http.now,
    )
    now = {one.id: (one.closed, one.merged, one.role) for one in asked}
    held = {one.id: (one.closed, one.merged, one.role) for one in tickets if one.id in now}
    assert len(held) > 10
    assert held == {name: now[name] for name in held}


def test_no_handle_is_in_them(gathered, start):
    store, _ = gathered
    names = {one.author for one in Platform(7, start, 10).happenings}
    authors = {row["author"] for row in store.rows("items_of", repo=REPO, seq=store.seq())}
    assert authors
    assert not authors & names
    assert not any(author.isdigit() for author in authors)


def test_an_erased_ticket_leaves_no_item(gathered):
    store, _ = gathered
    (one, *_) = tickets_of(store, REPO, store.seq())
    forget(store, [one.id])
    held = store.rows("items_of", repo=REPO, seq=store.seq())
    assert one.id not in {row["record_id"] for row in held}
    assert one.id not in {row["ticket"] for row in held}


def test_triage_reads_github_itself(gathered):
    _, http = gathered
    tickets = ask(
        http,
        GitHub(repos=(REPO,), discussions=False),
        first=http.now - timedelta(days=30),
        now=http.now,
    )
    worklist = triage(tickets, REPO, http.now)
    slugs = {section.slug: section for section in worklist.sections}
    assert worklist.open > 3
    assert slugs["unanswered"].lines
    assert slugs["newcomers"].note == ""


def test_threads_that_name_a_repository_are_found(gathered):
    store, http = gathered
    told = Record(
        id=RecordId("forum:1"),
        source="forum",
        kind="post",
        community="boats",
        published=http.now,
        available=http.now,
        title="Boats",
        text=f"See {REPO} now",
    )
    other = replace(told, id=RecordId("forum:2"), text="See the example of a quay")
    add_page(store, "x", [told, other], "1")
    assert [one.id for one in naming(store, REPO)] == ["forum:1"]
