"""Run the local internet: `python tools/internet --port 9000 --seed 7 --speed 60`.

With `--desk` people talk of what that desk watches, and with `--sources` the tables that gather
everything here are written into a sources.toml.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from groundswell.desk import Desk
from internet.clock import Clock
from internet.faults import Faults
from internet.invent import talk_of
from internet.server import Internet, platforms


def names(desk: Desk) -> dict[str, list[str]]:
    """What a desk watches, by beat: its entities, and the beat's own keywords."""
    entities = [one.name for one in desk.entities]
    return {beat.slug: [*entities, *beat.keywords] for beat in desk.beats}


def as_toml(table: Mapping[str, object]) -> str:
    """A table of sources.toml."""
    return "[[source]]\n" + "".join(f"{key} = {inline(told)}\n" for key, told in table.items())


def inline(told: object) -> str:
    """A value as TOML writes it on one line; JSON's texts, numbers, true and false are TOML's too.

    >>> inline({"UC1": ["a", 2], "b": True})
    '{ "UC1" = ["a", 2], "b" = true }'
    """
    if isinstance(told, Mapping):
        pairs = ", ".join(f"{json.dumps(key)} = {inline(one)}" for key, one in told.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(told, list | tuple):
        return f"[{', '.join(map(inline, told))}]"
    return json.dumps(told, ensure_ascii=False)


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--start", type=datetime.fromisoformat, default="2026-11-01", help="UTC")
    parser.add_argument("--speed", type=float, default=0.0, help="0: moves by /_clock only")
    parser.add_argument("--faults", type=float, default=0.0, help="share of requests, as 0.03")
    parser.add_argument("--desk", type=Path, help="folder of a desk whose names people use")
    parser.add_argument("--sources", type=Path, help="a sources.toml to write")
    parser.add_argument("--only", nargs="*", default=[], help="names of platforms")
    given = parser.parse_args()
    start = given.start.replace(tzinfo=UTC)
    if given.desk:
        talk_of(names(Desk.load(given.desk)))
    internet = Internet(
        platforms(given.seed, start, given.days, only=given.only),
        Clock(start, speed=given.speed),
        faults=Faults(given.seed, rate=given.faults),
    )
    if given.sources:
        tables = (table for one in internet.platforms for table in one.sources())
        given.sources.write_text("\n".join(map(as_toml, tables)), "utf-8")
    with internet.serve(given.port) as port:
        hosts = sorted(host for one in internet.platforms for host in one.hosts)
        print(json.dumps({"port": port, "start": start.isoformat(), "hosts": hosts}), flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return 0


if __name__ == "__main__":
    sys.exit(main())
