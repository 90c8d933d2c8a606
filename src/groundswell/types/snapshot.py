"""What was known, and when."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from groundswell.types.moment import DAY_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A point in the log and in time: a row is visible iff seq_from <= seq < seq_to and
    available <= as_of (microseconds since 1970)."""

    seq: int
    as_of: int
    makers: tuple[str, ...]
    desk: str

    @property
    def id(self) -> str:
        """Twelve hex digits naming this snapshot."""
        return hashlib.sha256(canonical(self.as_json()).encode()).hexdigest()[:12]

    @property
    def seen(self) -> int:
        """The last day number whose records are visible when as_of is a midnight."""
        return self.as_of // DAY_US

    def as_json(self) -> dict[str, Any]:
        """The four parts, for storing."""
        return {
            "seq": self.seq,
            "as_of": self.as_of,
            "makers": list(self.makers),
            "desk": self.desk,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Snapshot:
        """The inverse of `as_json`."""
        return cls(
            seq=data["seq"], as_of=data["as_of"], makers=tuple(data["makers"]), desk=data["desk"]
        )


def canonical(data: Any) -> str:
    """JSON with sorted keys and no spaces: equal data, equal text, equal hash."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
