"""The beats gate gives the worked example of training/README.md."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from groundswell.desk import Desk
from groundswell.label.gate import Gate
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
