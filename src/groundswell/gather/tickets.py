"""GitHub's objects as records: tickets, comments, reviews, discussions, commits on watched files.

What is no word of anybody (role, bot, closed, merged) rides on a record's engagement as integers;
the store keeps it as an item, apart from the record, because it changes when the words do not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from html import unescape
from typing import Any

from groundswell.errors import BadRow
from groundswell.gather.fields import need, text_of, time_of
from groundswell.gather.github import (
    SITE,
    SOURCE,
    is_bot,
    kind_of,
    login_of,
    role_of,
    user_of,
    when,
)
from groundswell.text import normalise
from groundswell.types import Record, RecordId
from groundswell.types.record import Kind
from groundswell.types.ticket import ROLES

Raw = Mapping[str, Any]

CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]+`)", re.DOTALL)
HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
BLOCK = re.compile(
    r"</?(?:p|br|div|details|summary|h[1-6]|li|ul|ol|table|thead|tbody|tr|blockquote|pre|hr)\b"
    r"[^<>]*>",
    re.IGNORECASE,
)
INLINE = re.compile(
    r"</?(?:a|b|i|em|strong|img|sub|sup|kbd|code|span|td|th|picture|source|video|font|center|del|"
    r"ins|s|u|small|samp|var)\b[^<>]*>",
    re.IGNORECASE,
)
NUMBER = re.compile(r"/(\d+)(?:#.*)?$")
SHA = re.compile(r"[0-9a-f]{7,64}")


def ticket_record(item: Raw, repo: str) -> Record:
    """An issue or a change request. BadRow for what is neither."""
    number = item.get("number")
    title = normalise(text_of(item, "title"))
    if type(number) is not int or not title:
        raise BadRow("no number or title")
    pull = item.get("pull_request")
    merged = when(item, "merged_at") or when(pull if isinstance(pull, dict) else {}, "merged_at")
    closed = merged or when(item, "closed_at")
    kind = kind_of(item)
    return _record(
        item,
        repo,
        f"#{number}",
        kind,
        title=title,
        url=f"{SITE}/{repo}/{'pull' if kind == 'change' else 'issues'}/{number}",
        facts={"closed": _seconds(closed), "merged": _seconds(merged)},
        counts={"comments": item.get("comments")},
    )


def comment_record(item: Raw, repo: str) -> Record:
    """A comment on a ticket, or on lines of a change; both answer the ticket."""
    native, number = need(item, "id"), _ticket_number(item)
    review = item.get("pull_request_review_id")
    tail = f"r{review}c{native}" if type(review) is int else f"c{native}"
    return _reply(item, repo, number, tail, "comment")


def review_record(item: Raw, repo: str, number: int | None = None) -> Record:
    """A review that says something. BadRow for one without words, and for one not sent."""
    if when(item, "submitted_at") is None:
        raise BadRow("review not sent")
    told = _ticket_number(item) if number is None else number
    return _reply({**item, "created_at": item["submitted_at"]}, repo, told, f"r{need(item, 'id')}",
                  "review")  # fmt: skip


def discussion_record(item: Raw, repo: str) -> Record:
    """What opened a discussion."""
    number, title = item.get("number"), normalise(text_of(item, "title"))
    if type(number) is not int or not title:
        raise BadRow("no number or title")
    return _record(item, repo, f"#d{number}", "post", title=title,
                   url=f"{SITE}/{repo}/discussions/{number}", facts=None,
                   counts={"comments": item.get("comments")})  # fmt: skip


def discussion_reply(item: Raw, repo: str, number: int, above: int = 0) -> Record:
    """An answer in a discussion, or a reply to the answer `above`."""
    root = RecordId(f"{SOURCE}:{repo}#d{number}")
    record = _record(item, repo, f"#d{number}/c{need(item, 'id')}", "comment", above=root,
                     facts=None, url=text_of(item, "html_url"))  # fmt: skip
    if not record.text:
        raise BadRow("no words")
    return replace(record, parent=RecordId(f"{root}/c{above}")) if above else record


def commit_record(item: Raw, repo: str, path: str) -> Record:
    """A commit on a watched file: its message, under the file's own thread. No e-mail is read."""
    sha = text_of(item, "sha")
    told = item.get("commit")
    told = told if isinstance(told, dict) else {}
    signed = told.get("committer") or told.get("author")
    at = when(signed if isinstance(signed, dict) else {}, "date")
    if not SHA.fullmatch(sha) or at is None:
        raise BadRow("no commit")
    title, _, text = normalise(text_of(told, "message")).partition("\n")
    return Record(
        id=RecordId(f"{SOURCE}:{repo}@{sha}"),
        source=SOURCE,
        kind="post",
        community=repo,
        url=f"{SITE}/{repo}/commit/{sha}",
        title=title or f"(no message) {sha[:7]}",
        text=text.strip(),
        author=author_of(user_of({"user": item.get("author")})),
        root=RecordId(f"{SOURCE}:{repo}@{path}"),
        published=at,
    )


