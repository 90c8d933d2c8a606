"""Where a model's server is, and whether a text that is sent there leaves this machine."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from groundswell.errors import PluginError

COMPLETIONS = "/chat/completions"


@dataclass(frozen=True, slots=True)
class Server:
    """The address questions go to, its host, and whether that is this machine."""

    address: str
    host: str
    here: bool


def server_at(url: str) -> Server:
    """The server of a base address such as "http://127.0.0.1:8080/v1".

    PluginError for what is no such address, and for one that would be spoken to unencrypted beyond
    private networks: both the texts and the key would lie open.

    >>> server_at("https://models.example/v1/").address
    'https://models.example/v1/chat/completions'
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.query:
        raise PluginError(f"chat: url {url!r} is no address such as http://127.0.0.1:8080/v1")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        here = private = host == "localhost"
    else:
        here, private = address.is_loopback, address.is_private
    if parts.scheme == "http" and not private:
        raise PluginError(f"chat: url {url!r} would send texts and key unencrypted; use https")
    base = url.rstrip("/").removesuffix(COMPLETIONS)
    return Server(base + COMPLETIONS, host, here)
