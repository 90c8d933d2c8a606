"""Cursors are read without trust: what we never wrote is named, not believed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from groundswell.errors import Malformed
from groundswell.gather.cursors import branch, day, digits, instant, number, stamped, texts, word

DAY = date(2026, 11, 22)


def test_what_is_ours_is_read_and_what_is_missing_has_a_default():
    told = {"n": 3, "w": "x", "d": "12", "t": ["a"], "b": {"c": 1}, "day": "2026-11-01",
            "at": "2026-11-01T10:00:00+01:00"}  # fmt: skip
    assert (number(told, "n"), number(told, "no", 7), word(told, "w"), word(told, "no")) == (
        3, 7, "x", "",
    )  # fmt: skip
    assert (digits(told, "d"), digits(told, "no"), texts(told, "t"), texts(told, "no")) == (
        "12", "", ["a"], [],
    )  # fmt: skip
    assert (branch(told, "b"), branch(told, "no")) == ({"c": 1}, {})
    assert (day(told, "day", DAY), day(told, "no", DAY)) == (date(2026, 11, 1), DAY)
    assert instant(told, "at") == datetime(2026, 11, 1, 9, tzinfo=UTC)
    assert stamped("2026-11-01T10", "%Y-%m-%dT%H") == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert instant(told, "no") is instant({"at": "2026-11-01T10:00:00"}, "at") is None


@pytest.mark.parametrize(
    ("read", "odd"),
    [
        (number, [-1, True, 1.5, "1", None, 10**30, float("inf"), []]),
        (word, [1, None, ["x"], {}, "\ud800", "a\x00"]),
        (digits, ["²", " ", "1x", "9" * 21, 12]),
        (texts, ["x", [1], [None], {}, ["\ud800"]]),
        (branch, [[], "x", None, 1]),
        (
            lambda told, key: day(told, key, DAY),
            ["", " ", "2026-13-01", 20261122, None, "0001-01-01"],
        ),
        (instant, [" ", "soon", 5, "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00Z"]),
        (
            lambda told, key: stamped(word(told, key), "%Y-%m-%dT%H"),
            ["", "2026-11", "0001-01-01T00", "9999-12-31T23"],
        ),
    ],
)
def test_anything_else_is_not_ours(read, odd):
    for value in odd:
        with pytest.raises(Malformed, match=r"cursor: .* is not one of ours; remove it"):
            read({"key": value}, "key")
