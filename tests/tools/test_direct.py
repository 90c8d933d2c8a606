"""Calling platforms directly gives what the real client gets from them over loopback."""

from __future__ import annotations

import gzip
import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from internet.clock import Clock
from internet.direct import Direct
from internet.server import Internet
from internet.world import Limit, Response

from groundswell.errors import AuthRequired, Malformed, NotFound, SourceError, Unsafe
from groundswell.http.client import Client
from groundswell.http.identity import Identity
from groundswell.http.limits import Limits

START = datetime(2026, 11, 1, tzinfo=UTC)
NOW = START + timedelta(hours=2)
SITE = "https://talker.example"
PLAIN = {"Accept": "application/gzip"}


class Talker:
    """Streams, files, forms, refusals and redirects."""

    name, hosts, limit, never, happenings = "talker", ("talker.example",), Limit(99, 1.0), (), ()

    def respond(self, request, now):
        answers = {
            "/plain": Response(b"one\r\ntwo\n\nthree"),
            "/file.gz": Response(gzip.compress(b"a\nb\n") + gzip.compress(b"c"), kind="x/y"),
            "/packed": Response(gzip.compress(b"a\nb"), kind="application/gzip"),
            "/old": Response(b'{"error":"CursorTooOld"}', 400),
            "/none": Response(b"", 404),
            "/moved": Response(b"", 302, headers={"Location": f"{SITE}/plain"}),
            "/round": Response(b"", 302, headers={"Location": f"{SITE}/round"}),
            "/cut.gz": Response(gzip.compress(b"a\nb" * 99)[:-9]),
        }
        if request.method == "POST":
            if request.path == "/locked":
                return Response(b"", 401)
            told = {"body": request.body.decode(), "auth": request.headers.get("authorization")}
            return answers.get(request.path, Response(json.dumps(told).encode()))
        return answers.get(request.path, Response(b"{}"))

    def stream(self, request, now):
        yield START, f"event: {request.get('from')}\ndata: 1\n\n".encode()
        yield START + timedelta(hours=3), b"data: later\n\n"
        yield START + timedelta(hours=1), b"data: out of order\n\n"

    def due(self, now):
        return {}

    def sources(self):
        return []


@contextmanager
def both():
    """The real client, and its shape."""
    internet = Internet([Talker()], Clock(NOW))
    with internet.serve() as port, Client(
        Identity("Groundswell", "1.0", "desk@operator.example", "https://operator.example"),
        clock=internet.clock.now, sleep=internet.clock.advance, random=Random(1),
        routes={"*": f"127.0.0.1:{port}"}, limits=Limits(connect=2, idle=2, tries=1, interval=0),
    ) as client:  # fmt: skip
        yield client, Direct([Talker()], NOW)


@pytest.mark.parametrize(("url", "headers"), [
    ("wss://talker.example/s?from=x", None), (f"{SITE}/s?from=y", None), (f"{SITE}/plain", PLAIN),
    (f"{SITE}/file.gz", PLAIN), (f"{SITE}/packed", PLAIN), (f"{SITE}/moved", PLAIN),
])  # fmt: skip
def test_streams(url, headers):
    with both() as (client, direct):
        told = [*client.stream(url, headers=headers)]
        assert told == [*direct.stream(url, headers=headers)]
        assert len(told) > 0
        assert b"later" not in b"".join(told)


@pytest.mark.parametrize(("url", "error"), [
    ("wss://talker.example/old", SourceError), ("wss://talker.example/none", NotFound),
    ("wss://talker.example/moved", Unsafe), (f"{SITE}/old", SourceError),
    (f"{SITE}/none", NotFound), (f"{SITE}/round", Malformed), (f"{SITE}/cut.gz", Malformed),
])  # fmt: skip
def test_streams_that_are_refused(url, error):
    with both() as found:
        problems = []
        for one in found:
            with pytest.raises(SourceError) as raised:
                list(one.stream(url, headers=PLAIN))
            problems.append(raised.value)
        assert [type(one) for one in problems] == [error, error]
        if error in (NotFound, SourceError):
            assert problems[0].status == problems[1].status >= 400
            assert problems[0].body == problems[1].body


@pytest.mark.parametrize("sent", [
    {"form": {"grant_type": "a b&c", "é": "x"}}, {"json": {"query": "{ a }", "n": [1, None]}},
])  # fmt: skip
def test_what_is_sent(sent):
    headers = {"Authorization": "Bearer t"}
    with both() as found:
        bodies = [one.post(f"{SITE}/echo", headers=headers, **sent).body for one in found]
        assert bodies[0] == bodies[1]
        assert json.loads(bodies[0])["auth"] == "Bearer t"
        for path, error in (("/moved", Unsafe), ("/locked", AuthRequired), ("/none", NotFound)):
            for one in found:
                with pytest.raises(error):
                    one.post(SITE + path, headers=headers, **sent)
