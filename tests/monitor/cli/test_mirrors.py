"""A mirror put into the settings later, as a user does it: with commands, and with a daemon that runs."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.program import Project

OUTLET = '[[outlets]]\ndomain = "outlet.example"\nmirrors = ["mirror.example"]\n'
QUERY = "SELECT count(*) FROM items WHERE origin = 'feed'"


def feed(folder: Path, host: str) -> str:
    path = folder / f"{host}.xml"
    items = "".join(
        f"<item><title>Cameras in the {name} of Moscow are to know faces</title><link>https://{host}/2026/{name}</link></item>"
        for name in ("schools", "courts", "trains")
    )
    path.write_text(f"<rss version='2.0'><channel><title>{host}</title>{items}</channel></rss>", "utf-8")
    return str(path)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path, [feed(tmp_path, "outlet.example"), feed(tmp_path, "mirror.example")])
    assert made.run("poll", "--all").code == 0
    assert made.value(QUERY) == 6
    return made


def checks(project: Project) -> list[str]:
    return [one["advice"] for one in json.loads(project.run("doctor", "--json").out) if one["name"] == "addresses"]


def settle(project: Project, extra: str) -> None:
    project.extra = extra
    project.configure([str(path) for path in sorted(project.path.glob("*.xml"))])


@pytest.mark.slow
def test_the_next_poll_makes_one_of_two(project: Project) -> None:
    assert checks(project) == []
    settle(project, OUTLET)
    assert checks(project) == ["`seedwatch poll` or `seedwatch run` sees to it"]
    done = project.run("poll")

    assert "3 items looked at, 3 became one with another, 0 came off another" in done.err
    assert project.value(QUERY) == 3
    assert checks(project) == []
    assert "Mirrors" not in project.run("poll").err
    settle(project, "")
    assert "3 came off another" in project.run("poll").err
    assert project.value(QUERY) == 6
    project.assert_sound()


@pytest.mark.slow
def test_a_daemon_does_so_at_its_start_and_when_its_settings_are_read_again(project: Project) -> None:
    settle(project, OUTLET)
    with project.start("-v", "run") as daemon:
        daemon.until("joined=3")
        assert project.value(QUERY) == 3
        settle(project, "")
        assert checks(project) == ["the daemon does that by itself; it reads changed settings on SIGHUP"]
        assert "looked at" not in project.run("seeds", "list").err  # other commands leave it to the daemon
        daemon.signal(signal.SIGHUP)
        daemon.until("parted=3")
        assert project.value(QUERY) == 6
    project.assert_sound()
