"""Duplicate groups: the same words again, exactly or nearly, by MinHash over word triples.

Source: Broder, "On the resemblance and containment of documents" (1997); banding as in Leskovec,
Rajaraman, Ullman, "Mining of Massive Datasets", chapter 3. Reprints share few triples in practice
(Silcock et al., "Noise-robust de-duplication at scale", 2022), hence the low threshold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from datasketch import MinHash

from groundswell.label.linker import Memory
from groundswell.types import Link, Record

WORD = re.compile(r"\w+")
URL = re.compile(r"https?://\S+")
QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
PERMUTATIONS = 48
ROWS = 3  # per band: 16 bands find 99 % of pairs at a similarity of .62, 2 % of those at .1
BLANK = MinHash(num_perm=PERMUTATIONS, seed=1)  # drawing its permutations takes longer than a text


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Groups records whose words are nearly the same; quoted lines and links do not count.

    Texts under `fewest_words` are never grouped: "same here" by twenty people is twenty people.
    """

    layer: ClassVar[str] = "duplicates"
    version: ClassVar[str] = "1"
    fewest_words: int = 8
    threshold: float = 0.5

    def __call__(self, record: Record, memory: Memory) -> Sequence[Link]:
        """Join the group of the oldest near-copy, if there is one."""
        words = WORD.findall(URL.sub(" ", QUOTED.sub(" ", record.body)).casefold())
        if len(words) < self.fewest_words:
            return ()
        sketch = signature(words)
        bands = [
            int.from_bytes(sketch[i : i + ROWS].tobytes(), "little")
            for i in range(0, PERMUTATIONS, ROWS)
        ]
        near = memory.near(self.layer, bands)
        memory.remember(self.layer, record.id, sketch.tobytes(), bands)
        for other, stored in near:
            alike = float(np.mean(np.frombuffer(stored, np.uint32) == sketch)) if stored else 0.0
            if alike >= self.threshold:
                return self._join(record, other, alike, memory)
        return ()

    def _join(self, record: Record, other: str, alike: float, memory: Memory) -> list[Link]:
        links, group = [], memory.group(self.layer, other)
        if group is None:
            group = other
            links.append(
                Link(
                    record_id=type(record.id)(other),
                    layer=self.layer,
                    group=group,
                    score=1000,
                    lead=True,
                )
            )
            counted = memory.community(other) == record.community
        else:
            counted = memory.has_lead(self.layer, group, record.community)
        links.append(
            Link(
                record_id=record.id,
                layer=self.layer,
                group=group,
                score=round(alike * 1000),
                lead=not counted,
            )
        )
        return links


def signature(words: Sequence[str]) -> npt.NDArray[np.uint32]:
    """The MinHash signature of a text's word triples, shape (48,)."""
    sketch = BLANK.copy()
    triples = {" ".join(words[i : i + 3]) for i in range(len(words) - 2)}
    sketch.update_batch([triple.encode() for triple in sorted(triples)])
    return np.asarray(sketch.hashvalues, dtype=np.uint64).astype(np.uint32)
