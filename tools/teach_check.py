"""Teach twenty records of one beat after another, and see whether that beat is filed better.

    python tools/teach_check.py FOLDER

FOLDER holds gold/train.jsonl and corpus/ (the records it labels). The labels are a large language
model's and stand in for a person's answers. For every beat with enough labelled records and many
random halves: twenty records of one half are chosen as `groundswell teach` chooses them, answered
by their labels, and F1 is measured on the other half, before and after. The constants of the
lesson were chosen on the records left out here. Exits 1 when teaching does not help on average, or
hurts too often.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from workbench import ROOT, table

from groundswell.desk import Desk, Taught
from groundswell.gather.archive import Row
from groundswell.gather.archives.ndjson import Ndjson
from groundswell.gather.opening import lines
from groundswell.label.gate import Gate, unit
from groundswell.label.reader import Reader, packaged
from groundswell.label.teach import COUNT, nearest, spread
from groundswell.types import Reading, Record

GOLD = "gold/train.jsonl"
LEFT_OUT, MOST = 600, 600  # records on which constants were chosen; records read here
FEWEST = 20  # records of a beat below which its F1 says nothing
HURT = 0.05  # a loss of F1 that counts as hurting
ALLOWED = 0.1  # share of halves in which one beat may lose that much
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sample:
    """Labelled records: their vectors, and which beats each belongs to."""

    records: tuple[Record, ...]
    vectors: tuple[npt.NDArray[np.int8], ...]
    beats: Bools


def labelled(shared: Path, desk: Desk) -> tuple[list[Record], Bools]:
    """Records that chose nothing, with the beats they are labelled with."""
    told = [json.loads(line) for line in (shared / GOLD).read_text("utf-8").splitlines()]
    ranked = sorted(told, key=lambda row: hashlib.sha256(row["id"].encode()).hexdigest())
    wanted = {row["id"]: row for row in ranked[LEFT_OUT : LEFT_OUT + MOST]}
    found = {record.id: record for record in records(shared / "corpus", frozenset(wanted))}
    kept = [found[name] for name in wanted if name in found]
    slugs = [beat.slug for beat in desk.beats]
    return kept, np.array([[slug in wanted[r.id]["beats"] for slug in slugs] for r in kept])


def records(corpus: Path, wanted: frozenset[str]) -> Iterator[Record]:
    """The records of a corpus with these ids."""
    archive, marks = Ndjson(), {name.partition(":")[2].encode() for name in wanted}
    for path in sorted(corpus.glob("*.jsonl.zst")):
        for number, line in lines(path, 0):
            native = line.partition(b'"native_id": "')[2].partition(b'"')[0]
            record = archive.parse(Row(number, line)) if native in marks else None
            if isinstance(record, Record) and record.id in wanted:
                yield record


class Trial:
    """One desk, its sample, and what the gate says of it before anything is taught."""

    def __init__(self, desk: Desk, sample: Sample, reader: Reader) -> None:
        self.desk, self.sample = desk, sample
        kept = dict(zip((r.body for r in sample.records), sample.vectors, strict=True))
        self._read: dict[str, Reading] = {
            body: Reading(reader=reader.name, vector=vector, outputs={})
            for body, vector in kept.items()
        }
        self._reader = reader
        self.gate = Gate(desk, self.read)
        self.scores = [self.gate.scores(r, v)
                       for r, v in zip(sample.records, sample.vectors, strict=True)]  # fmt: skip

    def read(self, text: str) -> Reading:
        """A reading of a text, from memory where possible."""
        if text not in self._read:
            self._read[text] = self._reader.read(text)
        return self._read[text]

    def chosen(self, layer: str, pool: Sequence[int]) -> list[int]:
        """Which records of a pool a person would be shown."""
        limit = self.gate.threshold(layer)
        near = nearest([self.scores[n][layer] for n in pool],
                       math.log(limit / (1 - limit)), COUNT)  # fmt: skip
        vectors = unit([self.sample.vectors[pool[n]] for n in near])
        return [pool[near[k]] for k in spread(vectors, COUNT)]

    def joined(self, gate: Gate, slug: str, at: Sequence[int]) -> Bools:
        """Whether records are filed under a beat, with what a gate was taught."""
        found = []
        for n in at:
            own = unit([self.sample.vectors[n]])[0]
            shifts = {layer: one.shift(own) for layer, one in gate.lessons.items()}
            scores = {layer: score + shifts.get(layer, 0.0)
                      for layer, score in self.scores[n].items()}  # fmt: skip
            found.append(slug in {name for name, _ in gate.joined(scores)})
        return np.array(found)

    def halved(self, slug: str, seed: int) -> tuple[float, float, int]:
        """F1 on one half before and after teaching on the other, and how many were in."""
        column = [beat.slug for beat in self.desk.beats].index(slug)
        order = np.random.Generator(np.random.PCG64(seed)).permutation(len(self.sample.records))
        half = len(order) // 2
        pool, test = [int(n) for n in order[:half]], [int(n) for n in order[half:]]
        layer = f"beats/{slug}"
        told = [Taught(layer=layer, title=self.sample.records[n].title,
                       text=self.sample.records[n].text,
                       belongs=bool(self.sample.beats[n, column]))
                for n in self.chosen(layer, pool)]  # fmt: skip
        after = Gate(replace(self.desk, taught=tuple(told)), self.read)
        wanted = self.sample.beats[test, column]
        return (f1(self.joined(self.gate, slug, test), wanted),
                f1(self.joined(after, slug, test), wanted),
                sum(one.belongs for one in told))  # fmt: skip


def f1(got: Bools, wanted: Bools) -> float:
    """F1 of one label."""
    asked = int(got.sum() + wanted.sum())
    return 2 * int((got & wanted).sum()) / asked if asked else 0.0


def check(trial: Trial, halves: int) -> list[tuple[str, ...]] | None:
    """The table of beats; None when teaching does not help, or hurts too often."""
    rows: list[tuple[str, ...]] = [("beat", "records", "in of 20", "before", "after", "gain",
                                    f"halves that lost {HURT}")]  # fmt: skip
    gains, lost = [], []
    for column, beat in enumerate(trial.desk.beats):
        known = int(trial.sample.beats[:, column].sum())
        if known < FEWEST:
            continue
        found = np.array([trial.halved(beat.slug, seed) for seed in range(halves)])
        gain = found[:, 1] - found[:, 0]
        gains.append(gain)
        lost.append(float((gain < -HURT).mean()))
        before, after, inside = found.mean(axis=0)
        rows.append((beat.slug, str(known), f"{inside:.1f}", f"{before:.3f}", f"{after:.3f}",
                     f"{gain.mean():+.3f}", f"{lost[-1]:.0%}"))  # fmt: skip
    every = np.concatenate(gains)
    error = float(np.std([gain.mean() for gain in gains], ddof=1) / math.sqrt(len(gains)))
    rows.append(("all", "", "", "", "", f"{every.mean():+.3f} ± {1.96 * error:.3f}",
                 f"{float((every < -HURT).mean()):.0%}"))  # fmt: skip
    print(table(rows))
    good = float(every.mean()) > 0 and float((every < -HURT).mean()) <= ALLOWED
    return rows if good else None


def main() -> int:
    """Measure; 1 when teaching does not help on average or hurts too often."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--halves", type=int, default=8, help="random halves for each beat")
    given = parser.parse_args()
    if not (given.shared / GOLD).exists():
        print(f"SKIPPED: {given.shared} lacks {GOLD}; nothing was measured")
        return 0
    # without fitted.json, which has learnt from these very records
    desk, reader = replace(Desk.load(ROOT / "desks" / "ai"), fitted=None), Reader(packaged())
    kept, beats = labelled(given.shared, desk)
    vectors = tuple(reader.read(record.body).vector for record in kept)
    print(f"{len(kept)} labelled records read; the labels are a large model's, not a person's")
    trial = Trial(desk, Sample(tuple(kept), vectors, beats), reader)
    return 0 if check(trial, given.halves) else 1


if __name__ == "__main__":
    sys.exit(main())
