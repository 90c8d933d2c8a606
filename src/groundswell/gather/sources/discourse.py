"""Discourse: every public post of chosen forums, with its thread."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from groundswell.errors import Forbidden, Gone, Malformed, NotFound
from groundswell.gather.cursors import foreign
from groundswell.gather.fields import engagement_of, need, text_of, time_of, whole
from groundswell.gather.listing import (
    UNCHANGED,
    Known,
    Raw,
    answered,
    asked_at,
    cursor_of,
    decoded,
    every,
    host_of,
    in_chunks,
    in_turn,
    lost,
    mark_of,
    named,
    newest_first,
    packed,
    part,
    rechecked,
    rows,
    state_of,
    table,
    tombstone,
)
from groundswell.gather.markup import text_of_html
from groundswell.gather.source import Cursor, Dossier, Found, Http, Params, Payload
from groundswell.text import normalise
from groundswell.types import Exposure, Record, RecordId
from groundswell.types.moment import DAY_US, micros
from groundswell.types.record import State

WINDOW = 50  # post numbers that one answer covers
WINDOWS = 40  # of a forum in one visit: 2,000 post numbers
HOLES = 20  # windows without a post after which a forum is taken to have nothing older
DONE = "done"
LIKES = 2  # the number of the action "like"
REGULAR = 1  # the type of a post that somebody wrote; others are notes of the software
LIST = "/posts.json"
BASE = re.compile(r"[a-z0-9.-]+\.[a-z0-9-]+(?:/[\w-]+)*")
QUOTE = re.compile(r'<aside class="quote\b(?:(?!<aside\b).)*?</aside>', re.DOTALL)

Numbers = dict[str, dict[str, str]]  # topic -> number within the topic -> post


@dataclass(frozen=True, slots=True, kw_only=True)
class Discourse:
    """Public posts of `forums`, each named by its host (forum.example.org), with the folder where
    it does not stand at the top (example.org/community)."""

    kind: ClassVar[str] = "discourse"
    dossier: ClassVar[Dossier] = Dossier(
        title="Discourse forums",
        access="open",
        terms="Each forum has its own terms, at /tos: read them before you list it.",
        recheck=(1, 24, 48, 168, 720),
        every=300,
        backfill="as far back as the forum shows its posts, fifty post numbers a request",
        threads="whole: the topic's first posts are asked for where a reply's parent is unknown",
        deletes="found by asking again after 1, 24 and 48 hours, 7 and 30 days; edits too",
        limits="50 requests in 10 seconds and 200 in a minute for each forum.",
        gaps=(
            "Only what visitors can read: categories for members are not there.",
            f"After a pause, what is more than {WINDOWS * WINDOW:,} post numbers back is noted as "
            "a gap.",
            "In topics of more than twenty posts an old parent may be unknown; the reply then "
            "hangs on the topic.",
        ),
    )

    forums: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for forum in self.forums:
            if not BASE.fullmatch(forum):
                raise ValueError(f"forums: {forum!r} is no address such as forum.example.org")

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """Each forum from its newest post down to what is known."""
        state = state_of(since)
        return in_turn(self.kind, self.forums, lambda base: _news(http, base, state, micros(now)))

    def backfill(
        self, http: Http, since: Cursor | None, first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """Each forum from its newest post down to `first`."""
        state, span = state_of(since), (micros(first), micros(now))
        return in_turn(self.kind, self.forums, lambda base: _past(http, base, state, span))

    def recheck(self, http: Http, ids: Sequence[RecordId], now: datetime) -> Iterator[Payload]:
        """The posts as their forums list them now; one that is not listed is asked for itself."""
        posts: dict[str, list[int]] = {}
        for one in ids:
            base, _, native = one.removeprefix("discourse:").rpartition("/")
            if base in self.forums and (number := whole(native)) is not None:
                posts.setdefault(base, []).append(number)
        if posts:
            yield from in_turn(
                self.kind, list(posts), lambda base: _again(http, base, posts[base], micros(now))
            )

    def parse(self, payload: Payload) -> Iterable[Found]:
        """Records of posts, withdrawn ones included."""
        data = table(decoded(payload.body, "Discourse"), "Discourse")
        host_of(payload.url, "Discourse")
        base = payload.url.partition("://")[2].removesuffix(LIST)
        read = partial(_records, base=base, threads=part(data, "threads"))
        posts = rows(data.get("latest_posts"), "latest_posts")
        if "asked" not in data:
            return every(posts, read)
        at = asked_at(data, "Discourse")
        asked = [str(one) for one in rows(data["asked"], "asked")]
        return rechecked(
            asked,
            posts,
            lambda post: need(post, "id"),
            read,
            lambda native, state: _tombstone(base, native, at, state),
        )


@dataclass(slots=True)
class _Threads:
    """Which post has which number in its topic, as far as one visit has learned."""

    http: Http
    base: str
    known: Numbers = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def learn(self, posts: Iterable[Any]) -> None:
        """Note what posts say about themselves."""
        for post in posts:
            if isinstance(post, dict):
                numbers = self.known.setdefault(text_of(post, "topic_id"), {})
                numbers[text_of(post, "post_number")] = text_of(post, "id")

    def of(self, posts: Iterable[Raw]) -> Numbers:
        """The first posts of these posts' topics, and what they answer; asked for where unknown."""
        found: Numbers = {}
        for post in posts:
            topic = text_of(post, "topic_id")
            wanted = [one for one in ("1", text_of(post, "reply_to_post_number")) if one]
            if any(one not in self.known.get(topic, {}) for one in wanted):
                self._ask(topic)
            numbers = self.known.get(topic, {})
            found.setdefault(topic, {}).update(
                {one: numbers[one] for one in wanted if one in numbers}
            )
        return found

    def _ask(self, topic: str) -> None:
        """Ask for a topic once; one that is closed or gone leaves its posts without a thread."""
        if topic in self.asked or whole(topic) is None:
            return
        self.asked.add(topic)
        try:
            answer = answered(self.http, f"https://{self.base}/t/{topic}.json", {})
        except (NotFound, Gone, Forbidden):
            return
        stream = part(table(decoded(answer.body, self.base), self.base), "post_stream")
        posts = stream.get("posts")
        self.learn({**post, "topic_id": topic} for post in posts or () if isinstance(post, dict))


