"""`groundswell up`, `gather` and `run` as commands: exit codes, signals, what is said."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import urllib.request
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from groundswell.cli import app
from groundswell.cli import live as cli_live
from groundswell.cli import up as cli_up
from groundswell.cli.network import ROUTES, holder, network, routes
from groundswell.desk import Limits, Operator
from groundswell.errors import DeskError, StoreError, Upstream, UsageError
from groundswell.gather.live import Run
from groundswell.http import client
from groundswell.store import open_store
from groundswell.types.moment import HOUR_US

OPERATOR = '[operator]\nname = "A reader"\ncontact = "a@ponds.example"\n'
HEAD = f'name = "ponds"\ntitle = "Ponds"\n{OPERATOR}'
SOURCE = '[[source]]\nname = "pond"\nkind = "pond"\nevery = 20\n'


@pytest.fixture
def written(tmp_path, kinds, pond, monkeypatch):
    """A desk on disk whose network is the pond."""
    folder = tmp_path / "watch"
    folder.mkdir()
    (folder / "desk.toml").write_text(HEAD)
    (folder / "sources.toml").write_text(SOURCE)

    @contextmanager
    def here(_):
        yield pond

    monkeypatch.setattr(cli_live, "network", here)
    monkeypatch.setattr(cli_up, "network", here)
    return folder


@pytest.fixture
def command(written, tmp_path):
    def invoke(*words):
        return CliRunner().invoke(
            app, [*words, "--desk", str(written), "--state", str(tmp_path / "s.db")]
        )

    return invoke


def stored(tmp_path, query, /, **params):
    with open_store(tmp_path / "s.db", clock=lambda: 0, readonly=True) as store:
        return store.rows(query, **params)


def test_gathering_something_is_0(command, pond):
    pond.post()
    run = command("gather")
    assert (run.exit_code, run.stdout.split("   ")[0]) == (0, "gather  1 new record, 0 known")
    assert command("gather").exit_code == 0  # nothing new is no failure


def test_gathering_nothing_where_something_was_expected_is_5(command, pond):
    run = command("gather")
    assert run.exit_code == 5
    assert "nothing was gathered where something was expected" in run.stderr


def test_a_source_that_fails_alone_is_5_and_beside_others_3(command, pond, written):
    pond.faults = [Upstream("pond.example: is down; wait")]
    run = command("gather")
    assert run.exit_code == 5
    assert "pond: pond.example: is down; wait" in run.stderr
    assert command("gather").exit_code == 5  # parked is not gathered either
    (written / "sources.toml").write_text(SOURCE + SOURCE.replace("pond", "other", 1))
    pond.post()
    run = command("gather")
    assert run.exit_code == 3
    assert "parked until" in run.stderr


def test_a_silent_source_is_5(command, pond, tmp_path):
    pond.post()
    assert command("gather").exit_code == 0
    with open_store(tmp_path / "s.db", clock=lambda: 0) as store, store.write() as writer:
        row = writer.rows("live_source", name="pond")[0]
        now = row["covered"] // HOUR_US
        store.connection.execute("UPDATE sources SET began = began - 9000000000000")
        store.connection.execute("DELETE FROM arrivals")
        for ago in range(1, 60):
            writer.do("add_arrivals", name="pond", hour=now - 24 * ago - 3, records=50)
    run = command("gather")
    assert run.exit_code == 5
    assert "pond: 0 new records in a day where 50 are usual" in run.stderr


def test_one_source_alone(command, pond, written):
    (written / "sources.toml").write_text(SOURCE + SOURCE.replace("pond", "other", 1))
    pond.post()
    assert command("gather", "--source", "other").exit_code == 0
    assert len(pond.asked) == 1
    run = command("gather", "--source", "third")
    assert isinstance(run.exception, UsageError)


def test_up_needs_a_live_source(command, written):
    (written / "sources.toml").write_text("")
    run = command("up")
    assert isinstance(run.exception, UsageError)
    assert "names no live source" in str(run.exception)


def test_a_desk_that_ships_says_how_to_begin():
    run = CliRunner().invoke(app, ["up", "--desk", "ai"])
    assert "all its live sources are off; in a copy of" in str(run.exception)


class Idle:
    """Stages that never end by themselves."""

    made: list = []  # noqa: RUF012  # what a test looks at

    def __init__(self, *_):
        self.killed = False
        Idle.made.append(self)

    def ended(self):
        return None

    def end(self):
        self.killed = True


@pytest.fixture
def idle(monkeypatch):
    Idle.made = []
    monkeypatch.setattr(cli_up, "Shift", Idle)
    monkeypatch.setattr(cli_up, "STEP", 0.02)
    return Idle


def when(done, then, *, seconds=15):
    """In a thread: once something is so, do something; in any case before the test hangs."""

    def wait():
        end = time.monotonic() + seconds
        while not done() and time.monotonic() < end:
            time.sleep(0.02)
        then()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def come(tmp_path):
    def done():
        try:
            return bool(stored(tmp_path, "fingerprint_records"))
        except (StoreError, sqlite3.Error):
            return False  # not made yet

    return done


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_up_gathers_until_it_is_told_to_end(command, pond, tmp_path, idle, sign):
    pond.post()
    thread = when(come(tmp_path), lambda: os.kill(os.getpid(), sign))
    run = command("up", "--no-serve")
    thread.join()
    assert run.exit_code == 0
    assert stored(tmp_path, "lease_of", name="pond") == []
    assert [job.killed for job in idle.made] == [True]
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_up_serves_what_it_gathers(command, pond, tmp_path, idle):
    pond.post()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    answers = []

    def served():
        try:
            with urllib.request.urlopen(f"http://{address}/health.json", timeout=10) as answer:
                answers.append(answer.read())
        except OSError:
            return False  # not there yet
        return b'"name": "pond"' in answers[-1]

    thread = when(served, lambda: os.kill(os.getpid(), signal.SIGTERM))
    run = command("up", "--bind", address)
    thread.join()
    assert run.exit_code == 0
    assert b'"name": "pond"' in answers[-1]


def test_what_breaks_the_gathering_ends_up_with_its_reason(command, idle, monkeypatch):
    def breaks(*_, **__):
        raise DeskError("sources.toml: is not what it was; mend it")

    monkeypatch.setattr(cli_up, "Scheduler", breaks)
    run = command("up", "--no-serve")
    assert isinstance(run.exception, DeskError)


def test_failures_are_told_once_and_so_is_the_end_of_them(capsys):
    teller = cli_up.Teller()
    for run in (
        Run("pond", problem="pond: is down; wait"), Run("pond", problem="pond: is down; wait"),
        Run("pond", skipped="another process gathers it"), Run("pond", added=3), Run("pond"),
    ):  # fmt: skip
        teller(run)
    assert capsys.readouterr().err.splitlines() == [
        "pond: is down; wait", "pond: answers again, 3 new records"]  # fmt: skip


def test_routes_of_a_test_internet():
    assert routes("") == {}
    assert routes("*=127.0.0.1:9,a.example=[::1]:8") == {"*": "127.0.0.1:9", "a.example": "[::1]:8"}
    with pytest.raises(UsageError, match=f"{ROUTES}: 'x' is not"):
        routes("x")


def test_a_process_that_was_killed_holds_nobody_up(store):
    ended = subprocess.Popen(["true"])
    ended.wait()
    here = socket.gethostname()
    held = {"dead": f"{here}/{ended.pid}/x", "mine": f"{here}/{os.getpid()}/x",
            "far": f"elsewhere.example/{ended.pid}/x", "odd": "by hand"}  # fmt: skip
    with store.write() as writer:
        for name, who in held.items():
            writer.do("put_lease", name=name, holder=who, stop=store.clock() + HOUR_US // 60)
    assert holder(store) != holder(store)
    assert {row["name"] for row in store.rows("leases")} == {"mine", "far", "odd"}


def test_nobody_is_asked_in_nobodys_name(desk):
    with pytest.raises(DeskError, match=r"\[operator\]"), network(desk(operator=None)):
        pass


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """What the client was made with, and a cache folder for it."""
    made = []
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(ROUTES, raising=False)
    monkeypatch.setattr(
        client, "Client", lambda identity, **rest: made.append((identity, rest)) or nullcontext()
    )
    return made


def test_all_processes_of_one_user_keep_one_timetable(desk, asked, tmp_path, capsys):
    for _ in range(2):
        with network(desk()):
            pass
    path = tmp_path / "cache/groundswell/hosts.json"
    assert [rest["timetable"].path for _, rest in asked] == [path, path]
    assert path.stat().st_mode & 0o077 == 0
    assert capsys.readouterr().err == ""


def test_where_nothing_can_be_shared_it_is_said(desk, asked, monkeypatch, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    for home in (tmp_path / "file", "somewhere"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(home))
        with network(desk()):
            pass
        assert "no cache folder can be written" in capsys.readouterr().err
    assert [rest["timetable"] for _, rest in asked] == [None, None]
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", homeless)
    with network(desk()):
        pass
    assert "XDG_CACHE_HOME" in capsys.readouterr().err


def homeless():
    raise RuntimeError("no home")


def test_a_test_internet_is_nobody_elses(desk, asked, monkeypatch, tmp_path):
    monkeypatch.setenv(ROUTES, "*=127.0.0.1:9")
    with network(desk()):
        pass
    assert asked[0][1]["timetable"] is None
    assert not (tmp_path / "cache").exists()


def test_private_networks_are_those_of_the_desk(desk, asked):
    with network(replace(desk(), limits=Limits(lan=("10.20.0.0/16",)))):
        pass
    assert asked[0][1]["limits"].lan == ("10.20.0.0/16",)


def test_platforms_are_told_who_asks_and_where_to_read_about_it(desk, asked):
    about = Operator(
        name="A reader", contact="reader@ponds.example", url="https://ponds.example/bot"
    )
    with network(desk(operator=about)):
        pass
    assert asked[0][0].agent.endswith("(+https://ponds.example/bot; reader@ponds.example)")


def test_a_shift_reads_and_where_it_is_asked_tells(written, tmp_path, monkeypatch, capsys):
    done = []
    monkeypatch.setattr(cli_up, "read", lambda *_, **__: done.append("read") or iter([]))
    monkeypatch.setattr(cli_up, "tell", lambda *_, **__: done.append("tell") or iter([]))
    monkeypatch.setattr(cli_up, "tell_stages", lambda stages, _: list(stages))
    monkeypatch.setattr(os, "nice", lambda _: None)
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        cli_up.shift(written, tmp_path / "s.db", "read", 1)
        cli_up.shift(written, tmp_path / "s.db", "tell", 1)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    assert done == ["read", "read", "tell"]


def test_a_shift_may_be_ended_at_once(tmp_path):
    job = cli_up.Shift(tmp_path, tmp_path / "s.db", "tell", 1)
    assert job.ended() is None
    job.end()
    assert job.ended() is not None
