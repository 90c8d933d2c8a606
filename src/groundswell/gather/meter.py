"""A ceiling on how fast sources may take in what platforms send."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from threading import Lock

from groundswell.gather.marks import Marks, Remembering
from groundswell.gather.source import Answer, Http, Params


class Rate:
    """So many bytes a second, for all sources together.

    `seconds` is a clock that only goes forward, `sleep` waits.
    """

    def __init__(
        self, most: int, *, seconds: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._sleep = sleep
        self._free = seconds()
        self._lock = Lock()

    def take(self, count: int) -> None:
        """Wait until so many bytes fit under the ceiling."""
        with self._lock:
            now = self._seconds()
            self._free = max(self._free, now) + count / self._most
            wait = self._free - now
        self._sleep(wait)


class Metered:
    """A client that waits after each answer until it fits under the ceiling.

    What is counted is the answer as opened, which is at least as large as what was sent.
    """

    def __init__(self, http: Http, rate: Rate) -> None:
        self._http = http
        self._rate = rate

    def remembering(self, validators: Marks) -> Http:
        """The same client, remembering there."""
        if not isinstance(self._http, Remembering):
            return self
        return Metered(self._http.remembering(validators), self._rate)

    def get(
        self, url: str, *, params: Params | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """An answer of an API or a feed."""
        return self._waited(self._http.get(url, params=params, headers=headers))

    def post(
        self, url: str, *, form: Mapping[str, str] | None = None, json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """What a platform answers to a form or to JSON."""
        return self._waited(self._http.post(url, form=form, json=json, headers=headers))

    def page(self, url: str) -> Answer:
        """A web page."""
        return self._waited(self._http.page(url))

    def stream(
        self, url: str, *, params: Params | None = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[bytes]:
        """The messages of a stream."""
        for message in self._http.stream(url, params=params, headers=headers):
            self._rate.take(len(message))
            yield message

    def _waited(self, answer: Answer) -> Answer:
        self._rate.take(len(answer.body))
        return answer
