"""How fast records come in: parsing by form and by source, and a Jetstream replay to the store.

Rates are per second of one core's own time, so that other work on the machine does not count.
The replay runs the real client against a server in another process: connection, frames, parsing
and saving, all of it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Any, ClassVar

from internet.clock import Clock, RemoteClock
from internet.direct import Direct
from internet.invent import Mix, happenings, html
from internet.server import Internet, platforms
from internet.world import Happening, Limit, Platform, Request, Response
from workbench import kill, scratch

from groundswell.desk import SourceSpec
from groundswell.errors import GroundswellError
from groundswell.gather.archive import Archive
from groundswell.gather.live import Task, perform, register, save
from groundswell.gather.roster import Live, enlist, known_kinds
from groundswell.gather.source import Payload, Source
from groundswell.gather.sources.bluesky import EAST, Bluesky
from groundswell.http.client import Client
from groundswell.http.identity import Identity
from groundswell.registry import build
from groundswell.store import open_store
from groundswell.types.moment import micros

START = datetime(2026, 11, 1, tzinfo=UTC)
LASTS = 1.0  # seconds of processor time for one measurement
FLOORS = {"ndjson": 20_000, "hackernews": 20_000, "gharchive": 20_000, "feed": 3_000,
          "replay": 2_000}  # fmt: skip  # what must be
PAGES = 200  # of a source are parsed
RATE = 2_000  # events a second in the replay's own time


def rate(work: Callable[[], int]) -> float:
    """How many a second of processor time."""
    done, begun = 0, time.process_time()
    while (took := time.process_time() - begun) < LASTS:
        done += work()
    return done / took


def archives(folder: Path) -> Iterator[tuple[str, float]]:
    """NDJSON forms: reading lines and parsing them."""
    month = happenings(7, "lines", START, 30, mix=Mix(per_day=200))
    written = [one for one in month if one.act == "publish" and one.text]
    forms = {"ndjson": map(normalised, written), "hackernews": map(dumped, written)}
    for name, lines in forms.items():
        path = folder / f"{name}.ndjson"
        path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
        archive = build("groundswell.archives", name)
        yield name, rate(partial(lines_of, archive, path))


def lines_of(archive: Archive, path: Path) -> int:
    """How many lines of a file were parsed."""
    return len([archive.parse(row) for row in archive.rows(path, 0)])


def normalised(one: Happening) -> dict[str, Any]:
    """A row of the normalised form."""
    return {
        "source": "forum", "community": one.place, "native_id": one.key, "url": None,
        "author_hash": one.author, "published_at": one.at.isoformat(), "title": one.title or None,
        "text": one.text, "lang": "en", "parent_id": one.parent or None, "engagement": {"score": 3},
    }  # fmt: skip


def dumped(one: Happening) -> dict[str, Any]:
    """A row of a Hacker News dump."""
    return {"id": int(one.key), "type": "comment", "by": one.author, "parent": 1,
            "time": int(one.at.timestamp()), "text": html(one.text, "hn")}  # fmt: skip


def sources() -> Iterator[tuple[str, float]]:
    """Every source: parsing what its invented platform answers."""
    now = START + timedelta(days=4, hours=9)
    seen: set[str] = set()
    for platform in platforms(7, START, 5):
        for table in platform.sources():
            kind = str(table["kind"])
            if kind in seen or kind not in known_kinds():
                continue
            options = {key: table[key] for key in table.keys() - {"name", "kind"}}
            source = enlist(SourceSpec(name=kind, kind=kind, options=options)).source
            for payloads in answers(source, platform, now):
                if all_of(source, payloads):
                    seen.add(kind)
                    yield kind, rate(partial(all_of, source, payloads))
                    break


def answers(source: Source, platform: Platform, now: datetime) -> Iterator[list[Payload]]:
    """What a source is answered: of its past where it can be asked for it, of a first visit."""
    http, found = Direct([platform], now), list[Payload]()
    if hasattr(source, "backfill"):
        with suppress(GroundswellError):
            found += islice(source.backfill(http, None, START, now), PAGES)
        yield found
    found = []
    with suppress(GroundswellError):
        found += islice(source.fetch(http, None, now), PAGES)
    yield found


def all_of(source: Source, payloads: Sequence[Payload]) -> int:
    """How many things payloads hold."""
    return sum(parsed(source, one) for one in payloads)


def parsed(source: Source, payload: Payload) -> int:
    """How many things a payload holds."""
    return len(list(source.parse(payload)))


class Firehose:
    """A Jetstream that sends so many posts a second, for as long as it is asked."""

    name: ClassVar[str] = "firehose"
    hosts: ClassVar[tuple[str, ...]] = (EAST.split("/")[2], "public.api.bsky.app")
    limit: ClassVar[Limit] = Limit(10**6, 1.0, 9)
    happenings: Sequence[Happening] = ()

    def __init__(self, events: int) -> None:
        texts = [one.text[:280] for one in happenings(7, "fire", START, 2) if one.text]
        self.frames = [frame(number, texts[number % len(texts)]) for number in range(events)]

    def respond(self, request: Request, now: datetime) -> Response:
        """The upgrade, or profiles of people who may be read by strangers."""
        if request.path.endswith("getProfiles"):
            profiles = [{"did": who} for name, who in request.query if name == "actors"]
            return Response(json.dumps({"profiles": profiles}).encode())
        return Response(b"", 101)

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """All of it, then one message of now, so that the reader sees that it is done."""
        if request.get("cursor") == "" or int(request.get("cursor")) >= 10**15:
            yield from zip(map(at, count()), self.frames, strict=False)

    def due(self, now: datetime) -> dict[str, str]:
        """Nobody asks."""
        return {}

    def sources(self) -> Sequence[dict[str, object]]:
        """Nobody asks."""
        return []


def at(number: int) -> datetime:
    """When the n-th event happens."""
    return START + timedelta(seconds=number / RATE)


def frame(number: int, text: str) -> bytes:
    """A post as version 2 of Jetstream sends it."""
    when = at(number).isoformat(timespec="microseconds").replace("+00:00", "Z")
    record = {"$type": "app.bsky.feed.post", "createdAt": when, "langs": ["en"], "text": text}
    payload = {
        "$type": "network.bsky.jetstream.subscribeEvents#commit", "seq": 10**6 + number,
        "did": f"did:plc:invented{number % 500:04}", "time": when, "rev": "3mabcdexmp22a",
        "operation": "create", "collection": "app.bsky.feed.post", "rkey": f"3invented{number}",
        "cid": "bafyreiexample", "record": record,
    }  # fmt: skip
    return json.dumps({"$type": "message", "payload": payload}).encode()


def replay(folder: Path, events: int) -> tuple[float, float]:
    """Events saved per second of our own processor time, and per second on the clock."""
    line = [sys.executable, __file__, "--serve", str(events)]
    server = subprocess.Popen(line, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        return replayed(folder / "replay.db", port, events)
    finally:
        kill(server)


def replayed(state: Path, port: int, events: int) -> tuple[float, float]:
    """Gather the firehose at this port into a fresh state."""
    clock = RemoteClock(port)
    source = Bluesky(hosts=(EAST,))
    live = Live(name="fire", kind="bluesky", source=source, every=30, days=0)
    identity = Identity("Groundswell", "1.0", "bench@operator.example")
    routes = {"*": f"127.0.0.1:{port}"}
    with (
        open_store(state, clock=lambda: micros(clock.now()), key=b"k") as store,
        Client(identity, clock=clock.now, sleep=lambda _: None,
               random=Random(1), routes=routes) as http,
    ):  # fmt: skip
        register(store, [live])
        task = Task(live=live, errand="live", since=None, now=clock.now())
        begun, own = time.monotonic(), time.process_time()
        for haul in perform(task, http, store.key):
            save(store, haul, holder="bench")
        took = time.monotonic() - begun
        own = time.process_time() - own
        (row,) = store.rows("span_of_records")
    clock.close()
    if row["records"] < 0.9 * events:
        raise SystemExit(f"only {row['records']:,} of {events:,} events came in")
    return row["records"] / own, row["records"] / took


def serve(events: int) -> int:
    """The firehose's side of the replay."""
    end = START + timedelta(seconds=events / RATE + 5)
    with Internet([Firehose(events)], Clock(end)).serve() as port:
        print(port, flush=True)
        time.sleep(600)
    return 0


def measured(folder: Path, events: int) -> list[tuple[str, str, float]]:
    """Every figure: what it is of, the name of its floor if it has one, how many a second."""
    found = [(f"archive {name}", name, value) for name, value in archives(folder)]
    found += [(f"source {name}", name if name in ("feed", "gharchive") else "", value)
              for name, value in sources()]  # fmt: skip
    own, clocked = replay(folder, events)
    return [*found, ("replay to the store", "replay", own), ("  on the clock", "", clocked)]


def main() -> int:
    """Measure; 1 when something is below its floor."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=20_000, help="of the replay")
    parser.add_argument("--serve", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        return serve(given.serve)
    with scratch("throughput") as folder:
        found = measured(folder, given.events)
    slow = [name for name, key, value in found if value < FLOORS.get(key, 0)]
    for name, key, value in found:
        floor = f"  at least {FLOORS[key]:,}" if key in FLOORS else ""
        print(f"{name:<28}{value:>10,.0f} a second{floor}{'  TOO SLOW' if name in slow else ''}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
