"""A filled folder of one's own for each test, and the command line in this process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.cli.main import _run
from tests.fill import Folder, fill


@dataclass(frozen=True)
class Result:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Result]


@pytest.fixture(scope="session")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return fill(tmp_path_factory.mktemp("filled") / "folder")


@pytest.fixture
def folder(filled_once: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """The current folder, filled."""
    shutil.copytree(filled_once.path, tmp_path / "folder")
    monkeypatch.chdir(tmp_path / "folder")
    monkeypatch.setenv("KAZAN_TOKEN", "s3cret-value")
    return Folder(tmp_path / "folder", filled_once.uids)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line in this process, as `main` does."""

    def call(*args: object) -> Result:
        capsys.readouterr()
        code = _run([str(arg) for arg in args])
        said = capsys.readouterr()
        return Result(code, said.out, said.err)

    return call
