"""A month of every platform at once, gathered through the real client and the real loop.

The local internet runs in this process with its faults and its clock; the gatherer asks it over
loopback and moves the clock by waiting. At the end what it holds is compared with what it was
given: nothing lost, nothing twice, nothing that was taken back, no limit exceeded. With `--kill N`
the gatherer is a process that is killed at N random moments of the month and started again; its
records must then be those of an undisturbed run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from internet.clock import Clock, RemoteClock
from internet.faults import Faults
from internet.server import Internet, platforms
from internet.world import Platform
from workbench import kill, scratch

from groundswell.desk import Desk, Operator, SourceSpec
from groundswell.gather.live import ERRANDS, Errand, Run, due_at, gather_source
from groundswell.gather.roster import known_kinds
from groundswell.http.client import Client
from groundswell.http.identity import Identity
from groundswell.http.limits import Limits
from groundswell.store import Store, open_store
from groundswell.store.terms import erase_withdrawn, expire_texts, tidy
from groundswell.types.moment import micros
from groundswell.types.record import join_body

START = datetime(2026, 11, 1, tzinfo=UTC)
STEP, SLOW_STEP = 600.0, 24 * 3_600.0  # seconds between two looks: in the month, and after it
ASIDE = 1_800.0  # seconds between two looks at what is asked again or filled in
AFTER = timedelta(days=31)  # the last question whether a record still stands comes after 30 days
MOST = 40  # errands of one source in a row
TRACE = 60  # characters from which words are not said twice by chance


class Time(Protocol):
    """A clock that waiting moves."""

    def now(self) -> datetime:
        """The instant it is."""

    def advance(self, seconds: float) -> datetime:
        """Wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What is simulated. `only`: names of platforms, all when empty. `step`: seconds between two
    looks at what is due."""

    seed: int = 7
    days: int = 30
    faults: float = 0.03
    only: tuple[str, ...] = ()
    after: timedelta = AFTER
    step: float = STEP

    @property
    def end(self) -> datetime:
        """When the last thing happens."""
        return START + timedelta(days=self.days)

    def internet(self) -> Internet:
        """The platforms there are sources for, with faults until the month is over."""
        found = platforms(self.seed, START, self.days, only=self.only)
        served = [one for one in found if any(kind_of(table) for table in one.sources())]
        faults = Faults(self.seed, rate=self.faults, until=self.end)
        return Internet(served, Clock(START), faults=faults)

    def arguments(self) -> list[str]:
        """The same month on a command line."""
        only = ["--only", *self.only] if self.only else []
        return ["--seed", str(self.seed), "--days", str(self.days), "--faults", str(self.faults),
                "--after", str(self.after.total_seconds() / 86_400), "--step", str(self.step),
                *only]  # fmt: skip


def kind_of(table: Mapping[str, object]) -> bool:
    """Whether there is a plugin for a table of sources.toml."""
    return table["kind"] in known_kinds()


def specs(tables: Sequence[Mapping[str, Any]]) -> list[SourceSpec]:
    """The tables as a desk has them; nothing happened before the month, so none looks far back."""
    found = []
    for table in tables:
        options = {"backfill_days": 1, **table}
        name, kind = options.pop("name"), options.pop("kind")
        found.append(SourceSpec(name=str(name), kind=str(kind), options=options))
    return found


# Gathering


@dataclass(slots=True)
class Gatherer:
    """One process that gathers every source in turn, in the internet's time."""

    store: Store
    desk: Desk
    http: Client
    time: Time
    dice: Callable[[], float]
    runs: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)

    def until(self, end: datetime, step: float) -> None:
        """Gather what is due, over and over, until an instant."""
        aside = self.time.now()
        while (now := self.time.now()) < end:
            for spec in self.desk.sources:
                self._live(spec)
                if now >= aside:
                    self._aside(spec)
            if now >= aside:
                keep(self.store)
                aside = now + timedelta(seconds=max(ASIDE, step))
            left = step - (self.time.now() - now).total_seconds()
            self.time.advance(max(left, 1.0))

    def _live(self, spec: SourceSpec) -> None:
        now = micros(self.time.now())
        if due_at(self.store.one("errand", name=spec.name, errand="live"), now) <= now:
            self._run(spec, "live")

    def _aside(self, spec: SourceSpec) -> None:
        for errand in ERRANDS:
            for _ in range(MOST if errand != "live" else 0):
                run = self._run(spec, errand)
                if run.skipped or run.problem or not run.pages:
                    break

    def _run(self, spec: SourceSpec, errand: Errand) -> Run:
        run = gather_source(
            self.store, self.desk, spec, self.http, self.time.now(), errand=errand,
            holder=f"month {os.getpid()}", dice=self.dice,
        )  # fmt: skip
        if not run.skipped:
            self.runs[f"{spec.name} {errand}"] += 1
        if run.problem:
            self.problems[f"{spec.name} {errand}: {run.fault}"] += 1
        return run


