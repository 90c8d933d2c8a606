"""Ask a server for 50 pages a second while a run writes; every answer must equal a quiet one.

Half of the demo's records are imported and told of; then `serve` answers while `run` takes in
the other half. No answer may be a server error, each must carry its snapshot, and each must equal,
byte for byte, what the same page says at the same snapshot when nothing is written.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import random
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from workbench import ROOT, command, groundswell, kill, scratch, started

RATE, SECONDS, MOST_SECONDS = 50, 30, 600
LINK = re.compile(r'(?:href|src)="(/[^"#]*)"')
PER_KIND, PAGES = 12, 260
ASKED = ("/search?q=open+source", "/search?q=%22keep+it%22", "/records?page=2", "/healthz")
WITHOUT_SNAPSHOT = ("/static/", "/healthz")
LOCKED = re.compile(rb"database (?:table )?is locked|another process is writing")


@dataclass
class Tally:
    """What came back: statuses, faults, seconds, and every body by page and snapshot."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    bodies: dict[tuple[str, str], bytes] = field(default_factory=dict)
    compared: int = 0
    late: int = 0
    shown: dict[str, str] = field(default_factory=dict)

    def take(self, path: str, answer: httpx2.Response, seconds: float) -> None:
        """Note one answer and hold it against the one of the same page and snapshot."""
        self.statuses[answer.status_code] += 1
        self.seconds.append(seconds)
        if answer.status_code >= 500:
            self.faults[f"{answer.status_code} for {path}"] += 1
        if LOCKED.search(answer.content):
            self.faults[f"locked: {path}"] += 1
        snapshot = answer.headers.get("x-snapshot", "")
        if answer.status_code != 200 or path.startswith(WITHOUT_SNAPSHOT):
            return
        if not snapshot:
            self.faults[f"no X-Snapshot: {path}"] += 1
            return
        if snapshot == "live":  # a page of the present, such as /health, rests on no snapshot
            return
        kept = self.bodies.setdefault((path, snapshot), answer.content)
        self.compared += kept is not answer.content
        if kept != answer.content:
            self.faults[f"differs at {snapshot}: {path}"] += 1
            self.shown.setdefault(path, difference(kept, answer.content))


def difference(one: bytes, other: bytes) -> str:
    """The first lines in which two answers differ."""
    old, new = one.decode().splitlines(), other.decode().splitlines()
    pairs = itertools.zip_longest(old, new, fillvalue="")
    first, second = next(pair for pair in pairs if pair[0] != pair[1])
    return f"{first.strip()[:200]!r}, then {second.strip()[:200]!r}"


