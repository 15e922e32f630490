"""Serving over a real socket: while somebody writes, whatever is asked, and with errors that help."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from config.secrets import Secret
from monitor.browse import serve as serving
from monitor.browse.access import Access
from monitor.browse.serve import CannotServe, NeedsPassword, application, greeting, listening
from tests.monitor.browse.newsroom import Newsroom

PROGRAM = """
import sys
from pathlib import Path
from monitor.browse.access import Access
from monitor.browse.serve import NeedsPassword, serve
names = sys.argv[3:]
serve(Path(sys.argv[1]), port=0, names=names, timezone=sys.argv[2], announce=lambda line: print(line, flush=True))
"""


@contextmanager
def served(path: Path, timezone: str = "Europe/Berlin", *names: str) -> Iterator[str]:
    """The address of pages over a database, in a process of their own."""
    program = [sys.executable, "-c", PROGRAM, str(path), timezone, *names]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().split()[2]
        finally:
            process.terminate()
            errors = process.communicate(timeout=10)[1]
    assert "Traceback" not in errors


@pytest.mark.slow
def test_pages_are_served_while_a_writer_writes(filled):
    stop = threading.Event()

    def write() -> None:
        writer = Newsroom(filled.path)
        while not stop.is_set():
            writer.item("Written in between", likely=0.9)
        writer.close()

    filled.close()
    with served(filled.path) as base:
        thread = threading.Thread(target=write)
        thread.start()
        try:
            for path in ("", "seedwatch/items", "-/seedwatch/search?q=camera", "") * 5:
                assert httpx.get(base + path, trust_env=False).status_code == 200
        finally:
            stop.set()
            thread.join()


@pytest.mark.slow
def test_a_megabyte_of_query_has_an_answer(filled):
    with served(filled.path) as base:
        host, port = base.removeprefix("http://").rstrip("/").rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            query = b"x" * 1_000_000
            connection.sendall(
                b"GET /-/seedwatch/search?q=" + query + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
            assert connection.makefile("rb").readline().strip() == b"HTTP/1.1 200 OK"


@pytest.mark.slow
def test_a_page_elsewhere_cannot_have_its_name_pointed_here(filled):
    """As with DNS rebinding: the request comes to 127.0.0.1, but for another name."""
    filled.close()
    with served(filled.path, "Europe/Berlin", "News.example") as base:
        for path in ("", "seedwatch/items.json", "-/seedwatch/search?q=camera", "-/versions.json"):
            for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "<b>"):
                answer = httpx.get(base + path, headers={"host": host}, trust_env=False)
                assert (answer.status_code, answer.headers["content-type"]) == (421, "text/plain; charset=utf-8")
        assert 'names = ["evil.example"]' in httpx.get(base, headers={"host": "evil.example"}, trust_env=False).text
        for host in (
            "localhost:1",
            "LOCALHOST.",
            "a.localhost",
            "127.0.0.1:9",
            "[::1]:9",
            "192.0.2.7",
            "news.EXAMPLE.",
        ):
            assert httpx.get(base, headers={"host": host}, trust_env=False).status_code == 200


async def test_with_a_password_any_name_will_do_as_nothing_is_shown_before_it(filled, monkeypatch):
    told = []
    monkeypatch.setattr("uvicorn.Server.run", lambda server, sockets: told.append(server.config.app))
    serving.serve(filled.path, port=0, access=Access(Secret("word")), announce=lambda line: None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=told[0]), base_url="http://news.example") as client:
        answer = await client.get("/seedwatch/items.json")

    assert (answer.status_code, answer.text) == (303, "")


def test_a_port_that_is_taken_is_named(filled):
    with listening("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(CannotServe, match=f"port {port} is taken by another program; name another with --port"):
            serving.serve(filled.path, port=port)


@pytest.mark.parametrize("host", ["192.0.2.7", "no-such-host.invalid"])
def test_a_host_that_is_not_here_is_named(filled, host):
    with pytest.raises(CannotServe, match=rf"{host}:? is no address of this machine.*use --host 127\.0\.0\.1"):
        serving.serve(filled.path, host=host)


@pytest.mark.parametrize(
    ("host", "closed", "warned"), [("127.0.0.1", True, False), ("localhost", False, False), ("0.0.0.0", True, True)]
)
def test_it_is_said_that_a_password_can_be_read_on_its_way(host, closed, warned):
    with listening(host, 0) as listener:
        lines = greeting(host, listener, closed=closed)

        assert f"Pages at http://{host}:{listener.getsockname()[1]}/ (Ctrl-C stops)" == lines[-1]
        assert warned == ("without https" in lines[0])


@pytest.mark.parametrize(
    ("host", "access", "said"),
    [
        ("0.0.0.0", Access(), "could read all findings: set `password"),
        ("0.0.0.0", None, "could read all findings: set `password"),
        ("127.0.0.1", Access(decide=lambda wish: ""), "deciding on the pages needs a password"),
    ],
)
def test_what_others_could_reach_needs_a_password(filled, host, access, said):
    with pytest.raises(NeedsPassword, match=said):
        serving.serve(filled.path, host=host, port=0, access=access)


def test_a_missing_datasette_is_named(filled, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(CannotServe, match=r"pip install 'seedwatch\[browse\]'"):
        application(filled.path)


def test_a_wrong_time_zone_is_named(filled):
    with pytest.raises(CannotServe, match="Europe/Nowhere"):
        application(filled.path, timezone="Europe/Nowhere")
