"""The checks see what they are there to see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import pytest

from groundswell import testing
from groundswell.errors import Malformed
from groundswell.gather.archive import Row
from groundswell.gather.archives.ndjson import Ndjson
from groundswell.gather.source import Cursor, Dossier, Payload
from groundswell.testing.noise import noise
from groundswell.types import Annotation, Item, Link, Numbers, Record, Signal

FILE = Path(__file__).parent.parent / "gather" / "data" / "normalised.ndjson"


def failed(checks):
    names = []
    for name, check in checks:
        try:
            check()
        except Exception:  # noqa: BLE001  # whatever a broken plugin raises
            names.append(name)
    return names


def record(n):
    line = (b'{"source":"forum","community":"x","native_id":"%d",'
            b'"published_at":"2026-03-01T10:00:0%dZ","text":"w%d"}')  # fmt: skip
    return Ndjson().parse(Row(1, line % (n, n, n)))


def test_run_checks_names_what_failed():
    def bad():
        raise AssertionError("too small")

    with pytest.raises(AssertionError, match="1 of 2 checks failed\nsize: too small"):
        testing.run_checks([("name", lambda: None), ("size", bad)])
    with pytest.raises(AssertionError, match="nothing to check"):
        testing.run_checks([])


def test_broken_archives():
    @dataclass(frozen=True)
    class Greedy(Ndjson):
        def recognises(self, path, head):
            return True

    class Forgetful(Ndjson):
        def rows(self, path, after):
            yield from (Row(n, row.data) for n, row in enumerate(super().rows(path, after), 1))

    class Careless(Ndjson):
        def parse(self, row):
            return super().parse(Row(1, row.data + b"}" if row.data == b"" else row.data)) and None

    class Fragile(Ndjson):
        def parse(self, row):
            import json

            return super().parse(Row(1, json.dumps(json.loads(row.data)["id"]).encode()))

    assert failed(testing.archive_checks(Ndjson(), FILE)) == []
    assert failed(testing.archive_checks(Greedy(), FILE)) == [
        "recognises its own file and no novel"
    ]
    assert "starts again anywhere with the same rows" in failed(
        testing.archive_checks(Forgetful(), FILE))  # fmt: skip
    assert failed(testing.archive_checks(Careless(), FILE))
    assert failed(testing.archive_checks(Fragile(), FILE))


class Pages:
    """A canned network: three pages of two records."""

    kind = "forum"
    dossier = Dossier(title="Forum", access="open", terms="none", backfill="none", threads="none",
                      deletes="none", limits="none")  # fmt: skip
    overlap = 0

    def fetch(self, http, since, now):
        for n in range(int(since or 0) - (self.overlap if since else 0), 3):
            yield Payload(str(n).encode(), Cursor(str(n + 1)))

    def parse(self, payload):
        if not payload.body.isdigit():
            raise Malformed("odd")
        return [record(2 * int(payload.body)), record(2 * int(payload.body) + 1)]


def test_broken_sources():
    class Overlapping(Pages):
        overlap = 1

    class Fickle(Pages):
        calls = 0

        def parse(self, payload):
            self.calls += 1
            return [replace(one, text=f"{self.calls}") for one in super().parse(payload)]

    class Silent(Pages):
        dossier = replace(Pages.dossier, limits="")

    class Fragile(Pages):
        def parse(self, payload):
            return [record(int(payload.body))]

    payloads = [Payload(b"0", Cursor("1"))]

    def checks(source):
        from datetime import UTC, datetime

        return failed(testing.source_checks(source, payloads, http=object(),
                                            now=datetime(2026, 1, 1, tzinfo=UTC)))  # fmt: skip

    assert checks(Pages()) == []
    assert checks(Overlapping()) == ["fetches on from its own cursor"]
    assert checks(Fickle()) == ["gives whole records, the same each time"]
    assert checks(Silent()) == ["says what its operator must know"]
    assert checks(Fragile()) == ["is not surprised by an odd payload"]


class Past(Pages):
    """Two records for every hour there is, and a window that can be too long or too short."""

    longer = 0

    def backfill(self, http, since, first, now):
        start = int(since) if since else int(first.timestamp()) // 3600
        for hour in range(start, int(now.timestamp()) // 3600):
            yield Payload(str(hour + self.longer * (hour % 2)).encode(), Cursor(str(hour + 1)))


def test_broken_backfill():
    class Again(Past):
        longer = -1

    class Deaf(Past):
        def backfill(self, http, since, first, now):
            return super().backfill(http, None, first, now)

    class Otherwise(Past):
        """Says the same records in other words, or takes them back, once it goes on."""

        said: ClassVar = {"text": "something else"}

        def backfill(self, http, since, first, now):
            for payload in super().backfill(http, since, first, now):
                yield replace(payload, url="again" if since else "")

        def parse(self, payload):
            found = super().parse(payload)
            return [replace(one, **self.said) for one in found] if payload.url else found

    class Withdrawn(Otherwise):
        said: ClassVar = {"state": "deleted", "text": "", "title": ""}

    def checks(source):
        from datetime import UTC, datetime, timedelta

        now = datetime(1970, 1, 1, 4, tzinfo=UTC)
        return failed(testing.source_checks(
            source, [Payload(b"0", Cursor("1"))], http=object(), now=now,
            first=now - timedelta(hours=4)))  # fmt: skip

    past = replace(Pages.dossier, backfill="all of it")
    for made in (Past, Again, Deaf, Otherwise, Withdrawn):
        made.dossier = past
    assert checks(Past()) == []
    assert checks(Again()) == ["backfills without overlap or hole"]
    assert checks(Deaf()) == ["backfills without overlap or hole"]
    assert checks(Otherwise()) == ["backfills without overlap or hole"]
    assert checks(Withdrawn()) == ["backfills without overlap or hole"]


@dataclass
class Counting:
    layer: str = "size"
    version: str = "1"
    needs: tuple[str, ...] = ()
    calls: int = 0
    stop: int = 1
    remembers: bool = False

    def prepare(self, desk, read):
        return ""

    def __call__(self, item):
        self.calls += 1
        score = self.calls if self.remembers else 5
        if not item.record.body:
            return []
        return [Annotation(layer="size", value="x", score=score, start=0, stop=self.stop)]


def test_broken_annotators():
    items = [Item(record=record(n), reading=None, layers={}) for n in range(4)]
    assert failed(testing.annotator_checks(Counting(), items)) == []
    assert failed(testing.annotator_checks(Counting(remembers=True), items)) == [
        "gives the same answer twice, in any order"
    ]
    assert failed(testing.annotator_checks(Counting(stop=900), items)) == [
        "gives labels of its own layer, within the words"
    ]
    assert failed(testing.annotator_checks(Counting(needs=("desk",)), items)) == [
        "takes what it needs from the desk"
    ]


def test_broken_linkers():
    @dataclass
    class Chain:
        layer: str = "chain"
        version: str = "1"
        lead: bool = False
        again: bool = False

        def __call__(self, one: Record, memory):
            memory.remember(self.layer, one.id, b"", [1])
            near = [name for name, _ in memory.near(self.layer, [1]) if name != one.id]
            if not near:
                return []
            first = [Link(record_id=near[0], layer="chain", group=near[0], score=9, lead=True)]
            known = memory.group("chain", near[0]) and not self.again
            own = Link(record_id=one.id, layer="chain", group=near[0], score=9, lead=self.lead)
            return [*([] if known else first), own]

    records = [record(n) for n in range(6)]
    assert failed(testing.linker_checks(Chain(), records)) == []
    assert failed(testing.linker_checks(Chain(lead=True), records)) == [
        "counts one record of a group in each community"
    ]
    assert "puts each record in one group at most" in failed(
        testing.linker_checks(Chain(again=True), records)
    )


@dataclass
class Last:
    """Compares the last day with the one before it; as nervous as `p` makes it."""

    kind: str = "last"
    version: str = "1"
    p: float = 0.5
    outcome: str = "could not tell"
    days: int = 1

    def __call__(self, sample):
        daily = sample.daily[0]
        if len(daily.voices) <= self.days:
            raise IndexError("too short")
        yield Signal(
            kind="last", family="last", subject=sample.subject, community="*", low=0, high=2,
            window=(sample.night, sample.night + 1), baseline=(0, 1), effect=1, unit="times",
            p=self.p, outcome=self.outcome, n=Numbers(), maker=f"last@{self.version}",
        )  # fmt: skip


def test_broken_detectors(monkeypatch):
    monkeypatch.setattr("groundswell.testing.detectors.noise",
                        lambda count=200, seed=0: noise(min(count, 30), seed=seed))  # fmt: skip
    calm = "alarms at most 20 times in 200 samples of noise"
    assert failed(testing.detector_checks(Last(days=0))) == []
    assert failed(testing.detector_checks(Last(days=3))) == [
        "survives one day, two days and days of silence"
    ]
    assert calm in failed(testing.detector_checks(Last(days=0, p=0.01)))
    found = Last(days=0, outcome="found")
    assert "is silent about silence" in failed(testing.detector_checks(found))
    assert "tells tests of its own kind, with interval and p" in failed(
        testing.detector_checks(Last(days=0, p=1.5))
    )
    assert failed(testing.detector_checks(Last(kind="first", days=0)))
