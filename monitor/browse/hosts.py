"""By which names the pages are asked for: what keeps a page elsewhere from reading them through the reader's own browser.

Pages without a password are for this machine alone. But whoever has a name can point it at 127.0.0.1, and then a browser takes
these pages for a part of the site that it has open (DNS rebinding). It still says in each request which name it asks for. With
a password there is nothing to see: the cookie of those who gave it goes to the name under which they gave it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

from monitor.browse.headers import App, Message, Receive, Send

_NAME = re.compile(r"[a-z0-9_.-]{1,253}")
_PORT = re.compile(r":[0-9]{0,5}$")


def asked_by_name(app: App, names: Iterable[str]) -> App:
    """The same application, for requests to an address, to localhost, or to one of the names; others are told so (421)."""
    known = frozenset(map(_bare, names))

    async def wrapped(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or all(answers_to(host, known) for host in _hosts(scope)):
            await app(scope, receive, send)
            return
        words = _refusal(_bare(_hosts(scope)[0])).encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(words)).encode()),
            (b"x-content-type-options", b"nosniff"),
        ]
        await send({"type": "http.response.start", "status": 421, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope.get("method") == "HEAD" else words})

    return wrapped


def answers_to(host: str, known: frozenset[str]) -> bool:
    """Whether pages of this machine are asked for under a name of its own, by what a browser says (RFC 9110, 7.2).

    An address has no name that could be pointed elsewhere; localhost and what is below it never leave the machine (RFC 6761).
    """
    name = _bare(host)
    if name in known or name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _hosts(scope: Message) -> list[str]:
    """What a request says; nothing in old requests (HTTP/1.0), which no browser sends."""
    return [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]


def _bare(host: str) -> str:
    """A host as it is compared: without port, brackets and the dot of the root."""
    name = host.strip().lower()
    name = name[1:].partition("]")[0] if name.startswith("[") else _PORT.sub("", name) if name.count(":") < 2 else name
    return name.removesuffix(".")


def _refusal(name: str) -> str:
    shown = name if _NAME.fullmatch(name) else "NAME"
    asked = f"under the name {shown}" if shown == name else "under this name"
    return (
        f"These pages are not served {asked}, since nobody said that it is one of this machine's.\n\n"
        "On this machine, use http://127.0.0.1 or http://localhost with the same port. Where a server in front of the pages"
        f' hands on what it was asked for, add\n\n    [browse]\n    names = ["{shown}"]\n\n'
        "to the settings and start them again.\n"
    )
