"""What every record must be, whoever made it."""

from __future__ import annotations

from groundswell.types import Record
from groundswell.types.record import KINDS


def whole(record: Record) -> None:
    """Assert that a record is one the store can hold and everything after can rely on."""
    assert record.id.startswith(f"{record.source}:"), f"{record.id} does not name its source"
    assert len(record.id) > len(record.source) + 1, f"{record.id} names nothing"
    assert record.kind in KINDS
    assert record.community, f"{record.id} was said nowhere"
    assert record.body or record.state != "public", f"{record.id} has no words"
    assert record.parent != record.id, f"{record.id} answers itself"
    for text in (record.id, record.title, record.text, record.author, record.community, record.url):
        text.encode()  # half a character cannot be stored
        assert "\x00" not in text, f"{record.id} holds NUL"
    for markup in ("<p>", "<br>", "&lt;", "&#x27;"):
        assert markup not in record.body, f"{record.id} holds markup: {markup}"
