"""What the README shows is what happens."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def session() -> list[tuple[str, str]]:
    """The commands of the console session, each with what it prints; `…` stands for lines that are left out."""
    block = re.search(r"```console\n(.*?)```", README, re.DOTALL)
    assert block is not None
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in block[1].split("$ ")[1:]]


@pytest.mark.slow
def test_the_session_prints_what_the_readme_says(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs" / "example", tmp_path / "docs" / "example")
    environ = {**os.environ, "TZ": "UTC", "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    folder = tmp_path
    for command, expected in session():
        program, *arguments = shlex.split(command)
        if program == "cd":
            folder /= arguments[0]
            continue
        done = subprocess.run(
            [sys.executable, "-m", "monitor", *arguments],
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        pattern = re.escape(expected.strip()).replace("…", ".*")
        assert re.fullmatch(pattern, done.stdout.strip(), re.DOTALL), f"{command}\n{done.stdout}\n{done.stderr}"
        assert done.returncode == 0


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#:]+)\)", README))
def test_links_lead_to_files(target: str) -> None:
    assert (ROOT / target).exists()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:`|^ {4})make (\w+)", README, re.MULTILINE))))
def test_make_targets_exist(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
