"""Which reader of an item belongs to which of GitHub's lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from groundswell.gather.fields import need
from groundswell.gather.listing import table
from groundswell.gather.tickets import (
    buried,
    comment_record,
    commit_record,
    discussion_record,
    discussion_reply,
    review_record,
    ticket_record,
)
from groundswell.types import Record
from groundswell.types.moment import EPOCH

Raw = Mapping[str, Any]


def _commit(item: Raw, repo: str, data: Raw) -> Record:
    return commit_record(item, repo, str(data.get("path") or ""))


def _discussion(item: Raw, repo: str, data: Raw) -> Record:
    told = table(table(item.get("payload"), "payload").get("discussion"), "discussion")
    return discussion_record(told, repo)


def _talk(item: Raw, repo: str, data: Raw) -> Record:
    """What opened a discussion, or an answer in it, which may have been taken back."""
    number, above = item.get("discussion"), item.get("above")
    if type(number) is not int:
        return discussion_record(item, repo)
    if item.get("deleted_at"):
        return buried(f"{repo}#d{number}/c{need(item, 'id')}", repo, EPOCH)
    return discussion_reply(item, repo, number, above if type(above) is int else 0)


def _review(item: Raw, repo: str, data: Raw) -> Record:
    number = data.get("number")
    return review_record(item, repo, number if type(number) is int else None)


READ: Mapping[str, Callable[[Raw, str, Raw], Record]] = {
    "issues": lambda item, repo, data: ticket_record(item, repo),
    "comments": lambda item, repo, data: comment_record(item, repo),
    "lines": lambda item, repo, data: comment_record(item, repo),
    "reviews": _review,
    "events": _discussion,
    "discussions": _talk,
    "commits": _commit,
}
