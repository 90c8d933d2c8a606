"""Tickets of a repository with their replies, as they stood at a point in the log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from groundswell.store import Row, Store
from groundswell.types import RecordId
from groundswell.types.moment import moment
from groundswell.types.ticket import Reply, Ticket


def repositories(store: Store, seq: int) -> list[str]:
    """The repositories of which items are held."""
    return [row["repo"] for row in store.rows("item_repos", seq=seq)]


def tickets_of(store: Store, repo: str, seq: int) -> Sequence[Ticket]:
    """The tickets of a repository, oldest first; those whose words were erased have none."""
    texts = {row["id"]: row for row in store.stream("ticket_texts", repo=repo, seq=seq)}
    replies: defaultdict[str, list[Reply]] = defaultdict(list)
    roots = []
    for row in store.stream("items_of", repo=repo, seq=seq):
        if row["kind"] in ("issue", "change"):
            roots.append(row)
        else:
            replies[row["ticket"]].append(_reply(row))
    return [_ticket(row, repo, texts.get(row["record_id"]), replies) for row in roots]


def _reply(row: Row) -> Reply:
    return Reply(
        at=moment(row["opened"]),
        author=row["author"],
        role=row["role"],
        bot=bool(row["bot"]),
        kind="review" if row["kind"] == "review" else "comment",
    )


def _ticket(row: Row, repo: str, text: Row | None, replies: dict[str, list[Reply]]) -> Ticket:
    number = row["record_id"].rpartition("#")[2]
    return Ticket(
        id=RecordId(row["record_id"]),
        repo=repo,
        number=int(number) if number.isdigit() else 0,
        kind=row["kind"],
        opened=moment(row["opened"]),
        title=text["title"] if text else "",
        text=text["text"] if text else "",
        url=text["url"] if text else "",
        author=row["author"],
        role=row["role"],
        bot=bool(row["bot"]),
        closed=moment(row["closed"]) if row["closed"] else None,
        merged=moment(row["merged"]) if row["merged"] else None,
        replies=tuple(replies.get(row["record_id"], ())),
    )
