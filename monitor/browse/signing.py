"""Answers to what people send: the password and their name, and what they decide. Every one of them is a form of ours."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from datasette.utils.asgi import Request, Response

from db.errors import StoreError
from db.queries import UnknownUid
from monitor.browse import ours
from monitor.browse.access import (
    COOKIE,
    SIGNED_IN_S,
    UNDOABLE,
    Wish,
    local_path,
    name_of,
    own_request,
    signed_in,
    ticket,
)
from monitor.browse.views import html, links_of, now_of, shown
from monitor.deliver.deciding import CannotDecide

if TYPE_CHECKING:
    # Not at run time: Datasette imports its plugins before this class exists.
    from datasette.app import Datasette

_FOREIGN = "This was not sent by a page of this server."


async def login(datasette: Datasette, request: Request) -> Response:
    """Asks for the password, and for the name that decisions are signed with."""
    access = ours.access(datasette)
    back = local_path(request.args.get("back") or "/")
    if not access.closed:
        return Response.redirect(datasette.urls.path("/"))
    wrong, name = "", ""
    if request.method == "POST":
        written = await request.post_vars()
        name, back = name_of(written.get("name", "")), local_path(written.get("back", "/"))
        if not own_request(request.headers):
            wrong = _FOREIGN
        elif not name:
            wrong = "A name is needed: what you decide is signed with it."
        elif not await access.right(written.get("password", "")):
            wrong = "That is not the password."
        else:
            response = Response.redirect(back, status=303)
            secure = request.scheme == "https"
            response.set_cookie(
                COOKIE, ticket(datasette, name), max_age=SIGNED_IN_S, httponly=True, samesite="lax", secure=secure
            )
            return response
    links, now = links_of(datasette, next(iter(ours.databases(datasette)))), now_of(datasette)
    page = shown(datasette, request, "login", links, now, back=back, wrong=wrong, name=name, edit=bool(access.decide))
    return html(page, status=403 if wrong else 200)


async def logout(datasette: Datasette, request: Request) -> Response:
    """Forgets who somebody is, when a form of ours says so."""
    response = Response.redirect(datasette.urls.path("/"), status=303)
    if request.method == "POST" and own_request(request.headers):
        response.set_cookie(COOKIE, "", max_age=0, expires=0)
    return response


async def decide(datasette: Datasette, request: Request) -> Response:
    """Does what somebody decided by a click, signed with the name they gave, and leads back to where it was clicked."""
    access, who = ours.access(datasette), signed_in(request.actor)
    links, now = links_of(datasette, next(iter(ours.databases(datasette)))), now_of(datasette)
    if request.method != "POST" or access.decide is None or who is None or not own_request(request.headers):
        words = "Decisions are sent by the buttons of these pages, by somebody who gave the password."
        return html(shown(datasette, request, "message", links, now, title="Not done", message=words), status=403)
    written = await request.post_vars()
    wish = Wish(
        do=written.get("do", ""),
        target=written.get("target", ""),
        watch=written.get("watch") or None,
        because=written.get("because", ""),
        who=who,
        what=written.get("what", ""),
        other=written.get("other", "").strip(),
    )
    try:
        said = await asyncio.get_running_loop().run_in_executor(None, access.decide, wish)
    except (CannotDecide, UnknownUid) as error:
        return html(shown(datasette, request, "message", links, now, title="Not done", message=f"{error}."), status=400)
    except (StoreError, OSError) as error:
        return html(shown(datasette, request, "message", links, now, title="Not done", message=f"{error}."), status=503)
    datasette.add_message(request, said.words)
    if said.id is not None:
        datasette.add_message(request, said.id, UNDOABLE)
    return Response.redirect(local_path(written.get("back", "/")), status=303)
