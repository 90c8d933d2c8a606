"""The article on a web page, without its surroundings. The one door of trafilatura."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from trafilatura import bare_extraction
from trafilatura.settings import Document

from groundswell.gather.apart import Apart
from groundswell.http.answer import Wishes
from groundswell.http.charset import text_of
from groundswell.http.wishes import from_page
from groundswell.text import normalise
from groundswell.types.record import Precision

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # odd pages are no error of ours

LANGUAGE = re.compile(r"""<html\b[^>]*?\blang\s*=\s*["']?([a-zA-Z]{2,3})\b""", re.IGNORECASE)
LARGEST, LONGEST, LONGEST_TITLE = 2 << 20, 200_000, 1_000
# An upper bound must be given, or the library takes the day on the wall.
DATES = {"original_date": True, "extensive_search": False, "max_date": "2200-01-01",
         "outputformat": "%Y-%m-%dT%H:%M:%S%z"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The article on one page as plain text. `published` is None when the page does not say."""

    title: str
    text: str
    published: datetime | None = None
    precision: Precision = "day"
    author: str = ""
    language: str = "und"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A web page as it came. `wishes` are those the client found in robots.txt and headers."""

    html: bytes
    url: str
    content_type: str = ""
    wishes: Wishes | None = None
    agent: str = "groundswell"


def article_of(page: Page) -> Article | None:
    """The article on a page, found in a process of its own: no page can hold up the others.

    TooLarge for a page that takes too long or too much memory, Malformed for one that no article
    can be found on because the library falls over it.
    """
    return _apart()(replace(page, html=page.html[:LARGEST]))


@cache
def _apart() -> Apart[Page, Article | None]:
    """One process for all sources; it is started with the first page."""
    return Apart(_found)


def _found(page: Page) -> Article | None:
    return article(page.html, page.url, content_type=page.content_type, wishes=page.wishes,
                   agent=page.agent)  # fmt: skip


def article(
    html: bytes, url: str, *, content_type: str = "", wishes: Wishes | None = None,
    agent: str = "groundswell",
) -> Article | None:  # fmt: skip
    """The article on this page, or None: it holds none, or asks that it not be kept, indexed,
    shown to a model or trained on. All of that would be done here, so one refusal is enough.

    `wishes` are those the client found in robots.txt and headers; the page's own are added.
    Nothing is fetched.
    """
    page = text_of(html[:LARGEST], content_type)
    if not (from_page(page, agent=agent) & (wishes or Wishes())).unreserved:
        return None
    found = bare_extraction(
        page, url=url, include_comments=False, with_metadata=True, date_extraction_params=DATES
    )
    if not isinstance(found, Document) or not found.text:
        return None
    title = normalise(found.title or "")[:LONGEST_TITLE]
    published, precision = moment(found.date or "")
    lang = LANGUAGE.search(page)
    return Article(
        title=title,
        text=normalise(found.text).removeprefix(title + "\n")[:LONGEST],
        published=published,
        precision=precision,
        author=normalise(found.author or ""),
        language=lang[1].lower() if lang else "und",
    )


def moment(stated: str) -> tuple[datetime | None, Precision]:
    """A time as a page states it, in UTC, and how exact it is.

    Without an offset the hour means nothing to us, so only the day is kept.

    >>> moment("2026-03-04T05:06:07+0100")
    (datetime.datetime(2026, 3, 4, 4, 6, 7, tzinfo=datetime.timezone.utc), 'second')
    """
    try:
        when = datetime.fromisoformat(stated)
    except ValueError:
        return None, "day"
    if when.tzinfo is None or not (when.hour or when.minute or when.second):
        return datetime(when.year, when.month, when.day, tzinfo=UTC), "day"
    return when.astimezone(UTC), "second"
