from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus

import pytest
from websockets.sync.server import ServerConnection, serve

from groundswell.errors import (
    CursorTooOld,
    Forbidden,
    Malformed,
    NotFound,
    Silent,
    SourceError,
    TooLarge,
    Unsafe,
    Upstream,
)

from .conftest import drop, json, moved, reply

EVENTS = b"event: update\r\ndata: {}\r\n\r\n:thump\n\n"


def begun(body: bytes, then: Callable[..., None] = lambda handler: None):
    """A stream that sends this, and then does something."""

    def act(handler):
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
        handler.wfile.write(head + body)  # in one piece, so that no pause lies between them
        then(handler)
        handler.close_connection = True

    return act


class TestLines:
    def test_come_as_they_are_sent(self, site, client):
        site.on("/s", begun(EVENTS + b"last"))
        lines = list(client.stream("https://quay.example/s", headers={"Last-Event-ID": "7"}))
        assert lines == [b"event: update", b"data: {}", b"", b":thump", b"", b"last"]
        sent = site.seen[0][1]
        assert sent["last-event-id"] == "7"
        assert sent["accept-encoding"] == "identity"

    def test_do_not_wait_for_the_end(self, site, make):
        go = threading.Event()
        site.on("/s", begun(EVENTS, lambda handler: go.wait(10)))
        stream = make().stream("https://quay.example/s")
        assert next(stream) == b"event: update"
        stream.close()
        go.set()

    def test_silence_is_told(self, site, make):
        client = make(limits={"silence": 0.05})
        site.on("/s", begun(EVENTS, lambda handler: handler.rfile.read(1)))
        stream = client.stream("https://quay.example/s")
        assert [next(stream) for _ in range(5)][-1] == b""
        with pytest.raises(Silent, match="05 seconds"):
            next(stream)

    def test_a_cut_is_told(self, site, client):
        site.on("/s", json("a\nb\nc", content_length="90"))
        stream = client.stream("https://quay.example/s")
        assert [next(stream), next(stream)] == [b"a", b"b"]
        with pytest.raises(Upstream, match="connection failed"):
            next(stream)

    def test_gzip_files_are_opened_on_the_way(self, site, client):
        packed = gzip.compress(b'{"id":1}\n') + gzip.compress(b'{"id":2}\n')
        site.on("/h.json.gz", reply(packed, kind="application/octet-stream"))
        site.on("/h", reply(packed, kind="application/gzip"))
        site.on("/cut.gz", reply(packed[:-6], kind="application/gzip"))
        for path in ("h.json.gz", "h"):
            lines = list(client.stream(f"https://quay.example/{path}"))
            assert lines == [b'{"id":1}', b'{"id":2}']
        with pytest.raises(Malformed, match="breaks off"):
            list(client.stream("https://quay.example/cut.gz"))

    def test_a_line_has_an_end(self, site, make):
        site.on("/s", reply(b"a\n" + b"x" * 101, kind="text/plain"))
        stream = make(limits={"line": 100}).stream("https://quay.example/s")
        assert next(stream) == b"a"
        with pytest.raises(TooLarge, match="100 bytes"):
            next(stream)

    def test_opening_is_tried_again_and_redirected(self, site, client, time):
        site.on("/s", reply(status=503), drop, moved("/t")).on("/t", begun(b"x\n"))
        assert list(client.stream("https://quay.example/s")) == [b"x"]
        assert len(time.slept) == 2

    def test_refusals_and_pages_are_errors(self, site, client):
        site.on("/login", reply(b"<html><title>Log in</title>", kind="text/html"))
        site.on("/loop", moved("/loop"))
        for path, error in (("gone", NotFound), ("login", Forbidden), ("loop", Malformed)):
            with pytest.raises(error):
                next(client.stream(f"https://quay.example/{path}"))
        with pytest.raises(Unsafe):
            client.stream("https://127.0.0.1/")


@pytest.fixture
def socket() -> Iterator[Callable[..., str]]:
    """WebSocket servers on this machine: each is what it does with a connection."""
    servers = []

    def run(act: Callable[[ServerConnection], None], **parts: object) -> str:
        server = serve(act, "127.0.0.1", 0, **parts)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return f"127.0.0.1:{server.socket.getsockname()[1]}"

    yield run
    for server, thread in servers:
        server.shutdown()
        thread.join()


