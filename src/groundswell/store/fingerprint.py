"""One SHA-256 per canonical table: what "identical" means. Wall-clock columns are left out."""

from __future__ import annotations

import hashlib
import json

from groundswell.store.sqlite import Store
from groundswell.store.statements import load

PREFIX = "fingerprint_"


def fingerprint(store: Store) -> dict[str, str]:
    """Table name to the SHA-256 of its rows, in primary-key order, wall clock left out."""
    names = sorted(name for name in load("sqlite") if name.startswith(PREFIX))
    with store.reading():
        return {name.removeprefix(PREFIX): _hash(store, name) for name in names}


def _hash(store: Store, name: str) -> str:
    total = hashlib.sha256()
    for row in store.stream(name):
        values = [v.hex() if isinstance(v, bytes) else v for v in row.values()]
        total.update(json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        total.update(b"\n")
    return total.hexdigest()
