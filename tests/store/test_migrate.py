from __future__ import annotations

import sqlite3
import threading
from importlib import import_module
from pathlib import Path

import pytest

import groundswell.store
from groundswell.errors import StoreError
from groundswell.store import open_store

migrate = import_module("groundswell.store.migrate")
FOLDER = Path(groundswell.store.__file__).parent


def test_schema_is_what_the_migrations_make():
    kept = (FOLDER / "schema.sql").read_text("utf-8")
    assert kept == migrate.fresh_schema(), "run `python -m groundswell.store` to write it anew"


def test_names_are_numbered_without_gap():
    names = sorted(path.name for path in (FOLDER / "migrations").glob("*.sql"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def test_migrating_twice_does_nothing(store):
    assert migrate.migrate(store.connection) == []


def test_a_failing_migration_leaves_nothing(monkeypatch, tmp_path):
    script = "CREATE TABLE half (a TEXT) STRICT;\nCREATE TABLE half (a TEXT) STRICT;\n"
    known = migrate.migrations("sqlite")
    monkeypatch.setattr(migrate, "migrations", lambda _: [*known, ("9999_bad.sql", script)])
    with pytest.raises(sqlite3.OperationalError):
        open_store(tmp_path / "desk.db", clock=int, key=b"k")
    raw = sqlite3.connect(tmp_path / "desk.db")
    try:
        tables = {name for (name,) in raw.execute("SELECT name FROM sqlite_schema")}
        done = {name for (name,) in raw.execute("SELECT name FROM migrations")}
    finally:
        raw.close()
    assert "half" not in tables
    assert done == {name for name, _ in known}


def test_an_older_file_gets_only_what_is_new(monkeypatch, tmp_path):
    known = migrate.migrations("sqlite")
    open_store(tmp_path / "desk.db", clock=int, key=b"k").close()
    new = ("9999_more.sql", "CREATE TABLE more (a TEXT) STRICT;")
    monkeypatch.setattr(migrate, "migrations", lambda _: [*known, new])
    with open_store(tmp_path / "desk.db", clock=int, key=b"k") as store:
        assert migrate.migrate(store.connection) == []
        assert store.connection.execute("SELECT COUNT(*) AS n FROM more").fetchone() == {"n": 0}


def test_a_newer_file_is_refused(monkeypatch, tmp_path):
    open_store(tmp_path / "desk.db", clock=int, key=b"k").close()
    monkeypatch.setattr(migrate, "migrations", lambda _: migrate_first())
    with pytest.raises(StoreError, match="upgrade"):
        open_store(tmp_path / "desk.db", clock=int, key=b"k")


def migrate_first():
    return [("0001_first.sql", "")]


def test_opening_a_fresh_file_at_once(tmp_path):
    faults = []

    def work():
        try:
            open_store(tmp_path / "desk.db", clock=int).close()
        except (StoreError, sqlite3.Error, OSError) as problem:
            faults.append(problem)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert [path.name for path in tmp_path.glob("*.key*")] == ["desk.key"]


@pytest.mark.parametrize("name", ["a b.db", "50%.db", "what?.db", "#1.db"])
def test_odd_file_names(tmp_path, name):
    open_store(tmp_path / name, clock=int).close()
    assert (tmp_path / name).exists()


def test_the_key_is_kept_outside_and_private(tmp_path):
    with open_store(tmp_path / "desk.db", clock=int) as store:
        assert (tmp_path / "desk.key").stat().st_mode & 0o077 == 0
        assert (tmp_path / "desk.key").read_bytes() == store.key


def test_a_lost_key_is_not_replaced(tmp_path):
    open_store(tmp_path / "desk.db", clock=int).close()
    (tmp_path / "desk.key").unlink()
    with pytest.raises(StoreError, match="put it back"):
        open_store(tmp_path / "desk.db", clock=int)


def test_reading_what_is_not_there(tmp_path):
    with pytest.raises(StoreError, match="no state file"):
        open_store(tmp_path / "desk.db", clock=int, readonly=True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_something_else(tmp_path):
    (tmp_path / "desk.db").write_bytes(b"not a database, but long enough to be read as one" * 99)
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path / "desk.db", clock=int, key=b"k")


def test_readonly_writes_nothing(opened, store, tmp_path):
    before = {path.name for path in tmp_path.iterdir()}
    reader = opened(readonly=True)
    with pytest.raises(sqlite3.OperationalError), reader.write() as writer:
        writer.do("save_cursor", stream="s", cursor="1")
    assert {path.name for path in tmp_path.iterdir()} == before
