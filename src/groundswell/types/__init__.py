"""Every noun, one file each. Read this first."""

from groundswell.types.annotation import Annotation, Link
from groundswell.types.claim import Claim, Interval, Licence, Population
from groundswell.types.exposure import Exposure
from groundswell.types.indicator import Indicator
from groundswell.types.reading import Item, Reading
from groundswell.types.record import Record, RecordId, content_hash, join_body
from groundswell.types.series import EVERYTHING, EVERYWHERE, Daily, Mention, Pair, Voice
from groundswell.types.signal import Guard, Numbers, Outcome, Signal
from groundswell.types.snapshot import Snapshot, canonical
from groundswell.types.story import (
    Draft,
    Fidelity,
    Obligation,
    Section,
    Sentence,
    Story,
    Verdict,
)

__all__ = [
    "EVERYTHING",
    "EVERYWHERE",
    "Annotation",
    "Claim",
    "Daily",
    "Draft",
    "Exposure",
    "Fidelity",
    "Guard",
    "Indicator",
    "Interval",
    "Item",
    "Licence",
    "Link",
    "Mention",
    "Numbers",
    "Obligation",
    "Outcome",
    "Pair",
    "Population",
    "Reading",
    "Record",
    "RecordId",
    "Section",
    "Sentence",
    "Signal",
    "Snapshot",
    "Story",
    "Verdict",
    "Voice",
    "canonical",
    "content_hash",
    "join_body",
]
