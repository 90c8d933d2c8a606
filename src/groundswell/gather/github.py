"""GitHub's JSON in our words: roles, bots, ids, and whole tickets with their replies."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from groundswell.gather.fields import clean
from groundswell.types import RecordId
from groundswell.types.ticket import Reply, Role, Ticket

SOURCE = "github"
SITE = "https://github.com"
API = "https://api.github.com"
ASSOCIATION: Mapping[str, Role] = {
    "OWNER": "owner",
    "MEMBER": "member",
    "COLLABORATOR": "collaborator",
    "CONTRIBUTOR": "contributor",
    "FIRST_TIME_CONTRIBUTOR": "first contribution",
    "FIRST_TIMER": "first timer",
    "NONE": "none",
    "MANNEQUIN": "none",
}
# Accounts that work for a repository without saying so in their type or their name.
BOTS = frozenset(
    ["allcontributors", "bors", "codecov-commenter", "codecov-io", "copilot", "coveralls",
     "dependabot-preview", "github-actions", "greenkeeper", "homu", "k8s-ci-robot",
     "mend-bolt-for-github", "mergify", "netlify", "pre-commit-ci", "pyup-bot", "renovate-bot",
     "snyk-bot", "stale", "tensorflow-butler", "vercel", "web-flow", "whitesource-bolt-for-github"]
)  # fmt: skip
BOT_NAME = re.compile(r"\[bot\]$|^app/|[-_](?:bot|robot|ci)$", re.IGNORECASE)
ADDRESS = re.compile(
    r"(?:github\.com|/repos)/([\w.-]+/[\w.-]+)/(?:issues|pull|pulls|discussions)/(\d+)"
)
REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")

Raw = Mapping[str, Any]


def ticket(data: Raw, repo: str = "") -> Ticket | None:
    """An issue or a change request of the REST API, of `gh issue list --json`, or None.

    `repo` is used where the object does not say whose it is.
    """
    number, title = data.get("number"), data.get("title")
    opened = when(data, "created_at", "createdAt")
    place = place_of(data) or (repo, number if type(number) is int else 0)
    if type(number) is not int or not isinstance(title, str) or opened is None or not place[0]:
        return None
    author = user_of(data)
    merged = when(data, "merged_at", "mergedAt") or when(_table(data, "pull_request"), "merged_at")
    return Ticket(
        id=ticket_id(place[0], number),
        repo=place[0],
        number=number,
        kind=kind_of(data),
        opened=opened,
        title=clean(title),
        text=clean(str(data.get("body") or "")),
        url=str(data.get("html_url") or data.get("url") or f"{SITE}/{place[0]}/issues/{number}"),
        author=login_of(author),
        role=role_of(data),
        bot=is_bot(author),
        closed=merged or when(data, "closed_at", "closedAt"),
        merged=merged,
        labels=tuple(_names(data.get("labels"))),
        comments=_count(data.get("comments")),
        replies=tuple(_replies(data)),
    )


def reply(data: Raw) -> tuple[RecordId, Reply] | None:
    """A comment or a review of the REST API with the id of its ticket, or None.

    A review that was begun and not sent has no time and is none.
    """
    at = when(data, "submitted_at", "created_at", "submittedAt", "createdAt")
    place = place_of(data)
    if place is None or at is None:
        return None
    author = user_of(data)
    return ticket_id(*place), Reply(
        at=at,
        author=login_of(author),
        role=role_of(data),
        bot=is_bot(author),
        kind="review" if is_review(data) else "comment",
    )


def ticket_id(repo: str, number: int) -> RecordId:
    """The id of a ticket's record.

    >>> ticket_id("example/quay", 12)
    'github:example/quay#12'
    """
    return RecordId(f"{SOURCE}:{repo}#{number}")


def place_of(data: Raw) -> tuple[str, int] | None:
    """The repository and the number of the ticket an object belongs to, from its addresses."""
    for key in ("issue_url", "pull_request_url", "html_url", "url"):
        if found := ADDRESS.search(str(data.get(key) or "")):
            return found[1], int(found[2])
    return None


def kind_of(data: Raw) -> Literal["issue", "change"]:
    """Issues of the REST API hold a `pull_request` when they are change requests."""
    address = str(data.get("html_url") or data.get("url") or "")
    if data.get("pull_request") or "head" in data or "/pull/" in address or "/pulls/" in address:
        return "change"
    return "issue"


def is_review(data: Raw) -> bool:
    """Reviews and comments on lines both answer a change request in its review."""
    return "pull_request_url" in data or "submitted_at" in data or "submittedAt" in data


def role_of(data: Raw) -> Role:
    """What the author is to the repository; "" where the platform does not say."""
    told = data.get("author_association") or data.get("authorAssociation") or ""
    return ASSOCIATION.get(str(told), "")


def user_of(data: Raw) -> Raw:
    """The author of an object; {} when the account is gone."""
    return _table(data, "user") or _table(data, "author")


def login_of(user: Raw) -> str:
    """A handle, "" when the account is gone."""
    return clean(str(user.get("login") or ""))


def is_bot(user: Raw) -> bool:
    """Whether an account says that it is a bot, by its type, its name, or by being well known.

    >>> is_bot({"login": "renovate[bot]"}), is_bot({"login": "abbot"})
    (True, False)
    """
    login = login_of(user)
    told = user.get("type") == "Bot" or user.get("is_bot") is True
    return told or login.casefold() in BOTS or bool(BOT_NAME.search(login))


def when(data: Raw, *keys: str) -> datetime | None:
    """The first time among some fields, aware and in UTC; None when there is none."""
    for key in keys:
        value = data.get(key)
        if isinstance(value, str) and value:
            try:
                at = datetime.fromisoformat(value)
            except ValueError:
                continue
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return None


def _replies(data: Raw) -> list[Reply]:
    """Replies within a ticket, as `gh issue list --json comments,reviews` gives them."""
    found = []
    for key in ("comments", "reviews"):
        told = data.get(key)
        for one in told if isinstance(told, list) else ():
            at = when(one, "submittedAt", "createdAt") if isinstance(one, Mapping) else None
            if at is not None:
                author = user_of(one)
                found.append(
                    Reply(
                        at=at,
                        author=login_of(author),
                        role=role_of(one),
                        bot=is_bot(author),
                        kind="review" if key == "reviews" else "comment",
                    )
                )
    return found


def _count(value: Any) -> int:
    if isinstance(value, list):
        return len(value)
    return value if type(value) is int else 0


def _names(labels: Any) -> list[str]:
    if not isinstance(labels, list):
        return []
    named = [one.get("name") if isinstance(one, Mapping) else one for one in labels]
    return [name for name in named if isinstance(name, str)]


def _table(data: Raw, key: str) -> Raw:
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def path_of(found: re.Match[str]) -> str:
    """Where a record stands in the API."""
    _, number, review, comment = found.groups()
    if comment:
        return f"pulls/comments/{comment}" if review else f"issues/comments/{comment}"
    return f"pulls/{number}/reviews/{review}" if review else f"issues/{number}"


def list_of(found: re.Match[str]) -> str:
    """The list a record stands in."""
    _, _, review, comment = found.groups()
    return "comments" if comment else "reviews" if review else "issues"


def created(item: Raw) -> str:
    """When an item was made, as the API writes it; "" when it does not say."""
    at = when(item, "created_at")
    return told(at) if at else ""


def updated(item: Raw) -> str:
    """When an item last changed, as the API writes it."""
    at = when(item, "updated_at")
    return told(at) if at else ""


def last_of(items: Sequence[Any]) -> str:
    """When the newest of some items last changed."""
    return max((updated(one) for one in items if isinstance(one, dict)), default="")


def told(at: datetime) -> str:
    """A time as the API writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
