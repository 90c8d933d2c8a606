"""What a cascade costs and leaves out, learnt from a state as if all of it were a firehose.

Used by bench_label.py. The stream it is tried on is drawn from the newest third of the records, of
which 2 in 100 are what the full reader keeps: they join a beat or name an entity of the desk.
"""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from groundswell.desk import Desk, Group
from groundswell.errors import UsageError
from groundswell.label import label
from groundswell.label.annotators.entities import Entities
from groundswell.label.annotators.firehose import Firehose
from groundswell.label.annotators.language import Language
from groundswell.label.annotators.phrases import Phrases
from groundswell.label.cascade import Cascade
from groundswell.label.choice import chosen
from groundswell.label.distil import distil
from groundswell.label.ready import cascade_file, make_ready, stored_cascade
from groundswell.store import Row, Store, open_store
from groundswell.store.records import add_page, as_record
from groundswell.types import Item, Reading, Record

ON_TOPIC = 0.02
MOST = 4_000  # records of the stream
ROUNDS, TURNS = 5, 2
Line = tuple[str, ...]


def read_a_firehose(store: Store, desk: Desk, folder: Path) -> Iterator[Line]:
    """Lines for the table: what was learnt, what deciding costs, what the whole stage gains."""
    hose = all_firehose(store, desk)
    try:
        told = distil(store, hose)
    except UsageError as problem:
        print(f"no cascade: {problem}")
        return
    cascade = stored_cascade(cascade_file(store.path))
    assert cascade is not None
    yield ("cascade learnt from", f"{told.taught:,} records")
    yield ("  tried on newer ones", f"{told.held:,}, {told.held_kept:,} join a beat")
    yield (
        "  of those still read",
        f"{told.found:,}",
        f"{told.found / told.held_kept:.1%}",
        ">= 99%",
    )
    yield ("    at least, 95 % confidence", "", f"{told.recall:.1%}")
    stream, kept = composed(store)
    yield from costs(store, hose, stream)
    yield from gains(hose, desk, stream, kept, folder, cascade)
    rows = store.rows("fingerprint_records")
    out = sum(left_out(hose, cascade, [as_record(row) for row in rows if row["content"]]))
    yield ("left out if all were a firehose", f"{out:,} of {len(rows):,}", f"{out / len(rows):.1%}")


def all_firehose(store: Store, desk: Desk) -> Desk:
    """The desk with every community marked."""
    sources = sorted({row["source"] for row in store.rows("fingerprint_records")})
    return replace(
        desk,
        communities=tuple(replace(one, firehose=True) for one in desk.communities),
        groups=(*(replace(one, firehose=True) for one in desk.groups),
                *(Group(source=name, match="*", kind="forum", firehose=True) for name in sources)),
    )  # fmt: skip


