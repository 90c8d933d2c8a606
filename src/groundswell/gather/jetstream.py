"""Jetstream, the stream of what accounts on the AT Protocol do: its messages and a place in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from groundswell.errors import BadRow
from groundswell.gather.cursors import foreign, number, word
from groundswell.gather.fields import need, text_of, time_of
from groundswell.gather.listing import LATEST, cursor_of, part, state_of, table
from groundswell.gather.source import Cursor
from groundswell.types.moment import HOUR_US, micros

PASSING = frozenset({"desynchronized", "throttled"})  # the account is there, its server is not
TID = "234567abcdefghijklmnopqrstuvwxyz"
OLDEST = 10 * 365 * 24 * HOUR_US  # how long before it was seen a post may have been written


@dataclass(frozen=True, slots=True)
class Event:
    """One message of either version. `seq` is 0 where the host counts in time; `at` is when the
    host saw it, in microseconds. Without `kind` it says nothing about what people do."""

    kind: str
    seq: int = 0
    at: int = 0
    did: str = ""
    collection: str = ""
    operation: str = ""
    rkey: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)
    closes: bool = False

    @property
    def uri(self) -> str:
        """The post's own address."""
        return f"at://{self.did}/{self.collection}/{self.rkey}"

    @property
    def written(self) -> int:
        """When the post was written, from its key where that is a time, else when it was seen."""
        if len(self.rkey) != 13 or not set(self.rkey) <= set(TID):
            return self.at
        number = 0
        for letter in self.rkey:
            number = number * 32 + TID.index(letter)
        when = number >> 10
        return when if self.at - OLDEST < when <= self.at else self.at


def event_of(frame: Any) -> Event:
    """A message of version 2 or 1; BadRow for anything else."""
    frame = table(frame, "message")
    if frame.get("$type") == "message":
        return _of_second(part(frame, "payload"))
    if "time_us" in frame:
        return _of_first(frame)
    raise BadRow("no message of Jetstream")


def _of_second(data: Mapping[str, Any]) -> Event:
    kind = text_of(data, "$type").partition("#")[2]
    if kind == "info":
        return Event("info")
    at = micros(time_of(data.get("time"))[0])
    seq = data.get("seq")
    if type(seq) is not int:
        raise BadRow("no seq")
    return _made(kind, seq, at, data, part(data, "account"), data)


def _of_first(data: Mapping[str, Any]) -> Event:
    at = data["time_us"]
    if type(at) is not int or not 0 < at < LATEST:
        raise BadRow("time_us is no time")
    kind = text_of(data, "kind")
    return _made(kind, 0, at, data, part(data, "account"), part(data, "commit"))


def _made(
    kind: str, seq: int, at: int, data: Mapping[str, Any], account: Mapping[str, Any],
    commit: Mapping[str, Any],
) -> Event:  # fmt: skip
    if kind == "account":
        closes = account.get("active") is False and text_of(account, "status") not in PASSING
        return Event(kind, seq, at, need(data, "did"), closes=closes)
    if kind != "commit":
        return Event(kind, seq, at)
    operation = need(commit, "operation")
    return Event(
        kind,
        seq,
        at,
        need(data, "did"),
        need(commit, "collection"),
        operation,
        need(commit, "rkey"),
        {} if operation == "delete" else part(commit, "record"),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """How far the stream was read: the last number and the last time, and of which host."""

    at: int
    seq: int = 0
    host: str = ""

    @classmethod
    def of(cls, since: Cursor | None) -> Place | None:
        """From a cursor, None for none; Malformed for one that is not ours."""
        if since is None:
            return None
        told = state_of(since)
        if not {"at", "seq", "host"} <= told.keys():
            raise foreign(since)
        return cls(number(told, "at", most=LATEST), number(told, "seq"), word(told, "host"))

    def cursor(self) -> Cursor:
        """For the next visit."""
        return cursor_of({"at": self.at, "seq": self.seq, "host": self.host})


def unshortened(post: Mapping[str, Any]) -> str:
    """The text with its links written out; apps shorten what they show."""
    text = text_of(post, "text")
    links = sorted(links_of(post), reverse=True)
    if not links:
        return text
    raw, end = text.encode("utf-8", "surrogatepass"), len(text) * 4
    for start, stop, uri in links:
        if 0 <= start < stop <= min(len(raw), end):
            raw, end = raw[:start] + uri.encode("utf-8", "surrogatepass") + raw[stop:], start
    return raw.decode("utf-8", "replace")


def links_of(post: Mapping[str, Any]) -> Iterator[tuple[int, int, str]]:
    """Where links stand in the text, in bytes, and where they lead."""
    facets = post.get("facets")
    for facet in facets if isinstance(facets, list) else ():
        if not isinstance(facet, dict):
            continue
        index, features = facet.get("index"), facet.get("features")
        if not isinstance(index, dict) or not isinstance(features, list):
            continue
        start, stop = index.get("byteStart"), index.get("byteEnd")
        for feature in features:
            uri = feature.get("uri") if isinstance(feature, dict) else None
            if isinstance(uri, str) and type(start) is int and type(stop) is int:
                yield start, stop, uri
