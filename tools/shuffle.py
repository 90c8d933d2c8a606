"""Records in shuffled orders, one process and two: whatever is labelled must be the same bytes.

    python tools/shuffle.py CORPUS [--records N] [--orders N]

For each order the same records are imported shuffled and labelled twice, by one process and by two.
Within an order every table must be identical. Between orders everything made of a record alone must
be: its labels, and the reading of every content. Which of two copies came first is a matter of the
order, so links, and the labels of copies that are read by the words of the one before them, are
compared within an order only; how many those are is printed. Times and places in the log are left
out throughout.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from drawn import draw, save
from workbench import ROOT, scratch

from groundswell.desk import Desk
from groundswell.gather import gather_file
from groundswell.label import label
from groundswell.store import open_store
from groundswell.store.copies import lead_of
from groundswell.types import canonical

KEY = b"shuffle"
LABELS = ("record_id", "layer", "n", "value", "score", "start", "stop", "maker")
LINKS = ("record_id", "layer", "grp", "score", "lead", "maker")


def labelled(desk: Desk, lines: Sequence[bytes], folder: Path, processes: int) -> Path:
    """A state file of these records in this order, labelled."""
    folder.mkdir(parents=True)
    archive = save(folder / "records.ndjson", lines)
    with open_store(folder / "state.db", clock=lambda: 1, key=KEY) as store:
        gather_file(store, archive, form="ndjson")
        label(store, desk, processes=processes)
    return folder / "state.db"


def digest(rows: Iterable[Any]) -> str:
    """One hash of some rows, whatever their order."""
    whole = hashlib.sha256()
    for row in sorted(canonical(row) for row in rows):
        whole.update(row.encode() + b"\n")
    return whole.hexdigest()[:16]


class Told:
    """What one state file holds, as hashes; `copies` are read by another record's words, `grouped`
    are those and the records they are copies of."""

    def __init__(self, state: Path) -> None:
        with open_store(state, clock=lambda: 1, key=KEY) as store:
            links = store.rows("fingerprint_links")
            self.links = [[row[key] for key in LINKS] for row in links]
            self.labels = [[row[key] for key in LABELS]
                           for row in store.rows("fingerprint_annotations")]  # fmt: skip
            self.readings = [[row["content"], row["reader"], row["vector"].hex(), row["outputs"]]
                             for row in store.rows("fingerprint_readings")]  # fmt: skip
            self.contents = {row["id"]: row["content"] for row in store.rows("fingerprint_records")}
            ids = [row["record_id"] for row in links]
            self.grouped = set(ids)
            self.copies = {record_id for record_id in ids if lead_of(store, record_id)}

    def everything(self) -> dict[str, str]:
        """What one process and two must agree in."""
        return {
            "labels": digest(self.labels),
            "readings": digest(self.readings),
            "links": digest(self.links),
        }

    def alone(self, copies: set[str], grouped: set[str]) -> dict[str, str]:
        """What all orders must agree in, without what is a copy in any of them."""
        apart = {self.contents[record_id] for record_id in grouped}
        return {
            "labels": digest(row for row in self.labels if row[0] not in copies),
            "readings": digest(row for row in self.readings if row[0] not in apart),
        }


def main() -> int:
    """Label every order twice and compare; 1 when anything differs that must not."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=True)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--orders", type=int, default=2)
    given = parser.parse_args()
    desk, begun = Desk.load(ROOT / "desks" / "ai"), time.monotonic()
    lines = draw(given.corpus, given.records)
    with scratch("shuffle") as folder:
        states = []
        for order in range(given.orders):
            shuffled = random.Random(order).sample(lines, len(lines)) if order else lines
            states.append([labelled(desk, shuffled, folder / f"{order}-{n}", n) for n in (1, 2)])
            print(f"order {order}: labelled twice, {time.monotonic() - begun:,.0f} s", flush=True)
        return compare(states, len(lines))


def compare(states: Sequence[Sequence[Path]], count: int) -> int:
    """Print what is the same; 1 when anything differs that must not."""
    told = [[Told(state) for state in pair] for pair in states]
    copies = set().union(*(one.copies for pair in told for one in pair))
    grouped = set().union(*(one.grouped for pair in told for one in pair))
    faults = []
    for order, (one, two) in enumerate(told):
        here, there = one.everything(), two.everything()
        faults += [f"order {order}: {name} differ between one process and two"
                   for name in here if here[name] != there[name]]  # fmt: skip
    alone = [pair[0].alone(copies, grouped) for pair in told]
    faults += [f"{name} differ between orders" for name in alone[0]
               if len({marks[name] for marks in alone}) > 1]  # fmt: skip
    for name, mark in alone[0].items():
        print(f"{name:<10}{mark}")
    print(
        f"{count:,} records, {len(states)} orders, one process and two; of these {len(copies):,} "
        f"are read by another's words in some order and {len(grouped):,} have copies: their labels "
        "and readings are compared within an order"
    )
    print("\n".join(faults) if faults else "identical bytes")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
