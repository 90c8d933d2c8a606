"""From an empty home to a page that says something: how long it takes on the local internet.

    python tools/cold_start.py FOLDER [--minutes 20] [--desk desks/ai]

FOLDER becomes the home directory; what was in it before is removed. The desk is copied there with
an operator and the keyless sources of the local internet, which holds four weeks of invented people
who use the desk's names, and goes on at the pace of our own clock. `groundswell up` does the rest.
Printed is when the front page first showed records, and when it first showed something that is
licensed without a baseline: a share of people, a cluster of outlets, or a story; both must come in
time. Every record and every figure on the page is held against what was published. With Chromium
on the machine, pictures of the pages are taken on the way.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from internet.__main__ import as_toml
from look import BROWSERS, browsing, slug
from workbench import PROGRAM, ROOT, kill

from groundswell.gather.source import Dossier
from groundswell.registry import find

WEEKS, AHEAD = 4, 2  # weeks of the past, and days to come, that the local internet holds
RECORDS_WITHIN, LICENSED_WITHIN = 2.0, 15.0  # minutes
LOOK = 3.0  # seconds between two looks at the page
PICTURES = (2.0, 15.0)  # minutes
PAGES = ("/", "/health", "/signals", "/communities", "/beats", "/stories")
WIDTH = 1280
OPERATOR = '\n[operator]\nname = "Cold start"\ncontact = "cold@operator.example"\n'


@dataclass(slots=True)
class Times:
    """Minutes from the start of `groundswell up`; None for what did not come."""

    served: float | None = None
    records: float | None = None
    licensed: float | None = None
    what: str = ""
    invented: set[str] = field(default_factory=set)


@contextmanager
def internet(desk: Path) -> Iterator[int]:
    """The local internet in a process of its own, at today's date; its port."""
    start = (datetime.now(UTC) - timedelta(weeks=WEEKS)).replace(
        hour=0, minute=0, second=0, microsecond=0, tzinfo=None
    )
    line = [sys.executable, str(ROOT / "tools/internet"), "--port", "0", "--speed", "1"]
    line += ["--start", start.isoformat(), "--days", str(7 * WEEKS + AHEAD), "--desk", str(desk)]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert process.stdout is not None
        port = int(json.loads(process.stdout.readline())["port"])
        asked(port, "/_clock", {"now": datetime.now(UTC).isoformat()})
        yield port
    finally:
        kill(process)


def asked(port: int, path: str, told: Mapping[str, str] | None = None) -> Any:
    """What the local internet says of itself."""
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False) as line:
        answer = line.post(path, json=told) if told else line.get(path)
        return answer.raise_for_status().json()


def keyless(port: int, sources: Path) -> int:
    """Write the tables of what may be read without a key or an account; how many there are."""
    kept = [table for table in asked(port, "/_sources") if access(table["kind"]) == "open"]
    sources.write_text("\n".join(map(as_toml, kept)), "utf-8")
    return len(kept)


def access(kind: str) -> str:
    """What a kind of source needs."""
    dossier: Dossier = find("groundswell.sources", kind).dossier
    return dossier.access


