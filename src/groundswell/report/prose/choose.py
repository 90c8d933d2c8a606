"""Which of several ways of saying one thing is taken: by hash, never twice in a story."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence


class Chooser:
    """Deterministic variety: one seed, one story, every template at most once."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._used: set[str] = set()

    def fill(self, key: str, templates: Sequence[str], slots: Mapping[str, str]) -> str:
        """One of the templates that are not used up, filled; the first choice when all are.

        A sentence does not begin with digits where it can be helped.
        """
        start = int(hashlib.sha256(f"{self._seed}|{key}".encode()).hexdigest(), 16)
        ordered = [templates[(start + n) % len(templates)] for n in range(len(templates))]
        ordered.sort(key=lambda template: _digits_first(template, slots))
        chosen = next((t for t in ordered if t not in self._used), ordered[0])
        self._used.add(chosen)
        return chosen.format_map(slots)


def _digits_first(template: str, slots: Mapping[str, str]) -> bool:
    opening = re.match(r"\{(people|share|n_a|n_b|outlets)\}", template)
    return bool(opening and slots[opening[1]][:1].isdigit())
