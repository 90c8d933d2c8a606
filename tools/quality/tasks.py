"""Every task of the gate by name, with the files it is measured on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from workbench import ROOT

from groundswell.desk import Desk
from groundswell.label.choice import Source
from quality import attitudes, beats, choices, clusters, gold, named, names, opposition, phrases
from quality.desk import Newsroom
from quality.figures import Result
from quality.floors import hash_of
from quality.gold import Gold
from quality.readings import ReadingPool
from quality.sample import CORPUS, LABELS, TRAIN, read_sample
from quality.sets import CHOICES

DESK = ROOT / "desks" / "ai"
ON_GOLD: dict[str, Callable[[Gold], Result]] = {
    "gold sentiment": gold.sentiment,
    "gold score": gold.score,
    "gold register": gold.register,
    "gold beats": beats.measure,
    "gold entities": named.measure,
    "gold stance open source": attitudes.stance_open_source,
    "gold stance ai": attitudes.stance_ai,
    "gold roles": attitudes.roles,
    "gold spam": gold.spam,
}


@dataclass(frozen=True, slots=True)
class Task:
    """One task: its name, the folder it belongs to, what it is measured on, and how."""

    name: str
    folder: str
    files: tuple[Path, ...]
    run: Callable[[], Result]

    def called(self, only: Sequence[str]) -> bool:
        """Whether this task is among those asked for: all, its name, or its first word."""
        return not only or any(self.name == one or self.name.startswith(f"{one} ") for one in only)

    @property
    def missing(self) -> list[Path]:
        """Files that are not there."""
        return [path for path in self.files if not path.exists()]

    @property
    def mark(self) -> str:
        """A hash of the files measured on."""
        return hash_of(self.files)


class Setting:
    """The folder of corpora, the reader, and what is made once for several tasks."""

    def __init__(self, shared: Path, reader: Source, pool: ReadingPool) -> None:
        self.shared, self.reader, self.pool = shared, reader, pool

    @cached_property
    def room(self) -> Newsroom:
        """The desk `ai` with its annotators."""
        return Newsroom(Desk.load(DESK), self.reader)

    @cached_property
    def gold(self) -> Gold:
        """The labelled sample, labelled by the program."""
        sample = read_sample(self.shared)
        if sample.missing:
            print(f"! {sample.missing} labelled records are not in the corpus")
        return Gold.of(sample.labels, sample.train, self.room, self.pool)

    def tasks(self) -> list[Task]:
        """All tasks, in the order they run."""
        bench, pool = self.shared / "bench", self.pool
        made = [
            Task(one.name, one.folder, (bench / one.folder / f"{one.test}.jsonl.gz",),
                 partial(choices.measure, one, bench, pool))
            for one in CHOICES
        ]  # fmt: skip
        made += [
            Task(one.name, one.folder, (bench / one.folder / "test.jsonl.gz",),
                 partial(names.measure, one, bench, pool))
            for one in names.NAME_SETS
        ]  # fmt: skip
        made += [
            Task(one.name, one.folder, (bench / one.folder / "all.jsonl.gz",),
                 partial(clusters.measure, one, bench, pool))
            for one in clusters.CLUSTER_SETS
        ]  # fmt: skip
        test = bench / phrases.FOLDER / "test.jsonl.gz"
        made.append(Task(phrases.NAME, phrases.FOLDER, (test,), partial(phrases.measure, bench)))
        files = (self.shared / LABELS, self.shared / TRAIN)
        made += [
            Task(name, CORPUS, files, partial(self._on_gold, run)) for name, run in ON_GOLD.items()
        ]
        written = partial(self._on_opposition)
        return [*made, Task(opposition.TASK, "", (), written)]

    def _on_gold(self, run: Callable[[Gold], Result]) -> Result:
        return run(self.gold)

    def _on_opposition(self) -> Result:
        return opposition.measure(self.room, self.pool)
