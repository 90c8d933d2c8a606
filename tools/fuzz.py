"""Break answers and files in every way, and see that parsing them only ever says what is wrong.

Saved pages of every source, the answers of its invented platform, and a file of every archive are
mutated by bytes and by structure; cursors too. Whatever raises anything but our own errors, or
takes seconds, is kept under tests/gather/regressions/<plugin>/, where a test replays it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, cast

from internet.direct import Direct
from internet.server import platforms
from internet.world import Platform, Request, Response
from workbench import ROOT

from groundswell.desk import SourceSpec
from groundswell.errors import BadRow, GroundswellError, SourceError
from groundswell.gather.archive import Archive
from groundswell.gather.opening import head
from groundswell.gather.roster import enlist, known_kinds
from groundswell.gather.source import Backfill, Cursor, Http, Payload, Recheck, Source
from groundswell.registry import build, plugins
from groundswell.types import Record

START = datetime(2026, 11, 1, tzinfo=UTC)
KEPT = ROOT / "tests/gather/regressions"
PAGES = ROOT / "tests/gather/sources/data"
FILES = ROOT / "tests/gather/data"
SLOW = 3.0  # seconds of processor time for one input
LARGEST = 200_000  # bytes of a page that is worth mutating
ODDITIES = (ArithmeticError, LookupError, TypeError, ValueError)
VISITS = 3  # payloads taken of a visit
ASKED = 60  # records asked about again
SHAPES = 4  # of addresses a body is parsed under
NUMBERS = re.compile(r"\d+")
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 1.5, 10**30, -(10**30), 1e308, "", " ", "\x00", "\ud800", "0",
    "null", "a" * 5_000, "²", "2026-13-45T99:99:99Z", "9" * 5_000, [], {}, [[]], {"": ""}, [None],
)  # fmt: skip
TOKENS = (
    b"<", b">", b"&", b"&lt;", b"<!DOCTYPE x [", b"<![CDATA[", b"]]>", b"<!--", b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf", b"{", b"}", b"[", b"]", b'"', b"\\u0000", b"\\ud800", b",", b":", b"null",
    b"1e999", b"-", b"\r\n", b"\n\n", b"%00", b"http://[::1", b"&#0;", b"&#x110000;", b"\x1f\x8b",
)  # fmt: skip

Fetch = Callable[[Http, Cursor | None, datetime], Iterator[Payload]]


@dataclass(frozen=True, slots=True)
class Target:
    """One plugin: its name, what to mutate, and what must not fail."""

    name: str
    seeds: tuple[bytes, ...]
    run: Callable[[bytes], None]
    suffix: str = "bin"


@dataclass(slots=True)
class Report:
    """What came of it."""

    inputs: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


# What is tried


@dataclass(frozen=True, slots=True)
class Gathered:
    """A source as its invented platform is gathered; `name` is its kind, or for a second table of
    that kind the table's own name."""

    name: str
    kind: str
    source: Source
    platform: Platform


class Strict(Direct):
    """The local internet, where nonsense is answered as a real server would: with 400.

    What an invented platform makes of a damaged cursor is no finding; what we make of it is.
    """

    def respond(self, request: Request) -> Response:
        """Its answer, or 400."""
        try:
            return super().respond(request)
        except ODDITIES:
            return Response(b'{"error":"bad request"}', 400)

    def sent(self, request: Request) -> Iterator[tuple[datetime, bytes]]:
        """Its messages, up to the first it cannot give."""
        with suppress(*ODDITIES):
            yield from super().sent(request)


def sources(days: int = 2) -> Iterator[Gathered]:
    """Every source of the local internet."""
    seen: set[str] = set()
    for platform in platforms(7, START, days):
        for table in platform.sources():
            kind = str(table["kind"])
            if kind not in known_kinds():
                continue
            name = str(table["name"]) if kind in seen else kind
            seen.add(kind)
            options = {key: table[key] for key in table.keys() - {"name", "kind"}}
            spec = SourceSpec(name=name, kind=kind, options=options)
            yield Gathered(name, kind, enlist(spec).source, platform)


