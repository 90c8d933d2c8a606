"""The index of words lasts, however often it is made one piece."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from groundswell.store import Store
from groundswell.store import words as index
from groundswell.store.records import add_page
from groundswell.store.words import levels, merge_words
from groundswell.types import Record


def found(store: Store, words: str) -> list[str]:
    return [row["id"] for row in store.rows("search_records", words=words, limit=9, offset=0)]


def shaken(store: Store, times: int) -> int:
    """Make the index one piece so often, with something new each time; the most levels it had."""
    most = 0
    for n in range(times):
        with store.write() as writer:
            for place in (10_000 + 2 * n, 10_001 + 2 * n):
                writer.do("index_text", seq=place, title="", text=f"passing thought {place}")
                merge_words(writer)
            most = max(most, levels(writer))
    return most


def test_it_outlives_what_sqlite_would_bear(store: Store, record: Callable[..., Record]) -> None:
    add_page(store, "s", [record(n, text=f"Marmalade number {n}") for n in range(3)], "1")
    assert shaken(store, 1_100) <= index.MOST_LEVELS + 1
    assert sorted(found(store, "marmalade")) == ["forum:0", "forum:1", "forum:2"]


def test_made_anew_it_holds_what_is_public_and_nothing_else(
    store: Store, record: Callable[..., Record], monkeypatch: Any
) -> None:
    monkeypatch.setattr(index, "MOST_LEVELS", 0)
    add_page(store, "s", [record(1, text="Quince jelly"), record(2, text="Plum jelly")], "2")
    add_page(
        store, "s", [record(2, text="Plum tart"), record(3, text="Quince", state="deleted")], "3"
    )
    shaken(store, 1)
    assert found(store, "jelly") == ["forum:1"]
    assert found(store, "tart") == ["forum:2"]
    assert found(store, "quince") == ["forum:1"]
    assert found(store, "passing") == []
    with store.write() as writer:
        merge_words(writer)
    add_page(store, "s", [record(1, text="Quince paste")], "4")
    assert found(store, "jelly") == []
    assert found(store, "paste") == ["forum:1"]
