"""What the fast profile loses and what it saves, beside the reader whose layers it uses."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from workbench import table

from groundswell.label.choice import Choice
from groundswell.label.part import Reads
from groundswell.label.reader import packaged
from quality import card, tell
from quality.figures import Figure
from quality.readings import reading_pool
from quality.sample import read_sample
from quality.tasks import Setting

HEADS: tell.Row = ("figure", "n", "reader", "fast", "change", "95 % of fast", "best baseline")
ROUNDS, TEXTS = 5, 200  # in which both read the same texts by turns


def compare(folder: Path, path: Path, only: Sequence[str], processes: int) -> int:
    """Measure the reader in a file and its fast profile; print one table, and write it into the
    model card when all was measured with the packaged reader. 2 for an unknown task."""
    profile = Choice("fast", {"path": str(path)})
    with reading_pool(path, processes) as whole, reading_pool(profile, processes) as quick:
        setting = Setting(folder, path, whole)
        unknown = [one for one in only if not any(t.called([one]) for t in setting.tasks())]
        if unknown:
            print(f"no task {unknown[0]!r}; there are {', '.join(t.name for t in setting.tasks())}")
            return 2
        full = figures(setting, only)
        rows = [HEADS, *told(full, figures(Setting(folder, profile, quick), only))]
        saved = cost(whole.reader, quick.reader, texts(folder))
    print(f"{table(rows)}\n\n{saved}")
    if not only and path == packaged():
        card.write(card.FAST, f"Reader `{quick.reader.name}`. {saved}\n\n{card.markdown(rows)}")
    return 0


def figures(setting: Setting, only: Sequence[str]) -> Mapping[str, Figure]:
    """Every figure of the tasks asked for, by name."""
    tasks = [task for task in setting.tasks() if task.called(only) and not task.missing]
    return {figure.name: figure for task in tasks for figure in task.run().figures}


def told(full: Mapping[str, Figure], fast: Mapping[str, Figure]) -> Iterator[tell.Row]:
    """A row for each figure that both have."""
    for name, own in full.items():
        other = fast.get(name)
        if other is None or own.told is None or other.told is None:
            continue
        best = (min if own.falls else max)(own.beside.values(), default=None)
        yield (name, f"{own.told.n:,}", tell.number(own.told.value), tell.number(other.told.value),
               tell.number(other.told.value - own.told.value), tell.interval(other.told),
               tell.number(best))  # fmt: skip


def texts(folder: Path) -> list[str]:
    """Some labelled records' words."""
    labels = read_sample(folder).labels
    return [one.record.body for one in labels[:: max(1, len(labels) // TEXTS)]]


def cost(whole: Reads, quick: Reads, bodies: Sequence[str]) -> str:
    """How much sooner the fast profile has read the same texts, in one sentence."""
    spent: dict[str, list[float]] = {"whole": [], "quick": []}
    for _ in range(ROUNDS):
        for name, reader in (("whole", whole), ("quick", quick)):
            begun = time.process_time()
            for body in bodies:
                reader.read(body)
            spent[name].append(1000 * (time.process_time() - begun) / len(bodies))
    slow, soon = (statistics.median(spent[name]) for name in ("whole", "quick"))
    ratio = statistics.median(a / b for a, b in zip(spent["whole"], spent["quick"], strict=True))
    return (f"It reads {len(bodies)} labelled records {ratio:.2f} times as fast as the reader does:"
            f" {soon:.1f} ms of one core a record instead of {slow:.1f}.")  # fmt: skip
