"""What the tools share: the program's commands, scratch folders, stages and fingerprints."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = Path(sys.executable).with_name("groundswell")
STAGES = ("gather", "label", "measure", "notice", "report")


def command(*words: str | Path, desk: str | Path = "demo", state: Path | None = None) -> list[str]:
    """The command line of one of the program's commands, with its desk and state."""
    known = ["--desk", str(desk)] + (["--state", str(state)] if state else [])
    return [str(PROGRAM), str(words[0]), *known, *map(str, words[1:])]


def groundswell(
    *words: str | Path, desk: str | Path = "demo", state: Path | None = None,
    may_exit: tuple[int, ...] = (0,),
) -> subprocess.CompletedProcess[str]:  # fmt: skip
    """Run a command to its end; stop the tool when it exits otherwise than it may."""
    line = command(*words, desk=desk, state=state)
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode not in may_exit:
        raise SystemExit(f"{' '.join(line)}\nexited {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def started(line: list[str], *, stderr: int | IO[str]) -> subprocess.Popen[str]:
    """A command in a process group of its own, its standard output readable line by line."""
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=stderr, text=True, start_new_session=True, env=env
    )


def kill(process: subprocess.Popen[str], how: signal.Signals = signal.SIGKILL) -> None:
    """End a command with all its workers, if it has not ended, and wait for it."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
    process.wait()


def fingerprint(state: Path, desk: str | Path = "demo") -> dict[str, str]:
    """One hash per canonical table."""
    told = groundswell("fingerprint", "--json", desk=desk, state=state).stdout
    tables: dict[str, str] = json.loads(told)
    return tables


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """The tables whose fingerprints differ."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """A folder that is removed afterwards; its place is TMPDIR, or what stands for it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    folder = Path(tempfile.mkdtemp(prefix=f"groundswell-{name}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def timed_run(line: list[str]) -> dict[str, float]:
    """Run a pass to its end; when each stage ended, in seconds since the start."""
    begun, ends = time.monotonic(), {}
    process = started(line, stderr=subprocess.DEVNULL)
    try:
        for told in process.stdout or ():
            stage = told.split(None, 1)[0] if told.strip() else ""
            if stage in STAGES:
                ends[stage] = time.monotonic() - begun
        process.wait()
    finally:
        kill(process)
    if process.returncode:
        raise SystemExit(f"{' '.join(line)}\nexited {process.returncode}")
    return ends


def copy_state(state: Path, to: Path) -> Path:
    """A copy of a quiet state file and of what lies beside it, under the same name."""
    to.mkdir(parents=True, exist_ok=True)
    for file in state.parent.glob(f"{state.stem}.*"):
        if file.is_file():
            shutil.copy2(file, to / file.name)
    return to / state.name


def demo_state(folder: Path) -> Path:
    """A demo state after a whole run, made in a folder."""
    state = folder / "demo.db"
    groundswell("run", state=state)
    return state


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows in aligned columns."""
    wide = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join("  ".join(f"{cell:<{w}}" for cell, w in zip(row, wide, strict=True)).rstrip()
                     for row in rows)  # fmt: skip


def rows(state: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a state file, read past the program."""
    with closing(sqlite3.connect(f"file:{state}?mode=ro", uri=True)) as connection:
        return list(connection.execute(sql))


NEWEST = "version = (SELECT MAX(t.version) FROM stories t WHERE t.slug = stories.slug)"


def newest_stories(state: Path) -> list[tuple[str, int, str]]:
    """Slug, version and body of the newest version of every story."""
    sql = f"SELECT slug, version, body FROM stories WHERE {NEWEST} ORDER BY slug"
    return [(slug, version, body) for slug, version, body in rows(state, sql)]
