from __future__ import annotations

from datetime import UTC, datetime

import pytest

from groundswell.gather.article import article, moment
from groundswell.http.answer import Wishes

WORDS = """<p>The harbour board voted on Tuesday to raise the fares of the island ferry by a
tenth, the third rise in as many years, and to drop the last boat on Sundays.</p>
<p>Islanders who spoke at the meeting said that the boats run late, and that nobody had asked them
before the vote was taken, which the board denied.</p>
<p>The new fares hold from May. Children travel free of charge on all boats of the line.</p>"""
PAGE = f"""<!doctype html><html lang="en-GB"><head><title>Ferry fares | The Quay Gazette</title>
<meta property="article:published_time" content="2026-03-04T05:06:07+01:00">
<meta name="author" content="Wilma Brandt"><meta charset="CHARSET">META</head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Ferry fares rise again</h1>{WORDS}<script>track()</script></article>
<aside>Read more: ten tips for sailors</aside><footer>Imprint</footer></body></html>"""
URL = "https://quay.example/2026/ferry"


def page(*, meta: str = "", charset: str = "utf-8") -> bytes:
    return PAGE.replace("META", meta).replace("CHARSET", charset).encode(charset)


def test_the_article_without_its_surroundings():
    found = article(page(), URL)
    assert found is not None
    assert found.title == "Ferry fares rise again"
    assert found.text.startswith("The harbour board voted")
    assert found.text.endswith("all boats of the line.")
    assert not {"Sport", "Imprint", "track", "tips"} & set(found.text.split())
    assert found.published == datetime(2026, 3, 4, 4, 6, 7, tzinfo=UTC)
    assert (found.precision, found.author, found.language) == ("second", "Wilma Brandt", "en")


@pytest.mark.parametrize("content", ["noarchive", "index, NoArchive", "none", "noindex, follow",
                                     "noai", "noml"])  # fmt: skip
def test_what_must_not_be_kept_is_not_read(content):
    assert article(page(meta=f'<meta name="robots" content="{content}">'), URL) is None
    named = page(meta=f'<meta name="ripple" content="{content}">')
    assert article(named, URL, agent="Ripple") is None
    assert article(named, URL, agent="Other") is not None


def test_wishes_of_the_site_count_too():
    for refused in ("archive", "index", "ai_input", "ai_train"):
        assert article(page(), URL, wishes=Wishes(**{refused: False})) is None
    assert article(page(), URL, wishes=Wishes()) is not None
    reserved = page(meta='<meta name="tdm-reservation" content="1">')
    assert article(reserved, URL) is None


def test_other_charsets_are_read():
    body = page(charset="iso-8859-1").replace(b"island ferry", b"F\xe4hre")
    found = article(body, URL, content_type="text/html; charset=iso-8859-1")
    assert found is not None
    assert "the fares of the Fähre" in found.text


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"https://quay.example/", b"\x00\xff" * 50,
                                  b"<html><body><p></p></body></html>"])  # fmt: skip
def test_no_article_is_none(body, caplog):
    assert article(body, URL) is None
    assert caplog.records == []


def test_a_page_without_date_has_none():
    bare = page().replace(b"2026-03-04T05:06:07+01:00", b"")
    found = article(bare, "https://quay.example/ferry")
    assert found is not None
    assert (found.published, found.precision) == (None, "day")


@pytest.mark.parametrize(("stated", "when"), [
    ("2026-03-04", (datetime(2026, 3, 4, tzinfo=UTC), "day")),
    ("2026-03-04T00:00:00", (datetime(2026, 3, 4, tzinfo=UTC), "day")),
    ("2026-03-04T00:00:00+0000", (datetime(2026, 3, 4, tzinfo=UTC), "day")),
    ("2026-03-04T09:08:07", (datetime(2026, 3, 4, tzinfo=UTC), "day")),
    ("2026-03-04T23:30:00-0500", (datetime(2026, 3, 5, 4, 30, tzinfo=UTC), "second")),
    ("", (None, "day")), ("soon", (None, "day")),
])  # fmt: skip
def test_times_are_as_exact_as_they_are_stated(stated, when):
    assert moment(stated) == when
