"""A folder with settings and no pauses, and the command line in this process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import past
from tests.monitor.cli.conftest import run
from tests.program import Project

__all__ = ["run"]


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The current folder, with the shipped seeds and no pause between two requests."""
    project = Project(tmp_path / "here", extra=past.NO_GAP)
    for seed in sorted((Path(__file__).resolve().parents[3] / "seeds" / "corpus").glob("*.md")):
        (project.path / "seeds" / seed.name).write_bytes(seed.read_bytes())
    monkeypatch.chdir(project.path)
    return project
