"""GDELT: what news sites of the whole world published, from its article lists or its search."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, ClassVar

from groundswell.errors import BadRow, Forbidden, Gone, Malformed, NotFound, SourceError, Throttled
from groundswell.gather.addresses import article_id, canonical, host
from groundswell.gather.cursors import branch, foreign, stamped, word
from groundswell.gather.fields import need, text_of, time_of
from groundswell.gather.listing import cursor_of, decoded, every, lost, rows, state_of, table
from groundswell.gather.payloads import opened
from groundswell.gather.source import Answer, Cursor, Dossier, Found, Http, Params, Payload
from groundswell.text import normalise
from groundswell.types import Exposure, Record
from groundswell.types.moment import micros

FILES = "https://storage.googleapis.com/data.gdeltproject.org/gdeltv3/gal/"
SEARCH = "https://api.gdeltproject.org/api/v2/doc/doc"
FRESH = {"Cache-Control": "no-cache"}  # an answer that is worked through is never "unchanged"
QUARTER = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
BEGAN = datetime(2020, 1, 1, tzinfo=UTC)  # of the lists; the search does not go back so far
SETTLED = timedelta(minutes=20)  # after which the files of a quarter hour are there
RETRY, GIVE_UP = timedelta(hours=1), timedelta(hours=6)
MOST = 250  # articles of one search
WINDOW, REACH = timedelta(hours=6), timedelta(days=90)
STAMP, NO_SECONDS = "%Y%m%d%H%M%S", "%Y%m%d%H%M"
FOUND = re.compile(rb'\s*\{\s*"articles"')
MISSING = "GDELT has no article list of this quarter hour"
CAPPED = f"the search gives out {MOST} articles of any stretch of time"
TOO_OLD = "the search goes back three months"
ILLEGAL = re.compile(rb"[\x00-\x1f]")
ESCAPE = re.compile(rb'\\(?!["\\/bfnrtu])')
LANGUAGES = {
    "arabic": "ar", "bulgarian": "bg", "catalan": "ca", "chinese": "zh", "croatian": "hr",
    "czech": "cs", "danish": "da", "dutch": "nl", "english": "en", "estonian": "et",
    "finnish": "fi", "french": "fr", "german": "de", "greek": "el", "hebrew": "he", "hindi": "hi",
    "hungarian": "hu", "indonesian": "id", "italian": "it", "japanese": "ja", "korean": "ko",
    "latvian": "lv", "lithuanian": "lt", "norwegian": "no", "persian": "fa", "polish": "pl",
    "portuguese": "pt", "romanian": "ro", "russian": "ru", "serbian": "sr", "slovak": "sk",
    "slovenian": "sl", "spanish": "es", "swedish": "sv", "thai": "th", "turkish": "tr",
    "ukrainian": "uk", "urdu": "ur", "vietnamese": "vi",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Gdelt:
    """Headlines and one-sentence descriptions of news articles.

    Kept are those in `languages` (ISO 639-1) that hold one of the `words` and stand on one of the
    `domains`; each list, when empty, lets everything through. With `query` GDELT's search is asked
    instead of its files; it refuses often, so it is for rare topics and for trying out. `minutes`:
    for how long after each quarter hour files are looked for, as there is no list of them.
    """

    kind: ClassVar[str] = "gdelt"
    dossier: ClassVar[Dossier] = Dossier(
        title="GDELT",
        access="open",
        terms="https://www.gdeltproject.org/about.html#termsofuse: free for any use, with a link.",
        every=900,
        lag=45 * 60,
        backfill="lists of every quarter hour since 2020; the search goes back three months",
        deletes="never told, and never asked for: an article stays as it was first seen",
        limits="files: none stated; search: one request in 5 seconds, and refusals without reason",
        gaps=(
            "Files named after other minutes than those set are missed, and so are those that come "
            "more than an hour after the first of their quarter hour was seen.",
            "Quarter hours without a file are tried again for 6 hours, then noted as gaps.",
            "Times are when GDELT saw an article, unless the article itself states one.",
            "No bodies: a headline and one sentence at most.",
        ),
    )
    languages: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    query: str = ""
    minutes: int = 8

    def __post_init__(self) -> None:
        if not 1 <= self.minutes <= 15:
            raise ValueError(f"minutes is {self.minutes}, not between 1 and 15")

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """The article lists, or what the search finds, since the last visit."""
        begin, state = _quarter(now - SETTLED), state_of(since)
        if self.query:
            if not state:  # where it begins is noted first: no quarter hour may be over since
                yield Payload(b"{}", _cursor(begin, {}), SEARCH)
            yield from self._searched(http, state, begin, now)
        else:
            yield from self._lists(http, state, begin, now, GIVE_UP)

    def backfill(
        self, http: Http, since: Cursor | None, first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """The same from `first` on."""
        begin = _quarter(first)
        if self.query:
            return self._searched(http, state_of(since), begin, now)
        return self._lists(http, state_of(since), begin, now, timedelta())

    def parse(self, payload: Payload) -> Iterable[Found]:
        """The articles of a list (JSON lines, perhaps packed) or of a search."""
        what = payload.url or "GDELT"
        body = opened(payload.body, what)
        if FOUND.match(body):
            return every(rows(_mended(body, what)["articles"], what), self._found)
        if body.strip() == b"{}":
            return []
        return every(_lines(body), self._listed)

    def _listed(self, item: Mapping[str, Any]) -> Iterator[Record]:
        """An article of a list."""
        language = text_of(item, "lang").lower().partition("-")[0]
        yield from self._article(
            item, stated=item.get("date"), language=language, outlet=text_of(item, "outletName")
        )

    def _found(self, item: Mapping[str, Any]) -> Iterator[Record]:
        """An article of a search."""
        language = LANGUAGES.get(text_of(item, "language").lower(), "und")
        yield from self._article(item, stated=item.get("seendate"), language=language, outlet="")

    def _article(
        self, item: Mapping[str, Any], *, stated: object, language: str, outlet: str
    ) -> Iterator[Record]:
        url = canonical(need(item, "url"))
        title, text = _words(item, "title"), _words(item, "desc")
        if not url or not title:
            raise BadRow("no headline")
        if not self._wanted(language, f"{title}\n{text}", host(url)):
            return
        published, precision = time_of(stated)
        yield Record(
            id=article_id(url),
            source="news",
            kind="article",
            community="news",
            outlet=normalise(outlet) or host(url),
            url=url,
            title=title,
            text="" if text == title else text,
            lang=language if re.fullmatch("[a-z]{2,3}", language) else "und",
            published=published,
            precision="day" if precision == "day" else "minute",
        )

    def _wanted(self, language: str, words: str, site: str) -> bool:
        if self.languages and language not in self.languages:
            return False
        if self.domains and not any(f".{site}".endswith(f".{one}") for one in self.domains):
            return False
        phrases = "|".join(map(re.escape, self.words))
        return not phrases or re.search(rf"\b(?:{phrases})\b", words, re.IGNORECASE) is not None

    def _searched(
        self, http: Http, state: dict[str, Any], begin: datetime, now: datetime
    ) -> Iterator[Payload]:
        """Stretches of time, halved while they hold more than a search gives out."""
        start, size, stop = _time(state, begin), WINDOW, _quarter(now - QUARTER)
        early = max(start, _quarter(now - REACH))
        gaps = _gap(start, early, TOO_OLD)
        start = early
        while start < stop:
            end = min(start + size, stop)
            answer = self._answer(http, start, end, now)
            count = len(rows(_mended(answer.body, SEARCH).get("articles", []), SEARCH))
            if count >= MOST and end - start > QUARTER:
                size = max(QUARTER, _quarter(start + (end - start) / 2) - start)
                continue
            gaps += _gap(start, end, CAPPED) if count >= MOST else ()
            cursor = cursor_of({"at": end.strftime(NO_SECONDS)})
            yield Payload(answer.body, cursor, answer.url, gaps)
            start, size, gaps = end, min(WINDOW, size * 2), ()

    def _answer(self, http: Http, start: datetime, end: datetime, now: datetime) -> Answer:
        """One search; its refusals come as plain text under status 200."""
        params: Params = {
            "query": self.query, "mode": "artlist", "format": "json", "maxrecords": MOST,
            "sort": "datedesc", "startdatetime": start.strftime(STAMP),
            "enddatetime": (end - timedelta(seconds=1)).strftime(STAMP),
        }  # fmt: skip
        answer = http.get(SEARCH, params=params, headers=FRESH)
        if answer.body.lstrip().startswith(b"{"):
            return answer
        said = answer.body[:200].decode("utf-8", "replace").strip()
        if "limit requests" in said.lower():
            raise Throttled(f"{SEARCH}: asks us to come back later", until=now + QUARTER)
        raise SourceError(f"{SEARCH}: answers {said!r}; mend the query")

    def _lists(
        self, http: Http, state: dict[str, Any], begin: datetime, now: datetime,
        patience: timedelta,
    ) -> Iterator[Payload]:  # fmt: skip
        """The files of every settled quarter hour, and later those that were not there yet.

        A quarter hour is looked at hourly until it has a file, and then once more: its files do
        not come together, and one look may fall between them.
        """
        at = _time(state, begin)
        late = {key: _Look.of(told) for key, told in branch(state, "late").items()}
        if "within" in state:  # stopped between two files of a quarter hour
            quarter, minute = _within(state["within"])
            yield from self._visit(http, quarter, at, late, now, patience, minute)
        for key in [key for key in sorted(late) if now - _moment(late[key].tried) >= RETRY]:
            yield from self._visit(http, _moment(key), at, late, now, patience)
        while at + SETTLED <= now:
            at += QUARTER
            yield from self._visit(http, at - QUARTER, at, late, now, patience)

    def _visit(
        self, http: Http, quarter: datetime, at: datetime, late: dict[str, _Look], now: datetime,
        patience: timedelta, first: int = 0,
    ) -> Iterator[Payload]:  # fmt: skip
        """The files of a quarter hour that were not there before, from a minute on."""
        key = quarter.strftime(NO_SECONDS)
        before = late[key].minutes if key in late else ()
        found = [(minute, answer) for minute in range(first, self.minutes)
                 if minute not in before and (answer := _file(http, quarter, minute))]  # fmt: skip
        for minute, answer in found[:-1]:
            yield Payload(answer.body, _cursor(at, late, (key, minute + 1)), answer.url)
        late.pop(key, None)
        # The file before the one we go on with was there.
        seen = ((first - 1,) if first else ()) + tuple(minute for minute, _ in found)
        if not before and now - quarter < patience:
            late[key] = _Look(now.strftime(NO_SECONDS), seen)
        if found:
            answer = found[-1][1]
            yield Payload(answer.body, _cursor(at, late), answer.url)
        elif not first:
            gaps = () if before or key in late else _gap(quarter, quarter + QUARTER, MISSING)
            yield Payload(b"", _cursor(at, late), FILES, gaps)


@dataclass(frozen=True, slots=True)
class _Look:
    """A quarter hour that is looked at again: when it was last, and the minutes that had a file."""

    tried: str
    minutes: tuple[int, ...] = ()

    @classmethod
    def of(cls, told: object) -> _Look:
        """From a cursor; in older ones a time alone stands for a quarter hour without a file."""
        match told:
            case [str(tried), *rest]:
                minutes = tuple(one for one in rest if type(one) is int)
                if len(minutes) == len(rest):
                    return cls(tried, minutes)
            case str():
                return cls(told)
        raise foreign(told)


def _cursor(
    at: datetime, late: Mapping[str, _Look], within: tuple[str, int] | None = None
) -> Cursor:
    """Up to when the lists were read, what is looked at again, and what was begun."""
    looks = {key: [look.tried, *look.minutes] for key, look in late.items()}
    told = {"at": at.strftime(NO_SECONDS), "late": looks}
    return cursor_of({**told, "within": within} if within else told)


def _file(http: Http, quarter: datetime, minute: int) -> Answer | None:
    """One minute's file; None when there is none, which the bucket says as 403 or as 404."""
    name = f"{(quarter + minute * MINUTE).strftime(STAMP)}.gal.json.gz"
    try:
        return http.get(FILES + name, headers=FRESH)
    except (NotFound, Gone):
        return None
    except Forbidden as problem:
        if b"AccessDenied" not in problem.body:
            raise
        return None


