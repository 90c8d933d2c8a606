"""Every page as HTML and as JSON, each answer one consistent view of the store."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from groundswell.desk import Desk
from groundswell.errors import StoreError
from groundswell.query.pages import Sight, look
from groundswell.registry import find, plugins
from groundswell.serve import respond
from groundswell.serve.page import MissingError, Page
from groundswell.serve.render import Templates, plain, site_of
from groundswell.serve.shelf import Shelf
from groundswell.store import Store

Opener = Callable[[], Store]


def registered() -> list[Page]:
    """Every page there is an entry point for."""
    return [find("groundswell.pages", name) for name in plugins("groundswell.pages")]


def create_app(desk: Desk, open_reader: Opener, pages: Iterable[Page] | None = None) -> FastAPI:
    """The web application of a desk. `open_reader` gives a read-only store, one per request."""
    app = FastAPI(title=f"Groundswell: {desk.title}", docs_url=None, redoc_url=None,
                  description="Every page's data, as JSON at the page's path + .json.")  # fmt: skip
    templates, shelf = Templates(), Shelf()
    known = sorted(registered() if pages is None else pages, key=lambda p: p.name)
    # An id may hold any character, so ".json" and ".txt" must be tried before the bare path.
    for page in (p for p in known if p.template):
        _route(app, page.json_path)(_answer(desk, open_reader, page, None, shelf))
    for page in sorted(known, key=lambda p: bool(p.template)):
        _route(app, page.path, listed=not page.template)(
            _answer(desk, open_reader, page, templates, shelf)
        )
    _route(app, "/healthz", listed=False)(_alive(open_reader))
    static = str(files("groundswell.serve") / "static")
    app.mount("/static", StaticFiles(directory=static), name="static")
    _handle_errors(app, desk, open_reader, templates)
    app.middleware("http")(respond.guard)
    return app


def _route(app: FastAPI, path: str, *, listed: bool = True) -> Callable[..., Any]:
    def add(endpoint: Callable[..., Any]) -> None:
        app.get(path, include_in_schema=listed, operation_id=path)(endpoint)
        app.head(path, include_in_schema=False)(endpoint)

    return add


def _answer(
    desk: Desk, open_reader: Opener, page: Page, templates: Templates | None, shelf: Shelf
) -> Callable[..., Response]:
    """The endpoint of a page; FastAPI reads its parameters from the view's signature."""
    asked = list(inspect.signature(page.view, eval_str=True).parameters.values())[1:]

    def made(sight: Sight, request: Request, params: Mapping[str, Any]) -> str:
        shown = page.view(sight, **params)
        if not page.template:
            return str(shown)
        if templates is None:
            return respond.as_json(sight, {"desk": plain(site_of(desk)), **plain(shown)})
        return templates.render(page.template, sight, request.url, shown)

    def endpoint(request: Request, **params: Any) -> Response:
        with open_reader() as store, store.reading():
            sight = look(store, desk)
            key = shelf.key(sight, f"{page.path} {templates is None} {request.url}")
            body = None if page.live else shelf.get(key)
            if body is None:
                body = shelf.put(key, made(sight, request, params))
        mark = respond.LIVE if page.live else sight.snapshot.id
        if not page.template:
            return respond.text(request, mark, body)
        return (respond.json if templates is None else respond.html)(request, mark, body)

    keyword = inspect.Parameter.KEYWORD_ONLY
    first = inspect.Parameter("request", keyword, annotation=Request)
    endpoint.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # read by FastAPI
        [first, *(p.replace(kind=keyword) for p in asked)], return_annotation=Response
    )
    endpoint.__name__ = page.name
    endpoint.__doc__ = page.view.__doc__
    return endpoint


def _alive(open_reader: Opener) -> Callable[[], Response]:
    def healthz() -> Response:
        try:
            with open_reader() as store:
                return respond.bare(f"ok, log at {store.seq()}\n")
        except StoreError as problem:
            return respond.bare(f"no store: {problem}\n", status=503)

    return healthz


def _handle_errors(app: FastAPI, desk: Desk, open_reader: Opener, templates: Templates) -> None:
    """Errors in our own style, with pages the reader may have meant."""

    def fail(request: Request, status: int, what: str,
             near: tuple[tuple[str, str], ...] = ()) -> Response:  # fmt: skip
        if request.url.path.endswith(".json"):
            return respond.problem(status, what, near)
        body = templates.render_error(_sight(desk, open_reader), desk, request.url, status, what,
                                      near)  # fmt: skip
        return respond.page(body, status)

    @app.exception_handler(MissingError)
    def missing(request: Request, problem: MissingError) -> Response:
        return fail(request, 404, str(problem), problem.near)

    @app.exception_handler(HTTPException)
    def http(request: Request, problem: HTTPException) -> Response:
        what = "There is no page at this address." if problem.status_code == 404 else problem.detail
        return fail(request, problem.status_code, what)

    @app.exception_handler(RequestValidationError)
    def wrong(request: Request, problem: RequestValidationError) -> Response:
        names = ", ".join(str(error["loc"][-1]) for error in problem.errors())
        return fail(request, 400, f"The address says something impossible about: {names}.")

    @app.exception_handler(StoreError)
    def closed(request: Request, problem: StoreError) -> Response:
        return fail(request, 503, str(problem))

    @app.exception_handler(Exception)
    def broken(request: Request, problem: Exception) -> Response:
        return fail(request, 500, "Something broke while this page was made. It is in the log.")


def _sight(desk: Desk, open_reader: Opener) -> Sight | None:
    """What the masthead of an error page needs; None when the store itself is the error."""
    try:
        with open_reader() as store:
            return look(store, desk)
    except StoreError:
        return None