def targets() -> Iterator[Target]:
    """Every source, every cursor of what is new and of the past, and every archive."""
    for one in sources():
        news = visited(one, one.source.fetch)
        past = visited(one, filling(one.source)) if hasattr(one.source, "backfill") else []
        payloads = [*saved(one.kind), *news, *past, *asked_again(one, [*news, *past])]
        yield Target(one.name, small([payload.body for payload in payloads]),
                     parsing(one.source, addresses(payloads)))  # fmt: skip
        yield Target(one.name, small([payload.cursor.encode() for payload in news]),
                     resuming(one, one.source.fetch), "cursor")  # fmt: skip
        if past:
            yield Target(one.name, small([payload.cursor.encode() for payload in past]),
                         resuming(one, filling(one.source)), "past")  # fmt: skip
    for name in plugins("groundswell.archives"):
        archive = build("groundswell.archives", name)
        bodies = [path.read_bytes() for path in sorted(FILES.iterdir())
                  if path.suffix != ".json" and archive.recognises(path, head(path))]  # fmt: skip
        if bodies:
            yield Target(f"archive-{name}", small(bodies), reading(archive))


def saved(kind: str) -> Iterator[Payload]:
    """The saved pages of a source."""
    folder = PAGES / kind
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix == ".json" and path.with_suffix("").exists():
            continue
        beside = path.with_name(path.name + ".json")
        url = str(json.loads(beside.read_text("utf-8")).get("url", "")) if beside.exists() else ""
        yield Payload(path.read_bytes(), Cursor(""), url)


def filling(source: Source) -> Fetch:
    """The past of the invented platform, as `fetch` gives what is new."""
    past = cast(Backfill, source)
    return lambda http, since, now: past.backfill(http, since, START, now)


def visited(one: Gathered, fetch: Fetch) -> list[Payload]:
    """Some payloads of a visit to the invented platform."""
    now = START + timedelta(days=1, hours=9)
    found: list[Payload] = []
    with suppress(GroundswellError):
        found += islice(fetch(Direct([one.platform], now), None, now), VISITS)
    return found


def asked_again(one: Gathered, payloads: Sequence[Payload]) -> list[Payload]:
    """What a source learns when it asks whether records of these payloads still stand."""
    if not hasattr(one.source, "recheck"):
        return []
    now = START + timedelta(days=1, hours=9)
    ids = [thing.id for payload in payloads for thing in one.source.parse(payload)
           if isinstance(thing, Record)][:ASKED]  # fmt: skip
    found: list[Payload] = []
    with suppress(GroundswellError):
        recheck = cast(Recheck, one.source).recheck(Direct([one.platform], now), ids, now)
        found += islice(recheck, VISITS)
    return found


def addresses(payloads: Sequence[Payload]) -> tuple[str, ...]:
    """The addresses of some payloads, one of each shape: parsing may look at them."""
    shapes = {NUMBERS.sub("0", payload.url.partition("?")[0]): payload.url for payload in payloads}
    return tuple(sorted({"": "", **shapes}.values())[:SHAPES])


def small(bodies: Sequence[bytes]) -> tuple[bytes, ...]:
    """Those that are worth mutating; an empty body is always one."""
    return tuple(body for body in dict.fromkeys((b"", *bodies)) if len(body) <= LARGEST)


def parsing(source: Source, urls: Sequence[str] = ("",)) -> Callable[[bytes], None]:
    """Parse a body, as from each of these addresses; our own errors are answers."""

    def run(body: bytes) -> None:
        for url in urls:
            with suppress(GroundswellError):
                list(source.parse(Payload(body, Cursor(""), url)))

    return run


def resuming(one: Gathered, fetch: Fetch) -> Callable[[bytes], None]:
    """Go on from a cursor; our own errors are answers."""
    now = START + timedelta(days=1, hours=10)

    def run(cursor: bytes) -> None:
        since = Cursor(cursor.decode("utf-8", "replace"))
        with suppress(GroundswellError):
            for payload in islice(fetch(Strict([one.platform], now), since, now), VISITS):
                list(one.source.parse(payload))

    return run


def reading(archive: Archive) -> Callable[[bytes], None]:
    """Read a file; bad rows and impossible records are counted by the loop, not raised."""
    folder = Path(tempfile.mkdtemp(prefix="groundswell-fuzz-"))

    def run(body: bytes) -> None:
        path = folder / "file"
        path.write_bytes(body)
        with suppress(SourceError):
            for row in archive.rows(path, 0):
                with suppress(BadRow, ValueError):
                    archive.parse(row)

    return run


# How it is broken


