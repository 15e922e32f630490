"""Who may read and who may decide: a password for both, asked once, and the name that decisions are signed with.

Without a password, everybody who reaches the pages may read them and nobody may decide; then they are served to this machine
alone (see `monitor.browse.serve`). With one, nothing is shown before it was given.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from config.secrets import Secret
from monitor.browse.headers import App, Message, Receive, Send
from monitor.browse.links import PREFIX
from seeds.text import clean

if TYPE_CHECKING:
    from datasette.app import Datasette

LOGIN, LOGOUT, DECIDE = f"{PREFIX}login", f"{PREFIX}logout", f"{PREFIX}decide"
COOKIE = "ds_actor"
"""Datasette's own: whom it names is the actor of its pages as well."""
SIGNED_IN_S = 30 * 86_400
LONGEST_NAME = 60
UNDOABLE = 8
"""A kind of message beside those of Datasette: the id of the decision that the message before it tells of."""
_PAUSE_S = 1.0
"""After a wrong password, and before the next is looked at: a million guesses take twelve days."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants decided, and who."""

    do: str
    target: str
    watch: str | None
    because: str
    who: str
    what: str = ""
    """Of a mute: story, outlet or phrase."""
    other: str = ""
    """Of what is said of two: the other one."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a wish, in a sentence; and by which id it is taken back, where anything was decided."""

    words: str
    id: str | None = None


@dataclass(slots=True)
class Access:
    """The password, and what decides; without `decide` nothing can be changed."""

    password: Secret = field(default_factory=lambda: Secret(""))
    decide: Callable[[Wish], Decided] | None = None
    """Does what is wished, and says what came of it; raises `CannotDecide` or StoreError."""
    _guessing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def closed(self) -> bool:
        """Whether a password is needed to read."""
        return bool(self.password.reveal())

    async def right(self, written: str) -> bool:
        """Whether this is the password. A wrong one takes a second, one after the other."""
        async with self._guessing:
            right = hmac.compare_digest(written.encode(errors="replace"), self.password.reveal().encode())
            if not right:
                await asyncio.sleep(_PAUSE_S)
            return right


def name_of(written: str) -> str:
    """A name to sign with, as it can be stored and shown."""
    return clean(written, LONGEST_NAME)


def ticket(datasette: Datasette, name: str) -> str:
    """What the cookie of somebody who gave the password holds."""
    from datasette.utils import baseconv  # noqa: PLC0415  Datasette imports its plugins first

    expires = baseconv.base62.encode(int(time.time()) + SIGNED_IN_S)
    signed: str = datasette.sign({"a": {"id": name, "seedwatch": True}, "e": expires}, "actor")
    return signed


def signed_in(actor: Mapping[str, Any] | None) -> str | None:
    """The name of somebody who gave the password."""
    return str(actor["id"]) if actor and actor.get("seedwatch") else None


def local_path(written: str) -> str:
    """A path on this server to go back to; the front page where it is none."""
    split = urlsplit(written)
    fine = written.startswith("/") and not written.startswith("//") and "\\" not in written and written.isprintable()
    return written if fine and not split.netloc and not split.scheme else "/"


def own_request(headers: Mapping[str, str]) -> bool:
    """Whether a form was sent by a page of this server, as far as browsers tell.

    One that says so itself knows best: a server in front of this one may have asked for the pages under another name.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site != "none":
        return site == "same-origin"
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def gated(app: App, datasette: Datasette, access: Access, is_open: Callable[[str], bool]) -> App:
    """The same application, which shows nothing but what `is_open` to those who did not give the password."""
    if not access.closed:
        return app

    async def wrapped(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_open(scope["path"]) and not _may(datasette, scope):
            query = scope.get("query_string", b"").decode("latin-1")
            back = scope["path"] + (f"?{query}" if query else "")
            base = datasette.setting("base_url").rstrip("/")
            place = f"{base}{LOGIN}?back={quote(back)}"
            await send({"type": "http.response.start", "status": 303, "headers": [(b"location", place.encode())]})
            await send({"type": "http.response.body", "body": b""})
            return
        await app(scope, receive, send)

    return wrapped


def _may(datasette: Datasette, scope: Message) -> bool:
    """Whether a request comes from somebody who gave the password."""
    from datasette.utils import baseconv  # noqa: PLC0415
    from itsdangerous import BadSignature  # noqa: PLC0415  comes with Datasette

    cookies: SimpleCookie = SimpleCookie()
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                cookies.load(value.decode("latin-1"))
            except CookieError:
                return False
    if COOKIE not in cookies:
        return False
    try:
        told = datasette.unsign(cookies[COOKIE].value, "actor")
        good = int(baseconv.base62.decode(told["e"])) > time.time()
    except (BadSignature, KeyError, TypeError, ValueError):
        return False
    return good and signed_in(told.get("a")) is not None
