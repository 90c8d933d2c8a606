"""What a maker said about a record: annotations by pure annotators, links by linkers."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.types.record import RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One label on a record, or on a span of its body.

    `value` is the label ("en", "negative", an entity or beat slug, a phrase); `score` is an
    integer in thousandths (sentiment -1000..1000, probabilities 0..1000), None where a layer
    has none; `start`/`stop` are character offsets into `Record.body`.
    """

    layer: str
    value: str
    score: int | None = None
    start: int | None = None
    stop: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A linker's insert-only decision that a record belongs to a group.

    `group` names the group (the id of its first record); `score` is the similarity in
    thousandths; `lead` is true for the first record of the group in its community, the one
    that is counted.
    """

    record_id: RecordId
    layer: str
    group: str
    score: int
    lead: bool
