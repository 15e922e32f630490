"""What feeds write, where people read it, and the files that hold it: F72, F73, F74."""

from __future__ import annotations

import json
import os
import pty
import stat
import subprocess
from pathlib import Path

import pytest

from seeds.shipped import corpus
from tests.program import COMMAND, TRACEBACK, Project, item, rss
from tests.web import Web

FORGED = "Quiet day\n2026-11-21 12:00:00 [critical] all feeds were removed\r\x1b[2K"
HOSTILE = (
    "Moscow facial recognition cameras \x1b[31mRED \x1b]0;owned\x07 \u202egnp.exe\u2066 \u200b\x9b2J police in Russia"
)
STEERS = {"\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\x08", "\r"}


def test_f72_a_title_stays_on_its_line_in_the_log(tmp_path: Path) -> None:
    with Web() as web:
        # The name of the feed and the title of a page are what logs and reasons repeat.
        feed = web.answer("/feed", rss(item(FORGED, "https://a.example/1"), title=FORGED))
        page = web.answer("/page", f"<html><title>{FORGED}</title>".encode())
        project = Project(tmp_path, [{"url": feed, "name": FORGED, "interval": "1s"}, {"url": page, "interval": "1s"}])
        for style in ("text", "json"):
            with project.start("--log-format", style, "run") as daemon:
                daemon.until("feed asked")
                daemon.until("feed failed")
                assert daemon.stop() == 0
            lines = [line for line in daemon.lines if line.strip()]
            assert not STEERS & set(daemon.said)
            assert not [line for line in lines if line.startswith("2026-11-21 12:00:00 [critical]")]
            if style == "json":
                events = [json.loads(line) for line in lines]
                assert {event["level"] for event in events} <= {"info", "warning"}
            project.run("poll", "--all")
        assert TRACEBACK not in daemon.said


@pytest.mark.parametrize("command", [["status"], ["feeds", "list"], ["doctor"], ["poll", "--all"]])
def test_f72_a_forged_line_is_none_on_the_terminal_either(tmp_path: Path, command: list[str]) -> None:
    with Web() as web:
        page = web.answer("/page", f"<html><title>{FORGED}</title>".encode())
        project = Project(tmp_path, [{"url": page, "name": FORGED}])
        project.run("poll", "--all")
        done = project.run(*command)
    said = done.out + done.err
    assert not STEERS & set(said)
    assert not [line for line in said.splitlines() if line.startswith("2026-11-21 12:00:00 [critical]")]


def test_f73_files_are_for_their_owner_alone_and_links_are_not_followed(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_bytes(rss(item("One", "https://a.example/1")))
    done = subprocess.run(
        ["sh", "-c", 'umask 000; "$@" init mine; cd mine; "$@" feeds add ../feed.xml; "$@" poll --all', "sh", *COMMAND],
        cwd=tmp_path,
        env=Project(tmp_path / "unused").environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert TRACEBACK not in done.stderr
    made = [path for path in (tmp_path / "mine").iterdir() if path.is_file()]
    assert {path.name for path in made} >= {"seedwatch.toml", "seedwatch.db"}
    open_to_others = [path.name for path in made if stat.S_IMODE(path.stat().st_mode) & 0o027]
    assert open_to_others == []


@pytest.mark.parametrize("suffix", [".lock", ".daemon.lock"])
def test_f73_a_link_in_the_place_of_a_lock_is_not_followed(tmp_path: Path, suffix: str) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_bytes(rss(item("One", "https://a.example/1")))
    project = Project(tmp_path, [str(feed)])
    project.run("poll")
    locks = [path for path in tmp_path.iterdir() if path.name.endswith("lock")]
    victim = tmp_path / "victim"
    victim.write_text("precious")
    for lock in locks:
        lock.unlink()
        lock.symlink_to(victim)
    project.run("poll", "--all")
    assert victim.read_text() == "precious"


def test_f74_a_terminal_gets_no_control_characters_and_json_loses_nothing(tmp_path: Path) -> None:
    with Web() as web:
        body = rss(item(HOSTILE.replace("\x1b", "&#27;"), "https://a.example/1")).replace(b"&amp;#27;", b"\x1b")
        project = Project(tmp_path, [{"url": web.answer("/feed", body), "name": HOSTILE}])
        for name, document in corpus():
            (tmp_path / "seeds" / name).write_bytes(document)
        project.run("poll", "--all")
        for command in (
            ["new"],
            ["items", "list"],
            ["feeds", "list"],
            ["feeds", "test"],
            ["status"],
            ["why", _uid(project)],
        ):
            shown = _terminal(project, command)
            assert "Moscow facial recognition" in shown or command == ["status"]
            assert not STEERS - {"\r"} & set(shown), command
        listed = project.run("items", "list", "--json")
        stored = project.value("SELECT title FROM items WHERE origin = 'feed'")
        assert stored in [row["title"] for row in json.loads(listed.out)]


def _uid(project: Project) -> str:
    return str(project.value("SELECT uid FROM items WHERE origin = 'feed'"))


def _terminal(project: Project, command: list[str]) -> str:
    """What a terminal is sent."""
    parent, child = pty.openpty()
    try:
        program = subprocess.Popen(
            [*COMMAND, *command],
            cwd=project.path,
            env=project.environment({"NO_COLOR": "1", "TERM": "xterm", "COLUMNS": "400"}),
            stdout=child,
            stderr=child,
        )
        os.close(child)
        shown = b""
        while part := _read(parent):
            shown += part
        assert program.wait(60) in {0, 1}
    finally:
        os.close(parent)
    return shown.decode()


def _read(descriptor: int) -> bytes:
    """What is shown next; nothing at the end, which Linux reports as an error."""
    try:
        return os.read(descriptor, 65_536)
    except OSError:
        return b""
