"""Judging records in a browser: the same sitting as in the terminal, on this machine only.

It is no page of the public server and has no entry point: the command line builds it for one rater.
Its address holds a secret, so that no other page or account can send a form to it; it answers to
names of this machine alone; and nothing in it runs a script.
"""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass
from importlib.resources import files
from threading import Lock
from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles

from groundswell.errors import UsageError
from groundswell.label.sitting import Sheet, Shown, Sitting
from groundswell.serve import respond
from groundswell.serve.render import Templates

LONGEST = 20_000  # bytes of a form
OWN = frozenset({"", "same-origin", "none"})  # where a form may have been sent from


@dataclass(frozen=True, slots=True)
class JudgePage:
    """What `judge.html` shows: one record, what is asked of it, how far the rater has come."""

    title: str
    sheet: Sheet
    record: Shown | None
    done: int
    total: int
    action: str
    fault: str = ""


def judge_app(sitting: Sitting, *, title: str, token: str) -> FastAPI:
    """The web application of one sitting; it lives at `/<token>`."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    templates, lock = Templates().environment.get_template("judge.html"), Lock()

    def shown(fault: str = "", status: int = 200) -> Response:
        page = JudgePage(title=title, sheet=sitting.sheet, record=sitting.shown(),
                         done=sitting.done, total=sitting.total, action=f"/{token}",
                         fault=fault)  # fmt: skip
        return Response(templates.render(page=page), status, {"Cache-Control": "no-store"},
                        media_type="text/html; charset=utf-8")  # fmt: skip

    def refused(request: Request, given: str) -> Response | None:
        if not own_host(request.headers.get("host", "")):
            return respond.bare("this address is only for this machine\n", status=403)
        if not secrets.compare_digest(given.encode(), token.encode()):
            return respond.bare("not here\n", status=404)
        return None

    @app.get("/{given}")
    def ask(request: Request, given: str) -> Response:
        """The next record, or that all are judged."""
        with lock:
            return refused(request, given) or shown()

    @app.post("/{given}")
    async def answer(request: Request, given: str) -> Response:
        """Keep an answer and go on; a form from anywhere else is refused."""
        no = refused(request, given)
        if no is not None:
            return no
        if request.headers.get("sec-fetch-site", "") not in OWN:
            return respond.bare("this form was sent from another page\n", status=403)
        body = await request.body()
        with lock:
            try:
                taken(sitting, parse_qs(body[:LONGEST].decode("utf-8", "replace")))
            except UsageError as problem:
                return shown(str(problem), 400)
        return RedirectResponse(f"/{token}", status_code=303)

    static = str(files("groundswell.serve") / "static")
    app.mount("/static", StaticFiles(directory=static), name="static")
    app.middleware("http")(respond.guard)
    return app


def taken(sitting: Sitting, form: dict[str, list[str]]) -> None:
    """Do what a form asks: undo, skip or answer. UsageError for what is no answer."""
    act = form.get("act", ["answer"])[0]
    record = form.get("record", [""])[0]
    if act == "undo":
        sitting.undo()
    elif act == "skip":
        sitting.skip(record)
    else:
        sitting.answer(record, form.get("value", []))


def own_host(host: str) -> bool:
    """Whether a Host header names this machine.

    >>> own_host("127.0.0.1:8420"), own_host("[::1]:1"), own_host("evil.example:8420")
    (True, True, False)
    """
    name = host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name.casefold() == "localhost"
