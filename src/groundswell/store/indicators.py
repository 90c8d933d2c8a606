"""Saving values of indicators, and what a platform says of tickets and replies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from groundswell.store.sqlite import Store, Writer
from groundswell.types import Indicator, Record
from groundswell.types.moment import micros
from groundswell.types.ticket import ROLES

SECOND_US = 1_000_000
TOLD = "role"  # a record whose engagement says this carries the facts of an item


def add_indicator(writer: Writer, indicator: Indicator) -> bool:
    """Save one value; saying it twice changes nothing, a new one takes the old one's place."""
    told = {**asdict(indicator), "break_": int(indicator.break_)}
    where = {key: told.pop(key) for key in ("series", "source", "day")}
    held = writer.rows("current_indicator", **where)
    if held and held[0] == told:
        return False
    seq = writer.entry("indicator", f"{where['source']}/{where['series']}")
    writer.do("close_indicator", seq=seq, **where)
    writer.do("insert_indicator", seq=seq, **where, **told)
    return True


def add_indicators(store: Store, indicators: Iterable[Indicator]) -> int:
    """Save values in one transaction; return how many were new or changed."""
    with store.write() as writer:
        return sum(add_indicator(writer, one) for one in indicators)


def note_item(writer: Writer, record: Record) -> None:
    """Keep what a platform said of a ticket or a reply, where its record says it.

    The facts ride on the record's engagement (see `groundswell.gather.github`), and change long
    after its words do: a change is closed, merged, opened again.
    """
    if TOLD not in record.engagement:
        return
    facts = record.engagement
    told = {
        "ticket": record.root or record.id,
        "repo": record.community,
        "kind": record.kind,
        "author": record.author,
        "role": ROLES[facts[TOLD]],
        "bot": facts.get("bot", 0),
        "opened": micros(record.published),
        "closed": facts.get("closed", 0) * SECOND_US,
        "merged": facts.get("merged", 0) * SECOND_US,
    }
    held = writer.rows("current_item", record_id=record.id)
    if held and held[0] == told:
        return
    seq = writer.entry("item", record.id)
    writer.do("close_item", record_id=record.id, seq=seq)
    writer.do("insert_item", record_id=record.id, seq=seq, **told)
