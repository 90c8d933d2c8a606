"""docs/sources.md from the dossiers of the sources themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from typing import Any, get_args, get_origin, get_type_hints

from internet.server import platforms
from workbench import ROOT

from groundswell.gather.source import Dossier
from groundswell.registry import find, plugins
from groundswell.types.moment import EPOCH

GROUP = "groundswell.sources"
PAGES = ROOT / "tests/gather/sources/data"
OWN = {"redditfeeds": "reddit"}  # told on another's page
HEAD = """# Sources

*Every platform Groundswell can ask: what it needs, what it gives, what cannot be had.*

Written by `make docs` from the sources themselves; do not edit.

```toml
[[source]]
name = "hackernews"   # yours; what was gathered is filed under it
kind = "hackernews"   # one of the names below
every = 600           # seconds between two visits; each source has a default
backfill_days = 90    # how far back to begin, where the platform allows it
```

A source asks no more often than the platform allows, waits as long as it is told, and says who
you are: it needs `[operator]` in `desk.toml`. "own key" and "own credentials" mean that you get
them from the platform yourself. Where deletions are not announced, every record is asked about
again after the hours given; what is gone is erased, quotations included.

"""
TESTED = """
## How they are tested

Each source has saved answers beside what is made of them (`tests/gather/sources/data/<kind>/`), is
broken by `python tools/fuzz.py`, and gathers an invented platform of its own shape. Those platforms
together are the local internet:

```sh
python tools/internet --port 9000 --seed 7 --speed 60   # a month of invented people in half a day
GROUNDSWELL_ROUTES="*=127.0.0.1:9000" groundswell up --desk mydesk
python tools/month.py --days 30 --kill 100              # the same month, judged
```

`tools/month.py` gathers the month with faults (429 with and without Retry-After, bursts of 5xx,
connections reset and starved, login pages, pages cut short or given twice, gzip bombs, redirects
into private networks, wrong clocks), then compares: nothing lost, nothing twice, what was taken
back gone, no limit exceeded as measured at the server; and killed at random moments, the same.

With seed 7 the whole month printed: 21 platforms, 27 sources, 220,506 requests, 5,780 faults;
27,908 records due and 27,908 held, none lost, none twice, none with other words, no words left of
what is gone. Killed 100 times it ended with the same records to the byte. A million inputs of
`make fuzz INPUTS=1000000` on 76 targets found one kind of failure, in the invented internet itself;
it is mended and its input kept (`tests/gather/regressions/`).
"""


def page() -> str:
    """The whole of docs/sources.md."""
    found = {name: find(GROUP, name) for name in plugins(GROUP)}
    parts = [
        HEAD,
        *table(found),
        "\n",
        *(line for kind in found.values() for line in section(kind)),
    ]
    return "".join(parts).rstrip() + "\n" + TESTED


def table(found: dict[str, Any]) -> Iterator[str]:
    """All sources side by side."""
    yield "| kind | platform | needs | asked every | past | threads | deletions | tested |\n"
    yield "|---|---|---|---|---|---|---|---|\n"
    invented = {str(one["kind"]) for each in platforms(0, EPOCH, 1) for one in each.sources()}
    for name, kind in found.items():
        dossier: Dossier = kind.dossier
        access = "nothing" if dossier.access == "open" else dossier.access
        cells = (f"[`{name}`](#{name})", dossier.title, access, seconds(dossier.every),
                 short(dossier.backfill), short(dossier.threads), deletions(dossier),
                 tested(name, name in invented))  # fmt: skip
        yield "| " + " | ".join(cells) + " |\n"


def section(kind: Any) -> Iterator[str]:
    """One source: what it is, its options, its terms, what cannot be had."""
    dossier: Dossier = kind.dossier
    yield f"\n## {kind.kind}\n\n{dossier.title}. {one_line(kind.__doc__)}\n\n"
    for option in (one for one in fields(kind) if one.init):
        yield f"- `{option.name}`: {words(get_type_hints(kind)[option.name])}{default(option)}\n"
    yield "\n" * any(one.init for one in fields(kind))
    yield f"{kept(dossier)}\n"
    told = [("Terms", dossier.terms), ("Past", dossier.backfill), ("Threads", dossier.threads),
            ("Deletions", dossier.deletes), ("Limits", dossier.limits)]  # fmt: skip
    for name, text in told:
        yield f"- {name}: {text.rstrip('.')}.\n"
    yield from (f"- Not to be had: {gap}\n" for gap in dossier.gaps)
    own = OWN.get(kind.kind, kind.kind)
    if (ROOT / "docs/sources" / f"{own}.md").is_file():
        yield f"- More: [its page](sources/{own}.md).\n"


def kept(dossier: Dossier) -> str:
    """What its terms let us do with it."""
    ttl = f"Text is kept {seconds(dossier.text_ttl * 3_600)}" if dossier.text_ttl else (
        "Text is kept without a limit"
    )  # fmt: skip
    figures = "figures may be made of it" if dossier.derived_allowed else (
        "no figures are made of it without a recorded `permission`"
    )  # fmt: skip
    leaves = "may leave this machine" if dossier.redistribute else "never leaves this machine"
    return f"{ttl}; {figures}; its text {leaves}.\n"


def deletions(dossier: Dossier) -> str:
    """How what was taken back is found out."""
    again = ", ".join(hours(one) for one in dossier.recheck)
    return short(dossier.deletes) + (f"; asked again after {again}" if again else "")


def tested(name: str, invented: bool) -> str:
    """With what a source is tested."""
    folder = PAGES / name
    saved = [path for path in folder.iterdir() if path.with_name(path.name + ".json").exists()] if (
        folder.is_dir()
    ) else []  # fmt: skip
    parts = [f"{len(saved)} saved {'page' if len(saved) == 1 else 'pages'}"] if saved else []
    return ", ".join([*parts, *(["local internet"] if invented else [])]) or "not yet"


def short(text: str) -> str:
    """The first clause of a sentence, fit for a table."""
    return re.split(r"[;:(]|\.(?:\s|$)", text.replace("|", "/"))[0].strip()


def seconds(count: int) -> str:
    """A stretch of time in the largest whole unit.

    >>> seconds(600), seconds(3600), seconds(90)
    ('10 min', '1 h', '90 s')
    """
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if count % size == 0 and count >= size:
            return f"{count // size} {name}"
    return f"{count} s"


def hours(count: int) -> str:
    """Hours, or whole days.

    >>> hours(3), hours(48)
    ('3 h', '2 d')
    """
    return seconds(count * 3_600)


def words(hint: Any) -> str:
    """A type as a person says it."""
    if get_origin(hint) is tuple:
        return f"list of {words(get_args(hint)[0])}"
    return {str: "text", int: "whole number", float: "number", bool: "true or false"}.get(
        hint, str(hint).replace("typing.", "")
    )


def default(option: Field[Any]) -> str:
    """What holds when an option is left out."""
    if option.default is MISSING and option.default_factory is MISSING:
        return ", needed"
    value = option.default if option.default is not MISSING else None
    if value in ("", (), None):
        return ""
    return f", by default {str(value).lower() if isinstance(value, bool) else value}"


def one_line(text: str | None) -> str:
    """Text without line breaks."""
    return " ".join((text or "").split())
