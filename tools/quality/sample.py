"""The labelled samples: records of the corpus with what a large language model said of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundswell.gather.archive import Row
from groundswell.gather.archives.ndjson import Ndjson
from groundswell.gather.opening import lines
from groundswell.types import Record

LABELS, TRAIN, CORPUS = "gold/labels.jsonl", "gold/train.jsonl", "corpus"
Label = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A record and its labels in the shape of the codebook."""

    record: Record
    label: Label


@dataclass(frozen=True, slots=True)
class Sample:
    """What is measured on, what baselines learn from, and how many labels had no record."""

    labels: tuple[Labelled, ...]
    train: tuple[Labelled, ...]
    missing: int


def read_sample(shared: Path) -> Sample:
    """Both samples joined with their records in one pass over the corpus."""
    told = {name: json_rows((shared / name).read_text("utf-8")) for name in (LABELS, TRAIN)}
    wanted = {str(row["id"]) for rows in told.values() for row in rows}
    records = {record.id: record for record in records_of(shared / CORPUS, wanted)}
    found = {
        name: tuple(Labelled(records[row["id"]], row) for row in rows if row["id"] in records)
        for name, rows in told.items()
    }
    return Sample(found[LABELS], found[TRAIN], len(told[LABELS]) - len(found[LABELS]))


def json_rows(text: str) -> list[dict[str, Any]]:
    """The objects of a text of JSON lines."""
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def records_of(folder: Path, wanted: Iterable[str]) -> Iterator[Record]:
    """The records of a corpus that are asked for, `<source>:<native id>`."""
    archive, names = Ndjson(), set(wanted)
    marks = {name.partition(":")[2].encode() for name in names}
    for path in sorted(folder.glob("*.jsonl.zst")):
        for number, line in lines(path, 0):
            native = line.partition(b'"native_id": "')[2].partition(b'"')[0]
            record = archive.parse(Row(number, line)) if native in marks else None
            if isinstance(record, Record) and record.id in names:
                yield record
