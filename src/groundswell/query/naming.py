"""Records of other places that name something, such as a repository."""

from __future__ import annotations

from groundswell.query.pages import match_words
from groundswell.store import Store
from groundswell.store.records import as_record
from groundswell.types import Record

MOST = 2_000


def naming(store: Store, name: str) -> list[Record]:
    """Public records whose words hold a name ("example/quay"), newest first of the best."""
    words = match_words(f'"{name}"')
    if not words:
        return []
    rows = store.rows("search_records", words=words, limit=MOST, offset=0)
    return [as_record(row) for row in rows]