def buried(native: str, repo: str, at: datetime) -> Record:
    """A record that is gone upstream."""
    return Record(id=RecordId(f"{SOURCE}:{native}"), source=SOURCE, kind="comment", community=repo,
                  published=at, text="", state="deleted")  # fmt: skip


def author_of(user: Raw) -> str:
    """The account's number, which a renaming does not change; its name where there is none."""
    number = user.get("id")
    return str(number) if type(number) is int else login_of(user)


def plain_markdown(text: str) -> str:
    """Markdown as the words people see: comments and the tags of HTML left out, code kept.

    >>> plain_markdown("a<br>b &amp; <!-- c -->`Vec<p>` <img src=x> d")
    'a\\nb & `Vec<p>` d'
    """
    parts = CODE.split(HIDDEN.sub(" ", text))
    parts[::2] = [unescape(INLINE.sub("", BLOCK.sub("\n", part))) for part in parts[::2]]
    return normalise("".join(parts))


def _reply(item: Raw, repo: str, number: int, tail: str, kind: Kind) -> Record:
    above = RecordId(f"{SOURCE}:{repo}#{number}")
    record = _record(item, repo, f"#{number}/{tail}", kind, above=above, facts={},
                     url=text_of(item, "html_url"))  # fmt: skip
    if not record.text:
        raise BadRow("no words")
    return record


def _record(
    item: Raw,
    repo: str,
    native: str,
    kind: Kind,
    *,
    url: str,
    title: str = "",
    above: RecordId | None = None,
    facts: Mapping[str, int] | None,
    counts: Mapping[str, Any] | None = None,
) -> Record:
    """What all of them share. `facts` None: it is no item of the tracker."""
    published, precision = time_of(item.get("created_at"))
    user, reactions = user_of(item), item.get("reactions")
    liked = reactions.get("total_count") if isinstance(reactions, dict) else None
    told = {**(counts or {}), "score": liked}
    engagement = {key: value for key, value in told.items() if type(value) is int}
    if facts is not None:
        engagement |= {"role": ROLES.index(role_of(item)), "bot": int(is_bot(user)), **facts}
    return Record(
        id=RecordId(f"{SOURCE}:{repo}{native}"),
        source=SOURCE,
        kind=kind,
        community=repo,
        url=url,
        title=title,
        text=plain_markdown(text_of(item, "body")),
        author=author_of(user),
        parent=above,
        root=above,
        published=published,
        precision=precision,
        engagement=engagement,
    )


def _ticket_number(item: Raw) -> int:
    """The number of the ticket a reply belongs to, from its addresses."""
    for key in ("issue_url", "pull_request_url", "html_url"):
        if found := NUMBER.search(text_of(item, key)):
            return int(found[1])
    raise BadRow("answers no ticket")


def _seconds(at: datetime | None) -> int:
    return int(at.timestamp()) if at else 0