def _lines(body: bytes) -> Iterator[Any]:
    """The objects of JSON lines; what is no JSON is None, which counts as odd."""
    for line in body.splitlines():
        if line.strip():
            try:
                yield decoded(line, "article")
            except Malformed:
                yield None


def _mended(body: bytes, what: str) -> Mapping[str, Any]:
    """The search's JSON, whose texts hold control characters and impossible escapes."""
    clean = ILLEGAL.sub(b" ", body)
    try:
        return table(decoded(clean, what), what)
    except Malformed:
        return table(decoded(ESCAPE.sub(rb"\\\\", clean), what), what)


def _words(item: Mapping[str, Any], key: str) -> str:
    return normalise(unescape(text_of(item, key)))


def _gap(start: datetime, stop: datetime, reason: str) -> tuple[Exposure, ...]:
    return lost("", "news", micros(start), micros(stop), reason)


def _quarter(when: datetime) -> datetime:
    """The beginning of a quarter hour."""
    return when.replace(minute=when.minute // 15 * 15, second=0, microsecond=0)


def _time(state: Mapping[str, Any], otherwise: datetime) -> datetime:
    """Up to when a cursor says that articles were read."""
    return _moment(word(state, "at")) if state else otherwise


def _moment(stated: str) -> datetime:
    """A time that a cursor names; there was nothing before the lists began."""
    when = stamped(stated, NO_SECONDS)
    if when < BEGAN:
        raise foreign(stated)
    return when


def _within(told: object) -> tuple[datetime, int]:
    """A quarter hour that was begun, and the minute to go on with."""
    match told:
        case [str(quarter), int(minute)] if 0 <= minute <= 15:
            return _moment(quarter), minute
    raise foreign(told)
