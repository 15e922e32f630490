"""The daemon as a process: starting, polling, stopping, being killed, and what goes on beside it."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from seeds.shipped import corpus
from tests.program import COMMAND, TRACEBACK, Project, Running, eventually, item, rss
from tests.web import Answer, Hit, Web

pytestmark = pytest.mark.slow
QUICK = "1s"
CASE = "Moscow metro police test facial recognition cameras across Russia"


OFTEN = """
import asyncio
from pathlib import Path
from config.load import load
from monitor.pipeline.workspace import Workspace
from monitor.schedule.daemon import Daemon
settings = load(None, environ={}, cwd=Path.cwd())
asyncio.run(Daemon(Workspace(settings, Path("seedwatch.db").absolute()), lambda: settings, seeds_check_s=0.5).run())
"""
"""The daemon, looking at the seeds often."""


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as made:
        yield made


def feed(web: Web, name: str) -> str:
    """A feed with one item."""
    return web.answer(f"/{name}", rss(item(f"News of {name}", f"https://{name}.example/1")))


def quick(*urls: str) -> list[dict[str, str]]:
    """Feeds that are asked every second."""
    return [{"url": url, "interval": QUICK} for url in urls]


def test_it_polls_and_stops_cleanly(tmp_path: Path, web: Web) -> None:
    project = Project(tmp_path, quick(feed(web, "a"), feed(web, "b")))
    with project.start("run") as daemon:
        eventually(lambda: web.count("/a") >= 3 and web.count("/b") >= 3)
        assert daemon.stop() == 0
        assert "stopped" in daemon.said
        assert TRACEBACK not in daemon.said
    project.assert_sound()
    assert project.value("SELECT count(*) FROM items") == 2
    assert project.value("SELECT count(*) FROM feed WHERE claimed_until IS NOT NULL") == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_within_ten_seconds_while_a_server_is_silent(tmp_path: Path, web: Web, number: signal.Signals) -> None:
    project = Project(tmp_path, quick(web.silent("/silent"), feed(web, "a")), 'timeout = "60s"')
    with project.start("run") as daemon:
        eventually(lambda: web.count("/silent") and web.count("/a") >= 2)
        daemon.signal(number)
        assert daemon.ends(10) == 0
        assert TRACEBACK not in daemon.said
    project.assert_sound()
    assert project.value("SELECT consecutive_failures FROM feed_health WHERE feed_url LIKE '%silent'") == 0
    assert project.value("SELECT count(*) FROM feed WHERE claimed_until IS NOT NULL") == 0


def test_a_second_signal_ends_it_at_once(tmp_path: Path, web: Web) -> None:
    project = Project(tmp_path, quick(web.silent("/silent")), 'timeout = "60s"')
    with project.start("run") as daemon:
        eventually(lambda: web.count("/silent"))
        daemon.signal(signal.SIGTERM)
        daemon.until("stopping")
        daemon.signal(signal.SIGTERM)
        assert daemon.ends(4) == 0
        assert TRACEBACK not in daemon.said
    project.assert_sound()


def test_more_feeds_than_can_wait_at_once_all_go_on(tmp_path: Path, web: Web) -> None:
    urls = [feed(web, f"n{number}") for number in range(12)]
    settings = "concurrency = 1\n"
    project = Project(tmp_path)
    text = project.settings.read_text().replace("host_concurrency = 64", "host_concurrency = 1")
    project.settings.write_text(
        text + settings + "".join(f'[[feeds]]\nurl = "{url}"\ninterval = "{QUICK}"\n' for url in urls)
    )
    with project.start("run") as daemon:
        eventually(lambda: all(web.count(f"/n{number}") >= 3 for number in range(12)))
        assert daemon.stop() == 0


def test_a_second_daemon_is_refused(tmp_path: Path, web: Web) -> None:
    project = Project(tmp_path, quick(feed(web, "a")))
    with project.start("run") as daemon:
        daemon.until("feed asked")
        second = project.run("run")
        assert second.code == 1
        assert second.err.splitlines()[-1].endswith("another seedwatch daemon already runs on this database")
        assert TRACEBACK not in second.err
        asked = web.count("/a")
        eventually(lambda: web.count("/a") > asked)
        assert daemon.stop() == 0


def test_a_restart_asks_nothing_early(tmp_path: Path, web: Web) -> None:
    settled, eager = feed(web, "settled"), feed(web, "eager")
    project = Project(tmp_path, [{"url": settled, "interval": "1h"}, *quick(eager)])
    for _ in range(2):
        with project.start("run") as daemon:
            asked = web.count("/eager")
            eventually(lambda before=asked: web.count("/eager") >= before + 2)
            assert daemon.stop() == 0
    assert web.count("/settled") == 1


def test_after_being_killed_it_goes_on_at_once_and_loses_nothing(tmp_path: Path, web: Web) -> None:
    shown: list[str] = []

    def growing(hit: Hit) -> Answer:
        shown.append(item(f"Piece number {len(shown)}", f"https://grow.example/{len(shown)}"))
        return Answer(rss(*reversed(shown)))

    silent = web.silent("/silent")
    project = Project(tmp_path, quick(web.serve("/grow", growing), silent), 'timeout = "60s"')
    for _ in range(3):
        with project.start("run") as daemon:
            before = len(shown), web.count("/silent")
            eventually(lambda was=before: len(shown) >= was[0] + 2 and web.count("/silent") > was[1])
            daemon.kill()
        project.assert_sound()
    feed(web, "silent")
    with project.start("run") as daemon:
        eventually(lambda: project.titles(silent) == ["News of silent"], 10, "the feed claimed by the killed daemon")
        last = len(shown)
        eventually(lambda: len(project.titles(web.url("/grow"))) >= last)
        assert daemon.stop() == 0
    project.assert_sound()
    titles = [row["title"] for row in project.rows("SELECT title FROM sightings WHERE feed_url LIKE '%grow'")]
    assert len(titles) == len(set(titles))
    assert len(shown) - 1 <= len(titles) <= len(shown)


def test_a_round_after_a_killed_daemon_asks_what_it_was_asking(tmp_path: Path, web: Web) -> None:
    silent = web.silent("/silent")
    project = Project(tmp_path, [silent], 'timeout = "60s"')
    with project.start("run") as daemon:
        eventually(lambda: web.count("/silent"))
        daemon.kill()
    feed(web, "silent")
    assert project.run("poll").code == 0
    assert project.titles(silent) == ["News of silent"]


def test_seeds_that_come_change_and_go_are_noticed(tmp_path: Path, web: Web) -> None:
    said = rss(item(CASE, "https://case.example/1", excerpt=f"{CASE}, officials said in the capital."))
    project = Project(tmp_path, quick(web.answer("/feed", said)))
    name, raw = corpus()[0]
    seed = project.path / "seeds" / name

    def relevance() -> float:
        return float(project.value("SELECT relevance FROM items WHERE title = ?", CASE) or 0)

    with Running([sys.executable, "-P", "-c", OFTEN], project.path, project.environment()) as daemon:
        eventually(lambda: project.titles(web.url("/feed")) == [CASE])
        assert relevance() == 0
        seed.write_bytes(raw)
        eventually(lambda: relevance() > 0, 10, "judging by a seed that was added")
        with_seed = relevance()
        seed.write_text("---\ntitle: Bees and their honey in the alpine spring\n---\n")
        eventually(lambda: relevance() < with_seed, 10, "judging by a seed that was changed")
        seed.write_bytes(raw)
        eventually(lambda: relevance() == with_seed, 10, "judging by a seed that was changed back")
        seed.unlink()
        eventually(lambda: relevance() == 0, 10, "judging after a seed was removed")
        assert daemon.stop() == 0
        assert TRACEBACK not in daemon.said
    assert project.value("SELECT count(*) FROM items WHERE origin = 'seed'") == 0
    project.assert_sound()


def test_commands_beside_it_never_meet_a_lock(tmp_path: Path, web: Web) -> None:
    project = Project(tmp_path, quick(*(feed(web, f"n{number}") for number in range(10))))
    web.answer("/page", f"<html><title>{CASE}</title><p>{CASE}.</p></html>".encode())
    with project.start("run") as daemon:
        eventually(lambda: project.database.exists() and project.titles(web.url("/n9")))
        uid = project.value("SELECT uid FROM items WHERE origin = 'feed'")
        for args in (
            ("add", web.url("/page")),
            ("seen", uid),
            ("rescore",),
            ("poll", web.url("/n1")),
            ("poll", "--all"),
            ("status",),
            ("status", "--json"),
            ("new",),
        ):
            done = project.run(*args)
            assert done.code == 0, (args, done)
            assert TRACEBACK not in done.err
            assert "locked" not in done.err
        assert daemon.stop() == 0
        assert " error " not in daemon.said
    project.assert_sound()


def test_answers_wait_while_the_database_cannot_be_written(tmp_path: Path, web: Web) -> None:
    urls = [feed(web, f"n{number}") for number in range(3)]
    project = Project(tmp_path, quick(*urls))
    with project.start("run") as daemon:
        eventually(lambda: all(project.database.exists() and project.titles(url) for url in urls))
        web.answer("/n1", rss(item("Came while the disk was full", "https://n1.example/2")))
        limits = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (0, limits[1]))
        daemon.until("cannot be written")
        assert daemon.process.poll() is None
        project.assert_sound()
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, limits)
        eventually(lambda: "Came while the disk was full" in project.titles(urls[1]))
        assert daemon.stop() == 0


def test_an_interrupted_round_says_nothing_odd_and_gives_its_feeds_back(tmp_path: Path, web: Web) -> None:
    project = Project(tmp_path, [web.silent("/silent"), feed(web, "a")], 'timeout = "60s"')
    with project.start("poll") as round_:
        round_.until("/a: 1 new of 1")
        round_.signal(signal.SIGINT)
        assert round_.ends(10) == 130
        assert TRACEBACK not in round_.said
    assert project.value("SELECT count(*) FROM feed WHERE claimed_until IS NOT NULL") == 0
    project.assert_sound()


def test_a_reader_that_leaves_makes_no_noise(tmp_path: Path, web: Web) -> None:
    items = (item(f"Item {number}", f"https://pipe.example/{number}") for number in range(300))
    project = Project(tmp_path, [web.answer("/feed", rss(*items))])
    assert project.run("poll").code == 0
    shell = subprocess.run(
        f"{' '.join(COMMAND)} items list --verdict no --json | head -1",
        shell=True,
        cwd=project.path,
        env=project.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert shell.stdout.strip() == "["
    assert shell.stderr == ""
