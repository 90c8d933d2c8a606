"""dev.to: articles by programmers and what others answer, through Forem's API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from groundswell.errors import BadRow, Gone, Malformed, NotFound
from groundswell.gather.cursors import branch, foreign, number, texts
from groundswell.gather.fields import engagement_of, need, text_of, time_of
from groundswell.gather.listing import (
    cursor_of,
    decoded,
    every,
    lost,
    packed,
    part,
    rechecked,
    rows,
    state_of,
    table,
    tombstone,
)
from groundswell.gather.markup import text_of_html
from groundswell.gather.payloads import GONE, gone_in, named_in, without
from groundswell.gather.source import Cursor, Dossier, Found, Http, Params, Payload
from groundswell.text import normalise
from groundswell.types import Record, RecordId
from groundswell.types.moment import EPOCH, micros
from groundswell.types.record import State

API = "https://dev.to/api"
COMMUNITY = "dev.to"
HEADERS = {"Accept": "application/vnd.forem.api-v1+json", "Cache-Control": "no-cache"}
PAGE, MOST_PAGES = 100, 10
WATCHED = 300  # articles the cursor keeps, to see edits and new comments
BEYOND = "more was published than the list can be read back"
NOBODY = "none"  # the mark of an article without comments
NOTHING = packed({"gone": []})
EMPTIED: Mapping[str, State] = {
    "[deleted]": "deleted",
    "[hidden by post author]": "removed",
}  # what stands in place of a comment, without a user

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DevTo:
    """Articles as they are published, with one of `tags` or all, and their `comments`."""

    kind: ClassVar[str] = "devto"
    dossier: ClassVar[Dossier] = Dossier(
        title="dev.to",
        access="open",
        terms="https://dev.to/terms: what members write stays theirs.",
        recheck=(24, 168, 720),
        every=900,
        lag=60,
        threads="whole: comments name the comment or article above them",
        deletes="a deleted comment leaves an empty place; articles are found by asking again",
        limits="none stated; one request a second, an article at a time",
        gaps=(
            "Comments are seen while their article is among the newest 100.",
            "After a long pause, what is more than 1,000 articles back is noted as a gap.",
        ),
    )
    tags: tuple[str, ...] = ()
    comments: bool = True

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """What is new or changed in the list of the newest articles, oldest first."""
        state = state_of(since)
        seen = {native: _marks(marks) for native, marks in branch(state, "seen").items()}
        items, arrived = _listed(http, seen)
        gaps = () if arrived else lost(
            "", COMMUNITY, number(state, "at"), min(at for _, at, _ in items), BEYOND
        )  # fmt: skip
        state["at"] = max([number(state, "at"), *(at for _, at, _ in items)])
        unsaved = False  # whether an article was met that no payload is about
        for native, _, item in sorted(items, key=lambda one: one[1]):
            unsaved = unsaved or native not in seen
            before = seen.setdefault(native, ["", NOBODY])
            for body, url, marks in self._news(http, native, item, before):
                seen = dict(list({**seen, native: marks}.items())[-WATCHED:])
                yield Payload(body, cursor_of({**state, "seen": seen}), url, gaps)
                gaps, unsaved = (), False
        if unsaved:
            yield Payload(NOTHING, cursor_of({**state, "seen": seen}), API, gaps)

    def recheck(self, http: Http, ids: Sequence[RecordId], now: datetime) -> Iterator[Payload]:
        """Articles one by one; comments all of an article at once."""
        natives = [one.partition(":")[2] for one in ids]
        for native in (one for one in natives if "/" not in one):
            url = f"{API}/articles/{native}"
            try:
                yield Payload(http.get(url, headers=HEADERS).body, Cursor(""), url)
            except (NotFound, Gone):
                yield without([f"{self.kind}:{native}"], url)
        for article in dict.fromkeys(one.partition("/")[0] for one in natives if "/" in one):
            asked = [one for one in natives if one.startswith(f"{article}/")]
            url, found = f"{API}/comments", []
            try:
                body = http.get(url, params={"a_id": article}, headers=HEADERS).body
                found = rows(decoded(body, url), url)
            except (NotFound, Gone):
                pass  # with its article
            told = {"asked": asked, "comments": found, "a_id": article}
            yield Payload(packed(told), Cursor(""), url)

    def parse(self, payload: Payload) -> Iterable[Found]:
        """An article, or all comments of one."""
        data = decoded(payload.body, payload.url or API)
        if isinstance(data, dict) and GONE in data:
            return [tombstone(one.partition(":")[2], source=self.kind, community=COMMUNITY,
                              at=EPOCH) for one in gone_in(data)]  # fmt: skip
        data = table(data, payload.url or API)
        if "comments" not in data:
            return every([data], self._article)
        article = need(data, "a_id")
        found = [*_flat(rows(data["comments"], "comments"), article, article)]
        if "asked" not in data:
            return every(found, self._comment)
        return rechecked(
            named_in(data["asked"]),
            found,
            lambda one: f"{article}/{need(one, 'id_code')}",
            self._comment,
            lambda native, state: tombstone(
                native, source=self.kind, community=COMMUNITY, at=EPOCH, state=state
            ),
        )

    def _news(
        self, http: Http, native: str, item: Item, before: Sequence[Any]
    ) -> Iterator[tuple[bytes, str, list[str]]]:
        """The bodies of a changed article and of its comments, and the marks after each."""
        edited, talk = text_of(item, "edited_at") or "never", _talk(item)
        if self.tags and set(self.tags).isdisjoint(_tags(item)):
            return
        if before[0] != edited:
            url = f"{API}/articles/{native}"
            try:
                yield http.get(url, headers=HEADERS).body, url, [edited, str(before[1])]
            except (NotFound, Gone):
                return  # taken away since it was listed
        if self.comments and talk not in (before[1], NOBODY):
            url = f"{API}/comments"
            body = http.get(url, params={"a_id": native}, headers=HEADERS).body
            told = {"a_id": native, "comments": rows(decoded(body, url), url)}
            yield packed(told), url, [edited, talk]

    def _article(self, item: Item) -> Iterator[Record]:
        native = need(item, "id")
        title = normalise(text_of(item, "title"))
        text = text_of_html(text_of(item, "body_html")) or normalise(text_of(item, "body_markdown"))
        if not title and not text:
            raise BadRow("no words")
        published, precision = time_of(item.get("published_at"))
        edited = text_of(item, "edited_at")
        yield Record(
            id=RecordId(f"{self.kind}:{native}"),
            source=self.kind,
            kind="post",
            community=COMMUNITY,
            url=text_of(item, "url"),
            title=title,
            text=text,
            author=_author(item),
            published=published,
            precision=precision,
            edited=time_of(edited)[0] if edited else None,
            engagement=engagement_of({
                "score": item.get("public_reactions_count"),
                "comments": item.get("comments_count"),
            }),
        )  # fmt: skip

    def _comment(self, item: Item) -> Iterator[Record]:
        article, above = need(item, "article"), need(item, "above")
        native = f"{article}/{need(item, 'id_code')}"
        text = text_of_html(text_of(item, "body_html"))
        if not part(item, "user") and text in EMPTIED:
            yield tombstone(
                native, source=self.kind, community=COMMUNITY, at=EPOCH, state=EMPTIED[text]
            )
            return
        if not text:
            raise BadRow("no words")
        published, precision = time_of(item.get("created_at"))
        yield Record(
            id=RecordId(f"{self.kind}:{native}"),
            source=self.kind,
            kind="comment",
            community=COMMUNITY,
            text=text,
            author=_author(item),
            parent=RecordId(f"{self.kind}:{above}"),
            root=RecordId(f"{self.kind}:{article}"),
            published=published,
            precision=precision,
        )


def _marks(told: object) -> list[str]:
    """When an article was edited, and how much was said about it, when it was last read."""
    marks = texts({"marks": told}, "marks")
    if len(marks) != 2:
        raise foreign(told)
    return marks


def _listed(http: Http, seen: Mapping[str, Any]) -> tuple[list[tuple[str, int, Item]], bool]:
    """The list down to what is known: ids, times and items; and whether it was reached."""
    found: dict[str, tuple[str, int, Item]] = {}
    for turn in range(1, MOST_PAGES + 1):
        params: Params = {"per_page": PAGE, "page": turn}
        url = f"{API}/articles/latest"
        page = rows(decoded(http.get(url, params=params, headers=HEADERS).body, url), url)
        here = list(_named(page))
        if (page or (seen and turn == 1)) and not here:
            raise Malformed(f"{url}: holds no article that can be read; has the API changed?")
        found |= {one[0]: one for one in here}
        if not seen or not page or any(native in seen for native, _, _ in here):
            return list(found.values()), True
    return list(found.values()), False


def _named(page: Iterable[Any]) -> Iterator[tuple[str, int, Item]]:
    for item in page:
        try:
            article = table(item, "article")
            yield need(article, "id"), micros(time_of(article.get("published_at"))[0]), article
        except (BadRow, Malformed):
            continue


def _flat(comments: Iterable[Any], above: str, article: str) -> Iterator[Item]:
    """Comments and those below them, each with what it answers."""
    left = [(comment, above) for comment in comments]
    while left:
        comment, above = left.pop(0)
        if not isinstance(comment, dict):
            continue
        yield {**comment, "above": above, "article": article, "children": None}
        children, code = comment.get("children"), comment.get("id_code")
        if isinstance(children, list) and isinstance(code, str):
            left += [(child, f"{article}/{code}") for child in children]


def _tags(item: Item) -> list[str]:
    """The tags of an article, which are a list here and one string there."""
    stated = item.get("tag_list") or []
    tags = stated.split(",") if isinstance(stated, str) else stated
    return [tag.strip() for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def _talk(item: Item) -> str:
    """A mark that changes with the comments of an article."""
    count, last = item.get("comments_count"), item.get("last_comment_at")
    return f"{count} {last}" if count else NOBODY


def _author(item: Item) -> str:
    user = part(item, "user")
    return text_of(user, "user_id") or text_of(user, "username")