@contextmanager
def up(home: Path, port: int) -> Iterator[str]:
    """`groundswell up` in the empty home; the address it serves."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("GROUNDSWELL_")}
    env |= {"HOME": str(home), "GROUNDSWELL_ROUTES": f"*=127.0.0.1:{port}", "PYTHONUNBUFFERED": "1"}
    line = [str(PROGRAM), "up", "--desk", "desk", "--bind", "127.0.0.1:0"]
    with (home / "up.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(line, cwd=home, env=env, stdout=subprocess.PIPE, text=True,
                                   stderr=subprocess.STDOUT, start_new_session=True)  # fmt: skip
        try:
            for told in process.stdout or ():
                log.write(told)
                if found := re.search(r"http://[\d.]+:\d+", told):
                    threading.Thread(target=written, args=(process, log), daemon=True).start()
                    yield found[0]
                    return
            raise SystemExit(f"up ended before it served; see {home}/up.log")
        finally:
            kill(process)


def written(process: subprocess.Popen[str], log: Any) -> None:
    """Keep what a process says."""
    for told in process.stdout or ():
        log.write(told)
        log.flush()


def records_on(page: Mapping[str, Any]) -> int:
    """How many records the front page counts."""
    return sum(place["records"] for place in page["places"])


def licensed_on(page: Mapping[str, Any]) -> str:
    """What on the front page says more than how many; empty for nothing."""
    start = page["start"] or {}
    if page["lead"]:
        return f"a story: {page['lead']['headline']}"
    for cluster in start.get("clusters", ()):
        return f"{len(cluster['outlets'])} outlets on {cluster['label']}"
    for share in (*start.get("places", ()), *start.get("shares", ())):
        return f"{share['people']} of {share['of']} people used {share['name']}"
    found = page["outcomes"].get("no difference", 0) + page["outcomes"].get("found", 0)
    return f"{found} tests that could tell" if found else ""


def ids_on(told: Any) -> Iterator[str]:
    """Every record id that stands somewhere on a page."""
    if isinstance(told, dict):
        if {"id", "place", "excerpt"} <= told.keys():
            yield str(told["id"])
        for one in told.values():
            yield from ids_on(one)
    elif isinstance(told, list):
        for one in told:
            yield from ids_on(one)


def watch(home: Path, address: str, port: int, minutes: float) -> Times:
    """Look at the front page until everything came, or the minutes are over."""
    times, begun, due = Times(), time.monotonic(), list(PICTURES)
    with httpx2.Client(base_url=address, timeout=120, trust_env=False) as client:
        while (ago := (time.monotonic() - begun) / 60) < minutes:
            if due and ago >= due[0]:
                shoot(home, address, f"{due.pop(0):g}-minutes")
            answer = client.get("/index.json")
            if answer.status_code == 200:
                page = answer.json()
                ago = (time.monotonic() - begun) / 60
                times.served = times.served if times.served is not None else ago
                if times.records is None and records_on(page):
                    times.records = ago
                    print(f"{ago:6.1f} minutes: {records_on(page):,} records", flush=True)
                if times.licensed is None and (what := licensed_on(page)):
                    times.licensed, times.what = ago, what
                    print(f"{ago:6.1f} minutes: {what}", flush=True)
                times.invented |= set(ids_on(page))
            if times.licensed is not None and times.records is not None and not due:
                break
            time.sleep(LOOK)
    published = {key for platform in asked(port, "/_due").values() for key in platform}
    times.invented -= published
    return times


def shoot(home: Path, address: str, name: str) -> None:
    """Pictures of the pages as they are now, where there is a browser."""
    if not any(map(shutil.which, BROWSERS)):
        return
    with browsing() as browser:
        for path in PAGES:
            browser.open(address + path, WIDTH, False)
            browser.shoot(home / f"{name}-{slug(path)}.png", WIDTH)


def main() -> int:
    """Run it; 1 when something came too late, or is on the page and was never published."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--desk", type=Path, default=ROOT / "desks" / "ai")
    parser.add_argument("--minutes", type=float, default=20.0)
    given = parser.parse_args()
    home = given.folder.resolve()
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(given.desk, home / "desk")
    with (home / "desk" / "desk.toml").open("a", encoding="utf-8") as file:
        file.write(OPERATOR)
    with internet(given.desk) as port:
        print(f"{keyless(port, home / 'desk' / 'sources.toml')} keyless sources", flush=True)
        with up(home, port) as address:
            times = watch(home, address, port, given.minutes)
    for name, came, within in (("records", times.records, RECORDS_WITHIN),
                               ("licensed", times.licensed, LICENSED_WITHIN)):  # fmt: skip
        told = "never" if came is None else f"{came:.1f} minutes"
        late = "" if came is not None and came <= within else "  TOO LATE"
        print(f"{name:<10}{told}, at most {within:g}{late}")
    for one in sorted(times.invented):
        print(f"on the page and never published: {one}")
    good = (times.records or 99) <= RECORDS_WITHIN and (times.licensed or 99) <= LICENSED_WITHIN
    return 0 if good and not times.invented else 1


if __name__ == "__main__":
    sys.exit(main())
