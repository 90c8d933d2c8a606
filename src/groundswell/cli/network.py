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
from random import Random

from groundswell.desk import Desk
from groundswell.errors import DeskError, UsageError
from groundswell.gather.source import Http
from groundswell.store import Store

ROUTES = "GROUNDSWELL_ROUTES"  # HOST=HOST:PORT,...: where hosts really are, for a test internet


@contextmanager
def network(desk: Desk) -> Iterator[Http]:
    """The client sources are given, closed afterwards. DeskError when nobody answers for it."""
    from groundswell.gather.meter import Metered, Rate
    from groundswell.http.client import Client
    from groundswell.http.identity import Identity

    if desk.operator is None:
        raise DeskError(
            "desk.toml, table [operator]: is needed to ask live sources; fill in name and contact"
        )
    who = desk.operator
    identity = Identity("Groundswell", version("groundswell"), who.contact, who.url)
    with Client(
        identity, clock=lambda: datetime.now(UTC), sleep=time.sleep, random=Random(),
        routes=routes(os.environ.get(ROUTES, "")),
    ) as client:  # fmt: skip
        most = desk.limits.max_bandwidth
        rate = Rate(most, seconds=time.monotonic, sleep=time.sleep) if most else None
        yield Metered(client, rate) if rate else client


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
