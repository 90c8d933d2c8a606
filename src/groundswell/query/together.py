"""Who named two entities in one record, over all communities and in each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from groundswell.store import Store
from groundswell.types import EVERYTHING, Pair, Snapshot

People = Mapping[str, frozenset[str]]  # authors by community
NOBODY: People = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Authors by community: who was active, who named each entity, who named two at once."""

    active: People
    named: Mapping[str, People]
    both: Mapping[tuple[str, str], People]

    def pairs(self, subject: str, communities: Sequence[str], least: int) -> tuple[Pair, ...]:
        """Every partner that at least so many people named together with an entity.

        The first pair of each two names is over all communities; after it comes one pair for
        each of `communities`, in that order, so that popularity can be held equal.
        """
        slug = subject.removeprefix("entity/")
        found: list[Pair] = []
        for (a, b), people in sorted(self.both.items()):
            if slug in (a, b) and len(_union(people.values())) >= least:
                found.append(self._pair(a, b, None))
                found += [self._pair(a, b, community) for community in communities]
        return tuple(found)

    def _pair(self, a: str, b: str, community: str | None) -> Pair:
        people = self.both[a, b]
        both, on_a, on_b, active = (len(_in(group, community)) for group in (
            people, self.named.get("entity/" + a, NOBODY),
            self.named.get("entity/" + b, NOBODY), self.active))  # fmt: skip
        places = len(people) if community is None else int(community in people)
        return Pair(a=a, b=b, both=both, only_a=on_a - both, only_b=on_b - both,
                    neither=max(0, active - on_a - on_b + both), communities=places)  # fmt: skip


def together(store: Store, snapshot: Snapshot, start: int, night: int) -> Together:
    """Everything needed for the pairs of a window, from two queries."""
    window = {"start": start, "night": night, "seen": snapshot.seen}
    named: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in store.stream("samples_named", **window):
        named[row["subject"]][row["community"]].add(row["author"])
    both: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in store.stream("samples_pairs", **window):
        both[row["a"], row["b"]][row["community"]].add(row["author"])
    return Together(
        active=_frozen(named.pop(EVERYTHING, {})),
        named={subject: _frozen(people) for subject, people in named.items()},
        both={names: _frozen(people) for names, people in both.items()},
    )


def _in(people: People, community: str | None) -> frozenset[str]:
    return _union(people.values()) if community is None else people.get(community, frozenset())


def _union(groups: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*groups)


def _frozen(people: Mapping[str, set[str]]) -> People:
    return {community: frozenset(authors) for community, authors in people.items()}
