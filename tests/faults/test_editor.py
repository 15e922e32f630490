"""Feeds that go wrong while nobody looks: each is named, in words, without a page being opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from db.connection import open_reader
from monitor.browse.front import front
from monitor.clock import stamp, utc_now
from seeds.shipped import corpus
from tests.program import TRACEBACK, Done, Project, eventually, item, rss
from tests.web import Answer, Hit, Web

pytestmark = pytest.mark.slow

LOGIN = b"<html><title>Sign in | Daily</title><form><input name=u><input name=p type=password></form></html>"
HOUR = timedelta(hours=1)


def entries(name: str, newest: timedelta, count: int = 8, every: timedelta = HOUR) -> bytes:
    """A feed with an entry every so often, the newest so old."""
    now = utc_now()
    listed = (
        item(f"{name} {n}", f"https://{name}.example/{n}", when=now - newest - n * every, guid=f"{name}-{n}")
        for n in range(count)
    )
    return rss(*listed, title=f"The {name}")


@dataclass
class Desk:
    """A project whose feeds were fine, and then were not."""

    project: Project
    web: Web
    before: dict[str, dict[str, Any]]
    after: dict[str, dict[str, Any]]
    status: Done
    doctor: Done
    listed: Done
    polled: Done

    def url(self, name: str) -> str:
        return self.web.url(f"/{name}")


FEEDS = ("login", "empty", "emptied", "frozen", "mute", "well", "removed", "missing")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Web() as web:
        for name in FEEDS:
            web.answer(f"/{name}", entries(name, newest=HOUR / 2))
        urls = [web.url(f"/{name}") for name in FEEDS]
        project = Project(tmp_path_factory.mktemp("desk"), urls, 'timeout = "2s"\n')
        for name, document in corpus():
            (project.path / "seeds" / name).write_bytes(document)
        project.run("poll", "--all")
        before = health(project)
        web.answer("/login", LOGIN)
        web.answer("/empty", b"")
        web.answer("/emptied", rss(title="The emptied"))
        freeze(project, web.url("/frozen"))
        web.silent("/mute")
        web.answer("/removed", b"gone", 410)
        web.answer("/missing", b"no", 404)
        for _ in range(3):
            polled = project.run("poll", "--all")
        shown = [project.run(*command) for command in (["status"], ["doctor"], ["feeds", "list"])]
        yield Desk(project, web, before, health(project), *shown, polled)


def freeze(project: Project, url: str) -> None:
    """Let time pass for one feed, of which nothing but the same entries has come for seven hours."""
    with closing(sqlite3.connect(project.database)) as connection, connection:
        connection.execute("UPDATE source SET added_at = ? WHERE address = ?", (stamp(utc_now() - 8 * HOUR), url))
        connection.execute(
            "UPDATE feed SET last_new_item_at = ? WHERE source_id = (SELECT id FROM source WHERE address = ?)",
            (stamp(utc_now() - 7 * HOUR), url),
        )


def health(project: Project) -> dict[str, dict[str, Any]]:
    rows = project.rows("SELECT * FROM feed_health")
    return {row["feed_url"].rpartition("/")[2]: row for row in rows}


def test_all_were_well_at_first(desk: Desk) -> None:
    assert {name: (row["state"], row["problem"]) for name, row in desk.before.items()} == dict.fromkeys(
        FEEDS, ("ok", None)
    )


@pytest.mark.parametrize(
    ("name", "state", "problem", "words"),
    [
        (
            "login",
            "failing",
            "login",
            "Login wall: The site asks for a password, with a page called “Sign in | Daily”.",
        ),
        ("empty", "failing", "empty", "Empty answer: The document is empty."),
        ("emptied", "silent", "no_entries", "Empty feed: It answers, but lists no entries any more."),
        ("frozen", "silent", "silent", "Silent: It answers, but has brought nothing for 7 hours; usually every hour."),
        ("mute", "failing", "timeout", "No answer: 127.0.0.1 did not answer completely within 2 seconds."),
        ("removed", "parked", "gone", "Gone: The feed was removed for good (HTTP 410). Asked once a week from now on."),
        ("missing", "failing", "not_found", "Not found: There is nothing at this address (HTTP 404)."),
    ],
)
def test_each_is_named_in_the_same_words_everywhere(
    desk: Desk, name: str, state: str, problem: str, words: str
) -> None:
    row = desk.after[name]
    assert (row["state"], row["problem"], row["reason"]) == (state, problem, words)
    for shown in (desk.status, desk.doctor, desk.listed):
        assert words in shown.out, shown.out
        assert TRACEBACK not in shown.err
    shown = desk.project.run("feeds", "show", desk.url(name), "--json").json
    assert (shown["state"], shown["problem"], shown["reason"]) == (state, problem, words)


def test_the_one_that_is_well_is_not_among_them(desk: Desk) -> None:
    assert (desk.after["well"]["state"], desk.after["well"]["reason"]) == ("ok", "Answers.")
    assert "/well" not in desk.status.out
    assert "/well" not in desk.doctor.out
    assert desk.project.titles(desk.url("well"))


def test_doctor_says_what_to_do_and_that_something_is_wrong(desk: Desk) -> None:
    assert desk.doctor.code == 1
    assert "→ The feed may be for subscribers" in desk.doctor.out
    assert desk.status.out.splitlines()[0].startswith("Working in part: 3 of 8 feeds answer")
    assert "1 silent; 1 empty" in desk.status.out
    assert (desk.polled.code, desk.listed.code) == (0, 0), "single feeds may fail"


def test_a_round_names_what_failed(desk: Desk) -> None:
    assert "Login wall: " in desk.polled.out
    assert "Empty answer: " in desk.polled.out
    assert "No answer: " in desk.polled.out
    assert "The emptied: Empty feed" in desk.polled.out
    assert "The frozen: Silent: It answers, but has brought nothing for 7 hours" in desk.polled.out
    assert f"{desk.url('well')}: nothing new\n" in desk.polled.err


def test_the_pages_say_the_same(desk: Desk) -> None:
    with closing(open_reader(desk.project.database)) as connection:
        troubles = {trouble.url: trouble for trouble in front(connection, utc_now()).troubles}
    assert {name: troubles[desk.url(name)].reason for name in FEEDS if name != "well"} == {
        name: row["reason"] for name, row in desk.after.items() if name != "well"
    }


def test_nothing_that_was_stored_is_lost(desk: Desk) -> None:
    for name in FEEDS:
        assert len(desk.project.titles(desk.url(name))) == 8
    desk.project.assert_sound()


def test_a_feed_that_freezes_while_it_is_watched_is_silent_in_six_gaps(tmp_path: Path) -> None:
    """At full speed: a feed that brings something every second, then the same for ever."""
    shown = 4

    def growing(hit: Hit) -> Answer:
        now = utc_now()
        return Answer(rss(*(item(f"Live {n}", f"https://live.example/{n}", when=now) for n in range(shown))))

    with Web() as web:
        url = web.serve("/live", growing)
        project = Project(tmp_path, [{"url": url, "interval": "1s"}])
        with project.start("run") as daemon:
            for _ in range(4):
                asked = web.count("/live")
                shown += 1
                eventually(lambda asked=asked: web.count("/live") > asked + 1)
            assert project.value("SELECT state FROM feed_health") in {"ok", "quiet"}
            eventually(lambda: project.value("SELECT state FROM feed_health") == "silent", 60)
            assert "Silent: It answers, but has brought nothing for" in project.value("SELECT reason FROM feed_health")
            shown += 1
            eventually(lambda: project.value("SELECT problem FROM feed_health") is None, 60)
            assert daemon.stop() == 0
