"""The embedded store: one SQLite file per desk, many readers beside one writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from groundswell.errors import StoreError
from groundswell.store.statements import load

OPEN = 2**63 - 1  # seq_to of a row that still holds
BUSY_MS = 30_000  # how long a writer waits for another writer
Row = dict[str, Any]


def as_row(cursor: sqlite3.Cursor, values: Sequence[Any]) -> Row:
    """A fetched row as a dict by column name."""
    return {column[0]: value for column, value in zip(cursor.description, values, strict=True)}


class Writer:
    """One write transaction. Every change of knowledge takes the next seq of the log."""

    def __init__(self, connection: sqlite3.Connection, clock: Callable[[], int]) -> None:
        self._connection = connection
        self._seq = _scalar(connection, "SELECT COALESCE(MAX(seq), 0) FROM log")
        self._log: list[tuple[int, str, str, int]] = []
        self.now = clock()

    def entry(self, kind: str, ref: str) -> int:
        """Take the next seq for one change of knowledge."""
        self._seq += 1
        self._log.append((self._seq, kind, ref, self.now))
        return self._seq

    def do(self, name: str, /, **params: Any) -> int:
        """Run one named statement; return how many rows it changed."""
        return self._connection.execute(statement(name), {"open": OPEN, **params}).rowcount

    def many(self, name: str, /, params: Iterable[Mapping[str, Any]]) -> None:
        """Run one named statement once per parameter set."""
        self._connection.executemany(statement(name), ({"open": OPEN, **p} for p in params))

    def rows(self, name: str, /, **params: Any) -> list[Row]:
        """Rows of a named query, seeing this transaction's own changes."""
        return list(self._connection.execute(statement(name), {"open": OPEN, **params}))

    def script(self, statements: Sequence[str], /, **params: Any) -> None:
        """Run the statements of a rollup file in order."""
        for sql in statements:
            self._connection.execute(sql, {"open": OPEN, **params})

    def close(self) -> None:
        """Write the log entries taken; called just before commit."""
        self._connection.executemany("INSERT INTO log VALUES (?, ?, ?, ?)", self._log)


class Store:
    """Everything the stages share. Reads see the last commit; `write` is one transaction."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, *, key: bytes, clock: Callable[[], int]
    ) -> None:
        self.path = path
        self.key = key
        self.clock = clock
        self._connection = connection

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the file stays."""
        self._connection.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """The driver's connection, for the modules of this package only."""
        return self._connection

    def rows(self, name: str, /, **params: Any) -> list[Row]:
        """All rows of a named query, as dicts; `:open` is filled in."""
        return list(self.stream(name, **params))

    def stream(self, name: str, /, **params: Any) -> Iterator[Row]:
        """Rows of a named query one by one, for results too large to hold."""
        cursor = self._connection.cursor()
        yield from cursor.execute(statement(name), {"open": OPEN, **params})

    def one(self, name: str, /, **params: Any) -> Row | None:
        """The first row of a named query, or None."""
        return next(self.stream(name, **params), None)

    def seq(self) -> int:
        """The last entry of the log; 0 when nothing is known yet."""
        return _scalar(self._connection, "SELECT COALESCE(MAX(seq), 0) FROM log")

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """Hold one consistent view of the store over several reads."""
        self._connection.execute("BEGIN")
        try:
            yield self
        finally:
            self._connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """One transaction under the writer's lock: all of it happens, or nothing."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as problem:
            raise StoreError(
                f"{self.path}: another process is writing ({problem}); wait for "
                "it to end, then run this again"
            ) from problem
        try:
            writer = Writer(self._connection, self.clock)
            yield writer
            writer.close()
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()


def statement(name: str) -> str:
    """The SQL of a named statement; StoreError when there is none."""
    try:
        return load("sqlite")[name]
    except KeyError:
        raise StoreError(f"no statement named {name!r} in store/sql; add it there") from None


def connect(path: Path, *, readonly: bool = False) -> sqlite3.Connection:
    """A connection with our pragmas: WAL, foreign text kept out of freed pages."""
    mode = "ro" if readonly else "rwc"
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.row_factory = as_row
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        if not readonly:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("PRAGMA temp_store = MEMORY")
    except sqlite3.Error as problem:
        raise StoreError(f"{path}: cannot be opened as a state file ({problem})") from problem
    return connection


def _scalar(connection: sqlite3.Connection, sql: str) -> int:
    row: Any = connection.execute(sql).fetchone()
    return int(next(iter(row.values())))
