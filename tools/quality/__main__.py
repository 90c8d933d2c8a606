"""Measure the packaged reader beside baselines, hold it against floors, write the model card.

`python tools/quality FOLDER`; see __init__.py. Exit 1 when a floor is missed or something is not
told, 5 when there is nothing to measure on.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from groundswell.errors import PluginError
from groundswell.label.reader import packaged
from quality import card, fast, tell
from quality.figures import Result
from quality.floors import PROBE, Floors
from quality.readings import ReadingPool, reading_pool
from quality.sample import CORPUS, LABELS, TRAIN
from quality.sets import unplaced
from quality.tasks import Setting, Task

NEEDED = ("bench", CORPUS, LABELS, TRAIN)


def main() -> int:
    """Read the arguments, measure, tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, help="holds bench/, gold/ and corpus/")
    parser.add_argument("--only", action="append", default=[], help="a task, or the first word"
                        " of several (gold); may be given again")  # fmt: skip
    parser.add_argument("--reader", type=Path, default=packaged(), help="another reader file")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--show", action="store_true", help="the texts of confident mistakes too")
    parser.add_argument("--write-floors", action="store_true", help="raise quality/floors.json")
    parser.add_argument("--fast", action="store_true", help="what the fast profile of the reader"
                        " loses and what it saves; nothing is held against floors")  # fmt: skip
    given = parser.parse_args()
    lacking = [name for name in NEEDED if not (given.folder / name).exists()]
    if lacking:
        print(f"{given.folder} lacks {', '.join(lacking)}: nothing was measured; docs/import.md"
              " says what such a folder holds")  # fmt: skip
        return 5
    if given.fast:
        try:
            return fast.compare(given.folder, given.reader, given.only, given.processes)
        except PluginError as problem:
            print(f"nothing was measured: {problem}")
            return 5
    with reading_pool(given.reader, given.processes) as pool:
        return run(given, pool)


def run(given: argparse.Namespace, pool: ReadingPool) -> int:
    """Measure what is asked for; 1 when the gate is shut."""
    floors, setting = Floors.load(), Setting(given.folder, given.reader, pool)
    every = setting.tasks()
    asked = [task for task in every if task.called(given.only)]
    for one in given.only:
        if not any(task.called([one]) for task in every):
            print(f"no task {one!r}; there are {', '.join(task.name for task in every)}")
            return 2
    told = ", ".join(sorted(pool.tells)) or "nothing but vectors"
    print(f"Reader {pool.reader.name} tells {told}.")
    marks = {task.name: task.mark for task in asked if not task.missing}
    results = [one for task in asked for one in measured(task, floors, given.show)]
    faults = floors.faults(results)
    faults += [f"{task.name}: {path} is not there" for task in asked for path in task.missing]
    other = [name for name, mark in marks.items() if floors.measured_on.get(name, mark) != mark]
    faults += [f"{name}: not the data its floor was measured on" for name in other]
    if not given.only:
        faults += whole(results, floors, given.folder, every)
    if given.write_floors:
        floors = floors.raised(results, marks)
        floors.save()
    print(f"\n== all that is held\n{tell.summary(results, floors)}\n")
    if given.only or given.reader != packaged():
        print("The model card was left as it is: it speaks of all tasks and the packaged reader.")
    else:
        card.write(card.FIGURES, card.figures(pool.reader.name, results, floors))
    print("\n".join(f"! {fault}" for fault in faults) if faults else "every floor is kept")
    return 1 if faults else 0


def measured(task: Task, floors: Floors, show: bool) -> Iterator[Result]:
    """One task's result, told as soon as it is there; none where its files are not."""
    if task.missing:
        return
    began = time.monotonic()
    found = task.run()
    print(tell.result(found, floors, show=show))
    print(f"{found.task}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    yield found


def whole(
    results: Sequence[Result], floors: Floors, folder: Path, every: Sequence[Task]
) -> Iterator[str]:
    """What is wrong with a run of everything: bounds and sets that nobody measured."""
    figures = [figure for found in results for figure in found.figures]
    for name in floors.missing(figures):
        if not name.startswith(PROBE):
            yield f"{name}: stands in quality/floors.json and was not measured"
    for name in unplaced(folder / "bench", [task.folder for task in every]):
        yield f"bench/{name}: is neither measured nor listed as not claimed"


if __name__ == "__main__":
    sys.exit(main())
