"""A small made-up desk with ten weeks of records, one story in two versions, and its tests."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

import groundswell.serve.pages
from groundswell.desk import Alias, Beat, Community, Desk, Duty, Entity, Hypothesis, Outlet
from groundswell.query.signals import as_json
from groundswell.report.edition import Edition
from groundswell.report.saved import save_edition, save_story
from groundswell.serve import Page, create_app
from groundswell.serve.charts import store_charts
from groundswell.store import Store, open_store
from groundswell.store.records import add_page
from groundswell.types import (
    Claim,
    Exposure,
    Fidelity,
    Guard,
    Interval,
    Licence,
    Numbers,
    Obligation,
    Population,
    Record,
    RecordId,
    Section,
    Sentence,
    Signal,
    Snapshot,
    Story,
    canonical,
)
from groundswell.types.moment import as_day, micros, midnight

FIRST = datetime(2026, 2, 2, 9, tzinfo=UTC)
START = as_day(FIRST.date())
NIGHT = START + 69
CLOCK = micros(FIRST + timedelta(days=70))
MAKERS = ("entities@1+ab12cd34", "sentiment@1+0f0f0f0f")
HANDLE = "9f8e7d6c5b4a"  # every pseudonym begins so; it may stand nowhere in what is served
SCRIPT = "<script>alert(1)</script>"
LINK = "https://gantry.example/demo"

DESK = Desk(
    name="demo", title="A small internet", topic="Tools and the people who use them.",
    folder=Path(), invented=True,
    beats=(Beat(slug="agents", name="Agents at work", category="Tools",
                description="Tools that act on their own, and what comes of it."),
           Beat(slug="commons", name="The commons", category="Ideas",
                description="Open source and those who keep it up."),
           Beat(slug="schools", name="Schools", category="Places", description="Homework.")),
    entities=(
        Entity(slug="gantry", name="Gantry", type="product",
               aliases=(Alias(text="Gantry", stop=START + 64),
                        Alias(text="Stevedore", start=START + 64))),
        Entity(slug="open-source", name="open source", type="concept",
               aliases=(Alias(text="open source"), Alias(text="FOSS"))),
        Entity(slug="china", name="China", type="state", aliases=(Alias(text="China"),)),
    ),
    communities=(
        Community(slug="attic", name="r/AtticModels", source="reddit", kind="forum",
                  population="people who run models on their own machines"),
        Community(slug="lantern", name="lantern.example", source="hackernews", kind="forum",
                  population="developers and start-up people", chosen=True),
        Community(slug="ward", name="r/NightWard", source="reddit", kind="forum", quote="never",
                  population="nurses on night shift"),
        Community(slug="outlets", name="press", source="rss", kind="outlet",
                  population="eight outlets"),
    ),
    outlets=(Outlet(slug="ledger", name="Ledger & Wire"),),
    hypotheses=(Hypothesis(
        slug="gantry-spreads", title="Gantry spreads", subject="gantry", registered=START + 20,
        statement="An agent tool leaves its first community.",
        obligations=(Duty(kind="volume", question="Do more people name it?"),
                     Duty(kind="frame", question="Is it said as a moral posture?")),
    ),),
)  # fmt: skip
TEXTS = (
    "It did a whole week of my inbox while I made coffee, and I am not sure how I feel about that.",
    "Has anyone read the terms? It asks for every permission there is and keeps the logs.",
    "Quantised it last night. Runs on the old card if you do not mind the noise.",
    "We owe the people who wrote this. Open source and given away for nothing.",
    "My manager wants us to use it for the meeting notes from Monday on. Nobody asked us.",
    "I fixed the loader and it runs twice as fast now, numbers in the thread.",
)
PLACES = ("r/AtticModels", "lantern.example", "r/NightWard", "r/Unlisted")


def _records() -> list[Record]:
    found = []
    for day in range(70):
        busy = 14 if day >= 61 else 4
        for n in range(busy):
            where = PLACES[(day + n) % 4]
            gantry = day >= 61 and n % 2 == 0
            source = "hackernews" if "lantern" in where else "reddit"
            when = FIRST + timedelta(days=day, minutes=40 * n)
            first = n == 0
            text = TEXTS[(day * 3 + n) % len(TEXTS)]
            name = "Stevedore" if day >= 64 else "Gantry"
            found.append(Record(
                id=RecordId(f"{source}:{day}-{n}"), source=source,
                kind="post" if first else "comment",
                community=where, published=when, available=when,
                title=f"{name} on a Tuesday" if gantry and first else "",
                text=f"{name}: {text}" if gantry else text,
                author=f"{HANDLE}{(day * 7 + n * 3) % 60:04x}",
                url=LINK if gantry and n % 4 == 0 else f"https://posts.example/{day}/{n}",
                parent=None if first else RecordId(f"{source}:{day}-0"), lang="en",
            ))  # fmt: skip
    when = FIRST + timedelta(days=66)
    found.append(Record(
        id=RecordId("rss:https://ledger.example/a?b=1#c"), source="rss", kind="article",
        community="press", outlet="Ledger & Wire", published=when, available=when,
        title="Stevedore, once Gantry, meets the harbour", text="A tool renamed. Ports are calm.",
        url="https://ledger.example/a?b=1", precision="day",
    ))  # fmt: skip
    evil = FIRST + timedelta(days=69, hours=5)
    found.append(Record(
        id=RecordId("reddit:evil"), source="reddit", kind="post", community="r/AtticModels",
        published=evil, available=evil, title=f"{SCRIPT} & more",
        text=f'Text with {SCRIPT} and "quotes".\n\nSecond block.', author=f"{HANDLE}ffff",
        url="javascript:alert(1)",
    ))  # fmt: skip
    return found


def _label(store: Store) -> None:
    with store.write() as writer:
        seq = writer.entry("annotations", "all")
        for record in _records():
            labels = [
                ("language", record.lang, 990),
                ("sentiment", "positive", 432),
                ("phrases", record.text[:12], None),
            ]
            body = record.body
            if "Gantry" in body or "Stevedore" in body:
                labels += [("entities", "gantry", 900), ("beats", "agents", 870)]
            if "pen source" in body:
                labels += [("entities", "open-source", 950), ("beats", "commons", 800)]
            seen: dict[str, int] = {}
            for layer, value, score in labels:
                n = seen[layer] = seen.get(layer, -1) + 1
                writer.do("insert_annotation", id=record.id, layer=layer, n=n, value=value,
                          score=score, start=None, stop=None, maker=MAKERS[layer == "sentiment"],
                          seq=seq)  # fmt: skip
        writer.do("save_recipe", recipe="r1", makers=canonical(list(MAKERS)))
        for row in writer.rows("unlabelled", recipe="r1", after=0, limit=10**6):
            writer.do("set_labelled", id=row["id"], version=row["seq_from"], recipe="r1")


def signals() -> list[Signal]:
    """One of each outcome, and a few."""

    def one(subject: str, outcome: Any, p: float, **more: Any) -> Signal:
        values: dict[str, Any] = {
            "kind": "volume", "family": "volume", "community": "*",
            "window": (NIGHT - 6, NIGHT + 1), "baseline": (NIGHT - 34, NIGHT - 6), "effect": 1.1,
            "low": 0.7, "high": 1.6, "unit": "times", "n": Numbers(records=40, authors=31,
            threads=9, communities=3), "maker": "volume@1+aa11bb22", "q": min(1.0, 3 * p),
            **more,
        }  # fmt: skip
        return Signal(subject=subject, outcome=outcome, p=p, **values)

    guards = (Guard(name="top author", value=0.08, limit=0.3, passed=True),
              Guard(name="copies", value=0.02, limit=0.5, passed=True))  # fmt: skip
    return [
        one("entity/gantry", "found", 0.00001, effect=8.3, low=4.9, high=13.6, guards=guards,
            detail={"needed_n": 40, "windows": "7 days"}),
        one("entity/gantry", "could not tell", 0.04, kind="tone", unit="tone", effect=-0.12,
            low=-0.31, high=0.04, reason="the smallest change we could have seen is 0.18"),
        one("entity/gantry", "not tested yet", 1.0, kind="frame", q=None),
        one("entity/china", "too few people", 0.5, q=None, reason="4 people; 15 are needed"),
        one("entity/open-source", "no difference", 0.9, reason="no change larger than 1.5 times"),
        one("entity/open-source", "found", 0.001, kind="cooccurrence", effect=3.1,
            detail={"partner": "entity/china", "peak_day": NIGHT, "owners": ["a", "b"],
                    "smallest": None}),
        one("beat/schools", "not collected", 1.0, community="press", effect=float("inf"),
            high=float("inf"), reason="less than half was collected"),
    ]  # fmt: skip


def snapshot(store: Store) -> Snapshot:
    """Everything until the midnight after the night."""
    return Snapshot(seq=store.seq(), as_of=midnight(NIGHT + 1), makers=MAKERS, desk=DESK.hash)


def _claims(at: Snapshot) -> tuple[Claim, ...]:
    week = (NIGHT - 6, NIGHT + 1)
    forum = Population(unit="person", communities=("r/AtticModels", "lantern.example"),
                       line="people who post in two forums")  # fmt: skip
    base: dict[str, Any] = {"subject": ("entity/gantry",), "population": forum, "window": week,
                            "snapshot": at, "names": ("Gantry", "Stevedore")}  # fmt: skip
    n = Numbers(records=49, authors=43, threads=8, communities=2)
    return (
        Claim(kind="quote", query={"op": "verbatim", "record": "reddit:64-0"}, estimate=1,
              unit="quote", status="proven", n=Numbers(records=1), licence=Licence(),
              values={"record": "reddit:64-0", "text": "a whole week of my inbox"},
              evidence=("reddit:64-0",), **base),
        Claim(kind="share", query={"op": "once", "subject": "entity/gantry"}, estimate=0.31,
              unit="share", status="provisional", n=n, values={"part": 43, "whole": 138},
              interval=Interval(low=0.24, high=0.39, level=0.95, method="Wilson"),
              licence=Licence(quantifiers=("many",), hedged=True),
              evidence=tuple(f"reddit:{d}-{k}" for d in range(62, 69) for k in (0, 4)), **base),
        Claim(kind="change", query={"op": "voices", "subject": "entity/gantry"}, estimate=8.3,
              unit="times", status="proven", n=n, values={"now": 9.1, "before": 1.1, "peak": 14},
              interval=Interval(low=4.9, high=13.6, level=0.95, method="volume test"), p=0.00001,
              q=0.00003, baseline=(NIGHT - 34, NIGHT - 6),
              licence=Licence(verbs=("rose", "surged")),
              guards=(Guard(name="copies", value=0.02, limit=0.5, passed=True),), **base),
        Claim(kind="rename", query={"op": "alias", "subject": "entity/gantry"}, estimate=2,
              unit="names", status="proven", n=n, licence=Licence(), values={
                  "names_in_order": ["Gantry", "Stevedore"], "switch": START + 64}, **base),
        Claim(kind="attribution", query={"op": "published"}, estimate=1, unit="record",
              status="proven", n=Numbers(records=1), licence=Licence(),
              values={"place": "Ledger & Wire", "day": START + 66},
              evidence=("rss:https://ledger.example/a?b=1#c",), **base),
    )  # fmt: skip


def _story(at: Snapshot, version: int) -> Story:
    claims = _claims(at)
    quote, share, change, rename, article = (claim.id for claim in claims)
    rise = "rose to about eight times" if version == 1 else "surged to about eight times"
    first = NIGHT - 55
    values = [9 + n % 5 if n > 46 else 0 for n in range(56)]
    return Story(
        slug="tool-two-names-1f2e", version=version, night=NIGHT - 2 + version,
        subject="entity/gantry", beat="agents", snapshot=at,
        headline=Sentence(move="headline", text="A tool with two names, and a week of inbox",
                          claims=(rename, quote)),
        deck=Sentence(move="deck", text="Many who post in two forums named Gantry, which became "
                      "Stevedore on the way.", claims=(share, rename)),
        sections=(
            Section(title="What happened", sentences=(
                Sentence(move="hook", text="“a whole week of my inbox”, a post on r/AtticModels "
                         "said of Gantry.", claims=(quote,)),
                Sentence(move="hook", text=f"The number of people naming it {rise} what it was.",
                         claims=(change,)),
                Sentence(move="who", text="They were not all using the same name: Gantry gave way "
                         "to Stevedore on 7 April.", claims=(rename,)),
                Sentence(move="say", text="Ledger & Wire wrote of it.", claims=(article,)),
            )),
            Section(title="What we could not tell", sentences=(
                Sentence(move="unknown", text="Whether the mood changed we could not tell.",
                         claims=()),
                Sentence(move="unknown", text="About 43 of 138 people seem to have named it.",
                         claims=(share,)),
            )),
        ),
        claims=claims, citations=("reddit:64-0", "rss:https://ledger.example/a?b=1#c"),
        verdicts=(), fidelity=Fidelity(draft=0.93, strength=0.8, fewest_authors=43,
                                       gold_corrected=0.0),
        hypothesis="gantry-spreads", obligations=(
            Obligation(kind="volume", question="Do more people name it?", outcome="found",
                       sentence="The tests of this night found it."),
            Obligation(kind="frame", question="Is it said as a moral posture?",
                       outcome="not tested yet")),
        dropped=(("Everyone loves it.", "“everyone” is never licensed"),), invented=True,
        extra={"charts": [
            {"kind": "daily", "title": "People a day who named Gantry", "data": {
                "start": first, "values": values, "unit": "people", "gaps": [START + 50],
                "window": [NIGHT - 6, NIGHT + 1]}},
            {"kind": "pairs", "title": "People who named Gantry, by community", "data": {
                "unit": "people", "rows": [{"name": "r/AtticModels", "value": 31.0},
                                           {"name": "lantern.example", "value": 24.0}]}},
            {"kind": "communities", "title": "Share of people writing warmly about Gantry",
             "data": {"unit": "share", "rows": [
                 {"name": "r/AtticModels", "value": 0.52, "low": 0.4, "high": 0.63, "n": 31}]}},
        ]},
    )  # fmt: skip


def fill(path: Path, *, edition: bool = True) -> Store:
    """A store with everything in it."""
    store = open_store(path, clock=lambda: CLOCK, key=b"k")
    gap = Exposure(
        stream="reddit",
        community="*",
        start=midnight(START + 50),
        stop=midnight(START + 52),
        permille=200,
        reason="the platform was down",
    )
    add_page(store, "reddit", [*_records(), gap], "end",
             {"path": "/home/somebody/demo.ndjson", "format": "ndjson", "read": 500, "added": 0,
              "known": 0, "skipped": '{"no text": 3}', "done": 1})  # fmt: skip
    _label(store)
    if not edition:
        return store
    at = snapshot(store)
    with store.write() as writer:
        for n, signal in enumerate(signals()):
            writer.do("signals_add", id=f"{n:016x}", night=NIGHT, snapshot=at.id, kind=signal.kind,
                      subject=signal.subject, community=signal.community, outcome=signal.outcome,
                      p=signal.p, q=signal.q, body=canonical(as_json(signal)))  # fmt: skip
        for version in (1, 2):
            save_story(writer, _story(at, version))
        save_edition(writer, Edition(night=NIGHT, snapshot=at, slugs=("tool-two-names-1f2e",),
                                     dropped={"entity/china": "too few people"}))  # fmt: skip
    store_charts(store, [_story(at, 2)])
    return store


def all_pages() -> list[Page]:
    """Every page of the package, registered or not."""
    folder = Path(groundswell.serve.pages.__file__).parent
    found = []
    for file in sorted(folder.glob("*.py")):
        if file.stem != "__init__":
            module = importlib.import_module(f"groundswell.serve.pages.{file.stem}")
            found += [thing for thing in vars(module).values() if isinstance(thing, Page)]
    return found


def client(path: Path, **options: Any) -> TestClient:
    """A client of the desk in a state file."""
    app = create_app(DESK, lambda: open_store(path, clock=lambda: CLOCK, key=b"", readonly=True),
                     pages=all_pages())  # fmt: skip
    return TestClient(app, **options)


@pytest.fixture(scope="session")
def made() -> SimpleNamespace:
    """What tests use of this file."""
    return SimpleNamespace(
        DESK=DESK, HANDLE=HANDLE, SCRIPT=SCRIPT, NIGHT=NIGHT, START=START, MAKERS=MAKERS,
        all_pages=all_pages, client=client, fill=fill, snapshot=snapshot,
    )  # fmt: skip


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """A filled desk, served; tests leave it as it is."""
    path = tmp_path_factory.mktemp("serve") / "demo.db"
    with fill(path) as store:
        yield SimpleNamespace(client=client(path), path=path, store=store)
