"""What every command needs: the desk, its state file, the clock, the two output streams."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import typer

from groundswell.desk import Desk
from groundswell.errors import DeskError
from groundswell.store import Store, open_store
from groundswell.store.erase import rejects_beside
from groundswell.types.moment import micros

DeskOption = typer.Option(
    None,
    "--desk",
    "-d",
    envvar="GROUNDSWELL_DESK",
    metavar="PATH|NAME",
    help="The desk: a folder with desk.toml, or the name of one that ships (ai, demo, "
    "open-source). Default: the desk in the current folder.",
)
StateOption = typer.Option(
    None,
    "--state",
    envvar="GROUNDSWELL_STATE",
    metavar="FILE",
    help="The state file. Default: .groundswell/<desk>.db in the current folder.",
)
JsonOption = typer.Option(False, "--json", help="Print JSON.")


def find_desk(name: str | None) -> Desk:
    """The desk of a path or name, or the one in the current folder. DeskError says what to do."""
    if name is None:
        here = Path.cwd()
        if not (here / "desk.toml").is_file():
            raise DeskError(
                f"{here}: holds no desk.toml; name a desk with --desk (PATH, or one "
                f"that ships: {', '.join(shipped())}) or make one with "
                "`groundswell init`"
            )
        return Desk.load(here)
    path = Path(name)
    if not path.is_dir() and os.sep not in name and name in shipped():
        path = shipped()[name]
    return Desk.load(path)


def shipped() -> dict[str, Path]:
    """The desks that come with Groundswell, by name."""
    packed = Path(str(files("groundswell") / "desks"))
    checkout = Path(__file__).parents[3] / "desks"
    folder = packed if packed.is_dir() else checkout
    return {p.name: p for p in sorted(folder.glob("*")) if (p / "desk.toml").is_file()}


def state_file(desk: Desk, state: Path | None) -> Path:
    """Where a desk's state lies."""
    return state or Path(".groundswell") / f"{desk.name}.db"


def rejects_file(desk: Desk, state: Path | None) -> Path:
    """Where rows that could not become records are kept."""
    return rejects_beside(state_file(desk, state))


def open_state(desk: Desk, state: Path | None, *, readonly: bool = False) -> Store:
    """The desk's store. An invented desk has a fixed key, so that everyone gets the same ids."""
    key = hashlib.sha256(f"invented desk {desk.name}".encode()).digest() if desk.invented else None
    return open_store(state_file(desk, state), clock=now, key=key, readonly=readonly)


def now() -> int:
    """Microseconds since 1970; the only clock of the program."""
    return micros(datetime.now(UTC))


def say(text: str = "") -> None:
    """One line for people, on standard error."""
    typer.echo(text, err=True)


class Watch:
    """Progress of long stages on standard error: a line that is rewritten, once a second."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shown = self._started
        self._live = sys.stderr.isatty()

    def __call__(self, stage: str) -> Callable[[int], None]:
        """A counter for one stage."""
        self._started, count = time.monotonic(), 0

        def step(n: int) -> None:
            nonlocal count
            count += n
            if time.monotonic() - self._shown >= (1.0 if self._live else 15.0):
                self._shown = time.monotonic()
                rate = count / max(self._shown - self._started, 0.001)
                line = f"{stage:<8}{count:>9,}   {rate:,.0f}/s"
                typer.echo(f"\r{line:<60}" if self._live else line, err=True, nl=not self._live)

        return step

    def seconds(self) -> float:
        """Since the current stage began."""
        return time.monotonic() - self._started

    def clear(self) -> None:
        """Leave the progress line empty."""
        if self._live:
            typer.echo(f"\r{'':<60}\r", err=True, nl=False)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
