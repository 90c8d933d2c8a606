"""Reddit's public feeds: the newest posts and comments of chosen subreddits, one feed a visit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any, ClassVar

from groundswell.errors import BadRow, Forbidden, Malformed, NotFound
from groundswell.gather.fields import GONE, need, text_of, time_of
from groundswell.gather.listing import (
    UNCHANGED,
    Known,
    Raw,
    answered,
    cursor_of,
    decoded,
    every,
    in_turn,
    newest_first,
    packed,
    rows,
    state_of,
    table,
)
from groundswell.gather.markup import Element, text_of_html, xml
from groundswell.gather.source import Cursor, Dossier, Found, Http, Payload
from groundswell.text import normalise
from groundswell.types import Record, RecordId
from groundswell.types.moment import micros

SITE = "https://www.reddit.com"
PAGE = 100  # entries of a feed, and ids of it that the cursor keeps
NAME = re.compile(r"\w{2,21}")
THREAD = re.compile(r"/comments/([a-z0-9]+)")
ATOM = "{http://www.w3.org/2005/Atom}"
WORDS = re.compile(r"<!-- SC_OFF -->(.*)<!-- SC_ON -->", re.DOTALL)
LINK = re.compile(r'<a href="([^"]+)">\[link\]</a>')
TERMS = "https://support.reddithelp.com/hc/articles/42728983564564"


@dataclass(frozen=True, slots=True, kw_only=True)
class RedditFeeds:
    """The newest posts and comments of `subreddits` by their public feeds, one feed a visit.

    A trickle: Reddit answers about one such question a minute.
    """

    kind: ClassVar[str] = "redditfeeds"
    dossier: ClassVar[Dossier] = Dossier(
        title="Reddit, by its feeds",
        access="open",
        terms=TERMS,
        text_ttl=48,
        every=70,
        threads="a comment names its post but not the comment it answers",
        deletes="none can be found, so texts are erased after 48 hours",
        limits="About one request a minute for each address; often none from shared ones.",
        gaps=(
            "A feed holds at most 100 items, and each comes round once in as many minutes as "
            "there are feeds: what is more than that is noted as a gap.",
            "Feeds tell no score and no number of comments.",
        ),
    )

    subreddits: tuple[str, ...] = ()
    comments: bool = True

    def __post_init__(self) -> None:
        for sub in self.subreddits:
            if not NAME.fullmatch(sub):
                raise ValueError(f"subreddits: {sub!r} is no name such as gardening, without r/")

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """The feed whose turn it is."""
        state = state_of(since)
        lists = ("new", "comments") if self.comments else ("new",)
        turns = [f"/r/{sub}/{what}" for sub in self.subreddits for what in lists]
        last = state.get("last")
        turn = turns.index(last) + 1 if last in turns else 0
        here = [turns[turn % len(turns)]] if turns else []
        return in_turn(self.kind, here, lambda path: _feed(http, path, state))

    def parse(self, payload: Payload) -> Iterable[Found]:
        """Records of a feed's entries, as they came or as `fetch` left them."""
        if payload.body.startswith(b"{"):
            data = table(decoded(payload.body, "Reddit"), "Reddit")
            return every(rows(data.get("entries"), "entries"), _from_feed)
        root = xml(payload.body)
        if root.tag != f"{ATOM}feed":
            raise Malformed("Reddit: the answer is no feed; has the address changed?")
        return every(_entries(root), _from_feed)


def _feed(http: Http, path: str, state: dict[str, Any]) -> Iterator[Payload]:
    """What is new in a feed; the next visit is the next feed's, also where this one is refused."""
    known = Known.of(state.get(path))
    state["last"] = path
    url, params = f"{SITE}{path}/.rss", {"limit": PAGE}
    try:
        answer = http.get(url, params=params) if known.ids else answered(http, url, params)
    except (Forbidden, NotFound):
        yield Payload(packed({"entries": []}), cursor_of(state), SITE + path)
        raise
    pages = [_entries(xml(answer.body))] if answer.status != UNCHANGED else []
    walk = newest_first(pages, known, _entry_name, most=1, what=path)
    gaps = walk.gap("reddit", path[1:].rpartition("/")[0], known, "the feed holds too few items")
    known = known.plus(((native, at) for native, at, _ in walk.items), keep=PAGE)
    state[path] = known.told()
    body = packed({"entries": [entry for _, _, entry in walk.items]})
    yield Payload(body, cursor_of(state), SITE + path, gaps)


def _entries(root: Element) -> list[dict[str, str]]:
    """The entries of a feed as plain fields."""
    return [
        {
            "id": entry.findtext(f"{ATOM}id", ""),
            "author": entry.findtext(f"{ATOM}author/{ATOM}name", ""),
            "subreddit": getattr(entry.find(f"{ATOM}category"), "attrib", {}).get("term", ""),
            "title": entry.findtext(f"{ATOM}title", ""),
            "link": getattr(entry.find(f"{ATOM}link"), "attrib", {}).get("href", ""),
            "published": entry.findtext(f"{ATOM}published", ""),
            "content": entry.findtext(f"{ATOM}content", ""),
        }
        for entry in root.iter(f"{ATOM}entry")
    ]


def _entry_name(entry: Raw) -> tuple[str, int]:
    return need(entry, "id").partition("_")[2], micros(time_of(entry.get("published"))[0])


def _from_feed(entry: Raw) -> Iterator[Record]:
    native, content = need(entry, "id"), text_of(entry, "content")
    comment = native.startswith("t1_")
    if not re.fullmatch(r"t[13]_[a-z0-9]+", native):
        raise BadRow("neither a post nor a comment")
    words = WORDS.search(content)
    text = text_of_html(words[1]) if words else ""
    title = "" if comment else normalise(text_of(entry, "title"))
    author = text_of(entry, "author").removeprefix("/u/")
    if author in GONE or text in GONE or (not title and not text):
        return
    link = LINK.search(content)
    page = text_of(entry, "link")
    thread = THREAD.search(page)
    yield Record(
        id=RecordId(f"reddit:{native}"),
        source="reddit",
        kind="comment" if comment else "post",
        community=f"r/{need(entry, 'subreddit')}",
        title=title,
        text=text,
        url=unescape(link[1]) if link and not comment else page,
        author=author,
        root=RecordId(f"reddit:t3_{thread[1]}") if comment and thread else None,
        published=time_of(entry.get("published"))[0],
    )
