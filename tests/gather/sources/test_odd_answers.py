"""Whatever an answer holds, parsing gives things or a SourceError, and the same ones twice."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from groundswell.errors import SourceError
from groundswell.gather.source import Cursor, Payload
from groundswell.gather.sources.arxiv import Arxiv
from groundswell.gather.sources.devto import DevTo
from groundswell.gather.sources.gdelt import Gdelt
from groundswell.gather.sources.huggingface import HuggingFace
from groundswell.gather.sources.mailinglist import MailingList
from groundswell.gather.sources.stackexchange import StackExchange
from groundswell.gather.sources.wikipedia import Wikipedia
from groundswell.gather.sources.x import X
from groundswell.gather.sources.youtube import YouTube
from groundswell.testing.records import whole
from groundswell.types import Record

DATA = Path(__file__).parent / "data"
SOURCES = {
    "arxiv": Arxiv(),
    "devto": DevTo(),
    "gdelt": Gdelt(),
    "huggingface": HuggingFace(),
    "mailinglist": MailingList(url="https://lists.example.org/q/", community="q"),
    "stackexchange": StackExchange(),
    "wikipedia": Wikipedia(articles=("Tide clock",)),
    "x": X(),
    "youtube": YouTube(),
}
ODD = [
    None, True, -1, 0, 10**30, 1e308, "", "\ud800", "\x00", "2026-11-22", "x" * 9, [], {}, [[]],
    {"a": 1}, "1" * 5_000, "9999-99-99T99:99:99Z", "0001-01-01T00:00:00Z", " \n ", [None],
]  # fmt: skip
ROUNDS = 60


def saved(name):
    for path in sorted((DATA / name).iterdir()):
        if path.name.endswith(".json") and path.with_suffix("").exists():
            continue
        beside = path.with_name(path.name + ".json")
        url = json.loads(beside.read_text("utf-8"))["url"] if beside.exists() else ""
        yield path.read_bytes(), url


def spoiled(data, chance):
    """A copy with some values, or whole branches, made odd."""
    if chance.random() < 0.08:
        return chance.choice(ODD)
    if isinstance(data, dict):
        return {key: spoiled(value, chance) for key, value in data.items()
                if chance.random() > 0.05}  # fmt: skip
    if isinstance(data, list):
        return [spoiled(value, chance) for value in data]
    return data


def torn(body, chance):
    """The bytes with a piece cut out, doubled or replaced."""
    start = chance.randrange(len(body) + 1)
    stop = min(len(body), start + chance.choice((1, 3, 40, 900)))
    return body[:start] + chance.choice((b"", b"\xff\x00", b"&x;<", body[start:stop] * 2, b"\n"
                                         )) + body[stop:]  # fmt: skip


def bodies(name):
    chance = random.Random(name)
    for body, url in saved(name):
        yield body, url
        try:
            data = json.loads(body)
        except ValueError:
            data = None
        for _ in range(ROUNDS):
            if data is None or chance.random() < 0.3:
                yield torn(body, chance), url
            else:
                yield json.dumps(spoiled(data, chance)).encode(), url


def parsed(source, payload):
    try:
        return list(source.parse(payload))
    except SourceError as problem:
        return type(problem), str(problem)


@pytest.mark.parametrize("name", SOURCES)
def test_nothing_else_is_raised(name):
    source, read = SOURCES[name], 0
    for body, url in bodies(name):
        payload = Payload(body, Cursor(""), url)
        found = parsed(source, payload)
        assert parsed(source, payload) == found
        for thing in found if isinstance(found, list) else ():
            read += 1
            if isinstance(thing, Record):
                whole(replace(thing, title=thing.title and "x", text=thing.text and "x"))
    assert read > 20
