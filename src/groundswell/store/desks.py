"""Versions of the desk: a change of what is watched is an entry of the log like any other."""

from __future__ import annotations

from dataclasses import asdict

from groundswell.desk import DEPLOYMENT, Desk
from groundswell.store.sqlite import Store
from groundswell.types import canonical


def save_desk(store: Store, desk: Desk) -> None:
    """Remember this version of the desk, if it is the first time we see it."""
    if store.one("desk_known", desk=desk.hash) is not None:
        return
    body = {key: value for key, value in asdict(desk).items() if key not in DEPLOYMENT}
    with store.write() as writer:
        writer.do(
            "save_desk", desk=desk.hash, seq=writer.entry("desk", desk.hash), body=canonical(body)
        )
