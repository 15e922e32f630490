"""The pages beside the daemon: they come back when they die, and go when it goes."""

from __future__ import annotations

import os
import re
import signal
import socket
from pathlib import Path

import pytest

from tests.program import Project, Running, eventually, item, members, rss

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "feed.xml").write_bytes(rss(item("One", "https://a.example/1")))
    return Project(tmp_path, [str(tmp_path / "feed.xml")], extra=f"[browse]\nport = {free_port()}\n")


def serving(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            return True
    except OSError:
        return False


def port_of(daemon: Running) -> int:
    return int(re.findall(r"Pages at http://127\.0\.0\.1:(\d+)/", daemon.until("Pages at"))[0])


def page_server(daemon: Running) -> int:
    """The process that serves the pages."""
    for pid in members(daemon.process.pid):
        if b"browse\0--with-parent" in Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    raise AssertionError("nobody serves the pages")


def test_pages_that_die_are_started_again(project: Project) -> None:
    with project.start("run", "--browse") as daemon:
        port = port_of(daemon)
        first = page_server(daemon)
        os.kill(first, signal.SIGKILL)
        daemon.until("the pages are down and will be started again")
        daemon.until("Pages at", times=2)
        assert eventually(lambda: serving(port))
        assert page_server(daemon) != first
        assert daemon.stop() == 0
        assert not serving(port)


def test_pages_do_not_outlive_a_daemon_that_was_killed(project: Project) -> None:
    with project.start("run", "--browse") as daemon:
        port = port_of(daemon)
        daemon.until("started")
        session = daemon.process.pid
        os.kill(daemon.process.pid, signal.SIGKILL)
        daemon.process.wait()
        assert eventually(lambda: not serving(port), what="the pages are gone")
        assert eventually(lambda: members(session) == [], what="all its processes are gone")
