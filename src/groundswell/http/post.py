"""JSON sent to one server that the operator has named: a model's, on this machine or elsewhere.

Not for platforms: it reads no robots.txt and may reach private networks, because nobody but the
operator chooses where it goes. It waits its turn, waits as long as it is told and retries what may
pass, as every other request does, and it follows no redirect.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from random import Random
from typing import Self

import httpx2

from groundswell.errors import (
    QuotaExhausted,
    Silent,
    SourceError,
    Throttled,
    TooLarge,
    Upstream,
)
from groundswell.http.judge import refusal
from groundswell.http.limits import MIB, Limits
from groundswell.http.pace import Pace
from groundswell.http.retry import Retry
from groundswell.http.wire import raw, told

LARGEST = 4 * MIB
SAID = 200  # characters of a server's own words that a message repeats
UNPAID = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
LIMITS = Limits(idle=180, interval=0, concurrency=32, share=0.2)
UNREACHED = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
UNANSWERED = (httpx2.ReadTimeout, httpx2.WriteTimeout)


class Poster:
    """Posts JSON and returns the answer's body. Safe to share between threads.

    An answer that does not come in time is Silent and not asked for again: it may have been paid
    for. The `status` of any other error is 0 only where that may be so too, and 503 where nothing
    was sent. `clock` gives aware UTC times; `sleep` takes seconds. Errors name the host and the
    server's own words, never the key.
    """

    def __init__(
        self, agent: str, *, clock: Callable[[], datetime], sleep: Callable[[float], None],
        random: Random, limits: Limits | None = None,
    ) -> None:  # fmt: skip
        self._agent, self._clock = agent, clock
        self._limits = limits or LIMITS
        self._pace = Pace(clock, sleep, self._limits)
        self._retry = Retry(self._pace, self._limits, clock, sleep, random)
        trust = httpx2.create_ssl_context(trust_env=False)
        self._transport = httpx2.HTTPTransport(verify=trust, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()

    def __call__(self, url: str, body: bytes, key: str = "") -> bytes:
        """Post a body; `key` goes along as a bearer token. SourceError for anything but 200."""
        address = httpx2.URL(url)
        headers = {
            "accept": "application/json", "accept-encoding": "identity",
            "content-type": "application/json", "user-agent": self._agent,
        }  # fmt: skip
        if key:
            headers["authorization"] = f"Bearer {key}"
        try:
            return self._retry(address.host, partial(self._once, address, body, headers, key))
        except (Throttled, Upstream) as problem:
            unsent = problem.__cause__ is None or isinstance(problem.__cause__, UNREACHED)
            if unsent and not problem.status:
                problem.status = 503
            raise

    def _once(
        self, url: httpx2.URL, body: bytes, headers: Mapping[str, str], key: str
    ) -> bytes:  # fmt: skip
        limits = self._limits
        timeout = {"connect": limits.connect, "read": limits.idle, "write": limits.idle, "pool": 60}
        request = httpx2.Request("POST", url, headers=dict(headers), content=body,
                                 extensions={"timeout": timeout})  # fmt: skip
        with self._pace.turn(url.host):
            try:
                with told(url.host):
                    response = self._transport.handle_request(request)
                try:
                    found = self._read(response, url.host)
                finally:
                    response.close()
            except Upstream as problem:
                if isinstance(problem.__cause__, UNANSWERED):
                    raise Silent(f"{url.host}: does not answer in time; asked again by the next "
                                 "run") from problem  # fmt: skip
                raise
            if response.status_code != 200:
                raise self._refused(response, f"{url.host}{url.path}", found, key)
        return found

    def _read(self, response: httpx2.Response, host: str) -> bytes:
        """The whole body; TooLarge when it is none of an answer."""
        found = bytearray()
        for chunk in raw(response, host, 0):
            found += chunk
            if len(found) > LARGEST:
                raise TooLarge(f"{host}: answers with more than {LARGEST // MIB} MB")
        return bytes(found)

    def _refused(
        self, response: httpx2.Response, where: str, body: bytes, key: str
    ) -> SourceError:  # fmt: skip
        headers = {name.lower(): value for name, value in response.headers.items()}
        code, words = said(body)
        words = words.replace(key, "...") if key else words
        status = response.status_code
        if status == 402 or (status == 429 and code in UNPAID):
            problem: SourceError = QuotaExhausted(f"{where}: the account has no credit left")
        else:
            problem = refusal(where, status, headers, body, self._clock())
        if words:
            problem.args = (f"{problem}; it says: {words}",)
        problem.status = status
        return problem


def said(body: bytes) -> tuple[str, str]:
    """The code and the words of an error as OpenAI's and most other servers put it.

    >>> said(b'{"error": {"message": "no such model", "code": "model_not_found"}}')
    ('model_not_found', 'no such model')
    """
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    error = told.get("error", told.get("detail")) if isinstance(told, dict) else None
    if isinstance(error, str):
        return "", " ".join(error.split())[:SAID]
    if not isinstance(error, dict):
        return "", ""
    words = " ".join(str(error.get("message") or "").split())[:SAID]
    return str(error.get("code") or error.get("type") or ""), words
