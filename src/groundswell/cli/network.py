"""The one door to the network: the polite client in the operator's name, with the desk's limits."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from groundswell.cli.state import say
from groundswell.desk import Desk
from groundswell.errors import DeskError, UsageError
from groundswell.gather.source import Http
from groundswell.store import Store

if TYPE_CHECKING:
    from groundswell.http.timetable import Timetable

CACHE = "XDG_CACHE_HOME"  # the user's cache folder, by default ~/.cache
ROUTES = "GROUNDSWELL_ROUTES"  # HOST=HOST:PORT,...: where hosts really are, for a test internet


@contextmanager
def network(desk: Desk) -> Iterator[Http]:
    """The client sources are given, closed afterwards. DeskError when nobody answers for it."""
    from groundswell.gather.meter import Metered, Rate
    from groundswell.http.client import Client
    from groundswell.http.identity import Identity
    from groundswell.http.limits import Limits

    if desk.operator is None:
        raise DeskError(
            "desk.toml, table [operator]: is needed to ask live sources; fill in name and contact"
        )
    who = desk.operator
    identity = Identity("Groundswell", version("groundswell"), who.contact, who.url)
    led = routes(os.environ.get(ROUTES, ""))
    with Client(
        identity, clock=lambda: datetime.now(UTC), sleep=time.sleep, random=Random(), routes=led,
        limits=Limits(lan=desk.limits.lan), timetable=None if led else timetable(),
    ) as client:  # fmt: skip
        most = desk.limits.max_bandwidth
        rate = Rate(most, seconds=time.monotonic, sleep=time.sleep) if most else None
        yield Metered(client, rate) if rate else client


def timetable() -> Timetable | None:
    """When each host may be asked next, shared with every Groundswell of this user on this machine.

    A test internet has none: its hosts are not the ones that others ask.
    """
    from groundswell.http.timetable import Timetable

    try:
        home = Path(os.environ.get(CACHE, "") or Path.home() / ".cache")
    except RuntimeError:  # a user without a home
        home = Path()
    found = Timetable(home / "groundswell" / "hosts.json")
    if home.is_absolute() and found.shared():
        return found
    say(
        "no cache folder can be written, so that no other Groundswell on this machine knows whom "
        f"this one asks; name a folder in {CACHE}, or run one at a time"
    )
    return None


def routes(said: str) -> dict[str, str]:
    """Where hosts really are: "*=127.0.0.1:9000" leads all of them to this machine."""
    found = {}
    for pair in filter(None, said.split(",")):
        host, equals, there = pair.partition("=")
        if not host or not equals or not there:
            raise UsageError(f"{ROUTES}: {pair!r} is not HOST=HOST:PORT")
        found[host.strip()] = there.strip()
    return found


def holder(store: Store) -> str:
    """A name for this process that no other has, for the leases of sources.

    Leases of processes of this machine that are no longer there are given back on the way: one
    that was killed could not do it itself.
    """
    here = socket.gethostname()
    with store.write() as writer:
        for row in writer.rows("leases"):
            host, _, rest = row["holder"].partition("/")
            number = rest.partition("/")[0]
            if host == here and number.isdigit() and not alive(int(number)):
                writer.do("drop_lease", name=row["name"], holder=row["holder"])
    return f"{here}/{os.getpid()}/{secrets.token_hex(4)}"


def alive(number: int) -> bool:
    """Whether a process of this machine is there."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it is there, and somebody else's
    return True
