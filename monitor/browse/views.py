"""Answers to requests for the project's own pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import AsgiStream, AsgiWriter, Request, Response

from db.exports import chosen_ids
from db.queries import FOUND, Filter, UnknownUid, resolve_uid
from monitor.browse import article as articles
from monitor.browse import listing, matter, ours, pages, sources
from monitor.browse.access import UNDOABLE, signed_in
from monitor.browse.following import ROWS, atom, csv_head, csv_rows
from monitor.browse.front import front
from monitor.browse.links import PREFIX, Links
from monitor.browse.matter import MatterPage
from monitor.clock import utc_now
from monitor.deliver import undoing

if TYPE_CHECKING:
    # Not at run time: Datasette imports its plugins before this class exists.
    from datasette.app import Datasette

_TIME_LIMIT_MS = 3000
DECISIONS = 200
"""Decisions on the page of what people decided."""
_FILE_LIMIT_MS = 20_000
"""To find what belongs into a file, for which people wait."""
_T = TypeVar("_T")


async def home(datasette: Datasette, request: Request) -> Response:
    """The front page."""
    now = now_of(datasette)
    return await _answer(datasette, request, "front", lambda connection: {"front": front(connection, now)}, now)


async def results(datasette: Datasette, request: Request) -> Response:
    """A list with filters, or what a search found; any query has an answer."""
    now = now_of(datasette)
    question = listing.asked(_args(request), now.tzinfo)

    def read(connection: sqlite3.Connection) -> dict[str, Any]:
        try:
            found = listing.results(connection, question)
        except sqlite3.DatabaseError as error:
            if "interrupted" not in str(error):
                raise
            slow = "It took too long; more words, or rarer ones, and a shorter time are quicker."
            found = listing.Results(question, failed=slow)
        return {"results": found, "asked": question, "typed": question.query.text}

    return await _answer(datasette, request, "search", read, now)


async def article(datasette: Datasette, request: Request) -> Response:
    """An article."""
    now = now_of(datasette)

    def read(connection: sqlite3.Connection) -> dict[str, Any]:
        return {"page": articles.article_page(connection, request.url_vars["uid"], now.tzinfo)}

    return await _answer(datasette, request, "article", read, now)


async def story(datasette: Datasette, request: Request) -> Response:
    """A story."""
    return await _found(
        datasette, request, "story", lambda connection, _: matter.story_page(connection, request.url_vars["uid"])
    )


async def watch(datasette: Datasette, request: Request) -> Response:
    """A watch."""
    return await _found(
        datasette, request, "watch", lambda connection, now: matter.watch_page(connection, _name(request), now)
    )


async def seed(datasette: Datasette, request: Request) -> Response:
    """A seed."""

    def read(connection: sqlite3.Connection, now: datetime) -> MatterPage | None:
        return matter.seed_page(connection, resolve_uid(connection, request.url_vars["uid"]), now)

    return await _found(datasette, request, "seed", read)


async def outlet(datasette: Datasette, request: Request) -> Response:
    """An outlet."""
    domain, name = (request.args.get(key) or "" for key in ("domain", "name"))
    return await _found(
        datasette, request, "outlet", lambda connection, _: sources.outlet_page(connection, domain, name)
    )


async def data(datasette: Datasette, request: Request) -> Response:
    """What can be asked, and all views, in words."""
    name = await _database(datasette, request)
    own = await datasette.permission_allowed(request.actor, "execute-sql", name, default=True)
    return await _answer(datasette, request, "data", lambda _: {"sql": own}, now_of(datasette))


async def feeds(datasette: Datasette, request: Request) -> Response:
    """All feeds."""
    state, tag, page = (request.args.get(key) or "" for key in ("state", "tag", "page"))
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 9 else 1
    return await _found(
        datasette, request, "feeds", lambda connection, _: sources.feeds_page(connection, state, tag, number)
    )


async def feed(datasette: Datasette, request: Request) -> Response:
    """A feed."""
    url = request.args.get("url") or ""
    return await _found(datasette, request, "feed", lambda connection, now: sources.feed_page(connection, url, now))


async def decisions(datasette: Datasette, request: Request) -> Response:
    """What people decided and can take back."""

    def read(connection: sqlite3.Connection, now: datetime) -> list[undoing.Made]:
        return undoing.latest(connection, DECISIONS, now.tzinfo)

    return await _found(datasette, request, "decisions", read)


async def follow(datasette: Datasette, request: Request) -> Response | AsgiStream:
    """What a list has, as a feed (Atom, RFC 4287): what is likely related, unless the address says otherwise."""
    question = listing.asked(_args(request), now_of(datasette).tzinfo)
    address = datasette.absolute_url(request, request.full_path)
    title = " · ".join(filter(None, ("seedwatch", *question.written.values(), question.query.text)))

    def answer(text: str) -> Response:
        headers = {"cache-control": "no-cache"}
        return Response(text, content_type="application/atom+xml; charset=utf-8", headers=headers)

    wanted, match = _handed_on(question), question.query.match
    return await _handed(datasette, request, lambda connection: atom(connection, wanted, match, title, address), answer)


async def spreadsheet(datasette: Datasette, request: Request) -> Response | AsgiStream:
    """What a list has, for a spreadsheet: CSV without formulas, all of it, piece by piece."""
    wanted = _handed_on(listing.asked(_args(request), now_of(datasette).tzinfo))

    def answer(ids: list[int]) -> AsgiStream:
        async def lines(writer: AsgiWriter) -> None:
            await writer.write(csv_head())
            for start in range(0, len(ids), ROWS):
                piece = ids[start : start + ROWS]
                await writer.write(await _read(datasette, name, lambda connection: csv_rows(connection, wanted, piece)))  # noqa: B023  it is over before the next

        headers = {"cache-control": "no-cache", "content-disposition": 'attachment; filename="seedwatch.csv"'}
        return AsgiStream(lines, headers=headers, content_type="text/csv; charset=utf-8")

    name = await _database(datasette, request)
    return await _handed(datasette, request, lambda connection: chosen_ids(connection, wanted), answer)


async def style(request: Request) -> Response:
    """A style sheet; its address changes with it."""
    headers = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(pages.STYLES[request.url_vars["name"]], content_type="text/css; charset=utf-8", headers=headers)


def style_url(datasette: Datasette, name: str) -> str:
    """The address of a style sheet."""
    return f"{datasette.urls.path(PREFIX)}{name}?{pages.style_version(name)}"


def shown(datasette: Datasette, request: Request, template: str, links: Links, now: datetime, **context: Any) -> str:
    """A page of ours for whoever asks: with buttons for those who may decide, and with what was said to them."""
    access, who = ours.access(datasette), signed_in(request.actor)
    desk = None
    if access.closed:
        back = request.full_path
        desk = {"who": who, "token": request.scope["csrftoken"](), "back": back, "edit": bool(access.decide and who)}
    messages = list(datasette._show_messages(request))  # noqa: SLF001  as its own templates do
    said = [message for message, kind in messages if kind != UNDOABLE]
    undoable = next((message for message, kind in messages if kind == UNDOABLE), None)
    return pages.page(template, links, now, **{"desk": desk, "said": said, "undoable": undoable, **context})


def links_of(datasette: Datasette, name: str) -> Links:
    """Where things are, for pages on one database."""
    urls: Any = datasette.urls
    return Links(
        root=urls.path("/").rstrip("/"), style=style_url(datasette, "seedwatch.css"), database=urls.database(name)
    )


def html(page: str, status: int = 200) -> Response:
    """A page as an answer that nobody keeps."""
    return Response.html(page, status=status, headers={"cache-control": "no-cache"})


async def _handed(
    datasette: Datasette,
    request: Request,
    read: Callable[[sqlite3.Connection], _T],
    answer: Callable[[_T], Response | AsgiStream],
) -> Response | AsgiStream:
    """What `read` gives, as a file; or, in words, that it took too long."""
    name = await _database(datasette, request)
    try:
        return answer(await _read(datasette, name, read, _FILE_LIMIT_MS))
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        words = "It took too long; a shorter time or fewer words are quicker, and `seedwatch export` takes all the time it needs."
        now = now_of(datasette)
        page = shown(datasette, request, "message", links_of(datasette, name), now, title="Not done", message=words)
        return html(page, status=503)


async def _found(
    datasette: Datasette,
    request: Request,
    template: str,
    read: Callable[[sqlite3.Connection, datetime], object | None],
) -> Response:
    """The page that `read` gives what it shows, or that there is no such thing."""
    now = now_of(datasette)
    return await _answer(datasette, request, template, lambda connection: {"page": read(connection, now)}, now)


async def _answer(
    datasette: Datasette,
    request: Request,
    template: str,
    read: Callable[[sqlite3.Connection], dict[str, Any]],
    now: datetime,
) -> Response:
    name = await _database(datasette, request)
    links = links_of(datasette, name)

    def message(title: str, words: str, status: int) -> Response:
        return html(shown(datasette, request, "message", links, now, title=title, message=words), status=status)

    try:
        context = await _read(datasette, name, read)
    except UnknownUid as error:
        return message("Not found", f"{error}.", 404)
    except sqlite3.DatabaseError as error:
        return message(
            "Not working", f"The database could not be read ({error}). `seedwatch doctor` says what to do.", 503
        )
    if context.get("page", context) is None:
        nothing = f"There is no such {template} here, or nothing is known of it yet."
        return message("Not found", nothing, 404)
    return html(shown(datasette, request, template, links, now, **context))


async def _database(datasette: Datasette, request: Request) -> str:
    """The first of our databases, if the reader may see it."""
    name = next(iter(ours.databases(datasette)))
    await datasette.ensure_permissions(request.actor, [("view-database", name), "view-instance"])
    return name


async def _read(
    datasette: Datasette, name: str, read: Callable[[sqlite3.Connection], _T], limit_ms: int = _TIME_LIMIT_MS
) -> _T:
    def limited(connection: sqlite3.Connection) -> _T:
        factory = connection.row_factory
        connection.row_factory = sqlite3.Row
        try:
            with sqlite_timelimit(connection, limit_ms):
                return read(connection)
        finally:
            connection.row_factory = factory

    found: _T = await datasette.get_database(name).execute_fn(limited)
    return found


def _handed_on(question: listing.Asked) -> Filter:
    """The filter of a list that is handed on: what is likely related, where neither verdict nor words are named."""
    wanted = replace(question.filter, words=question.query.text or None)
    likely = wanted.verdicts or (() if wanted.words else ("likely",))
    return replace(wanted, origins=wanted.origins or FOUND, verdicts=likely)


def _args(request: Request) -> dict[str, list[str]]:
    return {key: request.args.getlist(key) for key in request.args}


def _name(request: Request) -> str:
    return unquote(request.url_vars["name"])


def now_of(datasette: Datasette) -> datetime:
    """The time, in the newsroom's zone."""
    return utc_now().astimezone(ours.zone(datasette))
