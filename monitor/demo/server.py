"""The server of the invented web: threads on 127.0.0.1, ended with the context."""

from __future__ import annotations

import hashlib
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from monitor.demo.documents import Edition
from monitor.demo.story import Story
from monitor.demo.web import Reply, reply

HOST = "127.0.0.1"


class _Server(ThreadingHTTPServer):
    """Takes it as it is when somebody has gone who asked: the poller stops in the middle of an answer."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Called while the error is being handled; all others are shown as ever."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class DemoWeb:
    """A context manager: serves the web as the story has it, while it is open."""

    def __init__(self, story: Story) -> None:
        """Listen on a free port; raises OSError when there is none."""
        self._story = story
        self._stopping = threading.Event()
        self._server = _Server((HOST, 0), self._handler())
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="demo web", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base(self) -> str:
        """The address of the list of feeds, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            """Answers GET; validators are hashes of the document, so that nothing new costs nothing."""

            def do_GET(self) -> None:
                edition = Edition(web.port, web._story.started, web._story.second)
                found = reply(edition, self.headers.get("Host", ""), self.path.partition("?")[0])
                if found.after:
                    web._stopping.wait(found.after)
                self._send(found)

            def _send(self, found: Reply) -> None:
                tag = f'"{hashlib.blake2b(found.body, digest_size=8).hexdigest()}"'
                same = found.status == 200 and found.body and self.headers.get("If-None-Match") == tag
                body = b"" if same else found.body
                self.send_response(304 if same else found.status)
                for name, value in found.headers.items():
                    self.send_header(name, value)
                if found.status == 200 and found.body:
                    self.send_header("ETag", tag)
                if not same:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing: the requests are in the view `fetches`."""

        return Handler
