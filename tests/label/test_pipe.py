"""Texts from a pipe: in order, layers to choose, nothing stored, bad lines answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import groundswell
from groundswell.desk import Alias, Desk, Entity
from groundswell.errors import UsageError
from groundswell.label.pipe import label_lines, label_texts, make_pipe

GANTRY = Entity(slug="gantry", name="Gantry", type="product", aliases=(Alias(text="Gantry"),))
DESK = Desk(name="t", title="T", topic="", folder=Path(), entities=(GANTRY,))


def test_the_package_offers_it() -> None:
    assert groundswell.label_texts is label_texts
    with pytest.raises(AttributeError, match="nothing_there"):
        groundswell.nothing_there  # noqa: B018


def test_answers_come_in_order_with_the_layers_asked_for() -> None:
    first, second = label_texts(["I love it", {"text": "this is awful"}], layers=["sentiment"])
    assert list(first) == list(second) == ["sentiment"]
    assert first["sentiment"][0]["value"] == "positive"
    assert second["sentiment"][0]["value"] == "negative"


def test_a_language_that_is_not_read_gets_no_tone() -> None:
    (answer,) = label_texts(["Le chat dort toute la journée sur le clavier"])
    assert answer["language"][0]["value"] == "fr"
    assert answer["sentiment"] == []


def test_layers_of_a_desk_need_one() -> None:
    with pytest.raises(UsageError, match="--desk"):
        label_texts(["Gantry is down"], layers=["entities"])
    (answer,) = label_texts(["Gantry is down again"], layers=["entities"], desk=DESK)
    assert [(a["value"], a["start"], a["stop"]) for a in answer["entities"]] == [("gantry", 0, 6)]


def test_lines_stream_and_bad_ones_say_why() -> None:
    seen: list[int] = []

    def lines() -> Iterator[bytes]:
        for n, text in enumerate(["fine", "", "also fine"]):
            seen.append(n)
            yield json.dumps({"id": n, "text": text}).encode() + b"\n"
        yield b"{broken\n"
        yield b"[]\n"

    answers = label_lines(lines(), make_pipe(["language"], None, None))
    assert next(answers)["id"] == 0
    assert seen == [0]  # the second line was not asked for before the first was answered
    rest = list(answers)
    assert ["error" in answer for answer in rest] == [True, False, True, True]
    assert rest[0]["line"] == 2
    assert "no words" in rest[0]["error"]


def test_a_time_that_is_none_is_named() -> None:
    with pytest.raises(UsageError, match="yesterday"):
        label_texts([{"text": "hello there", "published": "yesterday"}])
