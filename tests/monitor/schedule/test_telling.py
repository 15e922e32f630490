"""The daemon tells people of news by itself: each text once, never what was there, again when it did not get through."""

from __future__ import annotations

import json
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from monitor.clock import utc_now
from seeds.shipped import corpus
from tests.program import TRACEBACK, Project, eventually, item, rss
from tests.web import Answer, Hit, Web

pytestmark = pytest.mark.slow
THERE = "Moscow metro police test facial recognition cameras across Russia"
NEWS = "Kazan stations get facial recognition cameras, Russian police say"
MORE = "Omsk buses to carry facial recognition cameras, Russian officials say"


class World:
    """A feed that changes, and a service that takes notices."""

    def __init__(self, path: Path, web: Web) -> None:
        self.web = web
        self.now = utc_now()
        self.titles = [THERE]
        self.status = 200
        self.taken: list[dict[str, Any]] = []
        web.serve("/feed", self._feed)
        web.serve("/hook", self._hook)
        self.project = Project(
            path,
            [{"url": web.url("/feed"), "interval": "1s"}],
            extra=f'[alerts]\nto = ["json://127.0.0.1:{web.pair[1]}/hook"]\ninterval = "1s"\n[read]\nenabled = false\n',
        )
        for name, raw in corpus():
            (path / "seeds" / name).write_bytes(raw)

    def _feed(self, hit: Hit) -> bytes:
        entries = [item(title, f"https://n.example/{title[:5]}", when=self.now) for title in self.titles]
        return Answer(rss(*entries)).encoded()

    def _hook(self, hit: Hit) -> Answer:
        self.taken.append({})
        return Answer(b"", self.status)

    def told(self) -> list[str]:
        """What each notice that got through was about."""
        with closing(sqlite3.connect(f"file:{self.project.database}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT title FROM notices WHERE state = 'sent' ORDER BY notice").fetchall()
        return [row[0] for row in rows]

    def polled(self, times: int) -> None:
        """Wait until the feed was asked so many times more."""
        before = self.web.count("/feed")
        eventually(lambda: self.web.count("/feed") >= before + times)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[World]:
    with Web() as web:
        yield World(tmp_path, web)


def test_news_is_told_once_and_what_was_there_never(made: World) -> None:
    with made.project.start("run") as daemon:
        daemon.until("notices begin")
        made.polled(2)
        made.titles.append(NEWS)
        daemon.until("notice sent")
        made.polled(3)
        made.titles.append(MORE)
        daemon.until("notice sent", times=2)
        assert daemon.stop() == 0
        assert TRACEBACK not in daemon.said
    assert [NEWS in title for title in made.told()] == [True, False]
    assert [MORE in title for title in made.told()] == [False, True]
    assert len(made.taken) == 2
    with made.project.start("run") as again:
        again.until("started")
        made.polled(2)
        assert again.stop() == 0
    assert len(made.taken) == 2


def test_what_stands_in_a_feed_that_is_new_is_no_news(made: World) -> None:
    made.web.answer("/late", rss(item(MORE, "https://late.example/1")))
    with made.project.start("run") as daemon:
        daemon.until("notices begin")
        made.polled(2)
        made.project.configure(
            [
                {"url": made.web.url("/feed"), "interval": "1s"},
                {"url": made.web.url("/late"), "interval": "1s"},
            ]
        )
        daemon.signal(signal.SIGHUP)
        eventually(lambda: made.web.count("/late") >= 2)
        made.titles.append(NEWS)
        daemon.until("notice sent")
        assert daemon.stop() == 0
    assert [(NEWS in title, MORE in title) for title in made.told()] == [(True, False)]


def test_what_did_not_get_through_is_tried_again_and_counts_once(made: World) -> None:
    made.status = 500
    with made.project.start("run") as daemon:
        daemon.until("notices begin")
        made.polled(2)
        made.titles.append(NEWS)
        daemon.until("notice not sent", times=2)
        made.status = 200
        daemon.until("notice sent")
        made.polled(2)
        assert daemon.stop() == 0
        assert "127.0.0.1" not in daemon.until("notice not sent")
    assert len(made.told()) == 1


def test_a_service_that_never_answers_keeps_nobody(made: World) -> None:
    made.web.silent("/hook")
    with made.project.start("run") as daemon:
        daemon.until("notices begin")
        made.polled(2)
        made.titles.append(NEWS)
        eventually(lambda: made.web.count("/hook") == 1)
        made.polled(2)
        assert daemon.stop() == 0
    (notice,) = made.project.run("alerts", "list", "--json").json[:1]
    assert notice["state"] in {"pending", "failed"}
    assert json.dumps(notice)


def test_without_targets_nothing_is_sent_or_noted(made: World) -> None:
    made.project.extra = "[read]\nenabled = false\n"
    made.project.configure([{"url": made.web.url("/feed"), "interval": "1s"}])
    with made.project.start("run") as daemon:
        daemon.until("started")
        made.polled(2)
        assert daemon.stop() == 0
    assert made.project.value("SELECT count(*) FROM notice") == 0
