"""Checks of readers, and of parts that answer beside one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from groundswell.label.part import ANSWERS, ATTITUDES, SPANS, Part, Reads
from groundswell.testing.check import Checks
from groundswell.types.reading import HEADS, NAME_TYPES, ROLES, STANCES, TOWARDS

MILLI = 1000
TARGETS = ("Gantry", "the open lathe")


def reader_checks(reader: Reads, texts: Sequence[str]) -> Checks:
    """Checks of a reader on texts in its languages; an empty one belongs among them."""
    yield "says who it is and what it reads", lambda: _named(reader)

    def same() -> None:
        first = [reader.read(text) for text in texts]
        again = [reader.read(text) for text in reversed(texts)][::-1]
        for text, one, two in zip(texts, first, again, strict=True):
            assert one.vector.tobytes() == two.vector.tobytes(), f"another vector for {text!r}"
            assert one.outputs == two.outputs, f"another answer for {text!r}"

    yield "reads the same in any order", same

    def whole() -> None:
        sizes = set()
        for text in texts:
            reading = reader.read(text, TARGETS)
            sizes.add(reading.vector.shape)
            assert reading.vector.dtype == np.int8, "a vector is int8"
            length = float(np.linalg.norm(reading.vector.astype(float)))
            assert not reading.vector.any() or abs(length - 127) < 13, "no vector of length one"
            assert reading.reader == reader.name, "a reading bears its reader's name"
            _answers(reading.outputs, text)
        assert len(sizes) == 1, f"vectors of {len(sizes)} sizes"

    yield "gives a vector of length one, and answers in thousandths", whole


def part_checks(part: Part, texts: Sequence[str]) -> Checks:
    """Checks of a part that stands beside a reader, on texts it can read."""

    def gives() -> None:
        _named(part)
        assert part.gives, "a part gives something"
        assert part.gives <= set(ANSWERS), f"{sorted(part.gives - set(ANSWERS))} is no answer"

    yield "says who it is and what it gives", gives

    def same() -> None:
        first = [part.answer(text, TARGETS) for text in texts]
        again = [part.answer(text, TARGETS) for text in reversed(texts)][::-1]
        assert first == again, "another answer the second time"

    yield "answers the same in any order", same

    def own() -> None:
        for text in texts:
            outputs = part.answer(text, TARGETS)
            for name in outputs:
                about = ATTITUDES if name.startswith(TOWARDS) else name
                assert about in part.gives, f"{name} is not what it says it gives"
            _answers(outputs, text)

    yield "answers what it says it gives, in thousandths", own


def _named(one: Reads | Part) -> None:
    assert isinstance(one.name, str), "a name is text"
    assert one.name, "it has no name"
    for code in one.languages:
        assert len(code) == 2, f"{code!r} is no ISO 639-1 code"
        assert code == code.lower(), f"{code!r} is no ISO 639-1 code"


def _answers(outputs: Mapping[str, Sequence[int]], text: str) -> None:
    for name, said in outputs.items():
        assert all(type(n) is int for n in said), f"{name} is not whole numbers"
        if name == SPANS:
            _spans(said, text)
            continue
        size = len(STANCES) + len(ROLES) if name.startswith(TOWARDS) else len(HEADS.get(name, ()))
        assert size, f"{name!r} is no answer"
        assert len(said) == size or (not said and name.startswith(TOWARDS)), f"{name}: {len(said)}"
        assert all(-MILLI <= n <= MILLI for n in said), f"{name} is not in thousandths"


def _spans(said: Sequence[int], text: str) -> None:
    assert len(said) % 4 == 0, "a name is four whole numbers"
    before = 0
    for place in range(0, len(said), 4):
        start, stop, kind, score = said[place : place + 4]
        assert before <= start < stop <= len(text), f"{start}..{stop} overlaps or is outside"
        assert 0 <= kind < len(NAME_TYPES), f"{kind} is no type of name"
        assert 0 <= score <= MILLI, f"score {score} is not in thousandths"
        before = stop
