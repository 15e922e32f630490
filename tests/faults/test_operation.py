"""Run by a service manager: F83. All feeds failing for a day: F85."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from db.connection import open_reader
from db.health import health
from db.lock import daemon_runs, holding, last_beat, write_lock
from monitor.browse.serve import application
from monitor.clock import stamp, utc_now
from monitor.deliver.alive import Signs, complaints
from monitor.deliver.service import unit
from tests.program import CHECKOUT, TRACEBACK, Project, Running, eventually, item, rss
from tests.web import Web

MOST_EXPOSED = 2.0
PYTHON = (sys.executable, "-P", "-m", "monitor")


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as made:
        yield made


@pytest.fixture
def systemd_analyze() -> str:
    found = shutil.which("systemd-analyze")
    if not found:
        pytest.skip("systemd-analyze is not installed")
    return found


def written(path: Path, kind: str) -> Path:
    """The unit of that kind, for a program that is here."""
    (path / kind).mkdir()
    file = path / kind / "seedwatch.service"
    folder = path / "a folder with 100 % $HOME"
    folder.mkdir(exist_ok=True)
    reads = [Path(sys.executable).resolve()]
    file.write_text(unit(kind, [sys.executable, "-P", "-m", "monitor"], folder, folder / "seedwatch.toml", reads))
    return file


@pytest.mark.parametrize("kind", ["system", "user"])
def test_f83_systemd_understands_the_unit(tmp_path: Path, systemd_analyze: str, kind: str) -> None:
    done = subprocess.run(
        [systemd_analyze, "verify", f"--{kind}", str(written(tmp_path, kind))],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_f83_the_unit_is_confined(tmp_path: Path, systemd_analyze: str) -> None:
    done = subprocess.run(
        [systemd_analyze, "security", "--offline=true", str(written(tmp_path, "system"))],
        capture_output=True,
        text=True,
        check=True,
    )
    level = done.stdout.splitlines()[-1].partition("seedwatch.service: ")[2].split()[0]
    assert float(level) <= MOST_EXPOSED


def test_f83_it_does_its_work_so_confined(tmp_path: Path, web: Web, systemd_analyze: str) -> None:
    if os.geteuid() or not shutil.which("unshare") or subprocess.run(["unshare", "-m", "true"], check=False).returncode:
        pytest.skip("mount namespaces need root")
    url = web.answer("/feed", rss(item("Seen from inside", "https://inside.example/1")))
    project = Project(tmp_path / "state", [{"url": url, "interval": "1s"}], 'min_interval = "1s"')
    inside = ["unshare", "-m", "--propagation", "private", sys.executable, str(CHECKOUT / "tests" / "sandbox.py")]
    command = [*inside, str(written(tmp_path, "system")), str(project.path), *PYTHON, "run", "--browse"]
    browse = "[browse]\nport = 0\n"
    project.settings.write_text(browse + project.settings.read_text())
    with Running(command, tmp_path, project.environment({"PYTHONDONTWRITEBYTECODE": "1"})) as daemon:
        eventually(lambda: web.count("/feed") >= 3, what="polling inside\n" + daemon.said)
        assert Path(f"/proc/{daemon.process.pid}/status").read_text().split("Seccomp:")[1].split()[0] == "2"
        assert daemon.stop() == 0
        assert TRACEBACK not in daemon.said
        assert " critical " not in daemon.said
        assert " error " not in daemon.said
    assert project.titles(url) == ["Seen from inside"]
    project.assert_sound()


def test_f83_the_sandbox_confines(tmp_path: Path, systemd_analyze: str) -> None:
    """The test above would pass without any walls; these are the walls."""
    if os.geteuid() or subprocess.run(["unshare", "-m", "true"], check=False).returncode:
        pytest.skip("mount namespaces need root")
    (tmp_path / "state").mkdir()
    tries = {
        "open('/usr/x', 'w')": "OSError",
        "open('/etc/x', 'w')": "OSError",
        "open('/var/lib/seedwatch/x', 'w')": "done",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)": "PermissionError",
        "socket.socket(socket.AF_INET)": "done",
        "mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC)": "PermissionError",
        "ctypes.CDLL(None, use_errno=True).mount(b'x', b'/tmp', b'tmpfs', 0, None) or done": "NameError",
        "os.sched_setaffinity(0, [0])": "PermissionError",
        "resource.setrlimit(resource.RLIMIT_CORE, (0, 0))": "done",
        "os.setuid(0)": "PermissionError",
    }
    code = "import ctypes, mmap, os, resource, socket\n" + "".join(
        f"try: {attempt}\nexcept Exception as error: print(type(error).__name__)\nelse: print('done')\n"
        for attempt in tries
    )
    inside = ["unshare", "-m", "--propagation", "private", sys.executable, str(CHECKOUT / "tests" / "sandbox.py")]
    done = subprocess.run(
        [*inside, str(written(tmp_path, "system")), str(tmp_path / "state"), "/usr/bin/env", "python3", "-c", code],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() != []
    for attempt, (said, wanted) in zip(tries, zip(done.stdout.splitlines(), tries.values(), strict=True), strict=True):
        if attempt.startswith("ctypes"):
            assert said == "done", "mount returned an error, which is true"
        elif wanted == "OSError":
            assert said in {"OSError", "PermissionError"}, attempt
        else:
            assert said == wanted, attempt


@contextlib.contextmanager
def manager(path: Path) -> Iterator[socket.socket]:
    """The socket of a service manager."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(path))
        listening.settimeout(30)
        yield listening


