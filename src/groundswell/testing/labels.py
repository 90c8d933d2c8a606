"""Checks of annotators and linkers: pure, replayable, and within their contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from groundswell.desk import Desk
from groundswell.label.annotator import Annotator, DeskReading
from groundswell.label.linker import Linker
from groundswell.testing.check import Checks, named
from groundswell.types import Annotation, Item, Link, Reading, Record

MILLI = 1000


def annotator_checks(
    annotator: Annotator, items: Sequence[Item], *, desk: Desk | None = None,
    read: DeskReading | None = None,
) -> Checks:  # fmt: skip
    """Checks of an annotator; give `desk` and `read` when it needs the desk."""
    yield named(annotator, "layer", "version")

    def prepares() -> None:
        assert isinstance(annotator.needs, tuple), "needs is a tuple of names"
        assert desk is not None, "this annotator needs the desk; give one"
        told = annotator.prepare(desk, read or _unread)
        assert isinstance(told, str)
        assert told == annotator.prepare(desk, read or _unread), "the same desk, another text"

    if desk is not None or "desk" in annotator.needs:
        yield "takes what it needs from the desk", prepares
    fit = [item for item in items if item.reading is not None or "reading" not in annotator.needs]

    def same() -> None:
        first = [tuple(annotator(item)) for item in fit]
        assert first == [tuple(annotator(item)) for item in fit], "another answer the second time"
        back = [tuple(annotator(item)) for item in reversed(fit)]
        assert first == back[::-1], "an answer depends on the records before it"

    yield "gives the same answer twice, in any order", same

    def labels() -> None:
        for item in fit:
            for annotation in annotator(item):
                _labelled(annotator, item, annotation)

    yield "gives labels of its own layer, within the words", labels

    def empty() -> None:
        for item in fit[:3]:
            bare = replace(item, record=replace(item.record, title="", text=""))
            for annotation in annotator(bare):
                _labelled(annotator, bare, annotation)

    yield "survives a record without words", empty


def linker_checks(linker: Linker, records: Sequence[Record]) -> Checks:
    """Checks of a linker on records in log order."""
    yield named(linker, "layer", "version")
    yield (
        "gives the same links when replayed",
        lambda: _equal(_linked(linker, records), _linked(linker, records)),
    )

    def once() -> None:
        links = _linked(linker, records)
        ids = {record.id for record in records}
        for link in links:
            assert link.layer == linker.layer, f"a link of layer {link.layer}"
            assert {link.record_id, link.group} <= ids, f"{link.record_id} was never seen"
            assert 0 <= link.score <= MILLI, f"score {link.score} is not in thousandths"
        twice = [name for name, n in Counter(link.record_id for link in links).items() if n > 1]
        assert not twice, f"{twice[:1]} is in two groups"

    yield "puts each record in one group at most", once

    def leads() -> None:
        places = {record.id: record.community for record in records}
        counted = Counter((link.group, places[link.record_id])
                          for link in _linked(linker, records) if link.lead)  # fmt: skip
        for link in _linked(linker, records):
            assert counted[link.group, places[link.record_id]] == 1, (
                f"group {link.group} has {counted[link.group, places[link.record_id]]} leads"
            )

    yield "counts one record of a group in each community", leads

    def knows_only_the_past() -> None:
        half = len(records) // 2
        links = _linked(linker, records)
        early = {record.id for record in records[:half]}
        before = {link for link in links if link.record_id in early}
        assert set(_linked(linker, records[:half])) <= before, "a decision was taken back"

    yield "never takes a decision back", knows_only_the_past


class ListMemory:
    """A linker's memory for tests, as the store keeps it for the loop."""

    def __init__(self) -> None:
        self._known: list[tuple[str, bytes, frozenset[tuple[int, int]]]] = []
        self.links: list[Link] = []
        self.places: dict[str, str] = {}

    def near(self, layer: str, bands: Sequence[int]) -> list[tuple[str, bytes]]:
        """Earlier records sharing a band, oldest first."""
        asked = frozenset(enumerate(bands))
        return [(name, sketch) for name, sketch, own in self._known if own & asked]

    def group(self, layer: str, record_id: str) -> str | None:
        """The group of an earlier record."""
        return next((link.group for link in self.links if link.record_id == record_id), None)

    def has_lead(self, layer: str, group: str, community: str) -> bool:
        """Whether the group has a counted member in a community."""
        return any(link.lead and link.group == group and self.places[link.record_id] == community
                   for link in self.links)  # fmt: skip

    def community(self, record_id: str) -> str:
        """Where an earlier record was said."""
        return self.places.get(record_id, "")

    def remember(self, layer: str, record_id: str, sketch: bytes, bands: Sequence[int]) -> None:
        """Keep a record's sketch under its bands."""
        self._known.append((record_id, sketch, frozenset(enumerate(bands))))


def _linked(linker: Linker, records: Sequence[Record]) -> list[Link]:
    memory = ListMemory()
    for record in records:
        memory.places[record.id] = record.community
        memory.links += linker(record, memory)
    return memory.links


def _equal(one: Sequence[Link], two: Sequence[Link]) -> None:
    assert one == two, "the same records, other links"


def _labelled(annotator: Annotator, item: Item, annotation: Annotation) -> None:
    assert annotation.layer == annotator.layer, f"a label of layer {annotation.layer}"
    assert annotation.value, "a label without a value"
    assert annotation.score is None or isinstance(annotation.score, int), "a score is an integer"
    assert annotation.score is None or -MILLI <= annotation.score <= MILLI, "not in thousandths"
    spans = (annotation.start, annotation.stop)
    if spans != (None, None):
        start, stop = spans
        assert start is not None, "a stop without a start"
        assert stop is not None, "a start without a stop"
        assert 0 <= start < stop <= len(item.record.body), f"{start}..{stop} is not in the body"


def _unread(text: str) -> Reading:
    raise AssertionError("this annotator reads the desk; give `read`")
