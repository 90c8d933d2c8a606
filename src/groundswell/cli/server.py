"""Running the web server in the foreground."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import uvicorn

from groundswell.cli.state import now, say
from groundswell.desk import Desk
from groundswell.errors import DeskError, UsageError
from groundswell.serve import create_app
from groundswell.store import open_store

LEAVE = 3  # seconds that readers of an endless answer are given when the server ends


def serve_forever(
    desk: Desk, path: Path, bind: str, *, ready: Callable[[str], None] | None = None
) -> None:
    """Serve until Ctrl-C (which ends it well). `ready` is told the address once it is bound."""
    # uvicorn re-raises the Ctrl-C it was stopped with
    with _listening(desk, path, bind, ready) as (server, listener), suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


def serve_until(desk: Desk, path: Path, bind: str, stop: Event) -> None:
    """Serve until `stop` is set or the server ends by itself, whichever comes first."""
    with _listening(desk, path, bind, None) as (server, listener):

        def watch() -> None:
            stop.wait()
            server.should_exit = True

        Thread(target=watch, name="stop", daemon=True).start()
        server.run(sockets=[listener])
        stop.set()


@contextmanager
def _listening(
    desk: Desk, path: Path, bind: str, ready: Callable[[str], None] | None
) -> Iterator[tuple[uvicorn.Server, socket.socket]]:
    host, port = parse_bind(bind)
    if desk.operator is None and not loopback(host):
        raise DeskError(
            "desk.toml, table [operator]: is needed to serve beyond this machine; say "
            "who answers for it, or bind to 127.0.0.1"
        )
    open_store(path, clock=now, key=b"", readonly=True).close()  # a clear error before binding
    listener = listen(host, port)
    shown = f"http://{host}:{listener.getsockname()[1]}"
    app = create_app(desk, lambda: open_store(path, clock=now, key=b"", readonly=True))
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=LEAVE,
    )
    if ready:
        ready(shown)
    else:
        say(f"Open  {shown}/  (Ctrl-C stops)")
    try:
        yield uvicorn.Server(config), listener
    finally:
        listener.close()


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; UsageError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # with the protocol named, asyncio sends small answers at once (TCP_NODELAY)
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # who comes before the server is up waits, and is not refused
    except OSError as problem:
        listener.close()
        raise UsageError(
            f"{host}:{port} cannot be used ({problem.strerror}); try --bind :0 for any free port"
        ) from problem
    return listener


def parse_bind(bind: str) -> tuple[str, int]:
    """Host and port of "host:port", ":port" or "[v6]:port"."""
    host, _, port = bind.rpartition(":")
    if not port.isdigit() or int(port) > 65535:
        raise UsageError(f"--bind {bind!r}: is not HOST:PORT; try 127.0.0.1:8420")
    return host.strip("[]") or "127.0.0.1", int(port)


def loopback(host: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
