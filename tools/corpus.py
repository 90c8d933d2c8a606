"""Take a folder of real archives all the way to stories: import, label, measure, replay.

    python tools/corpus.py FOLDER [--minutes M] [--sample N]

Everything is kept in .groundswell/corpus.db and may be stopped at any time; the same command goes
on. When all is labelled the nights of the dense weeks are told one by one, each from what could be
known then; a night that was told from the same snapshot is not told again, so a second run adds
nothing. Prints records a second for each stage and fails when a process needs over 2 GiB.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

from workbench import ROOT, table

from groundswell.cli.desk import clear
from groundswell.cli.stages import artist, told_edition
from groundswell.cli.state import Watch, cores, now
from groundswell.desk import Desk
from groundswell.errors import GroundswellError
from groundswell.gather import gather_file
from groundswell.gather.opening import lines
from groundswell.label import label, makers
from groundswell.measure import measure
from groundswell.pipeline import replay
from groundswell.store import Store, open_store
from groundswell.store.desks import save_desk
from groundswell.store.fingerprint import fingerprint
from groundswell.types import Snapshot
from groundswell.types.moment import as_date, as_day, midnight

DENSE = ("reddit_ai_posts", "twitter", "bluesky", "mastodon", "news_", "hackernews", "blog",
         "arxiv", "mailing_list", "github_")  # fmt: skip
FIRST, LAST = date(2025, 12, 25), date(2026, 2, 12)
MOST_MEMORY = 2 * 1024**3
PARTIAL = 3


@dataclass
class Work:
    """What is done on one state file, and what each stage did in how long."""

    store: Store
    desk: Desk
    rejects: Path
    deadline: float
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def late(self) -> bool:
        """Whether the minutes are over."""
        return time.monotonic() > self.deadline

    def note(self, stage: str, count: int, what: str, seconds: float) -> None:
        """Note what a stage did, and print it."""
        rate = ""
        if count and seconds:
            many = count > seconds
            rate = f"{count / seconds:,.0f} {what}/s" if many else f"{seconds / count:,.1f} s each"
        self.rows.append((stage, f"{count:,} {what}", f"{seconds:,.0f} s", rate, memory()))
        print(f"{stage:<8}{count:,} {what}   {seconds:,.0f} s   {rate}", flush=True)


def memory() -> str:
    """The most memory any process has needed so far, for people."""
    return f"{peak() / 1024**2:,.0f} MiB"


def peak() -> int:
    """The most bytes of memory this process or one of its children has needed so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(one).ru_maxrss for one in who) * unit


def archives(folder: Path) -> list[Path]:
    """The archive files of a folder, those of the dense weeks first."""

    def order(path: Path) -> tuple[int, str]:
        ranks = [n for n, name in enumerate(DENSE) if path.name.startswith(name)]
        return (min(ranks, default=len(DENSE)), path.name)

    return sorted(folder.glob("*.jsonl.zst"), key=order)


def sampled(paths: list[Path], count: int, folder: Path) -> list[Path]:
    """Files with so many lines of each: the last of the dense weeks, or else the first."""
    folder.mkdir(parents=True, exist_ok=True)
    small = []
    for path in paths:
        dense = deque((line for _, line in filter(in_dense_weeks, lines(path, 0))), count)
        kept = dense or [line for _, line in islice(lines(path, 0), count)]
        out = folder / path.name.removesuffix(".zst")
        out.write_bytes(b"".join(line.rstrip(b"\n") + b"\n" for line in kept))
        small.append(out)
    return small


def in_dense_weeks(numbered: tuple[int, bytes]) -> bool:
    """Whether a line was published in the weeks that are told."""
    day = numbered[1].partition(b'"published_at": "')[2][:10].decode("ascii", "replace")
    return FIRST.isoformat() <= day <= LAST.isoformat()


def import_all(work: Work, paths: list[Path]) -> None:
    """Import every file, going on where a stopped import was."""
    watch = Watch()
    begun, added = time.monotonic(), 0
    for path in paths:
        if work.late():
            break
        before = work.store.seq()
        start = time.monotonic()
        summary = gather_file(work.store, path, form="ndjson", rejects=work.rejects,
                              progress=watch("import"), limit=work.late)  # fmt: skip
        watch.clear()
        new = work.store.seq() - before
        added += new
        took, out = time.monotonic() - start, summary.skipped.total()
        told = f"{summary.read:>9,} rows{new:>9,} new{out:>7,} left out{took:>8,.1f} s"
        print(f"  {path.name:<36}{told}", flush=True)
    work.note("import", added, "records", time.monotonic() - begun)