def mutated(chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds, broken in one to four ways."""
    body = chance.choice(seeds)
    if chance.random() < 0.5 and (made := restructured(chance, body)) is not None:
        body = made
    else:
        for _ in range(chance.randint(1, 4)):
            body = chance.choice(BREAKS)(chance, body)
    return body


def restructured(chance: random.Random, body: bytes) -> bytes | None:
    """JSON with some of its values changed, dropped, doubled or nested; None for anything else."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    for _ in range(chance.randint(1, 4)):
        data = shaken(chance, data)
    return json.dumps(data, allow_nan=True).encode("utf-8", "surrogatepass")


def shaken(chance: random.Random, data: Any) -> Any:
    """A value with one thing in it replaced, dropped or doubled."""
    if isinstance(data, dict) and data and chance.random() < 0.95:
        key = chance.choice(list(data))
        found = dict(data)
        if chance.random() < 0.15:
            del found[key]
        elif chance.random() < 0.05:
            found[chance.choice(list(data))] = found[key]
        else:
            found[key] = shaken(chance, found[key])
        return found
    if isinstance(data, list) and data and chance.random() < 0.95:
        at = chance.randrange(len(data))
        if chance.random() < 0.15:
            return [*data[:at], *data[at + 1 :]]
        return [*data[:at], shaken(chance, data[at]), *data[at + chance.randint(0, 1) :]]
    return chance.choice((*ODD, [data], {"x": data}))


def flipped(chance: random.Random, body: bytes) -> bytes:
    """Some bytes changed."""
    made = bytearray(body or b" ")
    for _ in range(chance.randint(1, 8)):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made)


def cut(chance: random.Random, body: bytes) -> bytes:
    """A piece taken out, or everything after a point."""
    at, to = sorted(chance.randrange(len(body) + 1) for _ in range(2))
    return body[:at] + (body[to:] if chance.random() < 0.7 else b"")


def doubled(chance: random.Random, body: bytes) -> bytes:
    """A piece repeated."""
    at, to = sorted(chance.randrange(len(body) + 1) for _ in range(2))
    return body[:to] + body[at : min(to, at + 400)] * chance.choice((1, 2, 30)) + body[to:]


def spiked(chance: random.Random, body: bytes) -> bytes:
    """Something awkward put in."""
    at = chance.randrange(len(body) + 1)
    return body[:at] + chance.choice(TOKENS) * chance.choice((1, 1, 2, 200)) + body[at:]


BREAKS = (flipped, cut, doubled, spiked)


# Running


def tried(target: Target, body: bytes) -> str:
    """What went wrong with one input; "" when nothing did."""
    begun = time.process_time()
    try:
        target.run(body)
    except Exception as problem:  # noqa: BLE001  # whatever it is, it is a finding
        return f"{type(problem).__name__}: {str(problem)[:120]}"
    took = time.process_time() - begun
    return f"took {took:.1f} s" if took > SLOW else ""


def keep(target: Target, body: bytes, folder: Path = KEPT) -> Path:
    """Save an input that failed."""
    path = folder / target.name / f"{hashlib.sha256(body).hexdigest()[:12]}.{target.suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def fuzz(found: Sequence[Target], inputs: int, seed: int, folder: Path = KEPT) -> Report:
    """Try so many inputs on these targets in turn; each kind of failure is kept once."""
    report, seen = Report(), set[str]()
    for number in range(inputs):
        target = found[number % len(found)]
        chance = random.Random(f"{seed} {target.name} {target.suffix} {number}")
        body = mutated(chance, target.seeds)
        report.inputs[target.name] += 1
        problem = tried(target, body)
        mark = f"{target.name} {problem.partition(':')[0]}"
        if problem and mark not in seen:
            seen.add(mark)
            path = keep(target, body, folder)
            report.failures.append(f"{target.name}: {problem} ({path.name})")
    return report


def main() -> int:
    """Run it; 1 when anything failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[], help="names of plugins")
    given = parser.parse_args()
    found = [one for one in targets() if not given.only or one.name in given.only]
    begun = time.monotonic()
    report = fuzz(found, given.inputs, given.seed)
    print(f"{sum(report.inputs.values()):,} inputs, {len(found)} targets, "
          f"{time.monotonic() - begun:.0f} s, {len(report.failures)} kinds of failure")  # fmt: skip
    print("\n".join(report.failures))
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
