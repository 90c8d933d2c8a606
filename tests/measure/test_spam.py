"""Spam is kept, shown and not counted: not in the rollups, not in a claim, not in its recount."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from groundswell.measure import measure
from groundswell.store import OPEN, open_store
from groundswell.store.records import add_page
from groundswell.types import Record, RecordId

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_spam_is_not_counted(tmp_path: Path) -> None:
    with open_store(tmp_path / "t.db", clock=lambda: 1, key=b"k") as store:
        for n in range(3):
            record = Record(
                id=RecordId(f"demo:{n}"), source="demo", kind="post", community="c",
                published=AT, text=f"text {n}", author=f"a{n}", available=AT,
            )  # fmt: skip
            add_page(store, "s", [record], str(n))
        with store.write() as writer:
            seq = writer.entry("annotations", "hand")
            for n in range(3):
                row = writer.rows("current_record", id=f"demo:{n}")[0]
                writer.do("set_labelled", id=row["id"], version=row["seq_from"], recipe="hand")
            writer.do("insert_annotation", id="demo:1", layer="spam", n=0, value="spam", score=900,
                      start=None, stop=None, maker="spam@1+0", seq=seq)  # fmt: skip
        measure(store)
        counted = store.connection.execute(
            "SELECT author, records FROM voices WHERE subject = '*' ORDER BY author"
        ).fetchall()
        told = store.rows("evidence_rows", start=0, stop=10**6, seq=store.seq(), as_of=OPEN)
    assert len(counted) == 2
    assert [row["id"] for row in told] == ["demo:0", "demo:2"]
