"""A small store with rows written by hand, so that every figure can be checked by eye."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from groundswell.desk import Alias, Beat, Community, Desk, Entity, Outlet
from groundswell.desk.nouns import FOREVER
from groundswell.measure import measure
from groundswell.query.figures import Figures
from groundswell.report.ask import claim_kinds
from groundswell.report.claim import Question
from groundswell.store import OPEN
from groundswell.store.migrate import migrate
from groundswell.store.sqlite import Store, connect
from groundswell.types import Claim, Snapshot, join_body
from groundswell.types.moment import midnight

ROLLUPS = ("hours", "pairs", "voices")
NIGHT = 100
SCORES = {"positive": 700, "neutral": 0, "negative": -700}


def desk(**changes: Any) -> Desk:
    entities = (
        Entity(slug="crane", name="Crane", type="product",
               aliases=(Alias(text="Crane"), Alias(text="Derrick", start=97))),
        Entity(slug="barge", name="Barge", type="product", aliases=(Alias(text="Barge"),)),
        Entity(slug="mole", name="Mole", type="product", aliases=(Alias(text="Mole"),)),
    )  # fmt: skip
    communities = (
        Community(slug="attic", name="r/Attic", source="reddit", kind="forum",
                  population="r/Attic, a forum for people who tinker in attics"),
        Community(slug="cellar", name="cellar.example", source="mastodon", kind="microblog",
                  population="cellar.example, a small server for people who work in cellars"),
        Community(slug="ward", name="r/Ward", source="reddit", kind="forum", quote="never"),
    )  # fmt: skip
    outlets = (
        Outlet(slug="quay", name="Quay Post", owner="Quay Group"),
        Outlet(slug="dusk", name="Quay at Dusk", owner="Quay Group"),
        Outlet(slug="hill", name="Hill Review"),
    )
    parts: dict[str, Any] = {
        "name": "small", "title": "A small desk", "topic": "", "folder": Path("."),
        "entities": entities, "communities": communities, "outlets": outlets,
        "beats": (Beat(slug="tools", name="Tools", description="tools"),), "invented": True,
    }  # fmt: skip
    return Desk(**parts | changes)


@dataclass
class World:
    store: Store
    desk: Desk = field(default_factory=desk)
    n: int = 0
    night: int = NIGHT

    @property
    def figures(self) -> Figures:
        return Figures(self.store, self.desk, self.snapshot)

    def ask(self, kind: str, op: str, **asked: Any) -> Claim | None:
        """One claim on the last seven days, unless told otherwise."""
        names = ("subject", "unit", "communities", "baseline", "signal", "start", "stop")
        given = {"start": NIGHT - 6, "stop": NIGHT + 1, "subject": "entity/crane"}
        given |= {key: asked.pop(key) for key in names if key in asked}
        question = Question(op=op, args=asked, **given)  # type: ignore[arg-type]  # a mixed bag
        made: Claim | None = claim_kinds()[kind](question, self.figures)
        return made

    @property
    def snapshot(self) -> Snapshot:
        return Snapshot(seq=self.store.seq(), as_of=midnight(NIGHT + 1), makers=("hand@1",),
                        desk=self.desk.hash)  # fmt: skip

    def post(
        self, author: str, text: str, *, day: int = NIGHT, place: str = "r/Attic", title: str = "",
        parent: str = "", root: str = "", tone: str = "neutral", url: str = "", outlet: str = "",
        about: Sequence[str] = (), beats: Sequence[str] = (), copy_of: str = "",
        at: int | None = None,
    ) -> str:  # fmt: skip
        """Add one record with its labels; entities are found where their names stand."""
        self.n += 1
        record, body = f"hand:{self.n}", join_body(title, text)
        run = self.store.connection.execute
        seq = self.n
        run("INSERT INTO log VALUES (?, 'record', ?, 0)", (seq, record))
        published = midnight(day) + (at if at is not None else self.n) * 1_000_000
        run("INSERT INTO records VALUES (?,?,?,?,'hand','hand',?,?,?,?,?,?,?,'en',?,?,?,?,'second',"
            "?,?,NULL,?,?,'public','{}',?,?)",
            (record, seq, OPEN, record, "article" if outlet else "post",
             "outlet" if outlet else "person", place, outlet, url, title, text, author, parent,
             root or record, published, published, published, day, day + 1, record,
             len(body)))  # fmt: skip
        spans = [(e.slug, body.find(a.text), a.text) for e in self.desk.entities for a in e.aliases
                 if a.text in body and a.stop <= FOREVER]  # fmt: skip
        spans += [(slug, 0, "") for slug in about]
        labels = [("entities", slug, None, at_, at_ + len(name)) for slug, at_, name in spans]
        labels.append(("language", "en", 1000, None, None))
        run("INSERT INTO labelled VALUES (?,?,'hand')", (record, seq))
        labels += [("beats", slug, 900, None, None) for slug in beats]
        if tone:
            labels.append(("sentiment", tone, SCORES[tone], None, None))
        counts: dict[str, int] = {}
        for layer, value, score, start, stop in labels:
            n = counts[layer] = counts.get(layer, -1) + 1
            run("INSERT INTO annotations VALUES (?,?,?,?,?,?,?,'hand@1',?,?)",
                (record, layer, n, value, score, start, stop, seq, OPEN))  # fmt: skip
        if copy_of:
            run("INSERT INTO links VALUES (?,'duplicates',?,1000,0,'hand@1',?,?)",
                (record, copy_of, seq, OPEN))  # fmt: skip
        for rollup in ROLLUPS:
            run("INSERT INTO dirty VALUES (?,?,?) ON CONFLICT DO NOTHING", (rollup, day, place))
        return record

    def lead(self, record: str) -> None:
        """Make a record the first of its group of copies."""
        run = self.store.connection.execute
        run("INSERT INTO links VALUES (?,'duplicates',?,1000,1,'hand@1',1,?)",
            (record, record, OPEN))  # fmt: skip

    def measured(self) -> World:
        measure(self.store)
        return self


def empty(folder: Path, **changes: Any) -> World:
    connection = connect(folder / "small.db")
    connection.execute("PRAGMA synchronous = OFF")
    migrate(connection)
    store = Store(folder / "small.db", connection, key=b"key", clock=lambda: 0)
    return World(store=store, desk=desk(**changes))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = empty(tmp_path)
    yield made
    made.store.close()
