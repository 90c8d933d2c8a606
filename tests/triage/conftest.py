from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from groundswell.types import RecordId
from groundswell.types.ticket import Reply, Ticket

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
REPO = "example/quay"

# Invented reports: forty that have nothing to do with each other, so that words have weights.
THINGS = (
    "tide clock",
    "berth map",
    "gauge reader",
    "mooring form",
    "log book",
    "wind vane",
    "harbour radio",
    "chart export",
)
FAULTS = (
    "stops after midnight",
    "prints the wrong unit",
    "forgets its settings",
    "refuses the second boat",
    "is slow on old tables",
)


def make_ticket(number=1, /, **changes):
    values = {
        "repo": REPO,
        "number": number,
        "kind": "issue",
        "title": f"Report {number}",
        "text": "",
        "author": f"author{number}",
        "opened": START + timedelta(hours=number),
        **changes,
    }
    values.setdefault("id", RecordId(f"github:{values['repo']}#{number}"))
    values.setdefault("url", f"https://github.com/{values['repo']}/issues/{number}")
    return Ticket(**values)


def make_reply(hours=1, /, **changes):
    return Reply(at=START + timedelta(hours=hours), **changes)


def make_crowd(first=100):
    """Forty reports, each about another thing and fault."""
    return [
        make_ticket(
            first + n,
            title=f"{THINGS[n % 8].capitalize()} {FAULTS[n % 5]}",
            text=f"The {THINGS[n % 8]} {FAULTS[n % 5]} when pier {n} is lit. Lamp {n * 7} too, "
            f"{'and the ferry waits' if n % 2 else 'though nobody waits'} since part {n * 13}.",
            opened=START - timedelta(days=n + 1),
        )
        for n in range(40)
    ]


@pytest.fixture
def ticket():
    return make_ticket


@pytest.fixture
def reply():
    return make_reply


@pytest.fixture
def crowd():
    return make_crowd()


@pytest.fixture
def start():
    return START
