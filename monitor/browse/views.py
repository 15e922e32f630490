"""Answers to requests for the project's own pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Request, Response

from monitor.browse import ours, pages
from monitor.browse.front import front
from monitor.browse.pages import Links
from monitor.browse.search import Results, search, understand
from monitor.clock import utc_now

if TYPE_CHECKING:
    # Not at run time: Datasette imports its plugins before this class exists.
    from datasette.app import Datasette

HOME, SEARCH, STYLE = "/", "/-/seedwatch/search", "/-/seedwatch/"
_TIME_LIMIT_MS = 3000
_T = TypeVar("_T")


async def home(datasette: Datasette, request: Request) -> Response:
    """The front page."""
    name = await _database(datasette, request)
    now, links = _now(datasette), _links(datasette, name)
    try:
        shown = await _read(datasette, name, lambda connection: front(connection, now))
    except sqlite3.DatabaseError as error:
        message = f"The database could not be read ({error}). `seedwatch doctor` says what to do."
        return _html(pages.message_page("Not working", message, links, now), status=503)
    return _html(pages.front_page(shown, links))


async def results(datasette: Datasette, request: Request) -> Response:
    """What a search found; any query has an answer."""
    name = await _database(datasette, request)
    now, links = _now(datasette), _links(datasette, name)
    query = understand(request.args.get("q") or "")
    try:
        found = await _read(datasette, name, lambda connection: search(connection, query))
    except sqlite3.DatabaseError as error:
        reason = (
            "It took too long; more words, or rarer ones, are quicker." if "interrupted" in str(error) else str(error)
        )
        found = Results(query, failed=reason)
    return _html(pages.search_page(found, links, now))


async def style(request: Request) -> Response:
    """A style sheet; its address changes with it."""
    headers = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(pages.STYLES[request.url_vars["name"]], content_type="text/css; charset=utf-8", headers=headers)


def style_url(datasette: Datasette, name: str) -> str:
    """The address of a style sheet."""
    return f"{datasette.urls.path(STYLE)}{name}?{pages.style_version(name)}"


async def _database(datasette: Datasette, request: Request) -> str:
    """The first of our databases, if the reader may see it."""
    name = next(iter(ours.databases(datasette)))
    await datasette.ensure_permissions(request.actor, [("view-database", name), "view-instance"])
    return name


async def _read(datasette: Datasette, name: str, read: Callable[[sqlite3.Connection], _T]) -> _T:
    def limited(connection: sqlite3.Connection) -> _T:
        with sqlite_timelimit(connection, _TIME_LIMIT_MS):
            return read(connection)

    found: _T = await datasette.get_database(name).execute_fn(limited)
    return found


def _now(datasette: Datasette) -> datetime:
    return utc_now().astimezone(ours.zone(datasette))


def _links(datasette: Datasette, name: str) -> Links:
    urls: Any = datasette.urls
    return Links(
        home=urls.path(HOME),
        search=urls.path(SEARCH),
        style=style_url(datasette, "seedwatch.css"),
        database=urls.database(name),
    )


def _html(page: str, status: int = 200) -> Response:
    return Response.html(page, status=status, headers={"cache-control": "no-cache"})
