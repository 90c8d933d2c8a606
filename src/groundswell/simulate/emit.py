"""Drafts become lines of normalised NDJSON, with ids, times, links and counts."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from groundswell.simulate.dice import Dice
from groundswell.simulate.draft import DAY, Draft
from groundswell.simulate.plan import DAYS, FIRST, LATE, NOT_YET, OUTLETS, PLACES
from groundswell.simulate.rename import Renaming

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
FIRST_ID = {"reddit": 1_900_000_000, "hackernews": 47_100_000, "mastodon": 116_000_000_000_000_000,
            "discourse": 81_000}  # fmt: skip
STEP = {"reddit": 977, "hackernews": 31, "mastodon": 977_300_011, "discourse": 3}
STREAM = "demo"
SEEN_LESS = "invented: until week 9 this collector saw about a third of what was written"


class Emitter:
    """Numbers the drafts of a world in order of time and writes them down."""

    def __init__(self, drafts: Sequence[Draft], renaming: Renaming, seed: int) -> None:
        self._renaming = renaming
        self._seed = seed
        self._dice = Dice(seed, 2)
        first = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
        self._start = first + timedelta(weeks=renaming.weeks)
        self.order = sorted(drafts, key=lambda d: (d.at, d.place, d.body, d.author))
        self._answers = Counter(id(d.parent) for d in self.order if d.parent)
        self._ids: dict[int, str] = {}
        self._urls: dict[str, str] = {}
        for number, draft in enumerate(self.order):
            self._ids[id(draft)] = self._native(draft, number)
        for draft in self.order:
            if draft.key:
                self._urls[draft.key] = self._own_url(draft)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Exposure rows, then every record in order of time."""
        yield from self._exposures()
        for draft in self.order:
            yield self._row(draft)

    def _exposures(self) -> Iterator[dict[str, Any]]:
        for place in (*PLACES, "news"):
            name = self._renaming.words(PLACES[place].name) if place in PLACES else place
            spans = [(0, LATE, NOT_YET, SEEN_LESS)] if place == "lantern" else []
            for start, stop, permille, why in [*spans, (LATE if spans else 0, DAYS, 1000, "")]:
                yield {"exposure": permille, "stream": STREAM, "community": name,
                       "from": self._time(start * DAY), "to": self._time(stop * DAY),
                       "reason": why, "invented": True}  # fmt: skip

    def _row(self, draft: Draft) -> dict[str, Any]:
        words, article = self._renaming.words, draft.place in OUTLETS
        outlet = words(OUTLETS[draft.place]) if article else ""
        row = {
            "source": "news" if article else PLACES[draft.place].source,
            "community": outlet or words(PLACES[draft.place].name),
            "native_id": self._ids[id(draft)], "url": words(self._link(draft)),
            "author_hash": "" if article else self._hash(draft.author),
            "published_at": self._time(draft.at, minute=article),
            "title": words(draft.title), "text": words(draft.text), "lang": "en",
            "parent_id": self._ids[id(draft.parent)] if draft.parent else None,
            "root_id": self._ids[id(draft.root)],
            "kind": "article" if article else "comment" if draft.parent else "post",
            "engagement": self._engagement(draft), "invented": True,
        }  # fmt: skip
        return row | {"outlet": outlet} if article else row

    def _native(self, draft: Draft, number: int) -> str:
        if draft.place in OUTLETS:
            return f"{draft.place}-{draft.day:02}-{number}"
        source = PLACES[draft.place].source
        value = FIRST_ID[source] + STEP[source] * number
        if source == "reddit":
            return f"{'t1' if draft.parent else 't3'}_{_base36(value)}"
        return str(value)

    def _own_url(self, draft: Draft) -> str:
        native = self._ids[id(draft)]
        if draft.place in OUTLETS:
            return f"https://{draft.place}.example/{native}"
        name = PLACES[draft.place].name
        return {"reddit": f"https://reddit.example/{name}/{native}",
                "hackernews": f"https://lantern.example/item/{native}",
                "mastodon": f"https://{name}/notes/{native}",
                "discourse": f"https://{name}/t/{native}"}[PLACES[draft.place].source]  # fmt: skip

    def _link(self, draft: Draft) -> str:
        return self._urls.get(draft.link, draft.link) or self._own_url(draft)

    def _hash(self, author: str) -> str:
        return hashlib.sha256(f"invented/{self._seed}/{author}".encode()).hexdigest()[:12]

    def _time(self, at: int, *, minute: bool = False) -> str:
        when = self._start + timedelta(seconds=at)
        return when.strftime("%Y-%m-%dT%H:%MZ" if minute else "%Y-%m-%dT%H:%M:%SZ")

    def _engagement(self, draft: Draft) -> dict[str, int]:
        if draft.place in OUTLETS:
            return {}
        liked = int((0.3 if draft.parent else 1.0) * 3 / (1.02 - self._dice.unit()))
        answers = self._answers[id(draft)]
        return {
            "reddit": {"score": liked, "comments": answers},
            "hackernews": {"points": liked, "comments": answers},
            "mastodon": {"favourites": liked, "boosts": liked // 4, "replies": answers},
            "discourse": {"likes": liked // 3, "replies": answers, "views": liked * 17},
        }[PLACES[draft.place].source]


def write_packed(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    """One JSON object a line, packed so that equal lines give equal files."""
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=raw, mtime=0) as packed,
    ):
        packed.write("".join(lines).encode())


def _base36(value: int) -> str:
    digits = ""
    while value:
        value, digit = divmod(value, 36)
        digits = DIGITS[digit] + digits
    return digits
