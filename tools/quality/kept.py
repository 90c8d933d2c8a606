"""Answers kept between runs by a hash of all they depend on, so that a second run is quick."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workbench import ROOT

PLACE = ROOT / ".groundswell" / "quality"


def mark_of(*parts: Any) -> str:
    """A name for some inputs: 24 hex digits, the same for the same inputs.

    >>> mark_of("a", ["b"]) == mark_of("a", ["b"]), mark_of("ab") == mark_of("a", "b")
    (True, False)
    """
    told = json.dumps(parts, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def kept(make: Callable[[], Any], *parts: Any) -> Any:
    """What `make` gives, from the file of an earlier run if these inputs were met before.

    Holds labels, counts and numbers; callers give it no text of a record.
    """
    path = PLACE / f"{mark_of(*parts)}.json"
    if path.exists():
        return json.loads(path.read_text("utf-8"))
    made = make()
    write(path, json.dumps(made).encode())
    return made


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)
