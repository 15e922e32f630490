"""What people decided, over kills (F54), other machines, damaged files, odd paths (F53) and a daemon that runs meanwhile."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seeds.shipped import corpus
from tests.program import TRACEBACK, Project, eventually, item, rss
from tests.web import Web

pytestmark = pytest.mark.slow
LEAD = "Cameras that recognise faces are put up at each metro station of Kazan, Russian officials said; police search them."
WORDS = ("Kazan", "Omsk", "Perm", "Tomsk", "Ufa", "Samara", "Tver", "Tula", "Penza", "Kursk", "Orel", "Chita")


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as made:
        yield made


def page(title: str, link: str) -> bytes:
    return f"<html><head><title>{title}</title><link rel=canonical href={link!r}></head><p>{LEAD}</p></html>".encode()


def watching(path: Path, web: Web) -> Project:
    """A project with the shipped seeds over two feeds: towns, and the first of them reprinted."""
    towns = [
        item(
            f"{w} metro gets facial recognition cameras, Russia says",
            f"https://news.example/{w}",
            excerpt=f"{w}. {LEAD}",
        )
        for w in WORDS
    ]
    wire = item(
        f"{WORDS[0]} metro gets facial recognition cameras, Russia says",
        "https://wire.example/1",
        excerpt=f"{WORDS[0]}. {LEAD}",
    )
    web.answer("/towns", rss(*towns))
    web.answer("/wire", rss(wire))
    project = Project(path, [web.url("/towns"), web.url("/wire")], 'interval = "10m"\n')
    for name, raw in corpus():
        (path / "seeds" / name).write_bytes(raw)
    done = project.run("poll", "--all")
    assert done.code == 0, done.err
    return project


def uids(project: Project) -> dict[str, str]:
    rows = project.rows("SELECT title, uid FROM items WHERE origin = 'feed' ORDER BY copy_of_uid IS NULL")
    return {row["title"].split()[0]: row["uid"] for row in rows}


def shown(project: Project) -> dict[str, list[dict[str, Any]]]:
    """What people see of a project."""
    return {
        "items": project.rows(
            "SELECT uid, title, web_url, verdict, relevance, copy_of_uid, seen, first_seen_at FROM items ORDER BY uid"
        ),
        "related": project.rows("SELECT uid, watch, verdict, reason, seen FROM related_items ORDER BY uid, watch"),
        "decisions": project.rows(
            "SELECT decided_at, kind, a, b, verdict, id, state FROM decisions WHERE decided_by = 'user' ORDER BY id, b"
        ),
        "copies": project.rows("SELECT uid, copy_of_uid FROM duplicates ORDER BY uid"),
        "aliases": project.rows("SELECT * FROM item_aliases ORDER BY old_uid"),
    }


def decide(project: Project, web: Web) -> None:
    """An article added by its address, ten verdicts, and one `different`."""
    web.answer("/article", page("Volgograd puts facial recognition into buses", web.url("/article")))
    assert project.run("add", web.url("/article")).code == 0
    found = uids(project)
    for word in WORDS[1:6]:
        assert project.run("no", found[word], "--because", f"{word} is not ours").code == 0
    assert project.run("yes", *(found[word] for word in WORDS[6:11])).code == 0
    copy = project.value("SELECT uid FROM duplicates")
    assert project.run("different", found[WORDS[0]], copy).code == 0
    assert project.run("seen", "--all").code == 0
    assert project.run("rescore").code == 0  # by what these verdicts teach, as the next round would


def test_a_handover_forgets_nothing_and_brings_nothing_new(tmp_path: Path, web: Web) -> None:
    project = watching(tmp_path / "here", web)
    decide(project, web)
    before = shown(project)
    assert len(before["decisions"]) >= 13
    assert before["copies"] == []
    assert project.run("pack", tmp_path / "all.zip").code == 0
    shutil.rmtree(project.path)
    there = tmp_path / "there"
    there.mkdir()
    other = Project(there)
    other.settings.unlink()
    (there / "seeds").rmdir()
    done = other.run("unpack", tmp_path / "all.zip")

    assert done.code == 0, done.err
    assert shown(other) == before
    polled = other.run("poll", "--all", "--json")
    assert polled.code == 0, polled.err
    assert other.run("rescore", "--json").json["moved"] == []
    assert other.run("new", "--json").json == []
    assert shown(other) == before
    other.assert_sound()


def test_without_the_database_decisions_take_hold_as_articles_come_in(tmp_path: Path, web: Web) -> None:
    project = watching(tmp_path / "here", web)
    decide(project, web)
    before = shown(project)
    assert project.run("pack", tmp_path / "small.zip", "--no-database").code == 0
    other = Project(tmp_path / "there")
    assert other.run("unpack", tmp_path / "small.zip", "--overwrite").code == 0
    polled = other.run("poll", "--all")
    assert polled.code == 0, polled.err
    assert "decisions taken up from" in polled.err
    assert other.run("rescore").code == 0
    after = shown(other)

    for name in ("related", "copies", "decisions"):
        assert after[name] == before[name], name
    assert other.run("new", "--json").json == []
    # The same again, by another process: nothing is taken up twice.
    assert "taken up" not in other.run("rescore").err
    assert shown(other)["decisions"] == before["decisions"]


def test_f54_killed_while_deciding_the_file_leads_and_nothing_is_half_done(tmp_path: Path, web: Web) -> None:
    project = watching(tmp_path, web)
    found = uids(project)
    chance = random.Random(53)
    for word in WORDS:
        with project.start("no", found[word]) as running:
            try:
                running.ends(chance.uniform(0.2, 1.0))
            except AssertionError:
                running.kill()
        project.assert_sound()
    done = project.run("rescore")

    assert done.code == 0
    assert TRACEBACK not in done.err
    path = project.path / "seeds" / "decisions.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    said = {json.loads(line)["uid"] for line in lines}
    verdicts = {
        row["uid"]: row["verdict"] for row in project.rows("SELECT uid, verdict FROM items WHERE origin = 'feed'")
    }
    assert {uid for uid in found.values() if verdicts[uid] == "no"} == said
    assert project.value("SELECT count(*) FROM decisions WHERE decided_by = 'user'") == len(lines)


def test_f54_a_line_whose_commit_never_came_is_taken_up(tmp_path: Path, web: Web) -> None:
    project = watching(tmp_path, web)
    with sqlite3.connect(project.database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    saved = project.database.read_bytes()
    assert project.run("no", uids(project)["Omsk"], "--because", "a test").code == 0
    decided = shown(project)
    for name in ("-wal", "-shm"):
        Path(f"{project.database}{name}").unlink(missing_ok=True)
    project.database.write_bytes(saved)
    assert project.run("poll").code == 0

    assert shown(project) == decided


def test_a_daemon_takes_up_what_others_decide(tmp_path: Path, web: Web) -> None:
    project = watching(tmp_path, web)
    found = uids(project)
    path = project.path / "seeds" / "decisions.jsonl"
    with project.start("run") as daemon:
        daemon.until("started")
        assert project.run("no", found["Omsk"]).code == 0
        assert project.run("mute", "phrase", "Perm metro").code == 0
        line = json.loads(path.read_text("utf-8").splitlines()[0])
        more = {**line, "id": "by-hand", "uid": found["Tula"], "key": "news.example/Tula", "title": ""}
        with path.open("a", encoding="utf-8") as file:
            file.write('{"do": "cut\n' + json.dumps(more) + "\n")
        daemon.until("decisions taken up")
        assert f"{path}:3" in daemon.said
        towns = [
            item(
                f"{w} metro: facial recognition cameras again, Russia says", f"https://news.example/2/{w}", excerpt=LEAD
            )
            for w in ("Perm", "Kirov")
        ]
        web.answer("/towns", rss(*towns))
        assert project.run("poll", "--all").code == 0
        wanted = {
            "Omsk metro gets": "no",
            "Perm metro gets": "no",
            "Tula metro gets": "no",
            "Perm metro: facial": "no",
            "Kirov metro: facial": "likely",
        }
        query = "SELECT verdict FROM items WHERE title LIKE ? || '%'"
        eventually(lambda: {title: project.value(query, title) for title in wanted} == wanted)
        assert daemon.stop() == 0
        assert TRACEBACK not in daemon.said
    project.assert_sound()


@pytest.mark.parametrize("name", ["with space.zip", "ключ.zip", "*.zip", "-", "--x.zip", "a/../b.zip"])
def test_f53_a_path_is_what_it_is(tmp_path: Path, web: Web, name: str) -> None:
    project = Project(tmp_path / "here")
    (project.path / "a").mkdir()
    done = project.run("pack", "--", name)

    assert done.code == 0, done.err
    assert (project.path / name).is_file()
    other = Project(tmp_path / "there")
    assert other.run("unpack", "--overwrite", "--", project.path / name).code == 0
    assert project.run("pack", "--", project.path).code == 2, "a folder is no file"
    assert project.run("pack", "--", "/dev/null").code == 1
    link = project.path / "link.zip"
    link.symlink_to(tmp_path / "elsewhere.zip")
    assert project.run("pack", link).code == 1
    assert not (tmp_path / "elsewhere.zip").exists()
