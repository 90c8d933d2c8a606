"""The contract of detectors: one statistical question as a pure function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from groundswell.types import Daily, Mention, Pair, Signal, Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """All a detector may know of one subject on one night.

    `night` is the last day tested; everything is as visible at that night's snapshot. `daily`
    holds one series per community (and "*"); `voices` are the subject's rows of the last 63
    days; `others` are all active voices of the same communities and days, subject "*";
    `mentions` are its articles; `pairs` its co-mentions over the last 28 days; `first_day` is
    the first day with any exposure per community; `subject_first` the first day the subject
    was seen at all.
    """

    night: int
    subject: str
    daily: Sequence[Daily]
    voices: Sequence[Voice]
    others: Sequence[Voice]
    mentions: Sequence[Mention] = ()
    pairs: Sequence[Pair] = ()
    first_day: Mapping[str, int]
    subject_first: int


class Detector(Protocol):
    """One test. Dull results are yielded too: false-discovery control needs them all."""

    kind: ClassVar[str]
    version: ClassVar[str]

    def __call__(self, sample: Sample) -> Iterable[Signal]:
        """One signal per test made. Same sample, same answer."""
