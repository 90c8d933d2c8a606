"""How fast each stage is on this machine: absolute figures, and ratios that other machines share.

Nothing is written outside a scratch folder. The demo's records are imported in every form, then
read, counted, tested, told and shown; each figure is the better of two runs where it is cheap.
"""

from __future__ import annotations

import csv
import gzip
import json
import mailbox
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import httpx2
from race import crawl, serving
from throughput import FLOORS, measured
from workbench import ROOT, scratch, table

from groundswell.cli.state import now
from groundswell.desk import Desk
from groundswell.gather import gather, gather_file
from groundswell.label import label, makers
from groundswell.label.reader import Reader, packaged
from groundswell.measure import measure
from groundswell.notice import notice
from groundswell.pipeline import last_night, take_snapshot
from groundswell.report import report
from groundswell.store import Store, open_store
from groundswell.store.desks import save_desk

KEY = b"bench"
READ = 400  # texts read to time the encoder
EVENTS = 20_000  # of the replayed stream
Thing = TypeVar("Thing")
Line = tuple[str, ...]


def timed(work: Callable[..., Thing], *given: Any, **named: Any) -> tuple[float, Thing]:
    """How long something took, and what came of it."""
    begun = time.perf_counter()
    made = work(*given, **named)
    return time.perf_counter() - begun, made


def open_at(path: Path) -> Store:
    """A store for this bench only."""
    return open_store(path, clock=now, key=KEY)


def demo_rows() -> list[dict[str, Any]]:
    """The demo's records as they lie in its archive."""
    packed = (ROOT / "desks" / "demo" / "records.ndjson.gz").read_bytes()
    rows = [json.loads(line) for line in gzip.decompress(packed).splitlines()]
    return [row for row in rows if "native_id" in row]


def written(rows: Sequence[dict[str, Any]], folder: Path) -> dict[str, tuple[Path, dict[str, Any]]]:
    """The same records in every form, with the options that reading it needs."""
    save(folder / "all.ndjson", rows)
    save(folder / "RS_bench", map(as_reddit, range(len(rows)), rows))
    save(folder / "hn.ndjson", map(as_news, range(len(rows)), rows))
    write_csv(rows, folder / "all.csv")
    write_mbox(rows, folder / "all.mbox")
    fields = {"text": "text", "author": "author_hash", "published": "published_at",
              "id": "native_id"}  # fmt: skip
    mapped = {"columns": fields, "community": "bench", "source": "bench"}
    return {
        "ndjson": (folder / "all.ndjson", {}), "reddit": (folder / "RS_bench", {}),
        "hackernews": (folder / "hn.ndjson", {}), "csv": (folder / "all.csv", mapped),
        "mbox": (folder / "all.mbox", {"community": "bench"}),
    }  # fmt: skip


def as_reddit(n: int, row: dict[str, Any]) -> dict[str, Any]:
    """A record as a line of a Reddit dump."""
    return {"id": f"b{n}", "name": f"t3_b{n}", "author": row["author_hash"] or "x",
            "title": row["title"] or "re", "selftext": row["text"], "subreddit": "bench",
            "created_utc": 1_770_000_000 + n, "permalink": f"/r/bench/{n}", "score": 1}  # fmt: skip


def as_news(n: int, row: dict[str, Any]) -> dict[str, Any]:
    """A record as a line of a Hacker News dump."""
    return {"id": n + 1, "type": "story", "by": row["author_hash"] or "x", "text": row["text"],
            "title": row["title"] or "re", "time": 1_770_000_000 + n}  # fmt: skip


def save(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """One JSON object a line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def write_csv(rows: Iterable[dict[str, Any]], path: Path) -> None:
    """Records as a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["native_id", "author_hash", "published_at", "text"])
        for row in rows:
            out.writerow([row["native_id"], row["author_hash"], row["published_at"], row["text"]])


def write_mbox(rows: Iterable[dict[str, Any]], path: Path) -> None:
    """Records as mail."""
    box = mailbox.mbox(path)
    for n, row in enumerate(rows):
        mail = mailbox.mboxMessage()
        mail["Message-ID"], mail["From"] = f"<{n}@bench.example>", f"a{n % 97}@bench.example"
        mail["Date"], mail["Subject"] = "Mon, 02 Feb 2026 10:00:00 +0000", row["title"] or "re"
        mail.set_payload(row["text"], "utf-8")
        box.add(mail)
    box.flush()
    box.close()