def until(listening: socket.socket, word: str) -> list[str]:
    """All messages up to one with that word."""
    said: list[str] = []
    while not said or word not in said[-1]:
        said.append(listening.recv(4096).decode())
    return said


def test_f83_the_manager_is_told_of_everything(tmp_path: Path, web: Web) -> None:
    project = Project(tmp_path / "p", [web.answer("/feed", rss(item("One", "https://one.example/1")))])
    with manager(tmp_path / "notify") as listening:
        environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "300000"}
        with project.start("run", environ=environ) as daemon:
            assert until(listening, "READY=1") == ["READY=1\nSTATUS=polling 1 feeds for 0 seeds"]
            until(listening, "WATCHDOG=1")
            until(listening, "WATCHDOG=1")
            daemon.signal(signal.SIGHUP)
            assert set(until(listening, "RELOADING=1")) <= {"WATCHDOG=1", "RELOADING=1"}
            assert until(listening, "READY=1")[-1].startswith("READY=1")
            project.settings.write_text("[poll]\nintervall = 1\n")
            daemon.signal(signal.SIGHUP)
            until(listening, "RELOADING=1")
            assert until(listening, "READY=1")[-1] == (
                "READY=1\nSTATUS=the new settings do not hold; the old ones stay in force"
            ), "a manager waits for the end of what it was told has begun"
            daemon.signal(signal.SIGTERM)
            assert until(listening, "STOPPING=1")[-1] == "STOPPING=1"
            assert daemon.ends() == 0


def test_f83_a_daemon_that_hangs_gives_no_sign_of_life_and_is_found_out(tmp_path: Path, web: Web) -> None:
    url = web.answer("/feed", rss(item("One", "https://one.example/1")))
    project = Project(tmp_path / "p", [{"url": url, "interval": "1s"}])
    (project.path / "seeds" / "one.md").write_text("---\ntitle: Facial recognition\n---\n")
    environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "300000"}
    with manager(tmp_path / "notify") as listening, project.start("run", environ=environ) as daemon:
        until(listening, "WATCHDOG=1")
        eventually(lambda: web.count("/feed") >= 2)
        assert project.run("health").code == 0
        with holding(write_lock(project.database), project.database):
            # The tick waits for the lock; the process itself goes on.
            listening.settimeout(3)
            assert silence(listening)
            age(project.path / "seedwatch.db.daemon", minutes=4)
            ill = hung(project)
        assert ill[0].startswith("The daemon runs, but has done nothing since ")
        listening.settimeout(30)
        until(listening, "WATCHDOG=1")
        assert daemon.stop() == 0


def silence(listening: socket.socket) -> bool:
    """Whether nothing is said any more, for as long as the socket waits; a few messages may be on their way."""
    try:
        for _ in range(20):
            listening.recv(4096)
    except TimeoutError:
        return True
    return False


