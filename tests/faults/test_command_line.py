"""The command line used wrongly, or asked about itself: F76."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor import __version__
from tests.program import TRACEBACK, Project

WRONG = {
    "command": (["pol"], "'poll'"),
    "option": (["poll", "--al"], "--all"),
    "argument": (["seeds", "check", "--nothing"], "--nothing"),
    "missing_argument": (["why"], "UID"),
    "subcommand": (["feeds", "lst"], "lst"),
    "discover": (["feeds", "discover", "example.org"], "https://"),
    "import": (["feeds", "import"], "FILE"),
    "format": (["feeds", "export", "--format", "xls"], "opml"),
    "feed": (["poll", "https://unknown.example/"], "feeds list"),
    "log_format": (["--log-format", "xml", "poll"], "json"),
}
HELP = [["--help"], ["-h"], ["--version"], ["poll", "--help"], ["feeds", "--help"], ["feeds", "add", "--help"]]


@pytest.mark.parametrize("name", WRONG)
def test_f76_wrong_usage_is_told_with_what_was_expected(tmp_path: Path, name: str) -> None:
    args, words = WRONG[name]
    project = Project(tmp_path, ["missing.xml"])
    done = project.run(*args)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert TRACEBACK not in done.err


@pytest.mark.parametrize("args", HELP, ids=" ".join)
def test_f76_help_needs_neither_settings_nor_database(tmp_path: Path, args: list[str]) -> None:
    (tmp_path / "seedwatch.toml").write_text("nonsense")
    project = Project(tmp_path)
    project.settings.write_text("nonsense")
    done = project.run(*args)
    assert (done.code, done.err) == (0, "")
    assert ("seedwatch" in done.out) or ("Usage" in done.out)
    assert not project.database.exists()


def test_f76_no_arguments_show_the_commands(tmp_path: Path) -> None:
    done = Project(tmp_path).run()
    assert done.code in {0, 2}
    assert "poll" in done.out + done.err
    assert TRACEBACK not in done.err


def test_f76_the_version_is_one_line(tmp_path: Path) -> None:
    assert Project(tmp_path).run("--version").out.strip().endswith(__version__)


@pytest.mark.parametrize(
    "environ", [{"LANG": "C", "LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONOPTIMIZE": "1"}]
)
def test_f67_f68_odd_surroundings_change_nothing(tmp_path: Path, environ: dict[str, str]) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(
        "<rss version='2.0'><channel><title>Вести</title><item><title>Лица</title><guid>1</guid></item></channel></rss>"
    )
    project = Project(tmp_path, [str(feed)])
    done = project.run("poll", environ=environ)
    assert done.code == 0, done.err
    assert project.titles(str(feed)) == ["Лица"]
    listed = project.run("items", "list", "--verdict", "no", "--json", environ=environ)
    assert [one["title"] for one in listed.json] == ["Лица"]
