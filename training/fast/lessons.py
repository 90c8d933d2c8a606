"""The texts that the fast profile learns from."""

from __future__ import annotations

import hashlib
import json
import random
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samples import Pool
from sources import body, evaluation_texts, is_held_out, normal, pools, rows

SEED = 20261123
FROM_POOLS = 0.5  # the share of texts that come from training files, the rest from the corpus
TARGETS = 2  # of a text of the training files
ASKED = ("open source", "artificial intelligence")  # every fourth text is asked about one of these
HELD = 12  # one text in so many is never learnt from: floors are chosen on those


@dataclass(frozen=True, slots=True)
class Text:
    """A text, the targets it is asked about besides its own names, and whether it is held out."""

    words: str
    targets: tuple[str, ...]
    held: bool


def texts(bench: Path, gold: Path, corpus: Path, training: Path, count: int) -> list[Text]:
    """So many texts of the training files, and of those corpus files that the manifest gives free
    for this."""
    back = evaluation_texts(bench) | {normal(body(row)) for row in kept_rows(gold.parent, corpus)}
    files = [corpus / name for name in free_files(training / "manifest.toml")]
    found = list(dict.fromkeys(body(row) for path in files for row in rows(path) if english(row)))
    return chosen(pools(bench, gold, corpus, training / "written"), found, back, count)


def chosen(
    found: Sequence[Pool], bodies: Sequence[str], back: Collection[str], count: int
) -> list[Text]:
    """So many texts from pools and other bodies, none of those that are kept back; the same ones
    every time."""
    chance = random.Random(SEED)
    made: dict[str, tuple[str, ...]] = {}
    for place, pool in enumerate(sorted(found, key=lambda p: (len(p.samples), p.name))):
        room = (int(count * FROM_POOLS) - len(made)) // (len(found) - place)
        picked = chance.sample(pool.samples, min(room, len(pool.samples)))  # small ones whole
        made |= {s.text: tuple(a.target for a in s.attitudes[:TARGETS]) for s in picked}
    for words in chance.sample(bodies, min(count - len(made), len(bodies))):
        made.setdefault(words, ())
    kept = [
        (words, asked) for words, asked in made.items() if (n := normal(words)) and n not in back
    ]
    chance.shuffle(kept)
    return [
        Text(words, (*asked, *([chance.choice(ASKED)] if n % 4 == 0 else [])), n % HELD == 0)
        for n, (words, asked) in enumerate(kept)
    ]


def mark_of(reader: str, part: Sequence[Text]) -> str:
    """What names a reader's answers about some texts; `reader` is the hash of its whole file, as
    the ends of two readers' files may well be the same."""
    told = json.dumps([reader, [(text.words, text.targets, text.held) for text in part]])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def free_files(manifest: Path) -> list[str]:
    """The corpus files whose unlabelled texts may be learnt from."""
    listed = tomllib.loads(manifest.read_text("utf-8"))["file"]
    return [e["file"] for e in listed if e["root"] == "corpus" and "fast" in e["used_for"]]


def english(row: dict[str, Any]) -> bool:
    """Whether a record is in English, or too short to tell."""
    return row.get("lang") in (None, "", "en")


def kept_rows(gold: Path, corpus: Path) -> Iterator[dict[str, Any]]:
    """The labelled records that are kept to measure or to calibrate on."""
    kept = {row["id"] for row in rows(gold / "labels.jsonl")}
    kept |= {row["id"] for row in rows(gold / "train.jsonl") if is_held_out(row["id"])}
    for path in sorted(corpus.glob("*.jsonl.zst")):
        for row in rows(path):
            if f"{row['source']}:{row['native_id']}" in kept:
                yield row
