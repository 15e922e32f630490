"""Small proxies on 127.0.0.1, for tests: HTTP with CONNECT, and SOCKS5, both by name and with a password where wanted.

    with HttpProxy(secret="user:word") as proxy, SocksProxy() as other:
        ...
        assert proxy.asked == ["news.example:443"]

Names lead to 127.0.0.1, whatever they are: what a proxy finds behind a name is its own business.
"""

from __future__ import annotations

import base64
import select
import socket
import threading
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class Proxy:
    """What both have in common; `asked` are the hosts and ports that were asked for, in order."""

    scheme = ""

    def __init__(self, secret: str | None = None) -> None:
        self._secret = secret
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self.port: int = self._listener.getsockname()[1]
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        with socket.create_connection(("127.0.0.1", self.port)):  # wakes the accepting thread
            pass
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _start(self, target: object, *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            if self._closing.is_set():
                client.close()
                return
            self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        with client:
            client.settimeout(10)
            try:
                self.talk(client)
            except (OSError, IndexError):
                return

    def talk(self, client: socket.socket) -> None:
        raise NotImplementedError

    def connect(self, host: str, port: int) -> socket.socket:
        self.asked.append(f"{host}:{port}")
        return socket.create_connection(("127.0.0.1", port), timeout=10)

    def tunnel(self, client: socket.socket, server: socket.socket) -> None:
        """Pass everything on until one side has had enough."""
        pair = {client: server, server: client}
        while not self._closing.is_set():
            for ready in select.select(list(pair), [], [], 0.2)[0]:
                data = ready.recv(65_536)
                if not data:
                    return
                pair[ready].sendall(data)


class HttpProxy(Proxy):
    scheme = "http"

    def talk(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(65_536)
            if not piece:
                return
            head += piece
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        wanted = "Basic " + base64.b64encode((self._secret or "").encode()).decode()
        if self._secret and f"proxy-authorization: {wanted}" not in {line[:20].lower() + line[20:] for line in lines}:
            client.sendall(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        if method == "CONNECT":
            host, _, port = target.rpartition(":")
            with self.connect(host, int(port)) as server:
                client.sendall(b"HTTP/1.1 200 Go ahead\r\n\r\n")
                self.tunnel(client, server)
            return
        parts = urlsplit(target)
        with self.connect(parts.hostname or "", parts.port or 80) as server:
            path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            server.sendall(head.replace(target.encode("latin-1"), path.encode("latin-1"), 1))
            self.tunnel(client, server)


class SocksProxy(Proxy):
    """RFC 1928, and RFC 1929 for the password."""

    scheme = "socks5"

    def talk(self, client: socket.socket) -> None:
        client.recv(262)
        if self._secret:
            client.sendall(b"\x05\x02")
            said = client.recv(513)
            user, rest = said[2 : 2 + said[1]], said[2 + said[1] :]
            good = user + b":" + rest[1 : 1 + rest[0]] == self._secret.encode()
            client.sendall(b"\x01\x00" if good else b"\x01\x01")
            if not good:
                return
        else:
            client.sendall(b"\x05\x00")
        request = client.recv(512)
        if request[3] == 3:
            host, port = request[5 : 5 + request[4]].decode(), request[5 + request[4] :]
        else:
            host, port = socket.inet_ntoa(request[4:8]), request[8:]
        with self.connect(host, int.from_bytes(port[:2], "big")) as server:
            client.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
            self.tunnel(client, server)
