"""GDELT: article lists by the minute, and a search that refuses a third of the time."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from groundswell.gather.addresses import article_id
from internet.invent import Mix, happenings
from internet.script import Item, Script
from internet.world import Happening, Limit, Request, Response

FILES, SEARCH = "storage.googleapis.com", "api.gdeltproject.org"
FILE = re.compile(r"/data\.gdeltproject\.org/gdeltv3/gal/(\d{12})00\.gal\.json\.gz")
OUTLETS = {"gazette.example.com": "Harbour Gazette", "tribune.example.org": "The Tribune",
           "zeitung.example.net": "Kiezzeitung"}  # fmt: skip
QUARTER = timedelta(minutes=15)
FIRST, SECOND = timedelta(minutes=1), timedelta(minutes=3)  # when a quarter hour's files come
LATER = timedelta(hours=2)  # how much later some come
MOST = 250
REFUSED = "Please limit requests to one every 5 seconds or contact us for larger queries."


class Gdelt:
    """Articles in two files a quarter hour; some come hours late, some never."""

    name: ClassVar[str] = "gdelt"
    hosts: ClassVar[tuple[str, ...]] = (FILES, SEARCH)
    limit: ClassVar[Limit] = Limit(120, 60.0, 2)
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(per_day=150, places=tuple(OUTLETS), replies=0, titles="all", edits=0, deletes=0,
                  leaves=0, private=0)  # fmt: skip
        self.happenings = happenings(seed, self.name, start, days, mix=mix)
        self.script = Script(self.happenings)

    def respond(self, request: Request, now: datetime) -> Response:
        """A file, the bucket's refusal of one that is not there, or a search."""
        if request.host == SEARCH:
            return self._search(request, now)
        found = FILE.fullmatch(request.path)
        stamp = datetime.strptime(found[1], "%Y%m%d%H%M").replace(tzinfo=UTC) if found else None
        items = self._file(stamp, now) if stamp else None
        if items is None:
            told = "<?xml version='1.0' encoding='UTF-8'?><Error><Code>NoSuchKey</Code></Error>"
            return Response(told.encode(), 404, "application/xml")
        lines = [json.dumps(_line(one), ensure_ascii=False) for one in items]
        packed = gzip.compress("\n".join([*lines, ""]).encode(), mtime=0)
        return Response(packed, kind="application/gzip")

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """English articles of every list that is out and was settled for a while."""
        return {
            article_id(_url(one)): f"{one.title}\n\n{_sentence(one)}".rstrip()
            for one in self.script.live(now)
            if _language(one) == "en" and _out(one.shown) <= now - timedelta(minutes=15)
        }

    def sources(self) -> Sequence[Mapping[str, object]]:
        """The lists, in English."""
        return [{"name": "gdelt", "kind": "gdelt", "languages": ["en"], "minutes": 4}]

    def _file(self, stamp: datetime, now: datetime) -> list[Item] | None:
        """The articles of a minute's file, or None while there is none."""
        quarter = _quarter(stamp)
        offset = stamp - quarter
        if offset not in (FIRST, SECOND) or _out(quarter - QUARTER) > now - offset:
            return None
        half = (offset == SECOND,)
        return [one for one in self.script.items(now).values()
                if _quarter(one.shown) == quarter - QUARTER and one.number % 2 in half]  # fmt: skip

    def _search(self, request: Request, now: datetime) -> Response:
        if request.path != "/api/v2/doc/doc":
            return Response(b"Not found", 404, "text/plain")
        if now.minute % 3 == 0:
            return Response(REFUSED.encode(), 200 if now.minute % 2 else 429, "text/plain")
        words = request.get("query").strip('"').lower()
        if len(words) < 3:
            return Response(b"The specified phrase is too short.\n", 200, "text/html")
        start, end = (
            datetime.strptime(request.get(name), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
            for name in ("startdatetime", "enddatetime")
        )
        found = [one for one in self.script.live(now) if start <= _quarter(one.shown) <= end
                 and words in f"{one.title} {one.text}".lower()]  # fmt: skip
        told = [_article(one) for one in reversed(found)][: int(request.get("maxrecords", "75"))]
        text = json.dumps({"articles": told[:MOST]}, ensure_ascii=False) if told else "{}"
        return Response(text.replace("\\u0001", "\x01").encode(), kind="application/json")


def _quarter(when: datetime) -> datetime:
    return when.replace(minute=when.minute // 15 * 15, second=0, microsecond=0)


def _out(shown: datetime) -> datetime:
    """When the list with an article shown then comes out; one in 97 quarter hours never does."""
    quarter = _quarter(shown) + QUARTER
    number = int(quarter.timestamp()) // 900
    if number % 97 == 0:
        return datetime.max.replace(tzinfo=UTC)
    return quarter + (LATER if number % 41 == 0 else timedelta())


def _language(one: Item) -> str:
    return "de" if one.place.startswith("zeitung") else "en"


def _url(one: Item) -> str:
    return f"https://{one.place}/2026/{one.key}"


def _sentence(one: Item) -> str:
    return " ".join(one.text.split())


def _line(one: Item) -> dict[str, Any]:
    told: dict[str, Any] = {
        "date": _quarter(one.shown).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "url": _url(one) + ("?utm_source=rss" if one.number % 3 else ""),
        "title": one.title,
        "lang": _language(one),
        "domain": one.place,
        "outletName": OUTLETS[one.place],
        "image": None,
        "author": "",
    }
    return told | ({"desc": _sentence(one)} if one.text else {})


def _article(one: Item) -> dict[str, Any]:
    return {
        "url": _url(one), "url_mobile": "", "title": one.title + "\u0001",
        "seendate": _quarter(one.shown).strftime("%Y%m%dT%H%M%SZ"), "socialimage": "",
        "domain": one.place, "language": "German" if _language(one) == "de" else "English",
        "sourcecountry": "United Kingdom",
    }  # fmt: skip
