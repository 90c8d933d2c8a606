"""Names people use that the desk has no entity for, as candidates for one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from groundswell.store import Store
from groundswell.types import join_body

OWN = re.compile(r"['’]s$")
JOINT = re.compile(r"[\s\-_]+")
PUBLIC = 3  # outlets that name a person before anybody may be suggested
SHORTEST = 3  # characters; shorter names are mostly mistakes


@dataclass(slots=True)
class Cluster:
    """One unnamed thing: how it is written, of which type, and by how many people and outlets."""

    key: str
    surfaces: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    voices: set[str] = field(default_factory=set)
    outlets: set[str] = field(default_factory=set)
    communities: Counter[str] = field(default_factory=Counter)
    records: int = 0

    @property
    def name(self) -> str:
        """The commonest way it is written."""
        return min(self.surfaces, key=lambda s: (-self.surfaces[s], s))

    @property
    def type(self) -> str:
        """The commonest type."""
        return min(self.types, key=lambda t: (-self.types[t], t))


def unnamed(store: Store, days: int, least: int) -> list[Cluster]:
    """Names of the last so many days that no entity covers and enough voices wrote.

    Ways of writing one name (case, blanks and hyphens, a possessive) are one cluster. A voice is
    a person, or an outlet; each is counted once. Most voices first. People come only where
    enough outlets name them: who is named in forums alone is nobody's entity.
    """
    last = store.one("unnamed_last")
    if not last or last["day"] is None:
        return []
    stop = int(last["day"]) + 1
    found: dict[str, Cluster] = defaultdict(lambda: Cluster(""))
    for row in store.stream("unnamed_spans", seq=store.seq(), start=stop - days, stop=stop):
        surface = OWN.sub("", join_body(row["title"], row["text"])[row["start"] : row["stop"]])
        if len(surface) >= SHORTEST:
            _count(found[key_of(surface)], surface, row)
    for key, cluster in found.items():
        cluster.key = key
    told = [cluster for cluster in found.values() if len(cluster.voices) >= least
            and (cluster.type != "person" or len(cluster.outlets) >= PUBLIC)]  # fmt: skip
    return sorted(told, key=lambda c: (-len(c.voices), c.key))


def key_of(surface: str) -> str:
    """What all ways of writing a name share.

    >>> key_of("Open-Weights  Act") == key_of("open weights act")
    True
    """
    return JOINT.sub(" ", surface.casefold()).strip()


def _count(cluster: Cluster, surface: str, row: dict[str, object]) -> None:
    cluster.surfaces[surface] += 1
    cluster.types[str(row["value"])] += 1
    cluster.communities[str(row["community"])] += 1
    cluster.records += 1
    voice = row["author"] or row["outlet"]
    if voice:
        cluster.voices.add(str(voice))
    if row["outlet"]:
        cluster.outlets.add(str(row["outlet"]))
