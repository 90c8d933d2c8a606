"""Answers that are files, that only say what is gone, and XML read by local names."""

from __future__ import annotations

import gzip

import pytest

from groundswell.errors import BadRow, Malformed, TooLarge
from groundswell.gather.elements import (
    attribute,
    child,
    document,
    each,
    name_of,
    named,
    within,
    words,
)
from groundswell.gather.mail import date_of, messages
from groundswell.gather.markup import xml
from groundswell.gather.payloads import gone_in, named_in, opened, without
from groundswell.types import Record, RecordId
from groundswell.types.moment import EPOCH

FEED = xml(b'<f:feed xmlns:f="urn:x"><f:a n="1">one <b>two</b></f:a><a/><c><a>in</a></c></f:feed>')


def test_files_are_opened_and_everything_else_left_alone():
    packed = gzip.compress(b"one\n") + gzip.compress(b"two\n")
    assert opened(packed, "x") == b"one\ntwo\n"
    assert opened(b"plain", "x") == b"plain"
    assert opened(b"", "x") == b""


def test_a_file_that_is_damaged_or_a_bomb_is_named():
    whole = gzip.compress(b"abc" * 1000)
    for broken in (whole[:-9], b"\x1f\x8b\x08\x00nonsense"):
        with pytest.raises(Malformed, match=r"^list: "):
            opened(broken, "list")
    with pytest.raises(TooLarge, match="list: opens to over 1 MiB"):
        opened(gzip.compress(bytes(2**20 + 1)), "list", limit=2**20)


def test_what_is_gone_is_said_and_understood():
    payload = without(["a:1", "a:2"], "https://x.example")
    assert gone_in({"gone": ["a:1", "a:2"]}) == ["a:1", "a:2"]
    assert payload.body == b'{"gone":["a:1","a:2"]}'
    assert gone_in({"gone": ["a:1"], "items": []}) == []
    assert gone_in({"gone": ["a:", "b", 3, None, "a:1"]}) == ["a:1"]
    assert gone_in([]) == gone_in(None) == named_in({}) == []
    assert named_in(["a", "", "\x00", 1, "\ud800"]) == ["a", "\ufffd"]


def test_elements_are_found_by_local_name():
    assert name_of(FEED) == "feed"
    assert [attribute(one, "n") for one in named(FEED, "a")] == ["1", ""]
    assert words(FEED, "a") == "one two"
    assert words(child(FEED, "c")) == "in"
    assert words(child(FEED, "z")) == words(None, "a") == attribute(None, "n") == ""
    assert len(list(within(FEED, "a"))) == 3


def test_a_document_that_was_cut_short_is_no_document():
    whole = b'<?xml version="1.0"?><f:feed xmlns:f="urn:x"><a>1</a></f:feed >\n<!-- made by x -->\n'
    assert name_of(document(whole, "list")) == "feed"
    assert name_of(document(b"<feed/>", "list")) == "feed"
    for at in (20, 40, 50, 55, 60):
        with pytest.raises(Malformed):
            document(whole[:at], "list")
    with pytest.raises(Malformed, match="list: is cut short; it does not end with </feed>"):
        document(b"<feed><entry>1</entry>", "list")


def test_one_odd_element_costs_nothing_and_only_odd_ones_an_error():
    def make(element):
        if not words(element):
            raise BadRow("no words")
        return Record(id=RecordId("x:1"), source="x", kind="post", community="x",
                      published=EPOCH, text=words(element))  # fmt: skip

    assert [one.text for one in each(within(FEED, "a"), make, "feed")] == ["in"]
    with pytest.raises(Malformed, match=r"feed: none of its 1 items can be read \(no words\)"):
        each(named(FEED, "a")[1:], make, "feed")
    assert each([], make, "feed") == []


def test_messages_are_parted_only_after_an_empty_line():
    lines = [b"From a@b.example Sun Nov  1 10:00:00 2026\n", b"A: 1\n", b"\n", b"x\n",
             b"From c@d.example Sun Nov  1 10:00:00 2026\n", b">>From here\n", b"\n",
             b"From e@f.example Sun Nov  1 10:00:00 2026\n", b"B: 2\n"]  # fmt: skip
    first, second = messages(lines)
    assert first.endswith(b"From c@d.example Sun Nov  1 10:00:00 2026\n>From here\n\n")
    assert second == b"B: 2\n"
    assert list(messages([])) == []


@pytest.mark.parametrize(
    ("stated", "why"),
    [("", "no time"), ("soon", "not a time"), ("Mon, 01 Jan 1950 10:00:00 +0000", "out of range")],
)
def test_impossible_times_are_said(stated, why):
    with pytest.raises(BadRow, match=why):
        date_of(stated)
