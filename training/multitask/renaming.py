"""Names of a text in the place of others of the same types, so that few names are not learnt by
heart.

Mention replacement: Dai and Adel, "An analysis of simple data augmentation for named entity
recognition" (2020).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace

from samples import Sample, Span

Mentions = Mapping[frozenset[str], tuple[str, ...]]
LONGEST = 60  # characters of a name that is put elsewhere


def mentions(samples: Iterable[Sample]) -> Mentions:
    """The distinct names of all samples by the types they may be, in a fixed order."""
    found: dict[frozenset[str], dict[str, None]] = {}
    for sample in samples:
        for span in sample.names.spans if sample.names else ():
            surface = sample.text[span.start : span.stop]
            if len(surface) <= LONGEST:
                found.setdefault(span.types, {})[surface] = None
    return {types: tuple(surfaces) for types, surfaces in found.items()}


def renamed(sample: Sample, known: Mentions, chance: random.Random, share: float) -> Sample:
    """The sample with about `share` of its names changed, each wherever it stands."""
    names = sample.names
    if names is None or not names.spans:
        return sample
    text, spans, done = "", [], 0
    chosen: dict[tuple[str, frozenset[str]], str] = {}
    for span in sorted(names.spans, key=lambda s: s.start):
        surface = sample.text[span.start : span.stop]
        if (surface, span.types) not in chosen:
            other = chance.choice(known[span.types]) if span.types in known else surface
            chosen[surface, span.types] = other if chance.random() < share else surface
        text += sample.text[done : span.start]
        start, done = len(text), span.stop
        text += chosen[surface, span.types]
        spans.append(Span(start, len(text), span.types))
    moved = len(text) - done  # what lies behind the last name has moved by so much
    placed = replace(names, spans=tuple(spans), until=max(0, names.until + moved))
    return replace(sample, text=text + sample.text[done:], names=placed)
