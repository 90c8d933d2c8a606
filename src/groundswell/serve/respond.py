"""Answers: the snapshot they rest on, an ETag, and headers that allow nothing from elsewhere."""

from __future__ import annotations

import hashlib
import json as codec
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request, Response

from groundswell.query.pages import Sight

POLICY = ("default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
          "base-uri 'none'; frame-ancestors 'none'")  # fmt: skip
LIVE = "live"  # the mark of a page that tells of the present, not of a snapshot
GUARDS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


async def guard(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
    """Put the guarding headers on every answer, errors and files included."""
    response = await go_on(request)
    for name, value in GUARDS.items():
        response.headers.setdefault(name, value)
    return response


def html(request: Request, mark: str, body: str) -> Response:
    """A page; `mark` is the id of the snapshot it shows."""
    return _tagged(request, mark, body, "text/html; charset=utf-8")


def text(request: Request, mark: str, body: str) -> Response:
    """A page as plain text."""
    return _tagged(request, mark, body, "text/plain; charset=utf-8")


def as_json(sight: Sight, data: dict[str, Any]) -> str:
    """The data of a page, with the snapshot they were read at."""
    snapshot = {"id": sight.snapshot.id, "night": sight.night, **sight.snapshot.as_json()}
    return codec.dumps({"snapshot": snapshot, **data}, ensure_ascii=False, indent=1)


def json(request: Request, mark: str, body: str) -> Response:
    """A page's data; anybody's page may read it."""
    response = _tagged(request, mark, body, "application/json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def page(body: str, status: int) -> Response:
    """A page that rests on no snapshot: an error."""
    return Response(body, status, dict(GUARDS), media_type="text/html")


def bare(body: str, status: int = 200) -> Response:
    """A line for machines."""
    return Response(body, status, {"Cache-Control": "no-store"}, media_type="text/plain")


def problem(status: int, what: str, near: tuple[tuple[str, str], ...]) -> Response:
    """An error for machines (RFC 9457)."""
    body = {"type": "about:blank", "title": what, "status": status,
            "near": [{"title": title, "path": path} for title, path in near]}  # fmt: skip
    return Response(codec.dumps(body, ensure_ascii=False), status, dict(GUARDS),
                    media_type="application/problem+json")  # fmt: skip


def _tagged(request: Request, mark: str, body: str, kind: str) -> Response:
    tag = f'W/"{hashlib.sha256(body.encode()).hexdigest()[:20]}"'
    headers = {"ETag": tag, "X-Snapshot": mark, "Cache-Control": "no-cache"}
    known = [part.strip() for part in request.headers.get("if-none-match", "").split(",")]
    if tag in known or tag.removeprefix("W/") in known:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=kind)
