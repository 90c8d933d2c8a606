"""Near-identical change requests sent to several repositories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from groundswell.label.linkers.duplicates import PERMUTATIONS, ROWS, signature
from groundswell.measure.tickets.wording import wordings
from groundswell.types.ticket import Ticket

ALIKE = 0.6  # of the word triples of two changes
FEWEST = 12  # own words: "fix typo" is sent to everybody by everybody
WITHIN = 30  # days


@dataclass(frozen=True, slots=True)
class Twin:
    """A change request and its near copies in other repositories, most alike first."""

    ticket: Ticket
    others: tuple[tuple[Ticket, int], ...]  # with their likeness in thousandths


def twins(tickets: Sequence[Ticket], repo: str) -> list[Twin]:
    """The open changes of one repository that were sent to others too, newest first.

    `tickets` are those of all repositories at hand. Bots are left out, and so are the words of
    each repository's template. MinHash over word triples, as for copies of records.
    """
    changes = [one for one in tickets if one.kind == "change" and not one.bot]
    sketches = _sketches(changes)
    bands: defaultdict[tuple[int, bytes], list[int]] = defaultdict(list)
    for n, sketch in sketches.items():
        for row in range(0, PERMUTATIONS, ROWS):
            bands[row, sketch[row : row + ROWS].tobytes()].append(n)
    near: defaultdict[int, set[int]] = defaultdict(set)
    for together in bands.values():
        for n in together:
            near[n].update(together)
    found = []
    for n, one in enumerate(changes):
        if one.repo != repo or one.closed is not None or n not in sketches:
            continue
        alike = {m: round(1000 * float(np.mean(sketches[n] == sketches[m]))) for m in near[n]}
        others = [
            (changes[m], score)
            for m, score in sorted(alike.items(), key=lambda pair: (-pair[1], changes[pair[0]].id))
            if changes[m].repo != repo
            and score >= 1000 * ALIKE
            and abs((changes[m].opened - one.opened).days) <= WITHIN
        ]
        if others:
            found.append(Twin(one, tuple(others)))
    return sorted(found, key=lambda twin: (-len(twin.others), -twin.ticket.opened.timestamp()))


def _sketches(changes: Sequence[Ticket]) -> dict[int, np.ndarray[tuple[int], np.dtype[np.uint32]]]:
    """The MinHash of each change's own words, by its place; those that say little have none."""
    by_repo: defaultdict[str, list[int]] = defaultdict(list)
    for n, one in enumerate(changes):
        by_repo[one.repo].append(n)
    made = {}
    for places in by_repo.values():
        said = wordings([changes[n] for n in places])
        for n, wording in zip(places, said, strict=True):
            words = [*wording.title, *wording.text]
            if len(words) >= FEWEST:
                made[n] = signature(words)
    return made
