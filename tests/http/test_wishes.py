from __future__ import annotations

import pytest

from groundswell.http.answer import Wishes
from groundswell.http.wishes import from_headers, from_page

NO_AI = Wishes(ai_input=False, ai_train=False)


@pytest.mark.parametrize(("headers", "wishes"), [
    ({}, Wishes()),
    ({"x-robots-tag": "noindex"}, Wishes(index=False)),
    ({"x-robots-tag": "NoArchive, nofollow"}, Wishes(archive=False)),
    ({"x-robots-tag": "nocache"}, Wishes(archive=False)),
    ({"x-robots-tag": "none"}, Wishes(index=False, archive=False)),
    ({"x-robots-tag": "noai, noimageai"}, NO_AI),
    ({"x-robots-tag": "ripple: noarchive"}, Wishes(archive=False)),
    ({"x-robots-tag": "otherbot: noindex, noarchive"}, Wishes()),
    ({"x-robots-tag": "otherbot: noindex, ripple: noai"}, NO_AI),
    ({"x-robots-tag": "max-snippet: 5, noarchive"}, Wishes(archive=False)),
    ({"x-robots-tag": "unavailable_after: 25 Jun 2027 15:00:00 PST"}, Wishes()),
    ({"content-usage": "train-ai=n"}, Wishes(ai_train=False)),
    ({"content-usage": "train-genai=n, search=n"}, Wishes(index=False, ai_train=False)),
    ({"content-signal": "ai-train=no, search=yes, ai-input=no"}, NO_AI),
    ({"tdm-reservation": "1"}, Wishes(ai_train=False)),
    ({"tdm-reservation": "0"}, Wishes()),
])  # fmt: skip
def test_headers(headers, wishes):
    assert from_headers(headers, agent="Ripple") == wishes


@pytest.mark.parametrize(("html", "wishes"), [
    ('<meta name="robots" content="noarchive">', Wishes(archive=False)),
    ("<META CONTENT='noindex,noarchive' NAME='ROBOTS'/>", Wishes(index=False, archive=False)),
    ("<meta name=robots content=noai>", NO_AI),
    ('<meta name="ripple" content="noindex">', Wishes(index=False)),
    ('<meta name="otherbot" content="noindex">', Wishes()),
    ('<meta http-equiv="X-Robots-Tag" content="noarchive">', Wishes(archive=False)),
    ('<meta name="tdm-reservation" content="1">', Wishes(ai_train=False)),
    ('<meta name="description" content="noarchive">', Wishes()),
    ("<p>noarchive</p>", Wishes()),
    ("<meta " * 1000, Wishes()),
])  # fmt: skip
def test_pages(html, wishes):
    assert from_page(html, agent="Ripple") == wishes


def test_a_refusal_anywhere_stands():
    assert Wishes(archive=False) & Wishes(index=False) == Wishes(index=False, archive=False)
