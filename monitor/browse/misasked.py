"""Addresses of Datasette's own pages that ask for what cannot be: answered as the fault of the address, not of the server.

Datasette takes a column that is not there to sort by, a place in a list that is none, or a filter that is no JSON for errors of
its own (status 500), with a traceback for each.
"""

from __future__ import annotations

import sqlite3
from http import HTTPStatus
from typing import TYPE_CHECKING

from datasette.utils.asgi import Request, Response

from monitor.browse import ours, views
from monitor.browse.links import HOME, PREFIX

if TYPE_CHECKING:
    # Not at run time: Datasette imports its plugins before this class exists.
    from datasette.app import Datasette

_REFUSED = "DatasetteError"
"""What Datasette raises in most cases; by name, since its class is not there yet when plugins are imported."""


def words(request: Request, exception: Exception, base: str = "") -> str | None:
    """What is wrong with an address that led to an exception; None where the address is not at fault."""
    if request.path == f"{base}{HOME}" or request.path.startswith(f"{base}{PREFIX}"):
        return None
    if type(exception).__name__ == _REFUSED:
        at_fault = getattr(exception, "status", 0) >= HTTPStatus.INTERNAL_SERVER_ERROR
        return str(exception) if at_fault and not isinstance(exception.__context__, sqlite3.Error) else None
    if request.query_string and isinstance(exception, ValueError | LookupError):
        return "Something behind the question mark of this address cannot be understood."
    return None


def answered(datasette: Datasette, request: Request, exception: Exception) -> Response | None:
    """The answer to such an address; None where it is none."""
    known = ours.databases(datasette)
    wrong = words(request, exception, datasette.setting("base_url").rstrip("/")) if known else None
    if wrong is None:
        return None
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": wrong, "status": 400, "title": None}, status=400)
    links = views.links_of(datasette, next(iter(known)))
    now = views.now_of(datasette)
    page = views.shown(datasette, request, "message", links, now, title="Not understood", message=wrong)
    return views.html(page, status=400)
