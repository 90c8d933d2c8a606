"""Kill a run of the demo at random moments; a normal run afterwards must end as if nothing was.

The moments are drawn from a seed and spread over the stages by the time they take undisturbed.
Runs alternate between one and two processes. Each kill is SIGKILL to the whole process group.
"""

from __future__ import annotations

import argparse
import queue
import random
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench import (
    STAGES,
    command,
    differing,
    fingerprint,
    groundswell,
    kill,
    scratch,
    started,
    timed_run,
)

GOES_ON = frozenset({"gather", "label", "measure"})  # stages that keep what was done of them
STARTING = {"label": 2.0}  # seconds in which workers load the reader and nothing is done yet
TRIES = 8


@dataclass(frozen=True, slots=True)
class Moment:
    """When to kill: in a stage, after this share of the time it takes."""

    stage: str
    share: float


def moments(dice: random.Random, ends: Mapping[str, float], kills: int) -> list[Moment]:
    """Random moments in the order of the stages: some in every stage, most where time goes."""
    lasts = lengths(ends)
    fewest = min(2, kills // len(STAGES))
    counts = dict.fromkeys(STAGES, fewest)
    for stage in dice.choices(STAGES, [lasts[s] for s in STAGES], k=kills - fewest * len(STAGES)):
        counts[stage] += 1
    return [Moment(stage, share) for stage in STAGES
            for share in sorted(dice.random() for _ in range(counts[stage]))]  # fmt: skip


def lengths(ends: Mapping[str, float]) -> dict[str, float]:
    """How long each stage takes, from when each ends."""
    before, lasts = 0.0, {}
    for stage in STAGES:
        lasts[stage] = max(ends[stage] - before, 0.05)
        before = ends[stage]
    return lasts


def listen(process: subprocess.Popen[str]) -> queue.Queue[str]:
    """The stages of a run as they end; "" when the run does."""
    told: queue.Queue[str] = queue.Queue()

    def read() -> None:
        for line in process.stdout or ():
            told.put(line.split(None, 1)[0] if line.strip() else " ")
        told.put("")

    threading.Thread(target=read, daemon=True).start()
    return told


def reach(told: queue.Queue[str], stage: str) -> bool:
    """Wait until a stage begins; False when the run ended first."""
    before = STAGES.index(stage) - 1
    while before >= 0:
        said = told.get(timeout=900)
        if not said:
            return False
        if said == STAGES[before]:
            return True
    return True


def kill_once(line: list[str], stage: str, wait: float) -> float | None:
    """Start a run, kill it that long after a stage began; None when it had ended before."""
    process = started(line, stderr=subprocess.DEVNULL)
    try:
        told = listen(process)
        if not reach(told, stage):
            return None
        begun = time.monotonic()
        while (left := wait - (time.monotonic() - begun)) > 0 and process.poll() is None:
            time.sleep(min(left, 0.01))
        return time.monotonic() - begun if process.poll() is None else None
    finally:
        kill(process)


def kill_all(state: Path, plan: list[Moment], lasts: Mapping[str, float]) -> int:
    """One killed run after another on one state; how many were really killed."""
    done: dict[str, float] = {}
    killed = 0
    for n, moment in enumerate(plan, 1):
        share = moment.share - (done.get(moment.stage, 0.0) if moment.stage in GOES_ON else 0.0)
        wait = share * lasts[moment.stage] + STARTING.get(moment.stage, 0.0)
        line = command("run", "--processes", str(1 + n % 2), state=state)
        for _ in range(TRIES):
            after = kill_once(line, moment.stage, wait)
            if after is not None:
                killed += 1
                print(f"kill {n:>2}  {moment.stage:<8}{after:6.2f} s into it, "
                      f"{1 + n % 2} process{'es' * (n % 2)}", flush=True)  # fmt: skip
                break
            wait /= 2
        else:
            print(f"kill {n:>2}  {moment.stage:<8}was over each time before it could be killed")
        done[moment.stage] = moment.share
    return killed


def undisturbed(folder: Path, processes: int) -> tuple[dict[str, float], dict[str, str]]:
    """A whole run: when its stages ended, and its fingerprint."""
    state = folder / f"whole{processes}.db"
    ends = timed_run(command("run", "--processes", str(processes), state=state))
    print(f"undisturbed, {processes} process{'es' * (processes > 1)}: {ends['report']:.1f} s",
          flush=True)  # fmt: skip
    return ends, fingerprint(state)


def main() -> int:
    """Run it all; 1 when anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with scratch("crash") as folder:
        ends, wanted = undisturbed(folder, 2)
        others = [undisturbed(folder, 1)[1]] if given.kills >= 10 else []
        state = folder / "killed.db"
        plan = moments(random.Random(given.seed), ends, given.kills)
        killed = kill_all(state, plan, lengths(ends))
        groundswell("run", state=state)
        others.append(fingerprint(state))
        wrong = sorted({name for other in others for name in differing(wanted, other)})
    print(
        f"{killed} kills of {given.kills}; {len(wanted)} tables, "
        f"{'differing: ' + ', '.join(wrong) if wrong else 'all equal to the undisturbed run'}"
    )
    return 1 if wrong or killed < given.kills else 0


if __name__ == "__main__":
    sys.exit(main())
