"""Tickets out of files: what `gh` and the GitHub API give, and our own normalised lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from groundswell.errors import UsageError
from groundswell.gather.github import reply, ticket, when
from groundswell.gather.opening import unpacked
from groundswell.types import RecordId
from groundswell.types.ticket import Reply, Ticket

LARGEST = 512 * 1024 * 1024  # bytes of a file; an export that is larger is a mistake
DECODER = json.JSONDecoder()
KINDS: Mapping[str, Literal["issue", "change"]] = {
    "issue": "issue", "pr": "change", "pull_request": "change", "change": "change",
}  # fmt: skip

Raw = Mapping[str, Any]


def read_exports(paths: Sequence[Path], repo: str = "") -> list[Ticket]:
    """The tickets in some files with the replies found in them, oldest first.

    A file is JSON as `gh api`, `gh issue list --json` or the REST API give it (one array, several
    after each other, or one object a line), or normalised NDJSON; each may be packed. `repo` is
    whose it is where a file does not say. UsageError for a file that holds no ticket at all.
    """
    every: list[Raw] = []
    for path in paths:
        held = list(objects(path))
        if not collected(held, repo):
            raise UsageError(
                f"{path}: holds no issue, change request or comment; export them with "
                f"`gh api --paginate 'repos/{repo or 'OWNER/REPO'}/issues?state=all'`"
            )
        every += held
    return [one for one in collected(every, repo) if isinstance(one, Ticket)]


def collected(objects: Iterable[Raw], repo: str = "") -> list[Ticket | Reply]:
    """Tickets with their replies, oldest first, then replies whose ticket is not among them."""
    found: dict[RecordId, Ticket] = {}
    replies: dict[RecordId, dict[Reply, None]] = {}
    for data in objects:
        _take(data, repo, found, replies)
    whole = sorted(
        (_answered(one, replies.get(one.id, {})) for one in found.values()),
        key=lambda one: (one.opened, one.id),
    )
    return [*whole, *(one for name, some in replies.items() if name not in found for one in some)]


def objects(path: Path) -> Iterator[Raw]:
    """Every JSON object of a file, arrays unfolded; UsageError for what is not JSON."""
    with unpacked(path) as file:
        text = file.read(LARGEST).decode("utf-8-sig", "replace")
    at, end = 0, len(text)
    while at < end:
        while at < end and text[at] in " \t\r\n,\x1e":
            at += 1
        if at == end:
            return
        try:
            data, at = DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as problem:
            line = text.count("\n", 0, at) + 1
            raise UsageError(f"{path}, line {line}: is not JSON ({problem})") from problem
        yield from _unfolded(data)


def _unfolded(data: Any) -> Iterator[Raw]:
    if isinstance(data, list):
        for one in data:
            yield from _unfolded(one)
    elif isinstance(data, dict):
        yield data


def _take(
    data: Raw,
    repo: str,
    found: dict[RecordId, Ticket],
    replies: dict[RecordId, dict[Reply, None]],
) -> None:
    """Put one object where it belongs; what is neither ticket nor reply is left out."""
    if "native_id" in data:
        _take_normalised(data, found, replies)
    elif one := ticket(data, repo):
        found[one.id] = one
    elif answer := reply(data):
        replies.setdefault(answer[0], {})[answer[1]] = None


def _take_normalised(
    data: Raw, found: dict[RecordId, Ticket], replies: dict[RecordId, dict[Reply, None]]
) -> None:
    told = data.get("engagement")
    told = told if isinstance(told, Mapping) else {}
    native, at = str(data["native_id"]), when(data, "published_at")
    if data.get("source") != "github" or at is None:
        return
    kind = KINDS.get(str(data.get("kind") or told.get("kind") or ""))
    author = str(data.get("author_hash") or data.get("author") or "")
    parent = data.get("root_id") or data.get("parent_id")
    if kind is None and parent:
        above = RecordId(f"github:{parent}")
        form: Literal["comment", "review"] = (
            "review" if str(told.get("kind", "")).startswith("review") else "comment"
        )
        replies.setdefault(above, {})[Reply(at=at, author=author, kind=form)] = None
    if kind is None:
        return
    number = native.rpartition("#")[2]
    merged = when(told, "merged_at")
    closed = merged or when(told, "closed_at")
    name = RecordId(f"github:{native}")
    found[name] = Ticket(
        id=name,
        repo=str(data.get("community") or ""),
        number=int(number) if number.isdigit() else 0,
        kind=kind,
        opened=at,
        title=str(data.get("title") or ""),
        text=str(data.get("text") or ""),
        url=str(data.get("url") or ""),
        author=author,
        closed=closed,
        merged=merged,
        labels=tuple(str(one) for one in told.get("labels") or ()),
        comments=told["comments"] if type(told.get("comments")) is int else 0,
    )


def _answered(one: Ticket, more: Iterable[Reply]) -> Ticket:
    """A ticket with the replies that stood elsewhere in the export, each once."""
    replies = tuple(sorted({*one.replies, *more}, key=lambda reply: (reply.at, reply.author)))
    return replace(one, replies=replies) if replies != one.replies else one
