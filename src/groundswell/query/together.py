"""Who named two entities in one record, over all communities and in each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from groundswell.store import Store
from groundswell.types import EVERYTHING, EVERYWHERE, Pair, Snapshot

Sizes = Mapping[str, int]  # distinct authors by community; EVERYWHERE is all of them together
Names = tuple[str, str]
NOBODY: Sizes = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Distinct authors: who was active, who named each entity, who named two at once.

    `partners` are the pairs each entity stands in, in order.
    """

    active: Sizes
    named: Mapping[str, Sizes]
    both: Mapping[Names, Sizes]
    partners: Mapping[str, Sequence[Names]]

    def pairs(self, subject: str, communities: Sequence[str], least: int) -> tuple[Pair, ...]:
        """Every partner that at least so many people named together with an entity.

        The first pair of each two names is over all communities; after it comes one pair for
        each of `communities`, in that order, so that popularity can be held equal.
        """
        found: list[Pair] = []
        for names in self.partners.get(subject.removeprefix("entity/"), ()):
            if self.both[names][EVERYWHERE] >= least:
                found += [self._pair(names, place) for place in (EVERYWHERE, *communities)]
        return tuple(found)

    def _pair(self, names: Names, community: str) -> Pair:
        a, b = names
        both = self.both[names].get(community, 0)
        on_a = self.named.get("entity/" + a, NOBODY).get(community, 0)
        on_b = self.named.get("entity/" + b, NOBODY).get(community, 0)
        active = self.active.get(community, 0)
        places = len(self.both[names]) - 1 if community == EVERYWHERE else int(both > 0)
        return Pair(a=a, b=b, both=both, only_a=on_a - both, only_b=on_b - both,
                    neither=max(0, active - on_a - on_b + both), communities=places)  # fmt: skip


def together(store: Store, snapshot: Snapshot, start: int, night: int) -> Together:
    """Everything needed for the pairs of a window, from two queries."""
    window = {"start": start, "night": night, "seen": snapshot.seen}
    named: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in store.stream("samples_named", **window):
        named[row["subject"]][row["community"]].add(row["author"])
    both: dict[Names, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in store.stream("samples_pairs", **window):
        both[row["a"], row["b"]][row["community"]].add(row["author"])
    partners: dict[str, list[Names]] = defaultdict(list)
    for names in sorted(both):
        for slug in names:
            partners[slug].append(names)
    return Together(
        active=_sizes(named.pop(EVERYTHING, {})),
        named={subject: _sizes(people) for subject, people in named.items()},
        both={names: _sizes(people) for names, people in both.items()},
        partners=partners,
    )


def _sizes(people: Mapping[str, set[str]]) -> Sizes:
    sizes = {community: len(authors) for community, authors in people.items()}
    return {**sizes, EVERYWHERE: len(set().union(*people.values()))}
