"""What is stored, what is missing, and what to do about it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise

from groundswell.desk import Desk
from groundswell.query.sources import BAD, SourceState, source_states
from groundswell.store import Store
from groundswell.store.place import reached
from groundswell.types.moment import DAY_US, as_date, moment


@dataclass(frozen=True, slots=True)
class Health:
    """Facts in words, problems, each with what to do, and how every live source is doing."""

    facts: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    sources: tuple[SourceState, ...] = ()


def health(store: Store, desk: Desk) -> Health:
    """The state of a desk's store."""
    span = store.one("span_of_records") or {"records": 0, "first": 0, "last": 0}
    waiting = _count(store, "count_unlabelled_any", "records", after=reached(store))
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
        are = "record is" if waiting == 1 else "records are"
        problems.append(f"{waiting:,} {are} not labelled: run `groundswell label`")
    if dirty:
        are = "cell is" if dirty == 1 else "cells are"
        problems.append(f"{dirty:,} {are} not counted: run `groundswell measure`")
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
    sources = source_states(store)
    problems += [told(one) for one in sources if one.state in BAD]
    problems += _overdue(store)
    facts += [("text dropped", words) for words in _trimmed(store)]
    return Health(tuple(facts), tuple(problems), tuple(sources))


def told(source: SourceState) -> str:
    """What is wrong with a source, in a line, and what to do."""
    said = source.error.removeprefix(f"{source.name}: ")
    return f"{source.name}: {source.state}: {said + ' – ' if said else ''}{source.advice}"


def _overdue(store: Store) -> list[str]:
    """Records that were withdrawn and should long have been erased."""
    waiting = store.one("count_withdrawals") or {"records": 0, "noticed": 0}
    if waiting["records"] and store.clock() - waiting["noticed"] > DAY_US:
        n = waiting["records"]
        return [f"{n:,} withdrawn {'record waits' if n == 1 else 'records wait'} to be erased, "
                "the oldest for over a day: run `groundswell gather`"]  # fmt: skip
    return []


def _trimmed(store: Store) -> list[str]:
    trims = store.one("trims")
    if not trims or not trims["days"]:
        return []
    return [f"{trims['records']:,} texts up to {as_date(trims['last'])}, for max_disk"]


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


def _count(store: Store, name: str, column: str, **params: int) -> int:
    row = store.one(name, **params)
    return int(row[column]) if row else 0


def _span(span: dict[str, int]) -> str:
    if not span["records"]:
        return "none"
    first, last = moment(span["first"]).date(), moment(span["last"]).date()
    return f"{span['records']:,} from {first} to {last}"


def _languages(store: Store) -> str:
    rows = store.rows("languages")
    return ", ".join(f"{row['value']} {row['records']:,}" for row in rows[:6]) or "none yet"
