from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from groundswell.store import Store, open_store
from groundswell.types import Record, RecordId

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
KEY = b"a key for tests"


def make_record(n: int | str = 1, /, **changes: Any) -> Record:
    """A record; `days` moves its time."""
    days = changes.pop("days", 0)
    published = START + timedelta(days=days)
    values: dict[str, Any] = {
        "id": RecordId(f"forum:{n}"),
        "source": "forum",
        "kind": "post",
        "community": "lathes",
        "published": published,
        "available": published,
        "text": f"Words of record {n}.",
        "author": f"author{n}",
        **changes,
    }
    return Record(**values)


@pytest.fixture
def record() -> Callable[..., Record]:
    return make_record


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Store]]:
    stores: list[Store] = []

    def open_(name: str = "desk.db", *, clock: int = 7, **options: Any) -> Store:
        options.setdefault("key", KEY)
        stores.append(open_store(tmp_path / name, clock=lambda: clock, **options))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[..., Store]) -> Store:
    return opened()
