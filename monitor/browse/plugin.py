"""The Datasette plugin: a front page, a search that knows inflection, descriptions, and headers that keep pages safe.

It does nothing where none of the databases is seedwatch's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from pluggy import HookimplMarker

from monitor.browse import access, links, misasked, ours, pages, signing, stock_atom, views
from monitor.browse.access import gated
from monitor.browse.bodies import bounded
from monitor.browse.cells import PAGES, cell
from monitor.browse.headers import App, guarded
from monitor.browse.links import PREFIX
from monitor.browse.metadata import metadata

if TYPE_CHECKING:
    # Not at run time: Datasette imports its plugins before this class exists.
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

hookimpl = HookimplMarker("datasette")


@hookimpl
def startup(datasette: Datasette) -> None:
    """Check the settings, and read our databases so that a replaced file is noticed.

    Raises:
        StartupError: a setting is wrong.
    """
    if ours.databases(datasette):
        ours.zone(datasette)
        ours.keep_live(datasette)
        stock_atom.also_when_empty(datasette)


@hookimpl
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """Titles, descriptions and canned queries."""
    databases = ours.databases(datasette)
    return metadata(databases) if databases else {}


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Any]]]:
    """The project's own pages."""
    if not ours.databases(datasette):
        return []
    sheets = "|".join(map(re.escape, pages.STYLES))
    return [
        (f"{links.HOME}$", views.home),
        (f"{links.SEARCH}$", views.results),
        (f"{links.FEEDS}$", views.feeds),
        (f"{PREFIX}article/(?P<uid>[^/]+)$", views.article),
        (f"{PREFIX}story/(?P<uid>[^/]+)$", views.story),
        (f"{PREFIX}seed/(?P<uid>[^/]+)$", views.seed),
        (f"{PREFIX}watch/(?P<name>[^/]+)$", views.watch),
        (f"{PREFIX}outlet$", views.outlet),
        (f"{PREFIX}feed$", views.feed),
        (f"{PREFIX}decisions$", views.decisions),
        (f"{PREFIX}data$", views.data),
        (f"{PREFIX}follow$", views.follow),
        (f"{PREFIX}spreadsheet$", views.spreadsheet),
        (f"{access.LOGIN}$", signing.login),
        (f"{access.LOGOUT}$", signing.logout),
        (f"{access.DECIDE}$", signing.decide),
        (f"{PREFIX}(?P<name>{sheets})$", views.style),
    ]


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """Headers on every answer, and nothing without the password where there is one."""
    if not ours.databases(datasette):
        return lambda app: app
    base = datasette.setting("base_url").rstrip("/")
    home, prefix, login = (base + path for path in (links.HOME, PREFIX, access.LOGIN))
    open_ = {login, *(prefix + sheet for sheet in pages.STYLES)}
    given = ours.access(datasette)
    return lambda app: guarded(
        bounded(gated(app, datasette, given, open_.__contains__)), lambda path: path == home or path.startswith(prefix)
    )


@hookimpl(hookwrapper=True)
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Generator[None, Any, None]:
    """An address that cannot be understood is no error of the server; all else is left to Datasette."""
    outcome = yield
    # In place of Datasette's own answer, which would print a traceback for it.
    if (answer := misasked.answered(datasette, request, exception)) is not None:
        outcome.force_result([answer])


@hookimpl
def render_cell(value: object, column: str, table: str | None, database: str, datasette: Datasette) -> Markup | None:
    """Addresses as links, articles with links to their pages, times short; None leaves the cell to Datasette."""
    known = ours.databases(datasette)
    if database not in known:
        return None
    # Plumbing names what may be no article any more; and with several databases, pages are about the first.
    paged = column in PAGES and database == next(iter(known)) and table not in known[database]
    return cell(value, ours.zone(datasette), column, views.links_of(datasette, database) if paged else None)


@hookimpl
def extra_css_urls(database: str | None, datasette: Datasette) -> list[str]:
    """A style sheet for Datasette's own pages about our databases."""
    return [views.style_url(datasette, "tables.css")] if database in ours.databases(datasette) else []
