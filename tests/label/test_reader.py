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


def test_something_else_is_no_reader() -> None:
    path = packaged().parent / "gate.json"
    with pytest.raises(PluginError, match=r"gate\.json"):
        Reader(path)