def gather(month: Month, port: int, time_: Time, state: Path, tables: Sequence[Any]) -> Gatherer:
    """Gather the month and what comes after it into a state file."""
    chance = random.Random(month.seed)
    identity = Identity("Groundswell", "1.0", "month@operator.example", "https://operator.example")
    desk = Desk(
        name="month", title="Month", topic="everything", folder=state.parent,
        operator=Operator(name="Month", contact="month@operator.example"),
        sources=tuple(specs(tables)),
    )  # fmt: skip
    limits = Limits(connect=2, idle=1)
    with (
        open_store(state, clock=lambda: micros(time_.now()), key=b"a key for the month") as store,
        Client(identity, clock=time_.now, sleep=lambda s: wait(time_, s), random=chance,
               routes={"*": f"127.0.0.1:{port}"}, limits=limits) as http,
    ):  # fmt: skip
        gatherer = Gatherer(store, desk, http, time_, chance.random)
        gatherer.until(month.end, month.step)
        gatherer.until(month.end + month.after, SLOW_STEP)
        keep(store)
    return gatherer


def keep(store: Store) -> None:
    """Erase what was taken back, and what its terms no longer let us keep."""
    erased, expired = erase_withdrawn(store), expire_texts(store)
    if erased or expired:
        tidy(store)


def wait(time_: Time, seconds: float) -> None:
    """Sleep, in the internet's time."""
    time_.advance(seconds)


