"""Tickets asked from GitHub, by the same source that gathers records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from groundswell.gather.source import Http
from groundswell.gather.sources.github import GitHub
from groundswell.triage.exports import Raw, collected
from groundswell.types.ticket import Ticket


def ask(http: Http, source: GitHub, *, first: datetime, now: datetime) -> list[Ticket]:
    """The tickets of a source's repositories that moved between two times, with their replies.

    SourceError as the source raises it. Nothing is kept.
    """
    return [one for one in collected(_objects(http, source, first, now)) if isinstance(one, Ticket)]


def _objects(http: Http, source: GitHub, first: datetime, now: datetime) -> Iterator[Raw]:
    for payload in source.backfill(http, None, first, now):
        yield from json.loads(payload.body)["items"]