def imports(folder: Path) -> list[Line]:
    """Import records a second, by form; the normalised form is the yardstick."""
    lines: list[Line] = []
    yard = 0.0
    for form, (path, options) in written(demo_rows(), folder).items():
        best, added = 0.0, 0
        for attempt in range(2):
            with open_at(folder / f"{form}{attempt}.db") as store:
                took, done = timed(gather_file, store, path, form=form, options=options)
            best, added = max(best, done.added / took), done.added
        yard = yard or best
        lines.append((f"import {form}", f"{best:,.0f} records/s", f"{best / yard:.2f} of ndjson",
                      f"{added:,} records"))  # fmt: skip
    return lines


def parsing(folder: Path) -> list[Line]:
    """Parse what platforms send, and gather a replayed stream: of one core's own time."""
    return [(f"parse {name}" if key != "replay" and name[0] != " " else name,
             f"{value:,.0f} records/s",
             f"{value / FLOORS[key]:.1f} of {FLOORS[key]:,}" if key in FLOORS else "", "")
            for name, key, value in measured(folder, EVENTS)]  # fmt: skip


def reading(desk: Desk, folder: Path) -> list[Line]:
    """Label with one and two processes, and how much of it the encoder is."""
    rates, count = {}, 0
    for processes in (1, 2):
        with open_at(folder / f"label{processes}.db") as store:
            save_desk(store, desk)
            gather(store, desk)
            took, done = timed(label, store, desk, processes=processes)
            rates[processes], count = done.labelled / took, done.labelled
            texts, one = done.read, took
            if processes == 1:
                share = texts * encoding() / one
    return [
        ("label, 1 process", f"{rates[1]:,.0f} records/s", "1.00", f"{count:,} records"),
        ("label, 2 processes", f"{rates[2]:,.0f} records/s", f"{rates[2] / rates[1]:.2f}", ""),
        ("  of it the encoder", f"{share:.0%}", "", f"{texts:,} texts read"),
    ]  # fmt: skip


def encoding() -> float:
    """Seconds the encoder needs for a text."""
    reader = Reader(packaged())
    bodies = [f"{row['title']}\n\n{row['text']}" for row in demo_rows()[:READ]]
    reader.read(bodies[0])
    took, _ = timed(lambda: [reader.read(body) for body in bodies])
    return took / len(bodies)


def telling(desk: Desk, state: Path) -> list[Line]:
    """Measure, notice and report on a labelled state."""
    with open_at(state) as store:
        measuring, cells = timed(measure, store)
        night = last_night(store, desk)
        snapshot = take_snapshot(store, desk, night)
        naming, _ = timed(makers, store, desk)
        noticing, signals = timed(notice, store, desk, snapshot, night)
        reporting, edition = timed(report, store, desk, snapshot, night)
    return [
        ("measure", f"{cells / measuring:,.0f} cells/s", "", f"{cells:,} cells"),
        ("name the makers", f"{naming:.2f} s", "", ""),
        ("notice", f"{noticing:.1f} s/night", "1.00", f"{len(signals):,} tests"),
        ("report", f"{reporting:.1f} s/night", f"{reporting / noticing:.2f} of notice",
         f"{len(edition.slugs)} stories"),
    ]  # fmt: skip


def showing(state: Path) -> list[Line]:
    """Milliseconds a page takes, by kind of page; the quickest kind is the yardstick."""
    times: dict[str, list[float]] = {}
    with (
        serving(ROOT / "desks" / "demo", state) as address,
        httpx2.Client(base_url=address, timeout=60, trust_env=False) as client,
    ):
        for kind, paths in crawl(client).items():
            for path in paths * 2:
                times.setdefault(kind or "front", []).append(timed(client.get, path)[0])
    middle = {kind: statistics.median(took) * 1000 for kind, took in times.items()}
    least = min(middle.values())
    return [(f"page {kind}", f"{ms:.1f} ms", f"{ms / least:.1f} of the quickest", "")
            for kind, ms in sorted(middle.items(), key=lambda pair: -pair[1])]  # fmt: skip


def main() -> int:
    """Measure everything and print one table."""
    desk = Desk.load(ROOT / "desks" / "demo")
    with scratch("bench") as folder:
        state = folder / "label2.db"
        lines = [*parsing(folder), *imports(folder), *reading(desk, folder),
                 *telling(desk, state), *showing(state)]  # fmt: skip
    print(table([("what", "here", "ratio", "of"), *lines]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