# Judging


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What came of a month."""

    due: int = 0
    held: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    undeleted: list[str] = field(default_factory=list)
    traces: list[str] = field(default_factory=list)
    rude: dict[str, list[str]] = field(default_factory=dict)
    fingerprint: str = ""

    @property
    def good(self) -> bool:
        """Whether everything is as it should be."""
        return not (self.lost or self.twice or self.wrong or self.undeleted or self.traces
                    or self.rude)  # fmt: skip

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"due {self.due:,}, held {self.held:,}"
        found = {"lost": self.lost, "twice": self.twice, "with other words": self.wrong}
        found |= {"not to be held": self.undeleted, "words left of what is gone": self.traces}
        for what, ids in found.items():
            yield f"  {what}: {len(ids)}{': ' if ids else ''}{', '.join(ids[:6])}"
        for host, faults in self.rude.items():
            yield f"  {host}: {'; '.join(faults)}"
        yield f"records {self.fingerprint[:16]}"


def judge(internet: Internet, state: Path) -> Verdict:
    """Compare what is held with what was given out."""
    due = {key: body for bodies in internet.due().values() for key, body in bodies.items()}
    with closing(sqlite3.connect(f"file:{state}?mode=ro", uri=True)) as file:
        rows = file.execute(
            "SELECT id, title, text, state FROM records WHERE seq_to = ? ORDER BY id", (2**63 - 1,)
        ).fetchall()
    held = {row[0]: join_body(row[1], row[2]) for row in rows if row[3] == "public"}
    counts = Counter(row[0] for row in rows)
    marks = "\n".join(f"{key}\t{body}" for key, body in sorted(held.items()))
    return Verdict(
        due=len(due),
        held=len(held),
        lost=sorted(due.keys() - held.keys()),
        twice=sorted(key for key, count in counts.items() if count > 1),
        wrong=sorted(key for key in due.keys() & held.keys() if due[key] != held[key]),
        undeleted=sorted(held.keys() - due.keys()),
        traces=sorted(traces(internet.platforms, due, state)),
        rude=internet.ledger.broken(),
        fingerprint=hashlib.sha256(marks.encode()).hexdigest(),
    )


def traces(served: Sequence[Platform], due: Mapping[str, str], state: Path) -> Iterator[str]:
    """Deleted items of which words still stand in the state file."""
    kept = "\n".join(due.values())
    files = b"".join(path.read_bytes() for path in sorted(state.parent.glob(state.name + "*")))
    for platform in served:
        told = {one.key: one for one in platform.happenings if one.act == "publish"}
        for one in platform.happenings:
            words = told[one.key].text.partition("\n")[0] if one.act == "delete" else ""
            if len(words) > TRACE and words not in kept and words.encode() in files:
                yield f"{platform.name} {one.key}"


# Running


def undisturbed(month: Month, folder: Path) -> Verdict:
    """Gather in this process, and print what happened on the way."""
    internet, state = month.internet(), folder / "whole.db"
    begun = time.monotonic()
    tables = tables_of(internet)
    with internet.serve() as port:
        gatherer = gather(month, port, internet.clock, state, tables)
    asked = sum(host.requests for host in internet.ledger.hosts.values())
    faults = internet.faults.counts
    print(f"{len(internet.platforms)} platforms, {len(tables)} sources, "
          f"{sum(gatherer.runs.values()):,} errands, {asked:,} requests, "
          f"{sum(faults.values()):,} faults, {time.monotonic() - begun:.0f} s")  # fmt: skip
    print("faults: " + ", ".join(f"{kind} {count}" for kind, count in sorted(faults.items())))
    hosts = Counter({name: host.requests for name, host in internet.ledger.hosts.items()})
    print("most asked: " + ", ".join(f"{name} {count:,}" for name, count in hosts.most_common(6)))
    for problem, count in gatherer.problems.most_common(12):
        print(f"  {count:>4}  {problem}")
    return told("undisturbed", judge(internet, state))


def killed(month: Month, folder: Path, kills: int) -> Verdict:
    """Gather in a process that is killed at random moments and started again."""
    internet, state = month.internet(), folder / "killed.db"
    tables_beside(state).write_text(json.dumps(tables_of(internet)), "utf-8")
    chance = random.Random(month.seed + kills)
    moments = sorted(START + chance.random() * (month.end - START) for _ in range(kills))
    done, begun = 0, time.monotonic()
    with internet.serve() as port:
        while True:
            process = start(month, port, state)
            try:
                while process.poll() is None and not (
                    done < kills and internet.clock.now() >= moments[done]
                ):
                    time.sleep(0.001)
                if process.poll() is not None:
                    break
            finally:
                kill(process)
            done += 1
    print(f"{done} of {kills} kills, {time.monotonic() - begun:.0f} s")
    if process.returncode:
        raise SystemExit(f"the gatherer exited {process.returncode}")
    return told("killed", judge(internet, state))


def start(month: Month, port: int, state: Path) -> subprocess.Popen[str]:
    """A gatherer in a process of its own."""
    line = [sys.executable, __file__, "--child", str(port), "--state", str(state)]
    return subprocess.Popen([*line, *month.arguments()], text=True, start_new_session=True)


def child(month: Month, port: int, state: Path) -> int:
    """The gatherer's side of `killed`."""
    tables = json.loads(tables_beside(state).read_text("utf-8"))
    with closing(RemoteClock(port)) as clock:
        gather(month, port, clock, state, tables)
    return 0


def tables_of(internet: Internet) -> list[dict[str, Any]]:
    """The tables of sources.toml that there are plugins for."""
    return [dict(table) for one in internet.platforms for table in one.sources() if kind_of(table)]


def tables_beside(state: Path) -> Path:
    """Where a killed gatherer finds its tables again."""
    return state.with_name("tables.json")


def told(name: str, verdict: Verdict) -> Verdict:
    """The verdict, printed."""
    print(f"{name}: {'as it should be' if verdict.good else 'WRONG'}")
    print("\n".join(verdict.lines()), flush=True)
    return verdict


def main() -> int:
    """Run it; 1 when anything is not as it should be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--faults", type=float, default=0.03, help="share of requests")
    parser.add_argument("--after", type=float, default=31, help="days to go on after the month")
    parser.add_argument("--step", type=float, default=STEP, help="seconds between two looks")
    parser.add_argument("--only", nargs="*", default=[], help="names of platforms")
    parser.add_argument("--kill", type=int, default=0, help="times to kill the gatherer")
    parser.add_argument("--child", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--state", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    month = Month(seed=given.seed, days=given.days, faults=given.faults, only=tuple(given.only),
                  after=timedelta(days=given.after), step=given.step)  # fmt: skip
    if given.child:
        return child(month, given.child, given.state)
    with scratch("month") as folder:
        verdicts = [undisturbed(month, folder)]
        if given.kill:
            verdicts.append(killed(month, folder, given.kill))
    same = len({one.fingerprint for one in verdicts}) == 1
    if not same:
        print("the killed run holds other records than the undisturbed one")
    return 0 if same and all(one.good for one in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