def _news(http: Http, base: str, state: dict[str, Any], now: int) -> Iterator[Payload]:
    asked = state.get(f"{base}#asked")
    if type(asked) is not int or now - asked >= DAY_US:
        _admitted(http, base)
        state[f"{base}#asked"] = now
    known = Known.of(state.get(base))
    threads = _Threads(http, base)
    pages = _windows(http, base, known, threads)
    walk = newest_first(pages, known, _name, most=WINDOWS, what=base)
    gaps = walk.gap("discourse", base, known, "more than a visit reads")

    def mark(read: Known) -> Cursor:
        state[base] = read.told()
        return cursor_of(state)

    yield from in_chunks(
        walk,
        known,
        partial(_packed, threads),
        mark,
        url=f"https://{base}{LIST}",
        now=now,
        gaps=gaps,
    )


def _admitted(http: Http, base: str) -> None:
    """Blocked or Forbidden where a forum does not want to be gathered; asked once a day."""
    wishes = http.page(f"https://{base}/").wishes
    if wishes and not (wishes.index and wishes.archive):
        raise Forbidden(f"{base}: asks that its pages be neither found nor kept; take it out of "
                        "sources.toml")  # fmt: skip


def _windows(http: Http, base: str, known: Known, threads: _Threads) -> Iterator[list[Any]]:
    """The posts of a forum, newest first, down to what is known; windows may be short or empty."""
    url = f"https://{base}{LIST}"
    answer = answered(http, url, {}) if known.more or not known.ids else http.get(url)
    if answer.status == UNCHANGED:
        return
    floor = _mark(known.ids[0]) if known.ids else 0
    page = _listed(answer.body, base)
    below = 0
    for _ in range(WINDOWS):
        threads.learn(page)
        if page or not below:
            yield page
        below = min(_numbers(page), default=below - WINDOW + 1) - 1
        if below <= floor:
            return
        page = _window(http, base, below)


def _window(http: Http, base: str, below: int) -> list[Any]:
    """The posts with this number and the fifty below it that are there."""
    params: Params = {"before": below}
    page = _listed(answered(http, f"https://{base}{LIST}", params).body, base)
    if any(number > below for number in _numbers(page)):
        raise Malformed(f"{base}: gives a page again; it is asked for again later")
    return page


def _numbers(page: Sequence[Any]) -> list[int]:
    """The numbers of the posts of a page."""
    told = (whole(native) for native, _, _ in named(page, _name))
    return [number for number in told if number is not None]


def _mark(told: str) -> int:
    """The number of a post that a cursor names."""
    number = whole(told)
    if number is None:
        raise foreign(told)
    return number


def _listed(body: bytes, base: str) -> list[Any]:
    return rows(table(decoded(body, base), base).get("latest_posts"), base)