def hung(project: Project) -> list[str]:
    """What is said of a daemon whose mark is old."""
    signs = Signs(daemon_runs(project.database), last_beat(project.database))
    with contextlib.closing(open_reader(project.database)) as connection:
        return list(complaints(health(connection, utc_now()), signs, utc_now()))


def age(path: Path, **length: float) -> None:
    then = (utc_now() - timedelta(**length)).timestamp()
    os.utime(path, (then, then))


def test_f83_health_is_red_when_nobody_polls_and_when_nothing_can_be_stored(tmp_path: Path, web: Web) -> None:
    url = web.answer("/feed", rss(item("One", "https://one.example/1")))
    project = Project(tmp_path / "p", [url], 'interval = "1h"')
    (project.path / "seeds" / "one.md").write_text("---\ntitle: Facial recognition\n---\n")
    assert "was never checked" in project.run("health").out
    assert project.run("poll").code == 0
    assert (project.run("health").code, project.run("health").out) == (0, "Healthy.\n")
    shift(project, hours=2.5)
    assert project.run("health").code == 0
    shift(project, hours=4)  # a first visit may be followed by one and a half intervals
    late = project.run("health")
    assert (late.code, late.out.startswith("No feed was checked since ")) == (1, True)
    assert project.run("poll").code == 0
    project.database.write_bytes(b"no database at all" * 100)
    broken = project.run("health")
    assert (broken.code, "is not a SQLite database" in broken.out, TRACEBACK in broken.err) == (1, True, False)
    assert project.run("--config", "none.toml", "health").code == 2


def shift(project: Project, **length: float) -> None:
    """Let everything have happened so much earlier."""
    seconds = int(timedelta(**length).total_seconds())
    with contextlib.closing(sqlite3.connect(project.database)) as connection, connection:
        columns = [
            row[1] for row in connection.execute("PRAGMA table_info(feed)") if row[1].endswith(("_at", "_since"))
        ]
        for column in columns:
            connection.execute(
                f"UPDATE feed SET {column} = strftime('%Y-%m-%dT%H:%M:%SZ', {column}, '-{seconds} seconds')"
            )


async def test_f85_all_feeds_failing_for_a_day_is_loud_gentle_and_passes(tmp_path: Path, web: Web) -> None:
    urls = [web.answer(f"/{n}", rss(item(f"Piece {n}", f"https://p{n}.example/1"))) for n in range(3)]
    project = Project(tmp_path, urls, 'interval = "1h"')
    (project.path / "seeds" / "one.md").write_text("---\ntitle: Facial recognition\n---\n")
    assert project.run("poll").code == 0
    for url in urls:
        web.answer(url.removeprefix(web.url("")), b"broken", status=503)
    asked = len(web.hits)
    quiet_for = timedelta(0)
    while quiet_for < timedelta(hours=26):
        due = project.value("SELECT min(next_poll_at) FROM feed_health")
        wait = max(1, int((utc_now().fromisoformat(due) - utc_now()).total_seconds()))
        shift(project, seconds=wait)
        quiet_for += timedelta(seconds=wait)
        assert project.run("poll").code == 0
        if quiet_for < timedelta(hours=20):
            assert project.run("health").code == 0, "an outage that may pass"
    assert 3 * 3 <= len(web.hits) - asked <= 3 * 8, "back-off"
    ill = project.run("health")
    assert (ill.code, "all 3 fail" in ill.out) == (1, True)
    assert project.run("status").out.startswith("Not working: all 3 feeds fail since ")
    assert project.run("doctor").code == 1
    datasette = application(project.database, timezone="UTC")
    await datasette.invoke_startup()
    page = (await datasette.client.get("/")).text
    assert "Not working" in page
    assert "all 3 feeds fail" in page
    datasette.executor.shutdown()
    for database in datasette.databases.values():
        database.close()
    for n, url in enumerate(urls):
        web.answer(url.removeprefix(web.url("")), rss(item(f"Back {n}", f"https://p{n}.example/2")))
    shift(project, days=1)
    assert project.run("poll").code == 0
    assert (project.run("health").code, project.run("status").out.startswith("Working.")) == (0, True)
    assert stamp(utc_now())[:4] in project.run("feeds", "list", "--json").json[0]["last_success_at"]
