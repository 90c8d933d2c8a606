"""The normalised form: one JSON object a line, one fixed set of fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from groundswell.errors import BadRow
from groundswell.gather.archive import Row
from groundswell.gather.fields import engagement_of, json_object, need, text_of, time_of
from groundswell.gather.opening import first_lines, lines
from groundswell.text import normalise
from groundswell.types import Exposure, Record, RecordId
from groundswell.types.moment import micros
from groundswell.types.record import Kind, State

REQUIRED = (b'"source"', b'"native_id"', b'"published_at"')
BY_SOURCE: Mapping[str, Kind] = {
    "news": "article",
    "blog": "article",
    "arxiv": "paper",
    "mailing_list": "mail",
    "youtube": "comment",
}
GATHERED_INTO = {"news": "news", "blog": "blogs"}  # outlets are not communities of people


@dataclass(frozen=True, slots=True, kw_only=True)
class Ndjson:
    """Normalised NDJSON: source, community, native_id, url, author_hash, published_at, title,
    text, lang, parent_id, engagement; optionally outlet, kind, root_id, state, available_at.

    An object with "exposure" (permille) instead of a native_id states how much of what was
    expected this file's collector saw. `lag_hours` is how long after publication the archive's
    collector saw a record.
    """

    name: ClassVar[str] = "ndjson"
    lag_hours: float = 0.0

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether the first line holds the fields only this form has."""
        first = (first_lines(head) or [b""])[0]
        return all(field in first for field in REQUIRED) or b'"exposure"' in first

    def rows(self, path: Path, after: int) -> Iterator[Row]:
        """One row a line."""
        for number, line in lines(path, after):
            yield Row(number, line)

    def parse(self, row: Row) -> Record | Exposure:
        """A line as a record, or as an exposure row."""
        data = json_object(row.data) if isinstance(row.data, bytes) else row.data
        if "exposure" in data:
            return _exposure(data)
        source = need(data, "source")
        published, precision = time_of(data.get("published_at"))
        kind = _kind(data, source)
        community = need(data, "community")
        title, text = normalise(text_of(data, "title")), normalise(text_of(data, "text"))
        state = _state(data)
        if state == "public" and not title and not text:
            raise BadRow("no words")
        available = (
            time_of(data["available_at"])[0]
            if data.get("available_at")
            else (published + timedelta(hours=self.lag_hours, days=1 if precision == "day" else 0))
        )
        return Record(
            id=RecordId(f"{source}:{need(data, 'native_id')}"),
            source=source,
            kind=kind,
            community=GATHERED_INTO.get(source, community),
            outlet=text_of(data, "outlet") or (community if kind == "article" else ""),
            url=text_of(data, "url"),
            title=title,
            text=text,
            author=text_of(data, "author_hash") or text_of(data, "author"),
            lang=text_of(data, "lang") or "und",
            parent=_id(source, data, "parent_id"),
            root=_id(source, data, "root_id"),
            published=published,
            precision=precision,
            available=available,
            state=state,
            engagement=engagement_of(data.get("engagement")),
        )


def _kind(data: Mapping[str, Any], source: str) -> Kind:
    stated = text_of(data, "kind")
    if stated:
        return stated  # type: ignore[return-value]  # Record refuses an unknown kind
    if source == "github":
        told = data.get("engagement")
        name = str(told.get("kind", "")) if isinstance(told, Mapping) else ""
        return {"issue": "issue", "pr": "change", "pull_request": "change", "review": "review"}.get(
            name, "comment"
        )  # type: ignore[return-value]  # literals
    return BY_SOURCE.get(source, "comment" if data.get("parent_id") else "post")


def _state(data: Mapping[str, Any]) -> State:
    state = text_of(data, "state") or "public"
    if state not in ("public", "deleted", "removed"):
        raise BadRow("unknown state")
    return state  # type: ignore[return-value]  # checked above


def _id(source: str, data: Mapping[str, Any], key: str) -> RecordId | None:
    native = text_of(data, key)
    return RecordId(f"{source}:{native}") if native else None


def _exposure(data: Mapping[str, Any]) -> Exposure:
    start, stop = time_of(data.get("from"))[0], time_of(data.get("to"))[0]
    permille = data["exposure"]
    if type(permille) is not int or not 0 <= permille <= 1000 or start >= stop:
        raise BadRow("exposure is not 0..1000 over a stretch of time")
    return Exposure(
        stream=text_of(data, "stream"),
        community=text_of(data, "community") or "*",
        start=micros(start),
        stop=micros(stop),
        permille=permille,
        reason=text_of(data, "reason"),
    )
