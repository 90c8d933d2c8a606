"""Texts read by the reader in a few processes, and kept by reader and text."""

from __future__ import annotations

import io
import json
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from multiprocessing.pool import Pool
from pathlib import Path

import numpy as np
import numpy.typing as npt

from groundswell.label.choice import Source, open_reader
from groundswell.label.part import Reads
from groundswell.types import Reading
from groundswell.types.reading import HEADS
from quality.kept import PLACE, mark_of, write

Text = tuple[str, tuple[str, ...]]  # a body and the targets it is asked about
TAGS, TOWARDS = "spans", "attitudes"  # what a reader may tell besides HEADS
_reader: Reads | None = None  # one per worker process


def targeted(texts: Sequence[str], targets: Sequence[str] = ()) -> list[Text]:
    """Texts each asked about its own target, or about none."""
    asked = targets or [""] * len(texts)
    return [(text, (one,) if one else ()) for text, one in zip(texts, asked, strict=True)]


@dataclass(frozen=True, slots=True)
class ReadingPool:
    """Reads texts, one by one in each process; what a reader file has read before it knows."""

    reader: Reads
    pool: Pool
    place: Path = PLACE

    @property
    def tells(self) -> frozenset[str]:
        """What this reader answers: heads by name, `spans`, `attitudes`."""
        found = {name for name in self.reader.read("A text.").outputs if name in (*HEADS, TAGS)}
        return frozenset(found | ({TOWARDS} if self.reader.tells_attitudes else set()))

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """The readings of some texts, in order."""
        path = self.place / f"{mark_of(self.reader.name, texts)}.npz"
        if path.exists():
            return list(_unpacked(path, self.reader.name))
        made = list(self.pool.imap(_read, texts, chunksize=32))
        write(path, _packed(made))
        return made

    def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """The vectors of some texts as stored, rows of length one: [n, D]."""
        rows = np.stack([reading.vector for reading in self.read(targeted(texts))])
        rows = rows.astype(np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


@contextmanager
def reading_pool(source: Source, processes: int) -> Iterator[ReadingPool]:
    """A pool whose processes end with it."""
    reader = open_reader(source)  # here first: a worker that cannot open it is started for ever
    context = multiprocessing.get_context("spawn")  # a fork would share the encoder's threads
    with context.Pool(processes, initializer=_start, initargs=(source,)) as pool:
        yield ReadingPool(reader, pool)


def _start(source: Source) -> None:
    global _reader
    _reader = open_reader(source)


def _read(text: Text) -> Reading:
    assert _reader is not None
    return replace(_reader.read(*text), states=None, offsets=None)


def _packed(readings: Sequence[Reading]) -> bytes:
    """Vectors as one matrix, outputs as JSON."""
    stream = io.BytesIO()
    outputs = json.dumps([reading.outputs for reading in readings]).encode()
    vectors = np.stack([reading.vector for reading in readings])
    np.savez_compressed(stream, vectors=vectors, outputs=np.frombuffer(outputs, np.uint8))
    return stream.getvalue()


def _unpacked(path: Path, name: str) -> Iterator[Reading]:
    with np.load(path, allow_pickle=False) as found:
        vectors, told = found["vectors"], json.loads(found["outputs"].tobytes())
    for vector, outputs in zip(vectors, told, strict=True):
        answers: Mapping[str, tuple[int, ...]] = {k: tuple(v) for k, v in outputs.items()}
        yield Reading(reader=name, vector=vector, outputs=answers)


def sample(texts: Sequence[str], most: int) -> list[int]:
    """Places of at most so many texts, at even steps: the same each time.

    >>> sample("abcdef", 3)
    [0, 2, 4]
    """
    if len(texts) <= most:
        return list(range(len(texts)))
    return list(islice((n * len(texts) // most for n in range(most)), most))
