"""JSON to one server that the operator named: patient, polite, and never twice for one answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import pytest

from groundswell.errors import Forbidden, QuotaExhausted, Silent, SourceError, TooLarge, Upstream
from groundswell.http import post
from groundswell.http.post import Poster


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["content-length"])))
        self.server.seen.append(dict(self.headers.items()))
        self.server.answer(self)

    def log_message(self, *_: object) -> None:
        pass


def answer(status: int = 200, body: bytes = b"{}", **headers: str) -> Callable[[Server], None]:
    def act(handler: Server) -> None:
        handler.send_response(status)
        for name, value in {"content-length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return act


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    made.bodies, made.seen, made.answer = [], [], answer()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def poster(time) -> Iterator[Poster]:
    with Poster("Ripple/0.1", clock=time.clock, sleep=time.sleep, random=Random(3)) as made:
        yield made


def url(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}/v1/chat/completions"


def test_it_sends_what_it_is_given_and_says_who_it_is(server, poster) -> None:
    server.answer = answer(body=b'{"a": 1}')
    assert poster(url(server), b'{"text": "\xc3\xa4"}', "k3y") == b'{"a": 1}'
    (headers,) = server.seen
    assert headers["user-agent"] == "Ripple/0.1"
    assert headers["authorization"] == "Bearer k3y"
    assert server.bodies == [b'{"text": "\xc3\xa4"}']
    poster(url(server), b"{}")
    assert "authorization" not in server.seen[1]


def test_a_broken_server_is_asked_again_a_refusal_is_not(server, poster, time) -> None:
    server.answer = answer(503)
    with pytest.raises(Upstream, match=r"broken \(503\)"):
        poster(url(server), b"{}")
    assert len(server.bodies) == 5
    time.now += timedelta(hours=1)
    server.answer = answer(403)
    with pytest.raises(Forbidden):
        poster(url(server), b"{}")
    assert len(server.bodies) == 6


@pytest.mark.parametrize(("status", "body"), [
    (402, b"{}"), (429, b'{"error": {"code": "insufficient_quota", "message": "no credit"}}'),
])  # fmt: skip
def test_an_account_without_credit_is_not_asked_again(server, poster, status, body) -> None:
    server.answer = answer(status, body)
    with pytest.raises(QuotaExhausted, match="no credit left"):
        poster(url(server), b"{}")
    assert len(server.bodies) == 1


def test_redirects_are_not_followed(server, poster) -> None:
    server.answer = answer(307, location="https://elsewhere.example/")
    with pytest.raises(SourceError, match=r"does not take this request \(307\)"):
        poster(url(server), b"{}")
    assert len(server.bodies) == 1


def test_an_answer_that_does_not_come_in_time_is_not_asked_for_twice(server, time) -> None:
    held = threading.Event()
    server.answer = lambda _: held.wait(5)
    limits = replace(post.LIMITS, idle=0.05)
    with (
        Poster("R/1", clock=time.clock, sleep=time.sleep, random=Random(3), limits=limits) as one,
        pytest.raises(Silent, match="does not answer in time") as late,
    ):
        one(url(server), b"{}")
    held.set()
    assert late.value.status == 0
    assert len(server.bodies) == 1
    assert time.slept == []


def test_nothing_listens(server, poster, time) -> None:
    address = url(server).replace(str(server.server_address[1]), "1")
    with pytest.raises(Upstream, match="the connection failed") as no:
        poster(address, b"{}")
    assert len(time.slept) == 4
    with pytest.raises(Upstream, match="left alone until") as still:
        poster(address, b"{}")
    assert no.value.status == still.value.status == 503  # nothing was sent


def test_an_answer_without_end_is_refused(server, poster, monkeypatch) -> None:
    monkeypatch.setattr(post, "LARGEST", 1000)
    server.answer = answer(body=b"x" * 2000)
    with pytest.raises(TooLarge):
        poster(url(server), b"{}")


def test_words_of_an_error_as_servers_put_them() -> None:
    assert post.said(b'{"error": "out of memory"}') == ("", "out of memory")
    assert post.said(b'{"detail": {"type": "t", "message": "m\\n n"}}') == ("t", "m n")
    assert post.said(b"<html>") == post.said(b"[]") == post.said(b'{"error": 3}') == ("", "")
    assert len(post.said(b'{"error": "' + b"x" * 900 + b'"}')[1]) == 200
