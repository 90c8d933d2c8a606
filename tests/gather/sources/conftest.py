"""Golden pages: an answer beside what is made of it; and sources against their platform.

`data/<name>/<page>` is an answer as it came. `data/<name>/<page>.json` holds its address ("url",
optional, written by us) and what parsing it gives ("found", or "error"); where that is missing it
is written, to be read by you.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from groundswell.errors import SourceError
from groundswell.gather.source import Cursor, Payload
from groundswell.types import Record

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools"))

DATA = Path(__file__).parent / "data"
START = datetime(2026, 11, 1, tzinfo=UTC)


def told(thing):
    """A thing as reviewable JSON: only what differs from nothing."""
    found = {"is": type(thing).__name__, **asdict(thing)}
    for key, value in list(found.items()):
        if hasattr(value, "isoformat"):
            found[key] = value.isoformat()
        if value in ("", None, {}) or value is False or (key, value) == ("state", "public"):
            del found[key]
    return found


def pages(name):
    """The saved pages of a source, as payloads by name."""
    found = {}
    for path in sorted((DATA / name).iterdir()):
        beside = path.with_name(path.name + ".json")
        if path.name.endswith(".json") and path.with_suffix("").exists():
            continue
        url = json.loads(beside.read_text("utf-8"))["url"] if beside.exists() else ""
        found[path.name] = Payload(path.read_bytes(), Cursor(""), url)
    return found


def parsed(source, payload):
    """What parsing gives, or the error it ends in."""
    try:
        return {"found": [told(thing) for thing in source.parse(payload)]}
    except SourceError as problem:
        return {"error": f"{type(problem).__name__}: {problem}"}


@pytest.fixture
def golden():
    """Compare every saved page of a source with what was made of it before."""

    def check(source, name):
        missing = []
        for page, payload in pages(name).items():
            beside = DATA / name / f"{page}.json"
            found = {"url": payload.url, **parsed(source, payload)}
            kept = json.loads(beside.read_text("utf-8")) if beside.exists() else {}
            if not {"found", "error"} & set(kept):
                beside.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
                missing.append(beside.name)
                continue
            assert found == kept, page
        assert not missing, f"{missing} were missing and are written now; read them"
        return [payload for page, payload in pages(name).items()
                if parsed(source, payload).get("found")]  # fmt: skip

    return check


class Shelf:
    """What a gatherer holds: bodies by id, gaps, and where it goes on."""

    def __init__(self, source):
        self.source = source
        self.cursor = None
        self.bodies = {}
        self.gaps = []
        self.other = []

    def take(self, payloads):
        for payload in payloads:
            self.cursor = payload.cursor or self.cursor
            self.gaps += payload.gaps
            for thing in self.source.parse(payload):
                if not isinstance(thing, Record):
                    self.other.append(thing)
                elif thing.state != "public":
                    self.bodies.pop(thing.id, None)
                else:
                    self.bodies[thing.id] = thing.body


@pytest.fixture
def live():
    """Gather a platform for a while, every so often, and say what is then held."""

    def run(source, platform, *, hours, every, http=None):
        from internet.direct import Direct

        http = http or Direct([platform], START)
        shelf, now = Shelf(source), START
        while now <= START + timedelta(hours=hours):
            http.now = now
            try:
                shelf.take(source.fetch(http, shelf.cursor, now))
            except SourceError as problem:
                shelf.other.append(problem)
            now += timedelta(hours=every)
        return shelf, http

    return run


@pytest.fixture
def start():
    return START