def composed(store: Store) -> tuple[list[Record], set[str]]:
    """A stream that is 2 % on topic, in the order of publication, and the ids of what is."""
    rows = [row for row in store.rows("fingerprint_records") if row["content"]]
    rows.sort(key=lambda row: (row["published"], row["id"]))
    newest = rows[-(len(rows) // 3) :]
    labelled: dict[bool, list[Row]] = {True: [], False: []}
    for row in newest:
        made = {a["layer"] for a in store.rows("current_annotations", id=row["id"])}
        if "sentiment" in made:  # in a language that is read
            labelled[bool(made & {"beats", "entities"})].append(row)
    size = min(MOST, len(labelled[False]), round(len(labelled[True]) / ON_TOPIC))
    on = max(1, round(size * ON_TOPIC))
    chosen = [*spread(labelled[True], on), *spread(labelled[False], size - on)]
    chosen.sort(key=lambda row: (row["published"], row["id"]))
    kept = {row["id"] for row in labelled[True]}
    return [as_record(row) for row in chosen], kept & {row["id"] for row in chosen}


def spread(rows: Sequence[Row], count: int) -> list[Row]:
    """So many rows, evenly spaced."""
    return [rows[n * len(rows) // count] for n in range(count)]


def costs(store: Store, hose: Desk, stream: Sequence[Record]) -> Iterator[Line]:
    """Records a second of one core for what is done before a record is left out."""
    ready = make_ready(store, hose, chosen(hose))
    names, own, language, phrases = Entities(), Firehose(), Language(), Phrases()
    for one in (names, own):
        one.prepare(ready.desk, lambda text: ready.readings[text])
    cascade = Cascade.unpack(ready.desk.cascade)

    def decided(record: Record) -> object:
        found = tuple(names(Item(record=record, reading=None, layers={})))
        return list(own(Item(record=record, reading=None, layers={"entities": found})))

    def everything(record: Record) -> object:
        item = Item(record=record, reading=None, layers={})
        return [decided(record), list(language(item)), list(phrases(item))]

    for what, work, target in (
        ("cascade, its score alone", lambda record: cascade.score(record.body), ">= 3,000"),
        ("cascade with the names it needs", decided, ">= 3,000"),
        ("  and language and phrases", everything, ""),
    ):
        rate = statistics.median(per_second(work, stream) for _ in range(ROUNDS))
        yield (what, f"{rate:,.0f} records/s", "", target)


def per_second(work: Callable[[Record], object], stream: Sequence[Record]) -> float:
    """How many records a second of processor time."""
    begun = time.process_time()
    for record in stream:
        work(record)
    return len(stream) / (time.process_time() - begun)


def gains(
    hose: Desk, desk: Desk, stream: Sequence[Record], kept: set[str], folder: Path, cascade: Cascade
) -> Iterator[Line]:
    """The whole stage on the stream, starting up left out, in parts that take turns: with the
    cascade and without."""
    rates: dict[str, list[float]] = {"read in full": [], "with the cascade": []}
    part = -(-len(stream) // TURNS)
    out = 0
    with (
        open_store(folder / "full.db", clock=lambda: 1, key=b"f") as full,
        open_store(folder / "hose.db", clock=lambda: 1, key=b"f") as spare,
    ):
        shutil.copy(cascade_file(folder / "one.db"), cascade_file(folder / "hose.db"))
        for store, watched in ((full, desk), (spare, hose)):
            label(store, watched)  # reads the desk's own texts
        for n in range(0, len(stream), part):
            for name, store, watched in (("read in full", full, desk),
                                         ("with the cascade", spare, hose)):  # fmt: skip
                add_page(store, "stream", stream[n : n + part], str(n))
                begun = time.process_time()
                done = label(store, watched)
                ended = time.process_time()
                label(store, watched)  # nothing is left: what starting up takes
                started = time.process_time() - ended
                rates[name].append(done.labelled / (ended - begun - started))
                out += done.left_out
    whole, less = (statistics.median(rate) for rate in rates.values())
    on_topic = [record for record in stream if record.id in kept]
    missed = sum(left_out(hose, cascade, on_topic))
    yield (f"a stream, {len(on_topic) / len(stream):.0%} on topic", f"{len(stream):,} records")
    yield ("  left out", f"{out:,}", f"{out / len(stream):.1%}")
    yield ("  of what is kept, still read", f"{len(on_topic) - missed:,} of {len(on_topic):,}",
           f"{1 - missed / len(on_topic):.1%}", ">= 99%")  # fmt: skip
    yield ("  whole stage once it runs, in full", f"{whole:,.0f} records/s", "1.0")
    yield ("    with the cascade", f"{less:,.0f} records/s", f"{less / whole:.1f}")


def left_out(hose: Desk, cascade: Cascade, records: Sequence[Record]) -> Iterator[bool]:
    """Whether each record would be left out."""
    names, own = Entities(), Firehose()
    marked = replace(hose, cascade=cascade.pack())
    for one in (names, own):
        one.prepare(marked, _unread)
    for record in records:
        found = tuple(names(Item(record=record, reading=None, layers={})))
        item = Item(record=record, reading=None, layers={"entities": found})
        yield any(label.value == "out" for label in own(item))


def _unread(text: str) -> Reading:
    raise AssertionError(f"{text!r} is not to be read")
