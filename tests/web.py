"""A small hostile web server on 127.0.0.1, for tests.

    with Web() as web:
        web.answer("/feed", b"<rss/>", headers={"ETag": '"1"'})
        web.redirect("/old", web.url("/feed"))
        web.raw("/broken", b"HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nabc")
        web.drip("/slow", b"HTTP/1.1 200 OK\\r\\n\\r\\n" + b"x" * 100, every=0.5)
        web.silent("/nothing")
        web.serve("/own", lambda hit: Answer(b"hello"))
        ...
        assert web.count("/feed") == 1
        assert web.hits[0].headers["user-agent"].startswith("seedwatch/")

One thread per connection, one request per connection; whatever hangs is let go when the server closes. Paths can be set
again at any time. A path is matched without its query. Needs nothing but the standard library.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.client import responses
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Hit:
    """One request as it came; header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """A proper response; Content-Length and Connection are filled in unless given."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = field(default_factory=dict)

    def encoded(self) -> bytes:
        given = self.headers.items() if isinstance(self.headers, Mapping) else self.headers
        pairs = list(given)
        names = {name.lower() for name, _ in pairs}
        if "content-length" not in names and self.status not in {204, 304}:
            pairs.append(("Content-Length", str(len(self.body))))
        if "connection" not in names:
            pairs.append(("Connection", "close"))
        phrase = responses.get(self.status, "Odd")
        head = f"HTTP/1.1 {self.status} {phrase}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in pairs)
        return head.encode("utf-8") + b"\r\n" + self.body


_TLS_HANDSHAKE = 0x16
Behaviour = Callable[[Hit, socket.socket], None]


class Web:
    """The server; a context manager. With `tls` it speaks https; without `port` it takes a free one."""

    def __init__(self, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self._tls = tls
        self._paths: dict[str, Behaviour] = {}
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=512)
        self._threads: list[threading.Thread] = []
        self.host = "127.0.0.1"
        self.port: int = self._listener.getsockname()[1]
        self.hits: list[Hit] = []
        self.connections = 0

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        with socket.create_connection((self.host, self.port)):  # wakes the accepting thread
            pass
        for thread in list(self._threads):
            thread.join(5)
        self._listener.close()

    @property
    def pair(self) -> tuple[str, int]:
        """Host and port, as `Fetcher(allowed=...)` takes them."""
        return (self.host, self.port)

    def url(self, path: str = "/", host: str | None = None) -> str:
        """The address of a path."""
        return f"{'https' if self._tls else 'http'}://{host or self.host}:{self.port}{path}"

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(hit.path == path for hit in self.hits)

    # What a path does.

    def answer(
        self,
        path: str,
        body: bytes = b"",
        status: int = 200,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> str:
        """A proper response; returns the address."""
        return self.raw(path, Answer(body, status, headers).encoded())

    def redirect(self, path: str, location: str | None, status: int = 302) -> str:
        """A redirect, without a Location when that is None."""
        return self.answer(path, status=status, headers={} if location is None else {"Location": location})

    def serve(self, path: str, respond: Callable[[Hit], Answer | bytes]) -> str:
        """A response worked out from the request; bytes are sent as they are."""

        def behave(hit: Hit, connection: socket.socket) -> None:
            answer = respond(hit)
            connection.sendall(answer if isinstance(answer, bytes) else answer.encoded())

        return self.behave(path, behave)

    def raw(self, path: str, *pieces: bytes, hold: bool = False) -> str:
        """These bytes and nothing else; then the connection is closed, or with `hold` kept open in silence."""

        def behave(hit: Hit, connection: socket.socket) -> None:
            for piece in pieces:
                connection.sendall(piece)
            if hold:
                self._closing.wait()

        return self.behave(path, behave)

    def silent(self, path: str) -> str:
        """Reads the request and never says a word."""
        return self.raw(path, hold=True)

    def drip(self, path: str, data: bytes, every: float, size: int = 1) -> str:
        """`size` bytes every so many seconds; drips go on from the start when the data has run out."""

        def behave(hit: Hit, connection: socket.socket) -> None:
            at = 0
            while not self._closing.wait(every):
                connection.sendall(data[at : at + size])
                at = at + size if at + size < len(data) else len(data) // 2

        return self.behave(path, behave)

    def flood(self, path: str, head: bytes, piece: bytes, most: int = 1 << 30) -> str:
        """The head, then the piece again and again until the client leaves or `most` bytes are sent."""

        def behave(hit: Hit, connection: socket.socket) -> None:
            connection.sendall(head)
            sent = 0
            while sent < most and not self._closing.is_set():
                connection.sendall(piece)
                sent += len(piece)

        return self.behave(path, behave)

    def behave(self, path: str, behaviour: Behaviour) -> str:
        """Anything at all; returns the address."""
        self._paths[path] = behaviour
        return self.url(path)

    # The machinery.

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._closing.is_set():
                connection.close()
                return
            self.connections += 1
            self._start(self._talk, connection)

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(20)
            try:
                if self._tls is None:
                    self._respond(connection)
                else:
                    with self._tls.wrap_socket(connection, server_side=True) as wrapped:
                        self._respond(wrapped)
            except OSError:  # the client left, or did not trust us
                return

    def _respond(self, connection: socket.socket) -> None:
        hit = _request(connection)
        if hit is None:
            return
        self.hits.append(hit)
        behaviour = self._paths.get(hit.path)
        if behaviour is None:
            connection.sendall(Answer(b"nothing here", 404).encoded())
        else:
            behaviour(hit, connection)
        if self._tls is None:
            connection.shutdown(socket.SHUT_WR)


def _request(connection: socket.socket) -> Hit | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece or piece[0] == _TLS_HANDSHAKE:  # whoever expects https here is told by the end of the connection
            return None
        data += piece
    first, *lines = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    return Hit(method, target, {name.strip().lower(): value.strip() for name, _, value in pairs})
