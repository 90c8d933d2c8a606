"""Append-only migrations, each applied in one transaction and remembered."""

from __future__ import annotations

import sqlite3
from importlib.resources import files

from groundswell.errors import StoreError
from groundswell.store.sqlite import as_row

LEDGER = "CREATE TABLE IF NOT EXISTS migrations (name TEXT NOT NULL PRIMARY KEY) STRICT"


def migrations(dialect: str) -> list[tuple[str, str]]:
    """Names and texts of a dialect's migrations, in order."""
    folder = files("groundswell.store") / "migrations"
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [
        (f.name, f.read_text("utf-8"))
        for f in found
        if f.name.count(".") == 1 or f".{dialect}." in f.name
    ]


def split(script: str) -> list[str]:
    """The statements of a script, told apart by SQLite's own rules.

    >>> split("SELECT 1;\\n-- done; really\\nSELECT ';';\\n")
    ['SELECT 1;', "-- done; really\\nSELECT ';';"]
    """
    statements, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            statements.append(pending.strip())
            pending = ""
    if any(line and not line.startswith("--") for line in map(str.strip, pending.splitlines())):
        raise StoreError(f"unfinished SQL statement: {pending.strip()[:80]!r}")
    return statements


def migrate(connection: sqlite3.Connection) -> list[str]:
    """Apply pending migrations; return their names. StoreError if the file is newer than us."""
    connection.execute(LEDGER)
    done = {row["name"] for row in connection.execute("SELECT name FROM migrations")}
    known = migrations("sqlite")
    newer = done - {name for name, _ in known}
    if newer:
        raise StoreError(
            f"the state file has migration {sorted(newer)[-1]!r}, which this "
            "version of groundswell does not know; upgrade groundswell"
        )
    applied = []
    for name, script in known:
        if name not in done:
            _apply(connection, name, script)
            applied.append(name)
    return applied


def schema(connection: sqlite3.Connection) -> str:
    """The schema as readable SQL, one object after another in a fixed order."""
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
        " AND name NOT GLOB 'search_*' AND name NOT GLOB 'sqlite_*'"
        " ORDER BY tbl_name, type DESC, name"
    )
    return "\n".join(f"{row['sql']};\n" for row in rows)


def fresh_schema() -> str:
    """The schema that the migrations make in an empty file."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = as_row
    migrate(connection)
    return schema(connection)


def _apply(connection: sqlite3.Connection, name: str, script: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        done = connection.execute("SELECT name FROM migrations WHERE name = ?", (name,)).fetchone()
        if not done:  # else another process was opening the file too, and was faster
            for sql in split(script):
                connection.execute(sql)
            connection.execute("INSERT INTO migrations VALUES (?)", (name,))
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
