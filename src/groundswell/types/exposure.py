"""How much of what was expected was actually collected, and why not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """A stretch of time (microseconds, half-open) in which a stream collected `permille` of
    what was expected in a community ("*": all of the stream's)."""

    stream: str
    community: str
    start: int
    stop: int
    permille: int
    reason: str
