"""The packaged reader: one file, one text per call, the same bytes each time."""

from __future__ import annotations

import numpy as np
import pytest

from groundswell.errors import PluginError
from groundswell.label.reader import Reader, packaged


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(packaged())


def test_reading_is_normal_and_repeatable(reader: Reader) -> None:
    one, two = reader.read("I love this little library"), reader.read("I love this little library")
    assert one.vector.tobytes() == two.vector.tobytes()
    assert one.outputs == two.outputs
    assert abs(float(np.linalg.norm(one.vector.astype(float))) - 127) < 3
    assert abs(sum(one.outputs["sentiment"]) - 1000) <= 2


def test_tone_has_a_direction(reader: Reader) -> None:
    warm = reader.read("This is wonderful, thank you so much, I love it").outputs["sentiment"]
    cold = reader.read("This is terrible, I hate it, a complete disaster").outputs["sentiment"]
    assert warm[2] > 600 > warm[0]
    assert cold[0] > 600 > cold[2]


def test_long_texts_are_cut_and_empty_ones_read(reader: Reader) -> None:
    long = reader.read("word " * 5000)
    assert long.states is not None
    assert len(long.states) == 256
    assert reader.read("").vector.shape == (384,)


def test_what_was_prepared_is_read_as_if_it_were_not(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["I love this little library", "this is awful", "I love this little library"]
    plain = [reader.read(text) for text in texts]
    reader.prepare(texts, ["library"])
    monkeypatch.setattr(reader, "_tokens", lambda _: pytest.fail("seen already"))
    for text, before in zip(texts[:2], plain[:2], strict=True):
        again = reader.read(text)
        assert again.vector.tobytes() == before.vector.tobytes()
        assert (again.outputs, again.offsets) == (before.outputs, before.offsets)
    monkeypatch.undo()
    assert reader.read(texts[2]).outputs == plain[2].outputs  # it may be read again


def test_something_else_is_no_reader() -> None:
    path = packaged().parent / "gate.json"
    with pytest.raises(PluginError, match=r"gate\.json"):
        Reader(path)
