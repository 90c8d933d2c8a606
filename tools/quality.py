"""Measure the packaged reader on labelled records and hold it against pinned floors.

    python tools/quality.py FOLDER

FOLDER holds gold/labels.jsonl, corpus/ (the records it labels) and bench/. The gold labels are a
large language model's: what they measure is agreement with that reading, not truth. Floors stand
in quality/floors.json with the hash of what they were measured on; they may rise, never fall.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from workbench import ROOT, scratch, table

from groundswell.cli.state import now
from groundswell.desk import Desk
from groundswell.gather.archive import Row
from groundswell.gather.archives.ndjson import Ndjson
from groundswell.gather.opening import lines
from groundswell.label import label
from groundswell.store import open_store
from groundswell.store.records import add_page
from groundswell.types import Record

FLOORS = ROOT / "quality" / "floors.json"
GOLD, BENCH = "gold/labels.jsonl", "bench/sentiment_developer/senti4sd_stackoverflow/test.jsonl.gz"
DRAWS = 1_000
HEAD = """Agreement with a large model's reading.
The gold labels are that model's, not people's. Senti4SD's are people's, and the reader was trained
on the training part of that set."""
Figures = npt.NDArray[np.float64]
Score = Callable[[Sequence[Any], Sequence[Any]], float]


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure with its interval, beside what guessing the commonest answer would get."""

    name: str
    n: int
    value: float
    low: float
    high: float
    baseline: float


def macro_f1(wanted: Sequence[str], got: Sequence[str]) -> float:
    """The mean over labels of their F1."""
    scores = []
    for value in sorted(set(wanted)):
        hit = sum(w == g == value for w, g in zip(wanted, got, strict=True))
        asked = wanted.count(value) + got.count(value)
        scores.append(2 * hit / asked if asked else 0.0)
    return float(np.mean(scores)) if scores else 0.0


def accuracy(wanted: Sequence[str], got: Sequence[str]) -> float:
    """The share that agrees."""
    return float(np.mean([w == g for w, g in zip(wanted, got, strict=True)]))


def micro_f1(wanted: Sequence[frozenset[str]], got: Sequence[frozenset[str]]) -> float:
    """F1 over all labels of all records."""
    hit = sum(len(w & g) for w, g in zip(wanted, got, strict=True))
    asked = sum(map(len, wanted)) + sum(map(len, got))
    return 2 * hit / asked if asked else 0.0


def measured(name: str, score: Score, wanted: Sequence[Any], got: Sequence[Any]) -> Measured:
    """A figure with a 95 % bootstrap interval over records."""
    generator = np.random.Generator(np.random.PCG64(1))
    draws = []
    for _ in range(DRAWS):
        at = generator.integers(0, len(wanted), len(wanted))
        draws.append(score([wanted[i] for i in at], [got[i] for i in at]))
    low, high = np.quantile(draws, [0.025, 0.975])
    commonest = Counter(wanted).most_common(1)[0][0]
    return Measured(name, len(wanted), score(wanted, got), float(low), float(high),
                    score(wanted, [commonest] * len(wanted)))  # fmt: skip


def gold_records(folder: Path, wanted: Mapping[str, Any]) -> Iterator[Record]:
    """The records of a corpus that are labelled."""
    archive = Ndjson()
    marks = {name.partition(":")[2].encode() for name in wanted}
    for path in sorted(folder.glob("*.jsonl.zst")):
        for number, line in lines(path, 0):
            native = line.partition(b'"native_id": "')[2].partition(b'"')[0]
            record = archive.parse(Row(number, line)) if native in marks else None
            if isinstance(record, Record) and record.id in wanted:
                yield record


