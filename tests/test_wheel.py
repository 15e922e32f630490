"""The wheel: what is in it, and that it works in an environment with its runtime dependencies alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from monitor.cli.main import _COMMANDS, cli

pytestmark = pytest.mark.slow
CHECKOUT = Path(__file__).resolve().parents[1]
ROOMS = ("config", "seeds", "db", "monitor")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy, since building leaves files behind."""
    copy = tmp_path_factory.mktemp("checkout")
    for entry in CHECKOUT.iterdir():
        if entry.is_dir() and entry.name in {*ROOMS, "tests", "benchmarks", "docs"}:
            shutil.copytree(entry, copy / entry.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif entry.is_file():
            shutil.copy(entry, copy)
    out = tmp_path_factory.mktemp("wheel")
    _pip(Path(sys.executable), "wheel", "--no-deps", "--wheel-dir", str(out), str(copy))
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Iterator[Path]:
    """The command, installed from the wheel into an environment of its own, without extras."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home)
    _pip(Path(sys.executable), "--python", str(home), "install", "--no-compile", str(wheel))
    yield home / "bin" / "seedwatch"
    shutil.rmtree(home)


def _pip(python: Path, *args: str) -> None:
    done = subprocess.run([python, "-m", "pip", *args, "--quiet"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def run(program: Path, *args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the installed program with nothing of the checkout in sight."""
    return subprocess.run([program, *args], cwd=cwd, env=apart(), capture_output=True, text=True, check=False)


def apart() -> dict[str, str]:
    """The environment without the checkout; what is compiled is kept."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}}


def data_files() -> list[str]:
    """Everything in the rooms that is not Python, as it is in the checkout."""
    listed = (path for room in ROOMS for path in (CHECKOUT / room).rglob("*") if path.is_file())
    return sorted(
        path.relative_to(CHECKOUT).as_posix()
        for path in listed
        if path.suffix not in {".py", ".pyc"} and path.name[0] != "."
    )


def test_all_that_the_program_reads_is_in_it(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = data_files()
    assert {"config/default.toml", "monitor/relate/vocabulary.txt", "monitor/browse/static/seedwatch.css"} <= set(
        wanted
    )
    assert sum(name.startswith("seeds/corpus/") for name in wanted) == 5
    assert [name for name in wanted if name not in held] == []
    modules = {path.relative_to(CHECKOUT).as_posix() for room in ROOMS for path in (CHECKOUT / room).rglob("*.py")}
    assert modules <= held


def test_nothing_else_is_in_it(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(ROOMS)


ALL_HELP = """
import json, os, sys
from monitor.__main__ import main
import monitor.cli.main

for args in json.load(sys.stdin):
    out, err = os.pipe(), os.pipe()
    if not os.fork():
        os.dup2(out[1], 1), os.dup2(err[1], 2)
        sys.argv = ["seedwatch", *args, "--help"]
        main()
    os.close(out[1]), os.close(err[1])
    said = [open(end, encoding="utf-8").read() for end in (out[0], err[0])]
    print(json.dumps([args, os.waitstatus_to_exitcode(os.wait()[1]), *said]))
"""


def test_every_command_has_help(installed: Path, tmp_path: Path) -> None:
    """Each in a process of its own, which has loaded no other command."""
    commands = json.dumps([[], *([name] for name in _COMMANDS), *_subcommands()])
    done = subprocess.run(
        [installed.with_name("python"), "-P", "-c", ALL_HELP],
        cwd=tmp_path,
        env=apart(),
        input=commands,
        capture_output=True,
        text=True,
        check=True,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) > 60
    for args, code, out, err in told:
        assert (code, err) == (0, ""), args
        assert f"Usage: {' '.join(['seedwatch', *args])} " in out, args
    assert run(installed, "--help", cwd=tmp_path).stdout == told[0][2]


def _subcommands() -> list[list[str]]:
    context = click.Context(cli)
    groups = ((name, cli.get_command(context, name)) for name in _COMMANDS)
    return [
        [name, sub] for name, group in groups if isinstance(group, click.Group) for sub in group.list_commands(context)
    ]


def test_it_works_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    assert run(installed, "init", "--example", cwd=tmp_path).returncode == 0
    checked = run(installed, "seeds", "check", "--strict", "--json", cwd=tmp_path)
    assert checked.returncode == 0, checked.stderr
    assert [one["ok"] for one in json.loads(checked.stdout)] == [True] * 5
    feed = tmp_path / "feed.xml"
    feed.write_text(
        "<rss version='2.0'><channel><title>T</title><item><title>Moscow metro police search faces by camera"
        "</title><guid>1</guid></item></channel></rss>"
    )
    (tmp_path / "seedwatch.toml").write_text('[seeds]\npaths = ["seeds"]\n[[feeds]]\nurl = "feed.xml"\n')
    polled = run(installed, "poll", "--json", cwd=tmp_path)
    assert polled.returncode == 0, polled.stderr
    assert json.loads(polled.stdout)["new"] == 1


def test_without_the_extra_browsing_says_what_to_install(installed: Path, tmp_path: Path) -> None:
    done = run(installed, "browse", cwd=tmp_path)
    assert done.returncode == 1
    assert "browse" in done.stderr
    assert "Traceback" not in done.stderr
