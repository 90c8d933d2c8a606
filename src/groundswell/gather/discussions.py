"""GitHub's discussions, which only its GraphQL interface tells whole: opening, answers, replies.

What it answers is put into the shape of the REST API, so that one set of readers serves both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from groundswell.errors import Forbidden, Malformed, NotFound, SourceError, Throttled
from groundswell.gather.fields import text_of
from groundswell.gather.github import API
from groundswell.gather.listing import decoded, part, rows, table
from groundswell.gather.source import Answer, Http
from groundswell.http.retry import come_back

GRAPHQL = f"{API}/graphql"
WHAT = "GitHub GraphQL"
MOST = 200  # pages of one list
PAGED = "pageInfo { hasNextPage endCursor }"
WORDS = """databaseId body url createdAt authorAssociation reactions { totalCount }
author { __typename login ... on User { databaseId } ... on Bot { databaseId } }"""
REPLY = f"deletedAt {WORDS}"
MOVED = f"""query($owner: String!, $name: String!, $after: String) {{
  repository(owner: $owner, name: $name) {{
    discussions(first: 100, after: $after, orderBy: {{field: UPDATED_AT, direction: DESC}}) {{
      nodes {{ number updatedAt }} {PAGED}
    }} }} }}"""
WHOLE = f"""query($owner: String!, $name: String!, $number: Int!, $after: String) {{
  repository(owner: $owner, name: $name) {{
    discussion(number: $number) {{
      number title {WORDS}
      comments(first: 50, after: $after) {{
        totalCount {PAGED}
        nodes {{ id {REPLY} replies(first: 50) {{ {PAGED} nodes {{ {REPLY} }} }} }}
      }} }} }} }}"""
REPLIES = f"""query($id: ID!, $after: String) {{
  node(id: $id) {{ ... on DiscussionComment {{
    replies(first: 50, after: $after) {{ {PAGED} nodes {{ {REPLY} }} }}
  }} }} }}"""

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Discussions:
    """The discussions of one repository ("owner/name"). `token`: GraphQL answers nobody without.

    Every question raises NotFound where the repository or the discussion is out of sight.
    """

    http: Http
    repo: str
    token: str = field(repr=False)

    def moved(self, since: str) -> Iterator[Raw]:
        """Which discussions moved since a time (as the API writes it), newest first: their number
        as "id", and when they moved as "updated_at"."""
        owner, _, name = self.repo.partition("/")
        for page in self._pages(MOVED, {"owner": owner, "name": name}, "discussions"):
            for node in nodes(page):
                at = text_of(node, "updatedAt")
                if at < since:
                    return
                yield {"id": node.get("number"), "updated_at": at}

    def whole(self, number: int) -> list[dict[str, Any]]:
        """A discussion, then what was answered, in the shape of the REST API: a comment says of
        which "discussion" it is and which comment it answers ("above")."""
        owner, _, name = self.repo.partition("/")
        asked = {"owner": owner, "name": name, "number": number}
        found: list[dict[str, Any]] = []
        for page in self._pages(WHOLE, asked, "discussion", "comments"):
            if not found:
                told = {"number": number, "title": text_of(page, "title")}
                comments = part(page, "comments").get("totalCount")
                found.append({**plainly(page), **told, "comments": comments})
            for node in nodes(part(page, "comments")):
                found.append({**plainly(node), "discussion": number})
                found += [{**plainly(one), "discussion": number, "above": node.get("databaseId")}
                          for one in self._replies(node)]  # fmt: skip
        return found

    def _replies(self, comment: Raw) -> Iterator[Raw]:
        """The replies to a comment: those that came with it, then the rest."""
        first = part(comment, "replies")
        yield from nodes(first)
        after = following(first)
        if after:
            asked = {"id": text_of(comment, "id"), "after": after}
            for page in self._pages(REPLIES, asked, "replies", top="node"):
                yield from nodes(page)

    def _pages(
        self, query: str, asked: Raw, what: str, listed: str = "", *, top: str = "repository"
    ) -> Iterator[Raw]:
        """`what` below the top of each answer; its list, or the one called `listed` in it, says
        whether there is another page."""
        after = asked.get("after")
        for _ in range(MOST):
            data = self._ask(query, {**asked, "after": after})
            page = part(part(data, top), what)
            if not page:
                raise NotFound(f"{WHAT}: {self.repo} shows no {what}; was it taken away?")
            yield page
            before, after = after, following(part(page, listed) if listed else page)
            if not after:
                return
            if after == before:
                raise Malformed(f"{WHAT}: gives a page again; it is asked for again later")
        raise Malformed(f"{WHAT}: {what} of {self.repo} has no end")

    def _ask(self, query: str, variables: Raw) -> Raw:
        """What an answer holds; its refusals, which come with status 200, as errors."""
        answer = self.http.post(
            GRAPHQL,
            json={"query": query, "variables": dict(variables)},
            headers={"Authorization": f"Bearer {self.token}"},
        )
        told = table(decoded(answer.body, WHAT), WHAT)
        errors = told.get("errors")
        if isinstance(errors, list) and errors:
            raise refused(table(errors[0], WHAT), answer)
        return part(told, "data")


def refused(said: Raw, answer: Answer) -> SourceError:
    """The error that a refusal of GraphQL stands for."""
    kind, words = text_of(said, "type"), f"{WHAT}: {text_of(said, 'message')[:200]}"
    if kind == "RATE_LIMITED":
        return Throttled(words, until=come_back(answer.headers, answer.at))
    if kind == "NOT_FOUND":
        return NotFound(words)
    if kind in ("FORBIDDEN", "INSUFFICIENT_SCOPES"):
        return Forbidden(f"{words}; look at the token's scopes")
    return Malformed(f"{words}; has the API changed?")


def plainly(node: Raw) -> dict[str, Any]:
    """What somebody wrote, in the shape of the REST API.

    >>> plainly({"databaseId": 3, "body": "b", "author": None})["user"] is None
    True
    """
    author, reactions = part(node, "author"), part(node, "reactions")
    return {
        "id": node.get("databaseId"),
        "body": node.get("body"),
        "html_url": node.get("url"),
        "created_at": node.get("createdAt"),
        "deleted_at": node.get("deletedAt"),
        "author_association": node.get("authorAssociation"),
        "reactions": {"total_count": reactions.get("totalCount")},
        "user": {"login": author.get("login"), "id": author.get("databaseId"),
                 "type": author.get("__typename")} if author else None,
    }  # fmt: skip


def nodes(listed: Raw) -> Iterator[Raw]:
    """The items of a page; what is none is left out, as GitHub leaves holes."""
    return (one for one in rows(listed.get("nodes"), f"{WHAT}, nodes") if isinstance(one, dict))


def following(listed: Raw) -> str:
    """Where the next page begins; "" after the last."""
    told = part(listed, "pageInfo")
    return text_of(told, "endCursor") if told.get("hasNextPage") is True else ""
