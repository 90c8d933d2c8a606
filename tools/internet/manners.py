"""Politeness as the local internet measures it, in its own time, host by host."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from internet.world import Limit, Request


@dataclass(slots=True)
class Manners:
    """How one host was treated. `most` requests in any of the limit's windows, `at_once` at the
    same time; `early` before a Retry-After was over; `unasked` for what it asks not to be asked
    for; `nameless` without saying who asks and where to complain."""

    limit: Limit
    requests: int = 0
    most: int = 0
    at_once: int = 0
    early: int = 0
    unasked: int = 0
    nameless: int = 0
    faults: int = 0
    now_open: int = 0
    wait_until: datetime | None = None
    recent: deque[datetime] = field(default_factory=deque)

    @property
    def broken(self) -> list[str]:
        """What was impolite, in words; empty when nothing was."""
        limit = self.limit
        told = {
            f"{self.most} requests in {limit.seconds:g} s, limit {limit.requests}": self.most
            > limit.requests,
            f"{self.at_once} at once, limit {limit.at_once}": self.at_once > limit.at_once,
            f"{self.early} before Retry-After was over": self.early,
            f"{self.unasked} for what it asks not to be asked for": self.unasked,
            f"{self.nameless} without a name and an address": self.nameless,
        }
        return [words for words, wrong in told.items() if wrong]


class Ledger:
    """Counts every request as it comes in."""

    def __init__(self) -> None:
        self.hosts: dict[str, Manners] = {}
        self._lock = threading.Lock()

    @contextmanager
    def entry(
        self, request: Request, now: datetime, *, limit: Limit, never: Sequence[str]
    ) -> Iterator[Manners]:
        """Count a request for as long as it lasts."""
        with self._lock:
            host = self.hosts.setdefault(request.host, Manners(limit))
            _count(host, request, now, never)
        try:
            yield host
        finally:
            with self._lock:
                host.now_open -= 1

    def broken(self) -> dict[str, list[str]]:
        """Every host that was treated impolitely, and how."""
        return {name: host.broken for name, host in sorted(self.hosts.items()) if host.broken}


def _count(host: Manners, request: Request, now: datetime, never: Sequence[str]) -> None:
    host.requests += 1
    host.now_open += 1
    host.at_once = max(host.at_once, host.now_open)
    if host.wait_until and now < host.wait_until:
        host.early += 1
    host.recent.append(now)
    while host.recent[0] <= now - timedelta(seconds=host.limit.seconds):
        host.recent.popleft()
    host.most = max(host.most, len(host.recent))
    place = request.host + request.path
    host.unasked += any(re.match(pattern, place) for pattern in never)
    host.nameless += "+http" not in request.headers.get("user-agent", "")