def _past(http: Http, base: str, state: dict[str, Any], span: tuple[int, int]) -> Iterator[Payload]:
    threads, holes = _Threads(http, base), 0
    below, oldest = mark_of(state, base, span[1])
    while below != DONE:
        page = _window(http, base, _mark(below)) if below else _listed(
            answered(http, f"https://{base}{LIST}", {}).body, base
        )  # fmt: skip
        threads.learn(page)
        posts = list(named(page, _name))
        oldest = min([oldest, *(at for _, at, _ in posts)])
        last = _mark(below) - WINDOW if below else 0
        following = min(_numbers(page), default=last + 1) - 1
        holes = 0 if posts else holes + 1
        gaps: tuple[Exposure, ...] = ()
        if holes == HOLES:
            gaps = lost("discourse", base, span[0], oldest, "no post in a thousand numbers")
        # a post moved here may be much older than its neighbours: one alone never ends it
        past = bool(posts) and max(at for _, at, _ in posts) < span[0]
        ended = past or following < 1 or holes == HOLES
        below = DONE if ended else str(following)
        state[base] = [below, oldest]
        kept = [post for _, at, post in posts if span[0] <= at < span[1]]
        yield Payload(_packed(threads, kept), cursor_of(state), f"https://{base}{LIST}", gaps)


def _again(http: Http, base: str, numbers: Sequence[int], at: int) -> Iterator[Payload]:
    """Posts asked about, a window at a time; threads matter only to those that were edited."""
    threads = _Threads(http, base)
    left = sorted(set(numbers), reverse=True)
    while left:
        here = [one for one in left if one > left[0] - WINDOW]
        left = left[len(here) :]
        page = {native: post for native, _, post in named(_window(http, base, here[0]), _name)}
        there = [page[str(one)] for one in here if str(one) in page]
        gone = [one for one in here if str(one) not in page and _is_gone(http, base, one)]
        asked = [*(need(post, "id") for post in there), *map(str, gone)]
        told: dict[str, Any] = {"at": at, "asked": asked, "latest_posts": there}
        told["threads"] = threads.of(filter(_edited, there))
        yield Payload(packed(told), Cursor(""), f"https://{base}{LIST}")


def _is_gone(http: Http, base: str, native: int) -> bool:
    """Whether a post that is no longer listed was taken away; a refusal proves nothing."""
    try:
        answered(http, f"https://{base}/posts/{native}.json", {})
    except (NotFound, Gone):
        return True
    except Forbidden:
        return False
    return False


def _packed(threads: _Threads, posts: Sequence[Raw]) -> bytes:
    return packed({"latest_posts": posts, "threads": threads.of(posts)})


def _name(post: Raw) -> tuple[str, int]:
    return need(post, "id"), micros(time_of(post.get("created_at"))[0])


def _records(post: Raw, *, base: str, threads: Mapping[str, Any]) -> Iterator[Record]:
    native, published = need(post, "id"), time_of(post.get("created_at"))[0]
    if post.get("post_type", REGULAR) != REGULAR or text_of(post, "user_id").startswith("-"):
        return
    if post.get("deleted_at") or post.get("user_deleted") or post.get("hidden"):
        state: State = "removed" if post.get("hidden") else "deleted"
        yield _tombstone(base, native, published, state)
        return
    number = text_of(post, "post_number") or "1"
    topic = need(post, "topic_id")
    title = normalise(text_of(post, "topic_title")) if number == "1" else ""
    text = text_of_html(_unquoted(text_of(post, "cooked"))) or normalise(text_of(post, "raw"))
    if not title and not text:
        return
    numbers = part(threads, topic)
    root = text_of(numbers, "1")
    parent = text_of(numbers, text_of(post, "reply_to_post_number")) or root
    yield Record(
        id=RecordId(f"discourse:{base}/{native}"),
        source="discourse",
        kind="post" if number == "1" else "comment",
        community=base,
        title=title,
        text=text,
        url=f"https://{base}/t/{topic}/{number}",
        author=f"{need(post, 'username')}@{base}",
        parent=RecordId(f"discourse:{base}/{parent}") if parent and number != "1" else None,
        root=RecordId(f"discourse:{base}/{root}") if root and number != "1" else None,
        published=published,
        edited=time_of(post.get("updated_at"))[0] if _edited(post) else None,
        engagement=engagement_of({
            "likes": _likes(post), "replies": post.get("reply_count"), "reads": post.get("reads"),
        }),
    )  # fmt: skip


def _edited(post: Raw) -> bool:
    return text_of(post, "version") not in ("", "1")


def _unquoted(cooked: str) -> str:
    """A post without what it quotes of others."""
    while (less := QUOTE.sub("", cooked)) != cooked:
        cooked = less
    return cooked


def _likes(post: Raw) -> Any:
    """How many like it; a post that nobody likes does not say so."""
    actions = post.get("actions_summary")
    found = [one.get("count") for one in actions or ()
             if isinstance(one, dict) and one.get("id") == LIKES] if isinstance(
                 actions, list) else [None]  # fmt: skip
    return found[0] if found else 0


def _tombstone(base: str, native: str, at: datetime, state: State) -> Record:
    return tombstone(f"{base}/{native}", source="discourse", community=base, at=at, state=state)