class TestMessages:
    def test_come_as_bytes_until_the_other_side_closes(self, socket, make):
        seen = []

        def act(connection):
            seen.append(connection.request)
            connection.send('{"seq":1}')
            connection.send(b"\x00\x01")

        client = make(routes={"jet.example": socket(act, subprotocols=["xrpc.v1.json"])})
        stream = client.stream(
            "wss://jet.example/subscribe", params={"collections": ["a", "b"], "cursor": 7},
            headers={"Sec-WebSocket-Protocol": "xrpc.v1.json"},
        )  # fmt: skip
        assert list(stream) == [b'{"seq":1}', b"\x00\x01"]
        assert seen[0].path == "/subscribe?collections=a&collections=b&cursor=7"
        assert seen[0].headers["host"] == "jet.example"
        assert seen[0].headers["user-agent"].startswith("Ripple/0.1 (+https://operator.example")
        assert seen[0].headers["sec-websocket-protocol"] == "xrpc.v1.json"

    def test_silence_is_told_although_pings_are_answered(self, socket, make):
        done = threading.Event()

        routes = {"jet.example": socket(lambda it: done.wait(10), close_timeout=0.1)}
        stream = make(routes=routes, limits={"silence": 0.05}).stream("ws://jet.example/")
        with pytest.raises(Silent, match="jet"):
            next(stream)
        done.set()

    def test_a_broken_stream_is_told(self, socket, make):
        def act(connection):
            connection.send("one")
            connection.socket.close()

        stream = make(routes={"jet.example": socket(act)}).stream("ws://jet.example/")
        assert next(stream) == b"one"
        with pytest.raises(Upstream, match="broke off"):
            next(stream)

    def test_a_huge_message_is_told(self, socket, make):
        client = make(
            routes={"jet.example": socket(lambda it: it.send("x" * 5000))}, limits={"line": 1000}
        )
        with pytest.raises(TooLarge, match="larger than we take"):
            next(client.stream("ws://jet.example/"))

    @pytest.mark.parametrize(("status", "error"), [
        (HTTPStatus.BAD_REQUEST, SourceError), (HTTPStatus.FORBIDDEN, Forbidden),
        (HTTPStatus.NOT_FOUND, NotFound),
    ])  # fmt: skip
    def test_a_refused_handshake_keeps_what_was_said(self, socket, make, status, error):
        body = '{"error":"CursorTooOld","message":"floor is 900"}'
        address = socket(
            lambda it: None, process_request=lambda it, request: it.respond(status, body)
        )
        with pytest.raises(error) as raised:
            next(make(routes={"jet.example": address}).stream("ws://jet.example/"))
        assert type(raised.value) is error
        assert raised.value.status == status
        assert raised.value.body == body.encode()
        assert not isinstance(raised.value, CursorTooOld)

    @pytest.mark.parametrize("where", [
        "http://[::1", "wss://127.0.0.1/", "https://10.0.0.8/admin", "/elsewhere", "ws://quay.example/",
        "data:,x", "",
    ])  # fmt: skip
    @pytest.mark.parametrize("status", [HTTPStatus.FOUND, HTTPStatus.PERMANENT_REDIRECT])
    def test_a_redirected_handshake_is_not_followed(self, socket, make, where, status):
        asked = []

        def gate(connection, request):
            asked.append(request.path)
            answer = connection.respond(status, "over there")
            answer.headers["Location"] = where
            return answer

        address = socket(lambda it: it.send("one"), process_request=gate)
        with pytest.raises(Unsafe, match=rf"jet.example: redirects its stream \({status.value}\)"):
            next(make(routes={"*": address}).stream("ws://jet.example/s"))
        assert asked == ["/s"]

    @pytest.mark.parametrize("said", [
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n", b"HTTP/1.1 101 Hm\r\nUpgrade: tea\r\n\r\n",
        b"HTTP/1.1 302 Found\r\n\r\n", b"nonsense\r\n\r\n", b"HTTP/1.1 999 ?\r\n\r\n", b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 300,
    ], ids=range(8))  # fmt: skip
    def test_whatever_a_server_says_is_one_of_our_errors(self, site, make, said):
        def act(handler):
            handler.wfile.write(said)
            handler.close_connection = True

        site.on("/s", act)
        with pytest.raises(SourceError):
            next(make(limits={"tries": 1}).stream("ws://quay.example/s"))

    def test_a_busy_server_is_asked_again(self, socket, make, time):
        answers = [HTTPStatus.SERVICE_UNAVAILABLE, None]

        def gate(connection, request):
            status = answers.pop(0)
            return None if status is None else connection.respond(status, "busy")

        address = socket(lambda it: it.send("one"), process_request=gate)
        assert list(make(routes={"jet.example": address}).stream("ws://jet.example/")) == [b"one"]
        assert len(time.slept) == 1

    def test_something_else_listens_there(self, site, make):
        site.on("/", json())
        client = make(limits={"tries": 1})
        with pytest.raises(SourceError):
            next(client.stream("ws://quay.example/"))

    @pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1"])
    def test_private_networks_are_refused(self, make, address):
        client = make(routes={}, resolve=lambda host, port: [address])
        with pytest.raises(Unsafe):
            next(client.stream("wss://jet.example/"))

    def test_connects_to_the_address_that_was_checked(self, monkeypatch, make):
        import socket as network

        dialled = []

        def dial(address, timeout):
            dialled.append(address)
            raise OSError("nobody there")

        monkeypatch.setattr(network, "create_connection", dial)
        client = make(routes={}, resolve=lambda host, port: ["93.184.216.34"], limits={"tries": 1})
        with pytest.raises(Upstream, match="nobody there"):
            next(client.stream("wss://jet.example/"))
        assert dialled == [("93.184.216.34", 443)]
