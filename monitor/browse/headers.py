"""Headers that keep what feeds wrote from doing anything, and CSV without formulas: an ASGI wrapper around all pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from monitor.browse.spreadsheet import Neutraliser

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_CLOSED = "default-src 'none'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
OWN_POLICY = _CLOSED + "style-src 'self'"
"""For the project's own pages: no script at all."""
STOCK_POLICY = _CLOSED + "style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; connect-src 'self'"
"""For Datasette's own pages, which have scripts and styles in the page."""


def guarded(app: App, is_own: Callable[[str], bool]) -> App:
    """The same application, with the headers on every answer; `is_own` tells the project's own paths."""

    async def wrapped(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        own = is_own(scope["path"])
        policy = OWN_POLICY if own else STOCK_POLICY
        table: Neutraliser | None = None

        async def send_guarded(message: Message) -> None:
            nonlocal table
            if message["type"] == "http.response.start":
                ours = _headers(policy)
                others = [pair for pair in message.get("headers", ()) if pair[0].lower() not in dict(ours)]
                if not own and _is_csv(others, scope):
                    table = Neutraliser()
                    others = [pair for pair in others if pair[0].lower() != b"content-length"]
                message = {**message, "headers": others + ours}
            elif table is not None:
                last = not message.get("more_body", False)
                message = {**message, "body": table.feed(message.get("body", b""), last=last)}
            await send(message)

        await app(scope, receive, send_guarded)

    return wrapped


def _is_csv(headers: list[tuple[bytes, bytes]], scope: Message) -> bool:
    """Whether an answer is a table, also one that is shown as text because it was not asked to be saved."""
    kind = next((value for name, value in headers if name.lower() == b"content-type"), b"")
    return kind.startswith(b"text/csv") or (kind.startswith(b"text/plain") and scope["path"].endswith(".csv"))


def _headers(policy: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
    ]
