"""Too little of something: disk (F56), a free database (F57), open files (F66)."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program import TRACEBACK, Project, item, rss
from tests.web import Web

pytestmark = pytest.mark.slow
KB = 1024


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as made:
        yield made


def wordy(web: Web, number: int) -> str:
    entries = (item(f"Piece {number} {n}", f"https://w{number}.example/{n}", excerpt="words " * 200) for n in range(50))
    return web.answer(f"/{number}", rss(*entries))


def test_f56_a_full_disk_is_said_and_the_next_round_goes_on(tmp_path: Path, web: Web) -> None:
    project = Project(tmp_path, [wordy(web, number) for number in range(40)])
    full = project.run("poll", limits={resource.RLIMIT_FSIZE: 1000 * KB})
    assert full.code == 1
    assert "free some space" in full.err.splitlines()[-1]
    assert TRACEBACK not in full.err
    project.assert_sound()
    assert project.run("poll").code == 0
    project.assert_sound()
    assert project.value("SELECT count(*) FROM items") == 40 * 50


def test_f57_a_database_that_another_program_locks_is_waited_for(tmp_path: Path, web: Web) -> None:
    project = Project(tmp_path, [wordy(web, 1)], 'interval = "10m"')
    assert project.run("poll").code == 0
    web.answer("/1", rss(item("After the lock", "https://after.example/1")))
    blocker = sqlite3.connect(project.database, isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    with project.start("poll", "--all") as running:
        with pytest.raises(AssertionError, match="did not end"):
            running.ends(2)
        blocker.execute("COMMIT")
        blocker.close()
        assert running.ends(20) == 0
        assert TRACEBACK not in running.said
    assert "After the lock" in project.titles(web.url("/1"))


def test_f57_a_folder_that_may_not_be_written_to_is_named(tmp_path: Path, web: Web) -> None:
    project = Project(tmp_path, [wordy(web, 1)])
    done = project.run("--db", "/proc/none/seedwatch.db", "poll")
    assert done.code == 1
    assert "/proc/none/seedwatch.db" in done.err
    assert TRACEBACK not in done.err


def test_f66_few_open_files_mean_fewer_requests_at_once_and_no_failure(tmp_path: Path, web: Web) -> None:
    urls = [web.answer(f"/{n}", rss(item(f"Piece {n}", f"https://p{n}.example/1"))) for n in range(300)]
    project = Project(tmp_path, urls)
    done = project.run("poll", limits={resource.RLIMIT_NOFILE: 64})
    assert done.code == 0, done.err
    assert project.rows("SELECT * FROM feed_health WHERE state = 'failing'") == []
    assert project.value("SELECT count(*) FROM items") == 300
    project.assert_sound()
