"""Tables with one record a row and a mapping from our fields to their columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha1
from pathlib import Path
from typing import Any, ClassVar, cast

from groundswell.errors import BadRow, SourceError
from groundswell.gather.archive import Row
from groundswell.gather.fields import text_of, time_of
from groundswell.gather.opening import LINE_LIMIT, damage, unpacked
from groundswell.text import normalise
from groundswell.types import Record, RecordId

FIELDS = (
    "id",
    "source",
    "kind",
    "community",
    "outlet",
    "url",
    "title",
    "text",
    "author",
    "lang",
    "parent",
    "published",
)
GUESSES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "native_id", "post_id", "status_id", "tweet_id", "uid"),
    "community": ("community", "subreddit", "channel", "forum", "group", "list"),
    "outlet": ("outlet", "publisher", "newspaper"),
    "url": ("url", "link", "permalink", "expanded_urls"),
    "title": ("title", "headline", "subject"),
    "text": ("text", "body", "content", "message", "full_text", "selftext", "comment"),
    "author": ("author", "user", "username", "screen_name", "author_hash", "from"),
    "lang": ("lang", "language"),
    "parent": ("parent", "parent_id", "in_reply_to_id", "in_reply_to_status_id"),
    "published": (
        "published",
        "published_at",
        "created_at",
        "date",
        "timestamp",
        "created_utc",
        "time",
        "datetime",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """What CSV and Parquet share: `columns` maps our fields to theirs; unnamed ones are guessed."""

    columns: Mapping[str, str] = field(default_factory=dict)
    source: str = "import"
    community: str = ""
    kind: str = "post"

    def __post_init__(self) -> None:
        wrong = sorted(set(self.columns) - set(FIELDS))
        if wrong:
            raise SourceError(f"no field {wrong[0]!r}; map only {', '.join(FIELDS)}")

    def parse(self, row: Row) -> Record:
        """A row as a record; a row without an id gets one from its content."""
        if isinstance(row.data, bytes):
            raise BadRow("not a row")
        data = {name: self._value(row.data, name) for name in FIELDS}
        published, precision = time_of(data["published"])
        title, text = normalise(text_of(data, "title")), normalise(text_of(data, "text"))
        if not title and not text:
            raise BadRow("no words")
        source = (text_of(data, "source") or self.source).strip().lower().replace(" ", "_")
        native = (
            text_of(data, "id")
            or sha1(f"{published}\0{data['author']}\0{title}\0{text}".encode()).hexdigest()[:16]
        )
        outlet, kind = text_of(data, "outlet"), text_of(data, "kind") or self.kind
        parent = text_of(data, "parent")
        try:
            return Record(
                id=RecordId(f"{source}:{native}"),
                source=source,
                kind="article" if outlet else "comment" if parent and kind == "post" else kind,  # type: ignore[arg-type]  # Record refuses an unknown kind
                community=text_of(data, "community") or self.community or source,
                outlet=outlet,
                url=text_of(data, "url"),
                title=title,
                text=text,
                author=text_of(data, "author"),
                lang=text_of(data, "lang") or "und",
                parent=RecordId(f"{source}:{parent}") if parent else None,
                published=published,
                precision=precision,
                available=published + timedelta(days=1 if precision == "day" else 0),
            )
        except ValueError as problem:
            raise BadRow(str(problem).partition(": ")[2] or "unknown kind") from problem

    def _value(self, data: Mapping[str, Any], name: str) -> Any:
        column = self.columns.get(name)
        if column is not None:
            if column not in data:
                raise BadRow(f"no column {column}")
            return data[column]
        return next((data[guess] for guess in GUESSES.get(name, ()) if guess in data), None)


class Csv(_Table):
    """Comma, semicolon or tab separated values with a header line, UTF-8."""

    name: ClassVar[str] = "csv"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether the name says so."""
        packed = path.suffix.lower() in (".gz", ".zst")
        return (path.with_suffix("") if packed else path).suffix.lower() in (".csv", ".tsv")

    def rows(self, path: Path, after: int) -> Iterator[Row]:
        """One row a line of the table; a cell may hold line breaks."""
        number = 0
        csv.field_size_limit(LINE_LIMIT)  # the driver's own is 128 KiB: less than a long post
        with unpacked(path) as file, damage(path, lambda: f"row {number}"):
            buffered = cast(io.BufferedReader, file)
            text = io.TextIOWrapper(buffered, "utf-8-sig", "replace", newline="")
            header = text.readline(LINE_LIMIT)
            delimiter = max(",;\t", key=header.count)
            names = next(csv.reader([header], delimiter=delimiter), [])
            table = csv.reader(iter(lambda: text.readline(LINE_LIMIT), ""), delimiter=delimiter)
            for cells in _readable(table):
                number += 1
                if number > after and cells is None:
                    yield Row(number, b"a cell of more than 16 MiB")
                elif number > after and cells:
                    yield Row(number, dict(zip(names, cells, strict=False)))


def _readable(table: Iterator[list[str]]) -> Iterator[list[str] | None]:
    """The rows of a table; None for one that cannot be read."""
    while True:
        try:
            yield next(table)
        except csv.Error:
            yield None
        except StopIteration:
            return


class Parquet(_Table):
    """Parquet files; needs the `parquet` extra."""

    name: ClassVar[str] = "parquet"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether the file begins with Parquet's four letters."""
        return head.startswith(b"PAR1")

    def rows(self, path: Path, after: int) -> Iterator[Row]:
        """One row a row, a few thousand held at a time."""
        try:
            import pyarrow as arrow
            import pyarrow.parquet as parquet
        except ImportError as problem:
            raise SourceError(
                f"{path}: reading Parquet needs `pip install groundswell[parquet]`"
            ) from problem
        number = 0
        try:
            with parquet.ParquetFile(path) as file:
                for batch in file.iter_batches(batch_size=2_000):
                    for data in batch.to_pylist():
                        number += 1
                        if number > after:
                            yield Row(number, {k: _plain(v) for k, v in data.items()})
        except (arrow.ArrowException, OSError, ValueError) as problem:
            raise SourceError(
                f"{path}: is damaged after row {number} ({problem}); what comes before it is in"
            ) from problem


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
