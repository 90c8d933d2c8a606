"""Whatever a platform answers, parsing ends in records or in a SourceError."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from groundswell.errors import SourceError
from groundswell.gather.source import Cursor, Payload
from groundswell.gather.sources.bluesky import Bluesky
from groundswell.gather.sources.discourse import Discourse
from groundswell.gather.sources.lemmy import Lemmy
from groundswell.gather.sources.mastodon import Mastodon
from groundswell.gather.sources.reddit import Reddit
from groundswell.gather.sources.redditfeeds import RedditFeeds
from groundswell.testing.records import whole
from groundswell.types import Record

DATA = Path(__file__).parent / "data"
SOURCES = {
    "bluesky": Bluesky(), "mastodon": Mastodon(), "lemmy": Lemmy(), "discourse": Discourse(),
    "reddit": Reddit(), "redditfeeds": RedditFeeds(),
}  # fmt: skip
ODD = (None, True, -1, 0, 10**30, 1e308, 0.5, "", "\x00", "\ud83d", "x" * 300, "2026-13-45", [], {},
       [[]], {"a": [None]}, "Infinity", "[deleted]", "https://[", "0.0.0")  # fmt: skip


def pages(name):
    for path in sorted((DATA / name).iterdir()):
        beside = path.with_name(path.name + ".json")
        if beside.exists():
            yield path.read_bytes(), json.loads(beside.read_text("utf-8"))["url"]


def spots(value, way=()):
    """The way to everything inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(
        value, list) else ()  # fmt: skip
    for key, one in inside:
        yield (*way, key)
        yield from spots(one, (*way, key))


def spoiled(value, way, odd):
    copy = json.loads(json.dumps(value))
    *above, last = way
    part = copy
    for key in above:
        part = part[key]
    part[last] = odd
    return copy


def sound(source, body, url):
    payload = Payload(body, Cursor(""), url)
    try:
        found = list(source.parse(payload))
    except SourceError:
        return
    assert found == list(source.parse(payload))
    for thing in found:
        if isinstance(thing, Record):
            # HTML escaped twice is text that looks like markup, which is no fault of ours
            whole(replace(thing, text=thing.text.replace("&lt;", "")))


@pytest.mark.parametrize("name", SOURCES)
def test_every_value_may_be_another(name):
    chance = random.Random(name)
    for body, url in pages(name):
        try:
            values = [json.loads(line) for line in body.split(b"\n") if line]
        except ValueError:
            try:
                values = [json.loads(body)]
            except ValueError:
                continue
        for value in values:
            ways = list(spots(value))
            for way in chance.sample(ways, min(len(ways), 60)):
                for odd in chance.sample(ODD, 4):
                    sound(SOURCES[name], json.dumps(spoiled(value, way, odd)).encode(), url)


@pytest.mark.parametrize("name", SOURCES)
def test_bytes_may_be_cut_and_changed(name):
    chance = random.Random(name)
    for body, url in pages(name):
        for _ in range(40):
            cut = bytearray(body[: chance.randrange(len(body) + 1)])
            for _ in range(chance.randrange(4)):
                if cut:
                    cut[chance.randrange(len(cut))] = chance.randrange(256)
            sound(SOURCES[name], bytes(cut), url)


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("url", ["", "https://", "odd", "https://[", "https://x.example"])
def test_an_address_may_be_odd(name, url):
    for body, _ in pages(name):
        sound(SOURCES[name], body, url)
