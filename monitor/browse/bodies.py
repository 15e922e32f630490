"""How much somebody may send, before it is known who: the forms of the pages are small, and nothing else is sent."""

from __future__ import annotations

from monitor.browse.headers import App, Message, Receive, Send

MOST = 100_000
"""Bytes of a request's body; the longest form is a twentieth of that."""


def bounded(app: App) -> App:
    """The same application, which reads no more than `MOST` of what is sent.

    What says that it is longer is refused (413, RFC 9110, 15.5.14); of what does not say, the rest is as if it was not sent.
    """

    async def wrapped(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _announced(scope) > MOST:
            headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 413, "headers": headers})
            await send({"type": "http.response.body", "body": b"That is more than these pages read."})
            return
        taken = 0

        async def receive_some() -> Message:
            nonlocal taken
            if taken > MOST:
                return {"type": "http.request", "body": b"", "more_body": False}
            message = await receive()
            taken += len(message.get("body", b""))
            return message

        await app(scope, receive_some if scope["type"] == "http" else receive, send)

    return wrapped


def _announced(scope: Message) -> int:
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(length) if length.isdigit() else 0