def half_a_desk(folder: Path) -> tuple[Path, Path, bytes]:
    """A copy of the demo desk with only the first half of its records, and the whole of them."""
    desk = folder / "demo"
    shutil.copytree(ROOT / "desks" / "demo", desk, ignore=shutil.ignore_patterns("posts"))
    records = desk / "records.ndjson.gz"
    whole = records.read_bytes()
    lines = gzip.decompress(whole).splitlines(keepends=True)
    records.write_bytes(gzip.compress(b"".join(lines[: len(lines) // 2]), mtime=0))
    return desk, records, whole


@contextmanager
def serving(desk: Path, state: Path) -> Iterator[str]:
    """A server on a free port; its address."""
    line = command("serve", "--bind", "127.0.0.1:0", desk=desk, state=state)
    process = started(line, stderr=subprocess.STDOUT)
    try:
        for told in process.stdout or ():
            if found := re.search(r"http://[\d.]+:\d+", told):
                threading.Thread(target=lambda: list(process.stdout or ()), daemon=True).start()
                yield found[0]
                return
        raise SystemExit("the server ended before it said where it serves")
    finally:
        kill(process)


def kind(path: str) -> str:
    """The kind of a page: the first word of its address, and whether it is data."""
    plain = path.split("?")[0]
    return plain.split("/")[1].split(".")[0] + (".json" if plain.endswith(".json") else "")


def crawl(client: httpx2.Client) -> dict[str, list[str]]:
    """Addresses by kind of page, found by following links from the front page."""
    kinds: dict[str, list[str]] = defaultdict(list)
    waiting, seen = ["/", *ASKED], {"/", *ASKED}
    while waiting and sum(map(len, kinds.values())) < PAGES:
        path = waiting.pop(0)
        if len(kinds[kind(path)]) >= PER_KIND:
            continue
        answer = client.get(path)
        if answer.status_code != 200:
            print(f"  a dead link: {answer.status_code} {path}")
            continue
        kinds[kind(path)].append(path)
        data = "/index.json" if path == "/" else f"{path}.json"
        known = {link.replace("&amp;", "&") for link in LINK.findall(answer.text)}
        if "html" in answer.headers.get("content-type", "") and "?" not in path:
            known.add(data)
        waiting += sorted(known - seen)
        seen |= known
    return kinds


def quiet(client: httpx2.Client, kinds: dict[str, list[str]], tally: Tally) -> None:
    """Ask for every page once while nothing is written."""
    for path in itertools.chain.from_iterable(kinds.values()):
        begun = time.monotonic()
        tally.take(path, client.get(path), time.monotonic() - begun)


def load(client: httpx2.Client, kinds: dict[str, list[str]], tally: Tally,
         writer: subprocess.Popen[str], rate: int) -> float:  # fmt: skip
    """Ask so many times a second until the writer is done; how long that took."""
    dice, lock = random.Random(1), threading.Lock()
    begun = time.monotonic()

    def ask(path: str, due: float) -> None:
        sent = time.monotonic()
        try:
            answer = client.get(path)
        except httpx2.HTTPError as problem:
            with lock:
                tally.faults[f"{type(problem).__name__}: {path}"] += 1
            return
        with lock:
            tally.late += sent - due > 1
            tally.take(path, answer, time.monotonic() - sent)

    with ThreadPoolExecutor(24) as pool:
        for n in itertools.count():
            due = begun + n / rate
            time.sleep(max(0.0, due - time.monotonic()))
            passed = time.monotonic() - begun
            if passed > MOST_SECONDS or (writer.poll() is not None and passed > SECONDS):
                break
            pool.submit(ask, dice.choice(kinds[dice.choice(sorted(kinds))]), due)
    return time.monotonic() - begun


def tell(busy: Tally, took: float) -> None:
    """The counts and how long answers took."""
    cuts = statistics.quantiles(busy.seconds, n=100)
    answers = sum(busy.statuses.values())
    told = ", ".join(f"{n:,} with {status}" for status, n in sorted(busy.statuses.items()))
    snapshots = len({snapshot for _, snapshot in busy.bodies})
    print(f"{answers:,} answers in {took:.0f} s ({answers / took:.0f}/s, {busy.late:,} asked more "
          f"than a second late): {told}")  # fmt: skip
    print(f"{snapshots} snapshots seen, {busy.compared:,} answers compared with another of the "
          "same page and snapshot")  # fmt: skip
    print(f"latency  median {cuts[49] * 1000:.0f} ms   95 % {cuts[94] * 1000:.0f} ms   "
          f"99 % {cuts[98] * 1000:.0f} ms   longest {max(busy.seconds) * 1000:.0f} ms")  # fmt: skip


def race(folder: Path, rate: int) -> Tally:
    """First half, server, second half under load, and the quiet answers before and after."""
    desk, records, whole = half_a_desk(folder)
    state, tally = folder / "race.db", Tally()
    groundswell("run", desk=desk, state=state)
    with (
        serving(desk, state) as address,
        httpx2.Client(base_url=address, timeout=60, trust_env=False) as client,
    ):
        kinds = {name: paths for name, paths in crawl(client).items() if paths}
        print(f"{sum(map(len, kinds.values()))} pages of {len(kinds)} kinds")
        quiet(client, kinds, tally)
        before = len(tally.bodies)
        tally.seconds, tally.statuses = [], Counter()
        records.write_bytes(whole)
        with (folder / "run.log").open("w+") as said:
            writer = started(command("run", "--processes", "1", desk=desk, state=state),
                             stderr=said)  # fmt: skip
            took = load(client, kinds, tally, writer, rate)
            if writer.wait() != 0:
                said.seek(0)
                tally.faults[f"the run exited {writer.returncode}: {said.read()[-300:]}"] += 1
        tell(tally, took)
        quiet(client, kinds, tally)
        print(f"{before:,} quiet pages before, {len(tally.bodies) - before:,} at later ones")
    return tally


def main() -> int:
    """Run it; 1 when anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rate", type=int, default=RATE, help="requests a second")
    given = parser.parse_args()
    with scratch("race") as folder:
        tally = race(folder, given.rate)
    for fault, n in tally.faults.most_common(20):
        print(f"! {n:,} times {fault}")
        if told := tally.shown.get(fault.rpartition(": ")[2]):
            print(f"    {told}")
    print("no server error, no lock error, every answer equals a quiet one" if not tally.faults
          else f"{tally.faults.total():,} faults")  # fmt: skip
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
