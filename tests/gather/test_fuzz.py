"""Whatever stands in a row, parse() says BadRow, or a ValueError for an impossible record."""

from __future__ import annotations

import json
import re
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from groundswell.errors import BadRow, SourceError
from groundswell.gather import _own
from groundswell.gather.archive import Row
from groundswell.registry import build
from groundswell.types import Exposure, Record
from groundswell.types.moment import micros

FAST = settings(max_examples=150, deadline=None, derandomize=True, database=None,
                suppress_health_check=list(HealthCheck))  # fmt: skip
KEYS = re.findall(
    r"\w+",
    (
        "source community native_id url author_hash author published_at title text lang parent_id"
        " engagement outlet kind root_id state available_at exposure stream from to reason id"
        " subreddit created_utc selftext body is_self permalink link_id score num_comments by type"
        " time dead deleted parent descendants"
    ),
)
WORDS = st.text(st.characters(codec=None), max_size=12)
WELL = st.sampled_from([
    "reddit", "news", "github", "t3_a", "2026-03-01", "2026-03-01T10:00:00Z", "story", "comment",
    "public", "deleted", "[removed]", "issue", "a:b", 1772352000, 0, -1, 10**30, 1e308, True,
]) | WORDS  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WELL,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
OBJECTS = st.dictionaries(st.sampled_from(KEYS), WELL | VALUES, max_size=14)
LINES = (
    OBJECTS.map(lambda data: json.dumps(data).encode())
    | VALUES.map(lambda data: json.dumps(data).encode())
    | st.binary(max_size=60)
)
CELLS = st.dictionaries(
    st.sampled_from([*KEYS, "date", "content", "username", "forum", "publisher", "headline"]),
    WELL | st.none() | st.binary(max_size=4) | st.floats() | st.integers(), max_size=10,
)  # fmt: skip
HEADERS = st.sampled_from([
    "Message-ID", "Date", "Subject", "From", "References", "In-Reply-To", "Content-Type",
    "Content-Transfer-Encoding", "MIME-Version", "To", "Content-Disposition",
])  # fmt: skip
SAID = st.sampled_from([
    "<a@b>", "Sun, 01 Mar 2026 10:00:00 +0000", "Mon, 32 Foo 99999 25:61:61 +9999", "=?utf-8?B?",
    "=?utf-8?q?=ff=fe?= <a@b>", "multipart/mixed; boundary=x", "multipart/mixed", "message/rfc822",
    "text/html; charset=utf-16", "text/plain; charset=\x00", "base64", "uuencode",
    "quoted-printable",
    "text/plain; charset*0*=x''y; charset=", '"', "(((((", "@", "<", "[x]:", "a: b; c, d@",
    "multipart/alternative; boundary=\"", "application/octet-stream", "message/delivery-status",
]) | WORDS  # fmt: skip
MAIL = st.tuples(st.lists(st.tuples(HEADERS, SAID), max_size=8), WORDS | st.binary(max_size=80).map(
    lambda raw: raw.decode("latin-1")) | st.just("--x\n\nhello\n--x--\n")).map(
    lambda parts: "lathes\n" + "".join(f"{name}: {said}\n" for name, said in parts[0])
    + "\n" + parts[1])  # fmt: skip


def holds(archive, data):
    """What the gather loop relies on."""
    try:
        thing = archive.parse(Row(1, data))
    except (BadRow, ValueError):
        return  # a bad row, or an impossible record
    assert isinstance(thing, Record | Exposure)
    assert archive.parse(Row(1, data)) == thing
    if isinstance(thing, Record):
        masked = _own(b"k", "s", thing)
        assert masked.author == "" or len(masked.author) == 16
        assert thing.state != "public" or thing.body
        assert 0 < micros(thing.published) <= micros(thing.available) or thing.kind
        assert json.dumps(dict(thing.engagement))


@pytest.mark.parametrize("name", ["ndjson", "reddit", "hackernews"])
def test_lines(name):
    archive = build("groundswell.archives", name)

    @FAST
    @given(LINES)
    @example(b'{"a":' * 100_000)
    @example(b"1" * 5_000)
    @example(b"\xef\xbb\xbf{}")
    def check(data):
        holds(archive, data)

    check()


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_cells(name):
    archives = [build("groundswell.archives", name),
                build("groundswell.archives", name, columns={"text": "body"},
                      kind="sermon")]  # fmt: skip

    @FAST
    @given(CELLS)
    def check(data):
        for archive in archives:
            holds(archive, data)

    check()


FORMS = ("csv", "hackernews", "mbox", "ndjson", "parquet", "reddit")
SCRAPS = st.lists(st.sampled_from([
    b"id,text,date\n", b'"', b",", b"\n", b"\r", b"\x00", b"PAR1", b"From a b 10:00\n", b"{}\n",
    b"\x1f\x8b\x08\x00", b"\x28\xb5\x2f\xfd", b"\xff\xfe", b"1,words,2026-03-01\n", b"Date: x\n\n",
]) | st.binary(max_size=20), max_size=12).map(b"".join)  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_files(name, tmp_path):
    archive, path = build("groundswell.archives", name), tmp_path / "file"

    @FAST
    @given(SCRAPS)
    @example(b"\x1f\x8b\x08")
    @example(b"\x28\xb5\x2f\xfd")
    @example(b"PAR1PAR1")
    def check(content):
        path.write_bytes(content)
        rows = []
        with suppress(SourceError):
            rows += archive.rows(path, 0)
        for row in rows:
            with suppress(BadRow, ValueError):
                archive.parse(row)

    check()


@FAST
@given(MAIL)
@example("lathes\nDate: Mon, 1 Jan 0001 00:00:00 +2359\nMessage-ID: <a>\n\nx")
@example("lathes\n" + "Content-Type: multipart/mixed; boundary=x\n\n--x\n" * 500)
@example("lathes\nMessage-ID: <a>\nDate: Sun, 01 Mar 2026 10:00:00 +0000\nFrom: " + "(" * 5_000)
@example("lathes\nMessage-ID: <a>\nDate: Sun, 01 Mar 2026 10:00:00 +0000\n\n" + "<" * 50_000)
def test_mail(text):
    holds(build("groundswell.archives", "mbox"), text.encode("utf-8", "surrogatepass"))
