"""Run the local internet: `python tools/internet --port 9000 --seed 7 --speed 60`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from internet.clock import Clock
from internet.faults import Faults
from internet.server import Internet, platforms


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--start", type=datetime.fromisoformat, default="2026-11-01", help="UTC")
    parser.add_argument("--speed", type=float, default=0.0, help="0: moves by /_clock only")
    parser.add_argument("--faults", type=float, default=0.0, help="share of requests, as 0.03")
    parser.add_argument("--only", nargs="*", default=[], help="names of platforms")
    given = parser.parse_args()
    start = given.start.replace(tzinfo=UTC)
    internet = Internet(
        platforms(given.seed, start, given.days, only=given.only),
        Clock(start, speed=given.speed),
        faults=Faults(given.seed, rate=given.faults),
    )
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
