"""One request before it is made: its address, its headers, and where a redirect takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from json import dumps
from typing import Literal
from urllib.parse import urlencode, urljoin

from httpx2 import URL, QueryParams

from groundswell.errors import Malformed, PluginError, Unsafe
from groundswell.http.answer import Params
from groundswell.http.decode import ACCEPTED

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
Form = Literal["data", "page", "rules", "stream"]

ACCEPT: dict[Form, str] = {
    "data": "*/*",
    "page": "text/html, application/xhtml+xml, */*;q=0.5",
    "rules": "text/plain, */*;q=0.5",
    "stream": "text/event-stream, */*;q=0.5",
}
OURS = frozenset({"accept-encoding", "connection", "cookie", "host", "user-agent"})
ANYWHERE = frozenset(
    {"accept", "accept-encoding", "accept-language", "cache-control", "user-agent"}
)
SECRETS = frozenset({"access_token", "api_key", "apikey", "client_secret", "key", "sig", "token"})
MOVED = frozenset({301, 302, 303, 307, 308})
Pairs = list[tuple[str, str | int | float | bool | None]]
WHERE = 120  # how much of a path a message repeats


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `form` says what is due: data of any kind, a page, a robots.txt, a stream.
    `body` is what is sent along, by POST; None for everything that is only asked for."""

    url: URL
    form: Form
    headers: Mapping[str, str]
    body: bytes | None = None

    @property
    def host(self) -> str:
        """Who is asked."""
        return self.url.raw_host.decode("ascii")

    @property
    def where(self) -> str:
        """The address as messages name it: no query, as queries carry keys."""
        return f"{self.host}{self.url.path[:WHERE]}"

    @property
    def key(self) -> str:
        """The address under which validators are kept: whole, but with its secrets masked."""
        return str(masked(self.url))

    @property
    def conditional(self) -> bool:
        """Whether "nothing new" is an answer."""
        if self.body is not None:
            return False
        fresh = "no-cache" in self.headers.get("cache-control", "").lower()
        return self.form in ("data", "page") and not fresh

    def moved(self, url: URL) -> Ask:
        """The same request at another address. What a source sent along stays with its host.

        What is sent by POST goes where it was meant to go and nowhere else: Unsafe.
        """
        here, there = self.url, url
        if self.body is not None:
            raise Unsafe(
                f"{self.where}: redirects what was sent to it to {there.host}; it is not sent "
                "there; mend the address"
            )
        if here.scheme == "https" and there.scheme == "http":
            raise Unsafe(f"{self.where}: redirects from https to http; such are not followed")
        home = here.host == there.host and (
            here.port == there.port or (here.scheme, there.scheme) == ("http", "https")
        )
        kept = self.headers if home else {
            name: value for name, value in self.headers.items() if name in ANYWHERE
        }  # fmt: skip
        return replace(self, url=url, headers=kept)


def asking(
    url: URL, form: Form, *, agent: str, params: Params | None = None,
    headers: Mapping[str, str] | None = None,
) -> Ask:  # fmt: skip
    """A request with our name on it. PluginError for a header that is not a source's to set."""
    sent = {"accept": ACCEPT[form], "accept-encoding": ACCEPTED, "user-agent": agent}
    if form == "stream":
        sent["accept-encoding"] = "identity"
    for name, value in (headers or {}).items():
        if name.lower() in OURS:
            raise PluginError(f"a source may not set the header {name!r}; leave it out")
        sent[name.lower()] = value
    wanted: Pairs = [(name, str(one)) for name, value in (params or {}).items()
              for one in ([value] if isinstance(value, str | int) else value)]  # fmt: skip
    if wanted:
        url = url.copy_with(params=QueryParams([*url.params.multi_items(), *wanted]))
    return Ask(url, form, sent)


def posting(
    url: URL, *, agent: str, form: Mapping[str, str] | None, json: object,
    headers: Mapping[str, str] | None = None,
) -> Ask:  # fmt: skip
    """A request that sends something along."""
    kind, body = enclosed(form, json)
    ask = asking(url, "data", agent=agent, headers=headers)
    return replace(ask, headers={**ask.headers, "content-type": kind}, body=body)


def enclosed(form: Mapping[str, str] | None, json: object) -> tuple[str, bytes]:
    """The type and the bytes of a form, or of an object as JSON. PluginError for both, or for
    neither.

    >>> enclosed({"a": "b c"}, None)
    ('application/x-www-form-urlencoded', b'a=b+c')
    """
    if (form is None) == (json is None):
        raise PluginError("a source sends a form or JSON, one of the two; leave one out")
    if form is not None:
        return FORM, urlencode(form).encode()
    return JSON, dumps(json, separators=(",", ":")).encode()


def masked(url: URL) -> URL:
    """An address without the values of parameters that are usually keys.

    >>> str(masked(URL("https://api.example/v3?part=snippet&key=abc")))
    'https://api.example/v3?part=snippet&key=-'
    """
    items = url.params.multi_items()
    if not any(name.lower() in SECRETS for name, _ in items):
        return url
    shown: Pairs = [(name, "-" if name.lower() in SECRETS else value) for name, value in items]
    return url.copy_with(params=QueryParams(shown))


def target(ask: Ask, location: str) -> str:
    """Where a redirect leads, as an absolute address, not yet checked."""
    if not location:
        raise Malformed(f"{ask.where}: redirects to nowhere")
    try:
        return urljoin(str(ask.url), location)
    except ValueError as problem:
        raise Unsafe(f"{ask.where}: redirects to something that is no address") from problem