def labelled(records: Sequence[Record], desk: Desk, folder: Path) -> dict[str, dict[str, set[str]]]:
    """What the whole labelling stage says of each record: values by layer."""
    with open_store(folder / "quality.db", clock=now) as store:
        add_page(store, "quality", records, "")
        label(store, desk, processes=2)
        found: dict[str, dict[str, set[str]]] = {}
        for record in records:
            layers = found.setdefault(record.id, {"sentiment": set(), "beats": set()})
            for row in store.rows("current_annotations", id=record.id):
                layers.get(row["layer"], set()).add(row["value"])
        return found


def on_gold(shared: Path, folder: Path) -> list[Measured]:
    """Sentiment and beats on the labelled sample of the corpus."""
    told = [json.loads(line) for line in (shared / GOLD).read_text("utf-8").splitlines()]
    wanted = {row["id"]: row for row in told}
    records = list(gold_records(shared / "corpus", wanted))
    desk = Desk.load(ROOT / "desks" / "ai")
    got = labelled(records, desk, folder)
    read = [record.id for record in records if got[record.id]["sentiment"]]
    print(f"{len(told)} labelled, {len(records)} found in the corpus, {len(read)} read")
    tone = ([wanted[i]["sentiment"] for i in read], [min(got[i]["sentiment"]) for i in read])
    beats = ([frozenset(wanted[r.id]["beats"]) for r in records],
             [frozenset(got[r.id]["beats"]) for r in records])  # fmt: skip
    joined = (["beat" if one else "none" for one in beats[0]],
              ["beat" if one else "none" for one in beats[1]])  # fmt: skip
    return [
        measured("gold: sentiment, accuracy", accuracy, *tone),
        measured("gold: sentiment, macro F1", macro_f1, *tone),
        measured("gold: beats, micro F1", micro_f1, *beats),
        measured("gold: any beat or none, accuracy", accuracy, *joined),
    ]


def on_bench(shared: Path) -> list[Measured]:
    """Sentiment on a public test set of developers' posts."""
    from groundswell.label.reader import Reader, packaged

    with gzip.open(shared / BENCH, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    reader, names = Reader(packaged()), ("negative", "neutral", "positive")
    got = [names[int(np.argmax(reader.read(row["text"]).outputs["sentiment"]))] for row in rows]
    wanted = [row["label"] for row in rows]
    return [measured("senti4sd test: sentiment, macro F1", macro_f1, wanted, got),
            measured("senti4sd test: sentiment, accuracy", accuracy, wanted, got)]  # fmt: skip


def held(figures: Sequence[Measured], floors: Mapping[str, float]) -> list[tuple[str, ...]]:
    """The figures as a table, those under their floor marked."""
    lines: list[tuple[str, ...]] = [("figure", "n", "value", "95 %", "commonest", "floor", "")]
    for one in figures:
        floor = floors.get(one.name, 0.0)
        lines.append(
            (
                one.name,
                f"{one.n:,}",
                f"{one.value:.3f}",
                f"{one.low:.3f} to {one.high:.3f}",
                f"{one.baseline:.3f}",
                f"{floor:.3f}",
                "" if one.value >= floor else "BELOW",
            )
        )
    return lines


def main() -> int:
    """Measure; 1 when a figure is below its floor."""
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()
    print(HEAD)
    missing = [name for name in (GOLD, "corpus", BENCH) if not (shared / name).exists()]
    if missing:
        print(f"SKIPPED: {shared} lacks {', '.join(missing)}; nothing was measured")
        return 0
    pinned = json.loads(FLOORS.read_text("utf-8"))
    mark = hashlib.sha256((shared / GOLD).read_bytes() + (shared / BENCH).read_bytes()).hexdigest()
    with scratch("quality") as folder:
        figures = [*on_gold(shared, folder), *on_bench(shared)]
    lines = held(figures, pinned["floors"])
    print(table(lines))
    if mark != pinned["measured_on"]:
        print("! the labelled sets are not those the floors were measured on "
              f"({mark[:12]}, not {pinned['measured_on'][:12]})")  # fmt: skip
        return 1
    return 1 if any(line[-1] == "BELOW" for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
