"""What holds for every command: help, wrong usage, streams that end early or cannot show every character."""

import contextlib
import os
import pty
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import monitor
from monitor.cli import demo
from monitor.cli.main import cli
from tests.fill import ESCAPES, KAZAN, Folder
from tests.monitor.cli.conftest import Run

CHECKOUT = Path(__file__).resolve().parents[3]


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = dict(commands(cli))


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_has_help_with_an_example(
    path: tuple[str, ...], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seedwatch.toml").write_text("not TOML", encoding="utf-8")
    result = run(*path, "--help")

    assert result.code == 0
    assert result.out.startswith("Usage: seedwatch ")
    assert isinstance(ALL[path], click.Group) or "Example" in result.out
    assert "\\b" not in result.out
    assert [entry.name for entry in tmp_path.iterdir()] == ["seedwatch.toml"]


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_names_an_option_it_does_not_know(path: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    result = run("--db", tmp_path / "x.db", *path, "--no-such-option")

    assert result.code == 2
    assert "No such option" in result.err
    assert "Traceback" not in result.err
    assert not (tmp_path / "x.db").exists()


NO_RESULTS = {("run",), ("browse",)}
"""What goes on until it is stopped, and prints nothing but what it does."""


@pytest.mark.parametrize("path", [path for path, one in ALL.items() if not isinstance(one, click.Group)], ids=" ".join)
def test_every_command_that_prints_results_prints_them_as_json_too(path: tuple[str, ...]) -> None:
    switches = {name for option in ALL[path].params if isinstance(option, click.Option) for name in option.opts}

    assert ("--json" in switches) == (path not in NO_RESULTS)


@pytest.mark.parametrize(
    "args",
    [
        ["init", "fresh", "--example", "--json"],
        ["init", "--json"],
        ["feeds", "add", "https://new.example/feed.xml", "--json"],
        ["feeds", "add", "https://metro.example/feed.xml", "--json"],
        ["feeds", "remove", "Broken", "--json"],
        ["feeds", "export", "--json"],
        ["db", "backup", "copy.db", "--json"],
        ["db", "vacuum", "--json"],
        ["service", "--json"],
        ["export", "--format", "csv", "--all", "-o", "found.csv", "--json"],
        ["export", "--format", "opml", "-o", "feeds.opml", "--json"],
        ["export", "--format", "seed", "--all", "-o", "found", "--json"],
    ],
    ids=" ".join,
)
def test_what_changes_or_writes_something_says_so_as_json(folder: Folder, run: Run, args: list[str]) -> None:
    result = run(*args)
    about = result.json

    assert result.code == 0
    if args[0] == "init":
        assert (len(about["written"]), len(about["there_already"])) == ((6, 0) if "fresh" in args else (0, 1))
    elif args[0] == "service":
        assert "[Service]" in about["unit"]
        assert about["path"] is None
    elif args[:2] == ["feeds", "export"]:
        assert about[0] == {
            "url": "https://metro.example/feed.xml",
            "name": "Metro Herald",
            "tags": ["en"],
            "interval": None,
            "enabled": True,
        }
        assert len(about) == 4
    elif args[0] == "feeds":
        assert about["settings"] == str(folder.settings)
        assert about[{"add": "added", "remove": "removed"}[args[1]]] is ("metro" not in args[2])
        assert ("Broken" in args) == (about["url"] == "https://broken.example/feed.xml")
    elif args[0] == "db":
        sizes = [about["bytes"], (folder.path / "copy.db").stat().st_size if "backup" in args else about["bytes"]]
        assert len(set(sizes)) == 1
    elif "seed" in args:
        assert sorted(about["written"]) == sorted(
            str(path.relative_to(folder.path)) for path in Path("found").absolute().iterdir()
        )
    else:
        assert (folder.path / about["path"]).stat().st_size == about["bytes"]


def test_json_of_an_export_to_standard_output_is_wrong_usage(folder: Folder, run: Run) -> None:
    result = run("export", "--format", "csv", "--json")

    assert (result.code, result.out) == (2, "")
    assert "--output" in result.err


@pytest.mark.parametrize(
    "args",
    [
        ["new"],
        ["items", "list"],
        ["items", "show", "{uid}"],
        ["why", "{uid}"],
        ["seeds", "list"],
        ["feeds", "list"],
        ["feeds", "show", "Broken"],
        ["undo", "--list", "--all"],
        ["undo"],
        ["coverage"],
        ["alerts", "list"],
        ["status"],
        ["doctor"],
        ["poll"],
        ["pack", "it.zip"],
        ["unpack", "it.zip", "elsewhere"],
    ],
    ids=" ".join,
)
def test_times_for_people_are_in_their_zone(folder: Folder, run: Run, args: list[str]) -> None:
    uid = folder.uids[KAZAN]
    run("mute", "story", uid, "--until", "2999-03-01T10:00")
    run("alerts", "send")
    if args[0] in {"unpack", "poll"}:
        with contextlib.closing(sqlite3.connect(folder.database)) as connection, connection:
            connection.execute("UPDATE feed SET next_poll_at = '2999-01-01T00:00:00Z'")
        run("pack", "it.zip")
    result = run(*(arg.format(uid=uid) for arg in args), *(["--no-read"] if args[0] == "poll" else []))
    said = result.out + result.err

    assert re.search(r"\b\d{4}-\d\d-\d\dT\d\d|\bUTC\b", said) is None, said


def test_version_and_no_arguments_need_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert run("--version").out == f"seedwatch, version {monitor.__version__}\n"
    nothing = run()
    assert nothing.code == 2
    assert "Commands:" in nothing.out + nothing.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("word", "near"), [("itms", "items"), ("statsu", "status"), ("xyzzy", None)])
def test_an_unknown_command_is_wrong_usage(run: Run, word: str, near: str | None) -> None:
    result = run(word)

    assert result.code == 2
    assert f"No such command '{word}'" in result.err
    assert near is None or f"Did you mean '{near}'?" in result.err


@pytest.mark.parametrize(
    "args",
    [
        ["itms"],
        ["poll", "--nothing"],
        ["why"],
        ["why", "zzzz"],
        ["feeds", "show", "nothing"],
        ["--config", "no.toml", "new"],
    ],
    ids=" ".join,
)
def test_every_error_begins_with_the_same_word(folder: Folder, run: Run, args: list[str]) -> None:
    result = run(*args)

    assert result.code in {1, 2}
    assert [line for line in result.err.splitlines() if "rror:" in line] == [result.err.splitlines()[-1]]
    assert result.err.splitlines()[-1].startswith("error: ")


def test_results_go_to_stdout_and_all_else_to_stderr(folder: Folder, run: Run) -> None:
    folder.settings.write_text(
        folder.settings.read_text("utf-8") * 1 + '\n[[feeds]]\nurl = "https://metro.example/feed.xml"\n'
    )
    result = run("items", "list", "--json")

    assert len(result.json) == 16
    assert "already listed" in result.err


def program(folder: Folder, *args: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "monitor", *args],
        cwd=folder.path,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), **environment},
        capture_output=True,
        check=False,
        timeout=30,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [{"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "ascii"}],
    ids=["LANG=C", "ascii"],
)
def test_a_stream_that_knows_ascii_alone(folder: Folder, environment: dict[str, str]) -> None:
    text = program(folder, "new", **environment)
    as_json = program(folder, "new", "--json", **environment)
    table = program(folder, "export", "--format", "csv", **environment)

    assert (text.returncode, as_json.returncode, table.returncode) == (0, 0, 0)
    assert "В Казани камеры" in text.stdout.decode()
    assert rb"\u041a\u0430\u0437\u0430\u043d" in as_json.stdout
    assert "В Казани камеры".encode() in table.stdout
    assert b"Error" not in text.stderr + as_json.stderr + table.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", ["db schema --sql", "items list", "new --json", "export --format csv", "feeds list", "--help"]
)
def test_a_reader_that_leaves_early_is_no_error(folder: Folder, command: str) -> None:
    done = subprocess.run(
        # It reads nothing at all, so that whatever is written meets a closed pipe.
        ["bash", "-c", f"'{sys.executable}' -m monitor {command} | exec true; exit ${{PIPESTATUS[0]}}"],
        cwd=folder.path,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        check=False,
        timeout=30,
    )

    assert done.stderr == b""
    assert done.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "args", [["new"], ["items", "list", "--json"], ["export", "--format", "csv"], ["export", "--format", "jsonl"]]
)
def test_a_terminal_gets_no_control_characters_of_feeds(folder: Folder, args: list[str]) -> None:
    parent, child = pty.openpty()
    try:
        done = subprocess.Popen(
            [sys.executable, "-m", "monitor", *args],
            cwd=folder.path,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT), "NO_COLOR": "1", "TERM": "xterm"},
            stdout=child,
            stderr=subprocess.DEVNULL,
        )
        os.close(child)
        shown = b""
        while part := _read(parent):
            shown += part
        assert done.wait(30) == 0
    finally:
        os.close(parent)
    text = shown.decode()

    assert "RED" in text
    assert not {c for c in ESCAPES if not c.isprintable() and c != "\n"} & set(text)


def _read(descriptor: int) -> bytes:
    """What a terminal shows next; nothing at its end, which Linux reports as an error."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


def test_init_makes_folders_that_others_cannot_change_whatever_the_umask_says(tmp_path: Path, run: Run) -> None:
    old = os.umask(0)
    try:
        run("init", tmp_path / "one" / "two")
    finally:
        os.umask(old)

    made = [tmp_path / "one", tmp_path / "one" / "two", tmp_path / "one" / "two" / "seeds"]
    assert [place.stat().st_mode & 0o777 for place in made] == [0o755] * 3


def test_the_demonstration_names_a_command_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    started = tmp_path / "my bin" / "seedwatch"
    started.parent.mkdir()
    started.write_text("#!/bin/sh\n")
    started.chmod(0o755)
    monkeypatch.setattr("sys.argv", [str(started), "demo"])

    assert demo._command() == f"'{started}'"
    monkeypatch.setenv("PATH", str(started.parent))
    assert demo._command() == "seedwatch"
