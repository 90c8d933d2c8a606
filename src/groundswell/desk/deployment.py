"""Whose desk it is, what it may use, and what reads for it: tables of desk.toml that are not
editorial, so that they are no part of the desk's hash."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from groundswell.desk import nouns
from groundswell.desk.table import Table

# What an organisation numbers itself: RFC 1918, RFC 6598, RFC 4193, and this machine. Link-local
# ranges are none: cloud machines keep their secrets there.
PRIVATE = [ip_network(one) for one in (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "fc00::/7",
    "::1/128",
)]  # fmt: skip


def deployment_of(head: Table, folder: Path) -> dict[str, Any]:
    """The operator, the limits and the reader. DeskError names table and key."""
    return {
        "operator": _operator(head), "limits": _limits(head), "reader": _reader(head, folder),
    }  # fmt: skip


def _operator(head: Table) -> nouns.Operator | None:
    if not head.has("operator"):
        return None
    t = head.table("operator")
    operator = nouns.Operator(
        name=t.text("name"),
        contact=t.text("contact"),
        purpose=t.text("purpose", ""),
        basis=t.text("basis", ""),
        region=t.text("region", ""),
        retention=t.text("retention", ""),
        url=t.text("url", ""),
    )
    t.done()
    return operator


def _limits(head: Table) -> nouns.Limits:
    t = head.table("limits")
    limits = nouns.Limits(
        max_disk=t.size("max_disk"),
        max_bandwidth=t.size("max_bandwidth"),
        max_processes=t.number("max_processes"),
        lan=tuple(_private(t, one) for one in t.texts("lan")),
    )
    t.done()
    return limits


def _private(t: Table, stated: str) -> str:
    """A private network as the client understands it; never one of everybody's."""
    try:
        network = ip_network(stated.strip())
    except ValueError as problem:
        raise t.fault("lan", f'{stated!r} is no network such as "10.20.0.0/16" ({problem})') from (
            problem
        )
    for private in PRIVATE:
        if network.version == private.version and network.subnet_of(private):  # type: ignore[arg-type]  # same version
            return str(network)
    raise t.fault("lan", f"{stated!r} is not within a private network; there are: "
                  f"{', '.join(map(str, PRIVATE))}")  # fmt: skip


def _reader(head: Table, folder: Path) -> nouns.ReaderSpec | None:
    if not head.has("reader"):
        return None
    t = head.table("reader")
    parts = tuple(
        nouns.PartSpec(kind=one.text("kind"), options=_options(one, folder))
        for one in t.tables("part")
    )
    return nouns.ReaderSpec(kind=t.text("kind", ""), options=_options(t, folder), parts=parts)


def _options(t: Table, folder: Path) -> Mapping[str, Any]:
    """What is left of a table, its path seen from the desk's folder."""
    path = t.text("path", "")
    if not path:
        return t.rest()
    found = (folder / path).resolve()
    if not found.exists():
        raise t.fault("path", f"{found}: is not there; give the model's file or folder, as seen "
                      "from the desk's folder")  # fmt: skip
    return {"path": str(found), **t.rest()}
