"""A tiny invented platform with every way to go wrong, and a clock that is moved by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from groundswell.desk import Desk, Operator, SourceSpec
from groundswell.errors import CursorTooOld, Malformed
from groundswell.gather import roster
from groundswell.gather.source import Cursor, Departure, Dossier, Payload
from groundswell.store import Store, open_store
from groundswell.types import Exposure, Record, RecordId
from groundswell.types.moment import micros, moment

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
PAGE = 2


@dataclass
class Pond:
    """The platform: posts in order, who left, and what goes wrong. It is the `http` of a fake."""

    clock: Clock
    posts: list[dict[str, Any]] = field(default_factory=list)
    departed: list[str] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    broken: bool = False
    floor: int = 0
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    size: int = PAGE

    def post(self, text: str = "", *, author: str = "ann", at: datetime | None = None,
             **more: Any) -> str:  # fmt: skip
        when = at or self.clock.now()
        number = len(self.posts) + 1
        self.posts.append({"n": number, "text": text or f"words of {number}", "author": author,
                           "at": when.isoformat(), "state": "public", **more})  # fmt: skip
        return f"pond:{number}"

    def page(self, after: int, **asked: Any) -> dict[str, Any]:
        self.asked.append((after, *asked.values()))
        if self.faults:
            raise self.faults.pop(0)
        if after and after < self.floor:
            raise CursorTooOld("pond.example: keeps only the newest; nothing to do")
        rows = [row for row in self.posts if row["n"] > max(after, self.floor)
                and asked.get("start", "") <= row["at"] <= asked.get("stop", "9")]  # fmt: skip
        return {"rows": rows[: self.size], "departed": self.departed, "changes": self.changes}

    def change(self, number: int, **changes: Any) -> None:
        """A post is edited or taken back; the next pages tell of it."""
        self.posts[number - 1].update(changes)
        self.changes.append(self.posts[number - 1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ponds:
    """Posts of the pond, two a page."""

    kind: ClassVar[str] = "pond"
    dossier: ClassVar[Dossier] = Dossier(
        title="The pond", access="open", terms="Anybody may read.", every=600, lag=60,
    )  # fmt: skip
    tags: tuple[str, ...] = ()
    depth: int = 3
    share: float = 1.0

    def fetch(self, http: Any, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        yield from self._walk(http, int(since or 0))

    def parse(self, payload: Payload) -> Iterable[Record | Departure | Exposure]:
        if payload.body.startswith(b"<"):
            raise Malformed("pond.example: answered with a web page; look at it in a browser")
        said = json.loads(payload.body)
        rows = {row["n"]: row for row in said["rows"] + said["changes"]}
        for row in rows.values():
            yield Record(
                id=RecordId(f"pond:{row['n']}"), source="pond", kind="post", community="pond",
                text=row["text"], author=row["author"], state=row["state"],
                published=datetime.fromisoformat(row["at"]),
            )  # fmt: skip
        for author in said["departed"]:
            yield Departure("pond", author)

    def _walk(self, http: Any, after: int, **asked: Any) -> Iterator[Payload]:
        while True:
            said = http.page(after, **asked)
            after = said["rows"][-1]["n"] if said["rows"] else after
            body = b"<html>log in" if http.broken else json.dumps(said).encode()
            gaps = (http.gap,) if getattr(http, "gap", None) else ()
            if any(said.values()):
                yield Payload(body, Cursor(str(after)), gaps=gaps)
            if len(said["rows"]) < http.size:
                return


@dataclass(frozen=True, slots=True, kw_only=True)
class Deep(Ponds):
    """The pond with a past, and with posts that must be asked about again."""

    kind: ClassVar[str] = "deep"
    dossier: ClassVar[Dossier] = Dossier(
        title="The deep pond", access="open", terms="Texts for two days.", text_ttl=48,
        derived_allowed=False, recheck=(1, 24), every=600, lag=60, backfill="all of it",
    )  # fmt: skip

    def backfill(self, http: Any, since: Cursor | None, first: datetime,
                 now: datetime) -> Iterator[Payload]:  # fmt: skip
        yield from Ponds._walk(self, http, int(since or 0), start=first.isoformat(),
                               stop=now.isoformat())  # fmt: skip

    def recheck(self, http: Any, ids: Any, now: datetime) -> Iterator[Payload]:
        http.asked.append(("recheck", *ids))
        if http.faults:
            raise http.faults.pop(0)
        rows = [row for row in http.posts if f"pond:{row['n']}" in ids]
        said = {"rows": rows, "departed": [], "changes": []}
        yield Payload(json.dumps(said).encode(), Cursor(""))


@dataclass
class Clock:
    """A clock that is moved by hand."""

    at: datetime = T0

    def __call__(self) -> int:
        return micros(self.at)

    def now(self) -> datetime:
        return self.at

    def go(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pond(clock: Clock) -> Pond:
    return Pond(clock)


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> dict[str, type]:
    """The kinds of sources there are; a test may add its own."""
    known: dict[str, type] = {"pond": Ponds, "deep": Deep}
    monkeypatch.setattr(roster, "plugins", lambda _: known)
    monkeypatch.setattr(roster, "find", lambda _, name: known[name])
    return known


@pytest.fixture
def spec(kinds: dict[str, type]) -> Callable[..., SourceSpec]:
    def make(name: str = "pond", kind: str = "", **options: Any) -> SourceSpec:
        return SourceSpec(name=name, kind=kind or name, options=options)

    return make


@pytest.fixture
def desk(tmp_path: Path) -> Callable[..., Desk]:
    def make(*specs: SourceSpec, **more: Any) -> Desk:
        values: dict[str, Any] = {
            "name": "ponds", "title": "Ponds", "topic": "ponds", "folder": tmp_path,
            "operator": Operator(name="A reader", contact="reader@ponds.example"),
        }  # fmt: skip
        return Desk(**{**values, "sources": specs, **more})

    return make


@pytest.fixture
def opened(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Store]]:
    stores: list[Store] = []

    def open_(name: str = "desk", **more: Any) -> Store:
        stores.append(open_store(tmp_path / f"{name}.db", clock=clock, key=b"a key", **more))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[..., Store]) -> Store:
    return opened()


@pytest.fixture
def ledger() -> Callable[[Store], list[tuple[Any, ...]]]:
    """What the ledger says now: (start, stop, permille, reason), times as datetimes."""

    def read(store: Store) -> list[tuple[Any, ...]]:
        rows = store.connection.execute(
            "SELECT start, stop, permille, reason FROM exposure WHERE seq_to = 9223372036854775807"
            " ORDER BY start"
        )
        return [(moment(r["start"]), moment(r["stop"]), r["permille"], r["reason"].split(":")[0])
                for r in rows]  # fmt: skip

    return read
