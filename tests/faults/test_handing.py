"""What is handed to spreadsheets, terminals, logs and searches: F42, F67, F72, F73, F74, F75."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import stat
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest

from tests.program import COMMAND, TRACEBACK, Project, eventually, item, rss
from tests.web import Web

FORMULAS = {
    "hyperlink": '=HYPERLINK("https://evil.example/","x")',
    "plus": "+cmd|' /C calc'!A0",
    "minus": "-2+3",
    "at": "@SUM(1,2)",
    "spaces": "  =1+1",
    "full_width": "＝1+1",
}
HOSTILE = "\x1b[31mRed\x1b[0m \x07 \u202egnp.exe \u2066x\u2069 \u200b \x9b2J\n2026-01-01T00:00:00Z CRITICAL fake \x1b]0;owned\x07"
QUERIES = [
    '"',
    "'",
    "*",
    "NEAR(",
    "a AND",
    "",
    "%_",
    "((",
    'a"b',
    "-",
    "col:x",
    "^",
    "{",
    "\u0301",
    "OR OR",
    "x" * 100_000,
]


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as made:
        yield made


def xml(text: str) -> str:
    """A text as far as XML can carry it."""
    return "".join(c for c in text if c in "\t\n\r" or unicodedata.category(c) != "Cc" or ord(c) > 0x7F)


def polled(path: Path, web: Web, *titles: str) -> Project:
    entries = (item(title, f"https://said.example/{n}") for n, title in enumerate(titles))
    project = Project(path, [web.answer("/feed", rss(*entries))])
    done = project.run("poll")
    assert done.code == 0, done.err
    return project


def test_f42_no_cell_is_a_formula(tmp_path: Path, web: Web) -> None:
    project = polled(tmp_path, web, *FORMULAS.values())
    done = project.run("export", "--format", "csv", "--all")
    rows = list(csv.DictReader(io.StringIO(done.out, newline="")))
    assert done.code == 0
    assert len(rows) == len(FORMULAS)
    for row in rows:
        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "\t", "\r")), cell
    assert f"'{FORMULAS['hyperlink']}" in {row["title"] for row in rows}
    as_json = project.run("export", "--format", "jsonl", "--all").out.splitlines()
    assert FORMULAS["hyperlink"] in {json.loads(line)["title"] for line in as_json}


def shell(project: Project, script: str) -> subprocess.CompletedProcess[bytes]:
    """Run a script of bash in which `$S` is the program."""
    environ = project.environment({"S": " ".join(COMMAND)})
    return subprocess.run(
        ["bash", "-c", script], cwd=project.path, env=environ, capture_output=True, check=False, timeout=60
    )


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_f67_closed_streams_are_no_failure_and_nothing_is_written_elsewhere(
    tmp_path: Path, web: Web, closed: str
) -> None:
    project = Project(tmp_path, [web.answer("/feed", rss(item("The one and only", "https://one.example/1")))])
    for command in ("poll", "items list", "items list --json", "status", "export --format csv --all", "--help"):
        done = shell(project, f"$S {command} {closed}")
        assert (done.returncode, TRACEBACK.encode() in done.stderr) == (0, False), (command, done.stderr)
    assert project.titles(web.url("/feed")) == ["The one and only"]
    project.assert_sound()


@pytest.mark.parametrize(
    "command", ["items list", "items list --json", "export --format atom --all", "status", "--help"]
)
def test_f67_results_that_cannot_be_written_are_a_failure(tmp_path: Path, web: Web, command: str) -> None:
    done = shell(polled(tmp_path, web, "One"), f"$S {command} >/dev/full")
    assert done.returncode == 1
    assert done.stderr.decode().strip() == "error: No space left on device"


@pytest.mark.parametrize("command", ["poll --all", "items list", "status"])
def test_f67_a_full_log_stops_nothing(tmp_path: Path, web: Web, command: str) -> None:
    done = shell(polled(tmp_path, web, "One"), f"$S {command} 2>/dev/full")
    assert (done.returncode, bool(done.stdout)) == (0, True)


@pytest.mark.parametrize(
    ("command", "code"), [("nonsense", 2), ("items show abcdef", 2), ("--config none.toml poll", 2)]
)
def test_f67_the_exit_status_holds_when_nobody_can_be_told_why(tmp_path: Path, command: str, code: int) -> None:
    assert shell(Project(tmp_path), f"$S {command} 2>/dev/full").returncode == code


def test_f67_a_daemon_whose_log_is_full_goes_on(tmp_path: Path, web: Web) -> None:
    url = web.answer("/feed", rss(item("One", "https://one.example/1")))
    project = Project(tmp_path, [{"url": url, "interval": "1s"}], 'min_interval = "1s"')
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        daemon = subprocess.Popen(
            [*COMMAND, "-v", "run"], cwd=tmp_path, env=project.environment(), stderr=full, start_new_session=True
        )
        try:
            eventually(lambda: web.count("/feed") >= 3)
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(10) == 0
        finally:
            if daemon.poll() is None:
                os.killpg(daemon.pid, signal.SIGKILL)
                daemon.wait()
    project.assert_sound()


@pytest.mark.parametrize("format_", ["text", "json"])
def test_f72_what_others_say_stays_on_its_line_in_the_log(tmp_path: Path, web: Web, format_: str) -> None:
    title = xml(HOSTILE)
    url = web.answer("/feed", rss(item("One", "https://one.example/1"), title=title))
    moved = web.redirect("/moved", f"http://\x1b[31m\u202e\u2028{web.host}:1/CRITICAL fake")
    project = Project(tmp_path, [url, moved])
    (tmp_path / "seeds" / "bad\u2028\u202e 2026 CRITICAL fake.md").write_text("---\ntitle: [\u2028\n", encoding="utf-8")
    with project.start("--log-format", format_, "run") as daemon:
        daemon.until("feed asked")
        daemon.until("feed failed")
        assert daemon.stop() == 0
    logged = [line for line in daemon.lines if not line.startswith("seed not used")]
    assert len(logged) >= 4
    for line in daemon.lines:
        assert line.isprintable(), ascii(line)
        assert "\u2028" not in line
    for line in logged:
        if format_ == "json":
            said = json.loads(line)
            assert {"level", "timestamp", "event"} <= set(said)
            assert said["level"] != "critical"
        else:
            assert line.split()[1] in {"info", "warning", "error"}, line


def test_f72_with_json_every_line_is_json_and_each_warning_comes_once(tmp_path: Path, web: Web) -> None:
    url = web.answer("/feed", rss(item("One", "https://one.example/1")))
    project = Project(tmp_path, [url, url + "#again"], extra="[browse]\nport = 0\n")
    (tmp_path / "seeds" / "bad.md").write_text("---\ntitle: [\n", encoding="utf-8")
    with project.start("--log-format", "json", "run", "--browse") as daemon:
        daemon.until("feed asked")
        daemon.until("Pages at")
        assert daemon.stop() == 0
    said = [json.loads(line) for line in daemon.lines]
    assert all({"level", "timestamp", "event"} <= set(one) for one in said)
    assert [one["level"] for one in said if "already listed" in one["event"]] == ["warning"]
    wrong = project.run("--log-format", "json", "poll", "no-such-feed")
    assert wrong.code
    assert [json.loads(line)["level"] for line in wrong.err.splitlines()][-1] == "error"


def test_f72_an_unexpected_error_is_one_line_too(tmp_path: Path) -> None:
    code = (
        "import sys, structlog; from monitor.cli.logs import configure; configure(0, sys.argv[1])\n"
        "try: raise ValueError(sys.argv[2])\n"
        "except ValueError: structlog.get_logger().critical('tick failed', exc_info=True, name=sys.argv[2], odd=object())"
    )
    for format_ in ("text", "json"):
        done = subprocess.run(
            [COMMAND[0], "-c", code, format_, HOSTILE.replace("\0", "")],
            env=Project(tmp_path).environment(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        assert done.stderr.count("\n") == 1
        assert done.stderr.strip().isprintable()
        if format_ == "json":
            assert json.loads(done.stderr)["name"] == HOSTILE


def test_f73_everything_that_is_made_is_its_owners_alone(tmp_path: Path, web: Web) -> None:
    web.answer("/feed", rss(item("One", "https://one.example/1")))
    project = Project(tmp_path, [web.url("/feed")])
    there = set(tmp_path.rglob("*"))
    script = (
        "umask 000; $S poll && $S init made --example && $S export --format atom --all -o out.xml"
        " && $S export --format seed --all -o found && $S db backup copy.db && $S seen --all"
    )
    done = shell(project, script)
    assert done.returncode == 0, done.stderr
    made = [path for path in tmp_path.rglob("*") if path.is_file() and path not in there]
    assert {"seedwatch.db", "out.xml", "copy.db", "seedwatch.db.lock"} <= {path.name for path in made}
    shared = [path.name for path in made if stat.S_IMODE(path.stat().st_mode) & 0o022]
    assert shared == [], "others may write these"
    private = [path for path in made if ".db" in path.name or path.name in {"out.xml", "decisions.jsonl"}]
    assert [path.name for path in private if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


@pytest.mark.parametrize("name", ["seedwatch.db.lock", "seedwatch.db.poll", "seedwatch.db.daemon"])
def test_f73_a_link_in_the_place_of_a_lock_is_not_followed(tmp_path: Path, web: Web, name: str) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("mine")
    precious.chmod(0o644)
    project = Project(tmp_path / "p", [web.answer("/feed", rss(item("One", "https://one.example/1")))])
    (project.path / name).symlink_to(precious)
    with project.start("run" if name.endswith("daemon") else "poll") as running:
        if name.endswith("poll"):
            assert running.ends(30) == 0
        else:
            assert running.ends(30) == 1
            assert "cannot be written to" in running.said
    assert TRACEBACK not in running.said
    assert (precious.read_text(), stat.S_IMODE(precious.stat().st_mode)) == ("mine", 0o644)


def test_f74_hostile_headlines_steer_no_terminal_and_json_loses_nothing(tmp_path: Path, web: Web) -> None:
    project = polled(tmp_path, web, xml(HOSTILE))
    uid, title = next(iter(project.rows("SELECT uid, title FROM items"))).values()
    for args in (
        ["items", "list"],
        ["items", "search", "gnp"],
        ["items", "show", uid],
        ["why", uid],
        ["feeds", "list"],
        ["status"],
        ["poll", "--all"],
        ["items", "list", "--json"],
        *(["export", "--all", "--format", name] for name in ("csv", "jsonl", "atom", "jsonfeed", "opml")),
    ):
        done = project.run(*args)
        assert done.code == 0, (args, done.err)
        bad = {c for c in done.out + done.err if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"}}
        assert bad - {"\r"} == set(), (args, ascii(bad))
    assert [row["title"] for row in project.run("items", "list", "--json").json] == [title]
    (entry,) = feedparser.parse(io.BytesIO(project.run("export", "--all", "--format", "atom").out.encode())).entries
    assert entry.title.split() == title.split()


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: ascii(query[:8]))
def test_f75_any_text_can_be_searched_for(tmp_path: Path, web: Web, query: str) -> None:
    project = polled(tmp_path, web, 'A AND B near "quotes" 100%_', "Other")
    for args in (["items", "search", "--json", "--", query], ["items", "list", "--json", f"--search={query}"]):
        done = project.run(*args)
        assert done.code == 0, done.err
        assert isinstance(done.json, list)
    outlet = project.run("items", "list", f"--outlet={query}", "--json")
    assert outlet.code == 0
    assert "sqlite" not in done.err.lower()
    assert "fts5" not in done.err.lower()


@pytest.mark.parametrize("uid", ['"', "%", "x" * 100_000, "'; DROP TABLE article; --", "-"])
def test_f75_any_text_can_be_asked_for_as_a_uid(tmp_path: Path, web: Web, uid: str) -> None:
    project = polled(tmp_path, web, "One")
    for command in (["items", "show"], ["why"], ["seen"]):
        done = project.run(*command, "--", uid)
        assert done.code == 2
        assert TRACEBACK not in done.err
        assert len(done.err) < 1_000_000
    project.assert_sound()
