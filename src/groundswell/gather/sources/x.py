"""X: recent posts that match a query, with your own paid token and a ceiling on the bill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, ClassVar

from groundswell.errors import AuthRequired, BadRow, QuotaExhausted, SourceError
from groundswell.gather.cursors import digits, foreign, number, word
from groundswell.gather.fields import engagement_of, need, text_of, time_of
from groundswell.gather.listing import (
    cursor_of,
    decoded,
    every,
    lost,
    packed,
    part,
    rows,
    state_of,
    table,
)
from groundswell.gather.source import Cursor, Dossier, Found, Http, Payload
from groundswell.text import normalise
from groundswell.types import Exposure, Record, RecordId
from groundswell.types.moment import EPOCH, micros

API = "https://api.x.com/2/tweets/search/recent"
FRESH = {"Cache-Control": "no-cache"}
FIELDS = "created_at,author_id,conversation_id,referenced_tweets,lang,note_tweet,public_metrics"
SNOWFLAKE = 1_288_834_974_657  # milliseconds since 1970 at which ids begin to count
OVERLAP = timedelta(minutes=1)
LEAST, MOST = 10, 100  # posts of a page
REACH = timedelta(days=7) - timedelta(minutes=5)  # how far back the search goes
FIRST = timedelta(hours=1)
MILLS = 5  # thousandths of a dollar that a post costs
LATEST = 2**33  # seconds since 1970 beyond which no cursor of ours can be
CENT = 10  # thousandths of a dollar
RESERVED = packed({"meta": {"result_count": 0}})
TOO_OLD = "the search goes back seven days"
COUNTS = {"score": "like_count", "reposts": "retweet_count", "replies": "reply_count",
          "views": "impression_count"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class X:
    """Posts that match a `query` in X's own search language; with "-is:retweet" in it you do not
    pay for copies.

    `ceiling` is what may be spent in a calendar month (UTC), in cents; without it nothing is asked.
    Before each request what it can cost at most is added to the cursor, and that is saved before
    the request is made, so that not even a crash can lead over the ceiling.
    """

    kind: ClassVar[str] = "x"
    dossier: ClassVar[Dossier] = Dossier(
        title="X",
        access="paid",
        terms="https://docs.x.com/developer-terms: what is deleted or protected must go within 24 "
        "hours; asking costs money, so no text is kept for longer than that.",
        text_ttl=24,
        every=3600,
        lag=60,
        threads="whole: a reply names what it answers and the post its conversation began with",
        deletes="not asked for: every text is dropped after 24 hours",
        limits="half a cent a post, 2 million posts a month; we stop at your ceiling before that",
        gaps=(
            "What is older than seven days when the money is there again is noted as a gap.",
            "Posts of protected accounts cannot be had.",
        ),
    )
    query: str = ""
    token: str = field(default="", repr=False)
    ceiling: int = 0

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """New posts, newest page first; the cursor moves on once the last page is in."""
        if not self.token or not self.query:
            raise AuthRequired("x: needs a token and a query; set both in sources.toml")
        place = _Place.of(since, now)
        earliest = now - REACH
        gaps: tuple[Exposure, ...] = ()
        if place.begin < earliest:
            gaps = lost("", "x.com", micros(place.begin), micros(earliest), TOO_OLD)
            place = replace(place, since="", begin=earliest)
        while True:
            many = self._affordable(place, now)
            place = replace(place, spent=place.spent + many * MILLS)
            yield Payload(RESERVED, place.cursor(), API, gaps)
            gaps = ()
            try:
                body, data = self._page(http, place, many, now)
            except SourceError as problem:
                if problem.status >= 400:  # refused, so nothing was sold
                    unspent = replace(place, spent=place.spent - many * MILLS)
                    yield Payload(RESERVED, unspent.cursor(), API)
                raise
            count = len(data.get("data") or ())
            place = replace(place, spent=place.spent - max(0, many - count) * MILLS)
            place = place.after(data, now)
            yield Payload(body, place.cursor(), API)
            if not place.until:
                return

    def parse(self, payload: Payload) -> Iterable[Found]:
        """The posts of a page; reposts of others' words are left out."""
        return every(_page_of(payload.body).get("data") or [], _post)

    def _affordable(self, place: _Place, now: datetime) -> int:
        """How many posts the next page may hold at most."""
        many = min(MOST, (self.ceiling * CENT - place.spent) // MILLS)
        if many >= LEAST:
            return many
        month = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        following = (month + timedelta(days=32)).replace(day=1)
        raise QuotaExhausted(
            f"x: the month's ceiling of {self.ceiling / 100:.2f} dollars leaves no page of "
            f"{LEAST} posts; raise ceiling in sources.toml or wait",
            reset=following,
        )

    def _page(
        self, http: Http, place: _Place, many: int, now: datetime
    ) -> tuple[bytes, Mapping[str, Any]]:
        params: dict[str, str | int] = {"query": self.query, "max_results": many,
                                        "tweet.fields": FIELDS}  # fmt: skip
        if _written(place.since) > now - REACH:
            params["since_id"] = place.since
        else:  # an older id would be refused
            begin = max(place.begin - OVERLAP, now - REACH)
            params["start_time"] = begin.strftime("%Y-%m-%dT%H:%M:%SZ")
        if place.until:
            params["until_id"] = place.until
        headers = {**FRESH, "Authorization": f"Bearer {self.token}"}
        body = http.get(API, params=params, headers=headers).body
        return body, _page_of(body)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """The cursor. `since`: the newest post of the last whole walk; `begin`: when that was made.
    During a walk `newest` is its first post and `until` its last so far. `spent`: thousandths of a
    dollar in `month`."""

    begin: datetime
    month: str
    since: str = ""
    newest: str = ""
    until: str = ""
    spent: int = 0
    walked: int = 0

    @classmethod
    def of(cls, since: Cursor | None, now: datetime) -> _Place:
        """From a cursor; a new month begins with nothing spent."""
        month = now.astimezone(UTC).strftime("%Y-%m")
        if since is None:
            return cls(begin=now - FIRST, month=month)
        told = state_of(since)
        if "begin" not in told:
            raise foreign(since)
        return cls(
            begin=datetime.fromtimestamp(number(told, "begin", most=LATEST), UTC),
            month=month,
            since=digits(told, "since"),
            newest=digits(told, "newest"),
            until=digits(told, "until"),
            spent=number(told, "spent") if word(told, "month") == month else 0,
            walked=number(told, "walked", most=LATEST),
        )

    def after(self, data: Mapping[str, Any], now: datetime) -> _Place:
        """Once a page is read: further down, or done."""
        meta = part(data, "meta")
        walked = self.walked or int(now.timestamp())
        newest = self.newest or text_of(meta, "newest_id")
        if text_of(meta, "next_token") and text_of(meta, "oldest_id"):
            return replace(self, newest=newest, until=text_of(meta, "oldest_id"), walked=walked)
        begin = datetime.fromtimestamp(walked, UTC)
        return replace(self, begin=begin, since=newest or self.since, newest="", until="", walked=0)

    def cursor(self) -> Cursor:
        """As text."""
        return cursor_of({
            "begin": int(self.begin.timestamp()), "month": self.month, "since": self.since,
            "newest": self.newest, "until": self.until, "spent": self.spent, "walked": self.walked,
        })  # fmt: skip


def _written(native: str) -> datetime:
    """When a post was written, which its id tells; long ago for anything else.

    >>> _written("1992001122334455667").isoformat(timespec="seconds")
    '2025-11-21T22:44:11+00:00'
    """
    if not native.isascii() or not native.isdecimal() or len(native) > 20:
        return EPOCH
    return EPOCH + timedelta(milliseconds=(int(native) >> 22) + SNOWFLAKE)


def _page_of(body: bytes) -> Mapping[str, Any]:
    """What every good answer is; SourceError for errors that come alone, under status 200.

    Errors beside posts are about single posts that cannot be had.
    """
    data = table(decoded(body, API), API)
    if "meta" not in data and "data" not in data:
        errors = rows(data.get("errors", []), "errors")
        told = [data, *(table(one, "error") for one in errors[:1])]
        said = next((text_of(one, key) for key in ("detail", "title") for one in told
                     if one.get(key)), "")  # fmt: skip
        raise SourceError(f"{API}: answered {said or 'neither posts nor errors'!r}")
    rows(data.get("data", []) or [], "posts")
    return data


def _post(item: Mapping[str, Any]) -> Iterator[Record]:
    native = need(item, "id")
    stated = item.get("referenced_tweets") or []
    referenced = {text_of(table(one, "reference"), "type"): text_of(one, "id")
                  for one in rows(stated, "references")}  # fmt: skip
    if "retweeted" in referenced:
        return
    text = text_of(part(item, "note_tweet"), "text") or text_of(item, "text")  # long, or short
    text = normalise(unescape(text))
    if not text:
        raise BadRow("no words")
    above, root = referenced.get("replied_to"), text_of(item, "conversation_id")
    published, precision = time_of(item.get("created_at"))
    language = text_of(item, "lang")
    metrics = part(item, "public_metrics")
    yield Record(
        id=RecordId(f"twitter:{native}"),
        source="twitter",
        kind="comment" if above else "post",
        community="x.com",
        url=f"https://x.com/i/status/{native}",
        text=text,
        author=text_of(item, "author_id"),
        lang=language if len(language) == 2 else "und",
        parent=RecordId(f"twitter:{above}") if above else None,
        root=RecordId(f"twitter:{root}") if root and root != native else None,
        published=published,
        precision=precision,
        engagement=engagement_of({ours: metrics.get(theirs) for ours, theirs in COUNTS.items()}),
    )
