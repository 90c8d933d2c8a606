"""No request of ours ends in a private network, whatever an address claims to be."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from httpx2 import URL, InvalidURL

from groundswell.errors import Unsafe, Upstream, UsageError
from groundswell.http.limits import Limits

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
WEB, STREAMS = ("http", "https"), ("http", "https", "ws", "wss")
NAME = re.compile(r"(?=.{1,253}\.?\Z)[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?", re.IGNORECASE)
# The last label tells a number from a name (WHATWG URL, "ends in a number checker"); resolvers
# read 2130706433, 0x7f000001, 0177.1 and 127.1 as 127.0.0.1.
NUMERIC = re.compile(r"(?:0x[0-9a-f]*|\d+)", re.IGNORECASE)
# Global by the registries, and still no place for a page: services that cloud machines reach
# under public addresses, anycast relays, and forms that carry another address inside.
DENIED = [ip_network(one) for one in (
    "0.0.0.0/8", "100.64.0.0/10", "168.63.129.16/32", "169.254.0.0/16", "192.0.0.0/24",
    "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4", "3fff::/20",
)]  # fmt: skip
# Where cloud machines keep their secrets, within ranges that somebody may want to read.
SECRETS = [ip_address(one) for one in ("100.100.100.200", "169.254.169.254", "fd00:ec2::254")]
TRANSLATED = ip_network("64:ff9b::/96")  # RFC 6052: reaches an IPv4 address through a gateway
UNICAST = ip_network("2000::/3")  # all of IPv6 that is given out


def resolved(host: str, port: int) -> Sequence[str]:
    """The addresses of a host as the system knows them, each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class Guard:
    """Says where a request may go, and to which address exactly.

    A host is resolved once for each connection, all its addresses are checked, and the connection
    goes to one that was checked: a name that answers differently the second time (DNS rebinding)
    gains nothing. `routes` leads hosts to servers on this machine, "*" or "all" every named host;
    what is routed is not checked any further.
    """

    def __init__(
        self, limits: Limits, *, routes: Mapping[str, str] | None = None,
        resolve: Resolve = resolved,
    ) -> None:  # fmt: skip
        self._ports = limits.ports
        self._lan = [ip_network(one) for one in limits.lan]
        self._routes = {
            "*" if host == "all" else host.lower(): local(to)
            for host, to in (routes or {}).items()
        }  # fmt: skip
        self._resolve = resolve

    def checked(self, url: str, *, schemes: Sequence[str] = WEB) -> URL:
        """The address, normalised and without fragment. Unsafe when it may not be asked."""
        try:
            parsed = URL(url).copy_with(fragment=None)
        except InvalidURL as problem:
            raise Unsafe(f"{url[:80]!r}: is not an address ({problem})") from problem
        host = parsed.raw_host.decode("ascii")
        if parsed.scheme not in schemes or not host:
            raise Unsafe(f"{url[:80]!r}: is no {' or '.join(schemes)} address")
        if parsed.userinfo:
            raise Unsafe(f"{host}: the address carries a user name; remove it")
        if host.lower() in self._routes:
            return parsed
        literal = self._literal(host)
        if literal is not None:
            self._allow(host, literal)
        elif "*" in self._routes:
            return parsed
        if (parsed.port or PORTS[parsed.scheme]) not in self._ports:
            raise Unsafe(f"{host}: port {parsed.port} is not one of the web's")
        return parsed

    def route(self, host: str) -> tuple[str, int] | None:
        """Where requests to this host go instead, if anywhere."""
        routed = self._routes.get(host.lower())
        if routed is None and not is_literal(host):
            routed = self._routes.get("*")
        return routed

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """The addresses to connect to. Unsafe when any of them is not public."""
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError) as problem:
            raise Upstream(f"{host}: is not known, or the network is down") from problem
        if not found:
            raise Upstream(f"{host}: has no address")
        for one in found:
            self._allow(host, ip_address(one.partition("%")[0]))
        return found

    def _literal(self, host: str) -> Address | None:
        """The address a host is, or None for a name. Unsafe for an address in disguise."""
        if ":" in host:
            try:
                return ip_address(host)
            except ValueError as problem:
                raise Unsafe(f"{host}: is not an IPv6 address") from problem
        if not NAME.fullmatch(host):
            raise Unsafe(f"{host[:80]!r}: is no host name")
        if not NUMERIC.fullmatch(host.rstrip(".").rpartition(".")[2]):
            return None
        try:
            return ip_address(host)
        except ValueError as problem:
            raise Unsafe(f"{host}: is a disguised address; write four numbers") from problem

    def _allow(self, host: str, address: Address) -> None:
        if address not in SECRETS and any(address in network for network in self._lan):
            return
        for one in unwrapped(address):
            if not public(one):
                raise Unsafe(f"{host}: leads to {address}, which is no public address")


def unwrapped(address: Address) -> Iterator[Address]:
    """Every address that is meant by one: itself, and those of IPv4 it carries inside."""
    if not isinstance(address, IPv6Address):
        yield address
    elif address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    elif address in TRANSLATED:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    else:
        yield address
        yield from address.teredo or ()
        if address.sixtofour is not None:
            yield address.sixtofour


def public(address: Address) -> bool:
    """Whether an address, taken for itself, is one that anybody may reach."""
    if not address.is_global or address.is_multicast or any(address in net for net in DENIED):
        return False
    return isinstance(address, IPv4Address) or address in UNICAST


def is_literal(host: str) -> bool:
    """Whether a host is an address rather than a name."""
    return ":" in host or bool(NUMERIC.fullmatch(host.rstrip(".").rpartition(".")[2]))


def local(target: str) -> tuple[str, int]:
    """A route's "address:port" on this machine. UsageError for any other place."""
    host, _, port = target.rpartition(":")
    host = "127.0.0.1" if host == "localhost" else host.strip("[]")
    try:
        if ip_address(host).is_loopback and 0 < int(port) < 65536:
            return host, int(port)
    except ValueError:
        pass
    raise UsageError(f"route {target!r}: give an address of this machine, like 127.0.0.1:9000")
