"""What is stored, what is missing, and what to do about it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise

from groundswell.desk import Desk
from groundswell.store import Store
from groundswell.types.moment import as_date, moment


@dataclass(frozen=True, slots=True)
class Health:
    """Facts in words, and problems, each with what to do."""

    facts: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]


def health(store: Store, desk: Desk) -> Health:
    """The state of a desk's store."""
    span = store.one("span_of_records") or {"records": 0, "first": 0, "last": 0}
    waiting = _count(store, "count_unlabelled_any", "records")
    dirty = _count(store, "unmeasured", "cells")
    edition = store.one("last_edition")
    facts = [
        ("desk", f"{desk.name} ({desk.title})"),
        ("state", str(store.path)),
        ("log", f"{store.seq():,} entries"),
        ("records", _span(span)),
        ("labelled", f"{span['records'] - waiting:,} of {span['records']:,}"),
        ("languages", _languages(store)),
        ("edition", as_date(edition["night"]).isoformat() if edition else "none yet"),
    ]
    problems = []
    if not span["records"]:
        problems.append("no records: run `groundswell import FILE...` or `groundswell run`")
    if waiting:
        problems.append(f"{waiting:,} records are not labelled: run `groundswell label`")
    if dirty:
        problems.append(f"{dirty:,} cells are not counted: run `groundswell measure`")
    if span["records"] and not edition:
        problems.append("no edition yet: run `groundswell notice` and `groundswell report`")
    for row in store.rows("imports"):
        if not row["done"]:
            problems.append(
                f"import of {row['path']} stopped after row {row['read']:,}: run the "
                "same import again to go on"
            )
        elif left := sum(json.loads(row["skipped"]).values()):
            facts.append(("left out", f"{left:,} rows of {row['path']}"))
    problems += [f"{stream}: no records on {gap}" for stream, gap in gaps(store)]
    return Health(tuple(facts), tuple(problems))


def gaps(store: Store, *, fewest: int = 20) -> list[tuple[str, str]]:
    """Stretches of three days or more without a record, in streams that usually have
    `fewest` records a day: (stream, "1 March to 4 March")."""
    found, days = [], store.rows("days_of_streams")
    for before, after in pairwise(days):
        same = before["stream"] == after["stream"]
        usual = min(before["records"], after["records"]) >= fewest
        if same and usual and after["day"] - before["day"] > 3:
            first, last = as_date(before["day"] + 1), as_date(after["day"] - 1)
            found.append((before["stream"], f"{first} to {last}"))
    return found


def _count(store: Store, name: str, column: str) -> int:
    row = store.one(name)
    return int(row[column]) if row else 0


def _span(span: dict[str, int]) -> str:
    if not span["records"]:
        return "none"
    first, last = moment(span["first"]).date(), moment(span["last"]).date()
    return f"{span['records']:,} from {first} to {last}"


def _languages(store: Store) -> str:
    rows = store.rows("languages")
    return ", ".join(f"{row['value']} {row['records']:,}" for row in rows[:6]) or "none yet"
