"""The beats gate gives the worked example of training/README.md."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from groundswell.desk import Desk
from groundswell.desk.fitted import Corrections, Fitted, Row
from groundswell.label.gate import Compared, Gate
from groundswell.label.lexicon import Phrases, WordOdds, greatest3, occurs, top3
from groundswell.label.reader import Reader, packaged
from groundswell.types import Record, RecordId

DESK = Path(__file__).parents[2] / "desks" / "ai"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(packaged())


@pytest.fixture(scope="module")
def gate(reader: Reader) -> Gate:
    return Gate(Desk.load(DESK), reader.read)


@pytest.mark.parametrize(
    ("title", "text", "first"),
    [
        ("Senators want every chatbot to carry a licence", "The bill would make the largest labs "
         "publish safety plans. Lobbyists call it a ban on AI.", "ai-regulation"),
        ("", "What is everyone cooking tonight? I have two aubergines and no plan.", None),
        ("", "Which open weights model runs best locally? I like open source AI models",
         "open-source-ai"),
    ],
)  # fmt: skip
def test_gate(gate: Gate, reader: Reader, title: str, text: str, first: str | None) -> None:
    record = Record(id=RecordId("x:1"), source="x", kind="post", community="c", title=title,
                    text=text, published=datetime(2026, 4, 1, tzinfo=UTC))  # fmt: skip
    found = gate.beats(record, reader.read(record.body).vector)
    assert (found[0][0] if found else None) == first
    assert all(0 < chance <= 1 for _, chance in found)
    assert len(found) <= 3


def test_beats_are_those_that_the_scores_stand_for(gate: Gate, reader: Reader) -> None:
    for text in ("Which open weights model runs best locally?", "Two aubergines and no plan."):
        record = Record(id=RecordId("x:1"), source="x", kind="post", community="c", text=text,
                        published=datetime(2026, 4, 1, tzinfo=UTC))  # fmt: skip
        vector = reader.read(text).vector
        assert gate.beats(record, vector) == gate.joined(gate.scores(record, vector))


def test_corrections_of_many_beats_are_those_of_each() -> None:
    rows = {"a": Row((100, -20, 7), 0.5), "c": Row((3, 4, 5), -1.0)}
    fitted = Fitted(reader="r", relevance=Row((1, 2, 3), 0.25), gate=0.5, enter=0.5, join=0.5,
                    beats=rows, scale=2.0, offset=-0.125)  # fmt: skip
    vector, slugs, own = np.array([0.5, 0.25, -0.75]), ["a", "b", "c"], [1.0, 2.0, 3.0]
    each = [fitted.joins(slug, one, vector) for slug, one in zip(slugs, own, strict=True)]
    assert Corrections(fitted, slugs).joins(own, vector) == pytest.approx(each)
    assert each[1] == 2 * 2.0 - 0.125  # nobody labelled it


def test_cosines_are_exact_whatever_the_order_of_summing() -> None:
    rows = np.random.default_rng(1).integers(-127, 128, (9, 384)).astype(np.int8)
    whole = rows.astype(np.int64)
    sizes = np.sqrt((whole**2).sum(axis=1))
    wanted = (whole @ whole[4]) / (sizes * sizes[4])
    assert Compared(list(rows)).cosines(rows[4]).tolist() == wanted.tolist()
    assert Compared([]).cosines(rows[4]).tolist() == []


def test_phrases_are_found_by_the_words_they_begin_with() -> None:
    phrases = Phrases(["open source", "agent", "c++", ".net", "gpu farm"])
    text = "two agents run open source c++ on .net"
    maybe = phrases.possible(text.replace(".", " ").replace("+", " ").split())
    assert maybe == {"agent", "open source", "c++", ".net"}
    assert {phrase for phrase in maybe if occurs(phrase, text)} == {"agent", "open source", "c++",
                                                                   ".net"}  # fmt: skip


def test_odds_side_by_side_are_those_of_each_lexicon() -> None:
    lexicons = [{"a": 1.0, "b": -2.0, "c": 0.5, "d": 3.0}, {"b": 4.0}, {}]
    for words in (["a", "b", "c", "d", "e"], ["b"], []):
        each = [top3(lexicon[w] for w in words if w in lexicon) for lexicon in lexicons]
        assert WordOdds(lexicons).top3(words) == each
    assert sorted(greatest3(np.array([4.0, 1.0, 3.0, 2.0]))) == [2.0, 3.0, 4.0]
    assert greatest3(np.array([1.0])) == [1.0]
