"""GitHub's public events as records: what somebody wrote, as far as the event still says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from groundswell.errors import BadRow
from groundswell.gather.fields import need, time_of
from groundswell.gather.github import is_bot, kind_of, when
from groundswell.gather.tickets import (
    buried,
    comment_record,
    discussion_record,
    discussion_reply,
    review_record,
    ticket_record,
)
from groundswell.types import Record

Raw = Mapping[str, Any]

TOLD = ("IssuesEvent", "PullRequestEvent", "IssueCommentEvent", "PullRequestReviewEvent",
        "PullRequestReviewCommentEvent", "DiscussionEvent", "DiscussionCommentEvent")  # fmt: skip
COUNTED = {
    ("issue", "opened"): "issues opened",
    ("issue", "closed"): "issues closed",
    ("change", "opened"): "changes opened",
    ("change", "closed"): "changes closed",
}


def event_record(event: Raw, *, bots: bool = True) -> Record:
    """What an event tells that somebody wrote.

    BadRow with a reason short enough to count by: for events without words ("event of type
    PushEvent"), for those that were cut down to nothing ("no number or title"), for bots.
    """
    kind = need(event, "type")
    if kind not in TOLD:
        raise BadRow(f"event of type {kind}")
    repo, payload = repo_of(event), _table(event, "payload")
    item = _item(kind, payload)
    if not item:
        raise BadRow(f"{kind} without what it is about")
    user = item.get("user")
    if not bots and is_bot(user if isinstance(user, dict) else _table(event, "actor")):
        raise BadRow("written by a bot")
    if not isinstance(user, dict) and "user" not in item and payload.get("action") == "opened":
        item = {**item, "user": event.get("actor")}
    if payload.get("action") == "deleted" and kind.endswith("CommentEvent"):
        return buried(_read(kind, item, repo, payload).id.partition(":")[2], repo, at_of(event))
    return _read(kind, item, repo, payload)


def repo_of(event: Raw) -> str:
    """The repository of an event, "owner/name"; BadRow where it is not said."""
    return need(_table(event, "repo"), "name")


def at_of(event: Raw) -> datetime:
    """When an event happened; BadRow where it is not said."""
    return time_of(event.get("created_at"))[0]


def counted(event: Raw) -> tuple[str, str] | None:
    """The repository and what an event adds to: "issues opened" and so on; None for the others.

    Needs no words, so it works for events that were cut down.
    """
    payload = _table(event, "payload")
    ticket = {"IssuesEvent": "issue", "PullRequestEvent": "change"}.get(str(event.get("type")), "")
    if not ticket or is_bot(_table(event, "actor")):
        return None
    action = {"merged": "closed"}.get(str(payload.get("action")), str(payload.get("action")))
    told = COUNTED.get((ticket, action))
    return (repo_of(event), told) if told else None


def _item(kind: str, payload: Raw) -> Raw:
    key = {
        "IssuesEvent": "issue",
        "PullRequestEvent": "pull_request",
        "PullRequestReviewEvent": "review",
        "DiscussionEvent": "discussion",
    }.get(kind, "comment")
    return _table(payload, key)


def _read(kind: str, item: Raw, repo: str, payload: Raw) -> Record:
    if kind == "PullRequestEvent" and kind_of(item) != "change":
        item = {**item, "head": {}}
    if kind in ("IssuesEvent", "PullRequestEvent"):
        return ticket_record(item, repo)
    if kind == "PullRequestReviewEvent":
        return review_record(_sent(item), repo, _number(payload, "pull_request"))
    if kind == "DiscussionEvent":
        return discussion_record(item, repo)
    if kind == "DiscussionCommentEvent":
        number = _number(payload, "discussion")
        if number is None:
            raise BadRow("answers no discussion")
        return discussion_reply(item, repo, number)
    above = "issue" if kind == "IssueCommentEvent" else "pull_request"
    number = _number(payload, above)
    if number is not None and not any(item.get(key) for key in ("issue_url", "pull_request_url")):
        item = {**item, "issue_url": f"/{number}"}
    return comment_record(item, repo)


def _sent(review: Raw) -> Raw:
    """A review with its time under the name the API uses today."""
    if when(review, "submitted_at") is None and (at := review.get("created_at")):
        return {**review, "submitted_at": at}
    return review


def _number(payload: Raw, key: str) -> int | None:
    number = _table(payload, key).get("number")
    return number if type(number) is int else None


def _table(data: Raw, key: str) -> Raw:
    value = data.get(key)
    return value if isinstance(value, dict) else {}
