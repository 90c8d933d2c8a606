"""Pages a reader may have meant, when the address leads nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from urllib.parse import quote

Near = tuple[tuple[str, str], ...]


def near(slug: str, known: Iterable[tuple[str, str]], folder: str) -> Near:
    """The likest of (slug, title), as (title, path)."""
    titles = dict(known)
    wanted = slug.casefold()
    names = {name.casefold(): key for key, title in titles.items() for name in (title, key)}
    close = get_close_matches(wanted, names, n=5, cutoff=0.45)
    inside = sorted(name for name in names if len(wanted) > 2 and wanted in name)
    found = dict.fromkeys(names[name] for name in (*close, *inside))
    return tuple((titles[key], f"/{folder}/{quote(key, safe='')}") for key in found)[:5]
