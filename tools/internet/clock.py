"""The local internet's time: it stands still until told, or runs some times as fast as ours."""

from __future__ import annotations

import http.client
import json
import threading
import time
from datetime import datetime, timedelta
from typing import Any


class Clock:
    """A virtual clock. With `speed` 0 it moves only by `advance` and `set`."""

    def __init__(self, start: datetime, *, speed: float = 0.0) -> None:
        self.speed = speed
        self._start = start
        self._began = time.monotonic()
        self._moved = threading.Condition()

    def now(self) -> datetime:
        """The instant it is."""
        with self._moved:
            return self._now()

    def advance(self, seconds: float) -> datetime:
        """Move on; the instant it then is."""
        with self._moved:
            self._start += timedelta(seconds=max(seconds, 0.0))
            self._moved.notify_all()
            return self._now()

    def set(self, when: datetime) -> datetime:
        """Move to an instant; time never goes back."""
        return self.advance((when - self.now()).total_seconds())

    def reach(self, when: datetime, *, patience: float) -> bool:
        """Wait until an instant, at most `patience` seconds of ours; whether it came."""
        until = time.monotonic() + patience
        with self._moved:
            while self._now() < when:
                left = until - time.monotonic()
                if left <= 0:
                    return False
                self._moved.wait(min(left, 0.05))
        return True

    def _now(self) -> datetime:
        if not self.speed:
            return self._start
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self.speed)


class RemoteClock:
    """The clock of a local internet in another process, over its control address.

    While that clock stands still but for us, `now` costs nothing.
    """

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._runs = False
        self._now = self._ask("GET", {})

    def now(self) -> datetime:
        """The instant it is."""
        return self._ask("GET", {}) if self._runs else self._now

    def advance(self, seconds: float) -> datetime:
        """Move on; the instant it then is."""
        self._now = self._ask("POST", {"advance": seconds})
        return self._now

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def _ask(self, method: str, told: dict[str, float]) -> datetime:
        try:
            answer = self._answer(method, told)
        except (OSError, http.client.HTTPException):
            self._line.close()  # an idle line was closed over there; it opens again by itself
            answer = self._answer(method, told)
        self._runs = bool(answer["speed"])
        return datetime.fromisoformat(answer["now"])

    def _answer(self, method: str, told: dict[str, float]) -> dict[str, Any]:
        self._line.request(method, "/_clock", json.dumps(told) if told else None)
        answer: dict[str, Any] = json.loads(self._line.getresponse().read())
        return answer