def label_all(work: Work, processes: int) -> int:
    """Label what is not labelled; how many records are left."""
    begun, watch = time.monotonic(), Watch()
    done = label(work.store, work.desk, processes=processes, progress=watch("label"),
                 stop=work.late)  # fmt: skip
    watch.clear()
    work.note("label", done.labelled, "records", time.monotonic() - begun)
    left = work.store.one("count_unlabelled_any", after=0)
    return int(left["records"]) if left else 0


def measure_all(work: Work) -> None:
    """Bring every count up to date."""
    begun, watch = time.monotonic(), Watch()
    cells = measure(work.store, progress=watch("measure"))
    watch.clear()
    work.note("measure", cells, "cells", time.monotonic() - begun)


def nights_to_tell(store: Store, desk: Desk, last: int) -> list[int]:
    """The nights not yet told from the snapshot they would be told from now; `last` 0 is all."""
    told = {row["night"]: row["snapshot"] for row in store.rows("stories_editions")}
    by, seq = makers(store, desk), store.seq()
    nights = range(as_day(LAST) + 1 - last if last else as_day(FIRST), as_day(LAST) + 1)
    at = {night: Snapshot(seq=seq, as_of=midnight(night + 1), makers=by, desk=desk.hash)
          for night in nights}  # fmt: skip
    return [night for night in nights if told.get(night) != at[night].id]


def stretches(nights: list[int]) -> list[tuple[int, int]]:
    """First and last of each run of neighbouring nights."""
    starts = [night for night in nights if night - 1 not in nights]
    return list(zip(starts, [n for n in nights if n + 1 not in nights], strict=True))


def replay_all(work: Work, last: int) -> bool:
    """Tell the nights one by one; False when the minutes were over first."""
    save_desk(work.store, work.desk)
    nights = nights_to_tell(work.store, work.desk, last)
    begun, done, published = time.monotonic(), 0, 0
    for stretch in stretches(nights):
        drawn = artist(work.store)
        for night, signals, edition in replay(work.store, work.desk, *stretch, illustrate=drawn):
            done, published = done + 1, published + len(edition.slugs)
            told = f"{len(signals):>6,} tests   {told_edition(edition)}"
            print(f"  {as_date(night)}  {told}", flush=True)
            if work.late():
                break
    work.note("replay", done, "nights", time.monotonic() - begun)
    print(f"        {published:,} stories, {len(nights) - done} nights left")
    return done == len(nights)


def close(work: Work, before: dict[str, str], complete: bool) -> int:
    """The summary, and the exit status."""
    print(table([("stage", "done", "time", "rate", "peak memory"), *work.rows]))
    after = fingerprint(work.store)
    changed = sorted(name for name in after if before.get(name) != after[name])
    print(f"tables changed by this run: {', '.join(changed) or 'none'}")
    if peak() > MOST_MEMORY:
        print(f"! a process needed {memory()}; the limit is {MOST_MEMORY // 1024**2:,} MiB")
        return 1
    if not complete:
        print("not finished: the same command goes on")
        return PARTIAL
    return 0


def run(given: argparse.Namespace, work: Work, paths: list[Path]) -> int:
    """All stages on one state."""
    before = fingerprint(work.store)
    import_all(work, paths)
    complete = not work.late() and label_all(work, given.processes) == 0
    if complete:
        measure_all(work)
        complete = replay_all(work, given.nights)
    return close(work, before, complete)


def main() -> int:
    """Read the arguments and do the work."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=0, help="stop after this long; 0: never")
    parser.add_argument("--sample", type=int, default=0, help="only so many lines of each file")
    parser.add_argument("--nights", type=int, default=0, help="only the last so many; 0: all")
    parser.add_argument("--processes", type=int, default=cores())
    parser.add_argument("--state", type=Path, help="default: .groundswell/corpus.db")
    parser.add_argument("--fresh", action="store_true", help="begin with an empty state")
    given = parser.parse_args()
    paths = archives(given.folder)
    if not paths:
        print(f"SKIPPED: {given.folder} holds no *.jsonl.zst; nothing to import")
        return 0
    state = given.state or ROOT / ".groundswell" / ("sample.db" if given.sample else "corpus.db")
    if given.fresh:
        clear(state)
    if given.sample:
        paths = sampled(paths, given.sample, state.parent / "sample")
    deadline = time.monotonic() + given.minutes * 60 if given.minutes else float("inf")
    desk = Desk.load(ROOT / "desks" / "ai")
    with ExitStack() as stack:
        store = stack.enter_context(open_store(state, clock=now))
        work = Work(store, desk, state.with_suffix(".rejects.ndjson"), deadline)
        return run(given, work, paths)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except GroundswellError as problem:
        sys.exit(f"corpus: {problem}")
