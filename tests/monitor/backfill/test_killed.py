"""Killed at any moment, the same command goes on, and the database ends as it would have without; beside a daemon as well."""

from __future__ import annotations

import contextlib
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests import past
from tests.monitor.backfill.test_wayback import copies
from tests.past import Post, WebArchive, posts
from tests.program import TRACEBACK, Project
from tests.web import Web

pytestmark = pytest.mark.slow
KILLS = 8
SEEDS = Path(__file__).resolve().parents[3] / "seeds" / "corpus"
COMPARED = {
    "items": "SELECT uid, title, web_url, published_at, verdict, relevance, origin, copy_of_uid FROM items ORDER BY uid",
    "sightings": "SELECT feed_url, guid, link, title, item_uid, snapshots, captured_at FROM sightings ORDER BY 1, 2, 3, 4",
    "matches": "SELECT item_uid, watch, seed_uid, score, verdict FROM matches ORDER BY 1, 2, 3",
    "addresses": "SELECT item_uid, url, role FROM item_urls ORDER BY 1, 2, 3",
    "pages": "SELECT item_uid, url, state, title, characters FROM pages ORDER BY url",
    "done": "SELECT kind, done_at IS NOT NULL AS done FROM backfills",
}
Service = Callable[[Web, Sequence[Post]], tuple[str, str, str]]


def wordpress(web: Web, articles: Sequence[Post]) -> tuple[str, str, str]:
    return "feed", past.wordpress(web, articles, size=20)[0], past.NO_GAP


def wayback(web: Web, articles: Sequence[Post]) -> tuple[str, str, str]:
    archive = WebArchive(web, page=20)
    url = "https://outlet.example/feed.xml"
    archive.keep(url, *copies(list(articles), window=30, step=12))
    return "wayback", url, archive.settings


def sitemap(web: Web, articles: Sequence[Post]) -> tuple[str, str, str]:
    related = [post for post in articles if post.number % 4 == 0]
    here = [Post(p.number, p.title, web.url(urlsplit(p.url).path), p.at) for p in related]
    return "sitemap", past.site(web, here, size=9), past.NO_GAP


def project(path: Path, settings: str) -> Project:
    made = Project(path, extra=settings)
    for seed in SEEDS.glob("*.md"):
        (made.path / "seeds" / seed.name).write_bytes(seed.read_bytes())
    return made


def begun(torn: Project) -> bool:
    """Whether a backfill has stored some of what there is."""
    query = "SELECT count(*) FROM backfills WHERE done_at IS NULL AND seen > 0"
    try:
        return torn.database.exists() and torn.value(query) > 0
    except sqlite3.OperationalError:  # it is being made
        return False


@pytest.mark.parametrize(("service", "count"), [(wordpress, 1_200), (wayback, 900), (sitemap, 320)])
def test_the_database_ends_as_without_kills(service: Service, count: int, tmp_path: Path) -> None:
    chance = random.Random(count)
    with Web() as web:
        kind, url, settings = service(web, posts(count, related=4))
        whole, torn = project(tmp_path / "whole", settings), project(tmp_path / "torn", settings)
        assert whole.run("backfill", kind, url, timeout=300).code == 0
        asked, midway = len(web.hits), 0
        for number in range(KILLS):
            before = len(web.hits)
            with torn.start("backfill", kind, url) as running:
                enough = before + chance.randrange(2, max(3, asked // 2))
                while len(web.hits) < enough and running.process.poll() is None:
                    time.sleep(chance.uniform(0.005, 0.02))  # the moment of a kill is to be any
                while number == 0 and not begun(torn) and running.process.poll() is None:
                    time.sleep(0.002)  # one at least is to be in the middle
                with contextlib.suppress(subprocess.TimeoutExpired):
                    running.process.wait(chance.uniform(0, 0.4) if number else 0)
                running.signal(signal.SIGKILL)
                running.process.wait()
            midway += begun(torn)
        done = torn.run("backfill", kind, url, "--json", timeout=300)

    assert (done.code, done.json["failures"], midway > 0) == (0, 0, True)
    for name, query in COMPARED.items():
        assert torn.rows(query) == whole.rows(query), name
    torn.assert_sound()


def test_a_daemon_and_a_backfill_side_by_side(tmp_path: Path) -> None:
    articles = posts(600)
    with Web() as web:
        url, _ = past.wordpress(web, articles, size=20)
        live = past.paged(web, articles[:40])
        beside = project(tmp_path / "beside", past.NO_GAP)
        beside.configure([{"url": live, "name": "Live", "interval": "1s"}], poll='min_interval = "1s"')
        with beside.start("run") as daemon:
            daemon.until("feed asked")
            done = beside.run("backfill", "feed", url, "--json", timeout=300)
            asked = web.count("/paged.atom")
            daemon.until("feed asked", times=2)
            assert daemon.stop() == 0

    assert (done.code, done.json["seen"], done.json["failures"]) == (0, 600, 0)
    assert "locked" not in daemon.said + done.err
    assert TRACEBACK not in daemon.said + done.err
    assert asked >= 1
    assert beside.value("SELECT count(*) FROM items WHERE origin IN ('feed', 'backfill')") == 600
    assert beside.value("SELECT count(*) FROM notices") == 0
    beside.assert_sound()


def test_two_that_ask_others_take_turns(tmp_path: Path) -> None:
    with Web() as web:
        url, trouble = past.wordpress(web, posts(60))
        silent = web.silent("/silent")
        here = project(tmp_path / "here", past.NO_GAP)
        with here.start("backfill", "feed", silent) as first:
            first.until("learns your IP address")
            while not web.count("/silent"):
                time.sleep(0.01)
            second = here.run("backfill", "feed", url)
            files = here.run("backfill", "files", "seeds")
            first.kill()

    assert trouble.answers == {}
    assert second.code == 1
    assert "another seedwatch asks for history just now" in second.err
    assert "another seedwatch" not in files.err  # who asks nobody waits for nobody


def test_ctrl_c_says_that_it_goes_on(tmp_path: Path) -> None:
    with Web() as web:
        url = web.silent("/feed")
        here = project(tmp_path / "here", past.NO_GAP)
        with here.start("backfill", "feed", url) as running:
            running.until("learns your IP address")
            while not web.count("/feed"):
                time.sleep(0.01)
            running.signal(signal.SIGINT)
            assert running.ends() == 130

    assert "the same command goes on from there" in running.said
    assert TRACEBACK not in running.said
