"""One host, several processes: the distances they keep together, and what happens to their file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from groundswell.errors import Throttled
from groundswell.http import timetable as module
from groundswell.http.limits import Limits
from groundswell.http.pace import Pace
from groundswell.http.timetable import Row, Timetable
from groundswell.types.moment import micros

from .conftest import START, Time, reply
from .conftest import json as data

HOST = "quay.example"
# A process with a clock of its own that only its waits move, so that its turns are its slots.
ASKER = """
import sys
from datetime import timedelta
from pathlib import Path
from groundswell.http.limits import Limits
from groundswell.http.pace import Pace
from groundswell.http.timetable import Timetable
from groundswell.types.moment import micros, moment

now = moment(int(sys.argv[2]))
def sleep(seconds):
    global now
    now += timedelta(seconds=seconds)
pace = Pace(lambda: now, sleep, Limits(), Timetable(Path(sys.argv[1])))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(15):
    with pace.turn("quay.example"):
        print(micros(now), flush=True)
"""


@pytest.fixture
def table(tmp_path):
    return Timetable(tmp_path / "cache" / "hosts.json")


@pytest.fixture
def paces(table):
    """Two processes' worth of pace, each with a clock of its own."""
    times = Time(), Time()
    return times, [Pace(time.clock, time.sleep, Limits(), table) for time in times]


def turn(pace, host=HOST):
    with pace.turn(host):
        pass


def test_processes_that_run_at_once_never_share_a_slot(table):
    line = [sys.executable, "-c", ASKER, str(table.path), str(micros(START))]
    askers = [subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
              for _ in range(3)]  # fmt: skip
    for asker in askers:
        assert asker.stdout.readline() == "ready\n"
    for asker in askers:
        asker.stdin.write("go\n")
        asker.stdin.flush()
    slots = [int(slot) for asker in askers for slot in asker.communicate()[0].split()]
    assert [asker.returncode for asker in askers] == [0, 0, 0]
    assert sorted(slots) == [micros(START + timedelta(seconds=n)) for n in range(45)]


def test_another_process_keeps_its_distance(paces):
    (mine, theirs), (one, two) = paces
    turn(one)
    turn(two)
    turn(one)
    assert (mine.slept, theirs.slept) == ([2], [1])
    turn(two, "other.example")
    assert theirs.slept == [1]


def test_a_host_that_asked_one_to_wait_is_left_alone_by_the_other(paces):
    (_, theirs), (one, two) = paces
    until = START + timedelta(hours=2)
    one.park(HOST, until)
    with pytest.raises(Throttled) as raised:
        turn(two)
    assert raised.value.until == until
    assert two.parked() == {HOST: until}
    theirs.now = until
    turn(two)


def test_what_another_was_told_while_one_waits_is_heard(table):
    mine, theirs = Time(), Time()

    def sleep(seconds):
        mine.sleep(seconds)
        other.park(HOST, START + timedelta(hours=1))

    other = Pace(theirs.clock, theirs.sleep, Limits(), table)
    pace = Pace(mine.clock, sleep, Limits(), table)
    turn(other)
    with pytest.raises(Throttled), pace.turn(HOST):
        raise AssertionError("asked all the same")


def test_clients_share_it(site, make, table, time):
    site.on("/a", reply(status=429, retry_after="7200"), data())
    one, two = make(timetable=table), make(timetable=table)
    for client in (one, two):
        with pytest.raises(Throttled):
            client.get("https://quay.example/a")
    assert site.paths == ["/a"]


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"7", b"\xff", b'{"at": 1}', b'{"at": "x", "hosts": {}}',
    b'{"at": 1, "hosts": 3}', b'{"at": 1, "hosts": {"quay.example": 3}}',
    b'{"at": 1, "hosts": {"quay.example": [1e300, true]}}', b"[" * 100_000,
    b'{"at": 1, "hosts": {"quay.example": [9999999999999999999999, 9999999999999999999999]}}',
])  # fmt: skip
def test_a_damaged_file_holds_nobody_up_and_is_mended(body, table, paces):
    table.path.parent.mkdir()
    table.path.write_bytes(body)
    (mine, theirs), (one, two) = paces
    turn(one)
    turn(two)
    assert (mine.slept, theirs.slept) == ([], [1])


def test_a_clock_that_was_wrong_holds_nobody_up(paces):
    (mine, theirs), (one, two) = paces
    mine.now += timedelta(days=400)
    one.park(HOST, mine.now + timedelta(hours=1))
    turn(two)
    assert theirs.slept == []


def test_only_what_has_to_be_waited_for_is_kept(table, time):
    for n in range(50):
        with table.row(f"{n}.example", time.now) as row:
            row.next = time.now + timedelta(seconds=n)
    time.now += timedelta(seconds=48)
    with table.row(HOST, time.now) as row:
        row.parked = time.now + timedelta(days=1)
    assert set(json.loads(table.path.read_bytes())["hosts"]) == {"49.example", HOST}


def test_an_error_within_changes_nothing(table, time):
    def refused():
        with table.row(HOST, time.now) as row:
            row.next = time.now + timedelta(hours=1)
            raise Throttled("later")

    with pytest.raises(Throttled):
        refused()
    with table.row(HOST, time.now) as row:
        assert row == Row()


def test_where_no_file_can_be_had_one_goes_on_alone(tmp_path, time):
    (tmp_path / "cache").write_text("a file where a folder is due")
    alone = Timetable(tmp_path / "cache" / "hosts.json")
    assert not alone.shared()
    pace = Pace(time.clock, time.sleep, Limits(), alone)
    turn(pace)
    turn(pace)
    pace.park(HOST, time.now + timedelta(hours=2))
    with pytest.raises(Throttled):
        turn(pace)
    assert time.slept == [1]


def test_a_full_disk_stops_nobody(table, time, monkeypatch):
    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(module, "write", full)
    turn(Pace(time.clock, time.sleep, Limits(), table))
    assert table.path.read_bytes() == b""


def test_a_file_system_without_locks_is_not_shared(table, monkeypatch):
    import fcntl

    def refuse(*_):
        raise OSError("no locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    assert not table.shared()
    if before:
        assert len(os.listdir("/proc/self/fd")) == before
