import os
import stat
from pathlib import Path

import pytest

from tests.fill import Folder
from tests.monitor.cli.conftest import Run


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path / "home"


def test_prints_a_unit_for_this_folder_and_program(folder: Folder, run: Run) -> None:
    out = run("service").out
    (start,) = [line for line in out.splitlines() if line.startswith("ExecStart=")]

    assert f"\nWorkingDirectory={folder.path}\n" in out
    assert os.access(start.removeprefix("ExecStart=").split()[0], os.X_OK)
    assert start.endswith(" run")


def test_names_settings_that_were_named(folder: Folder, run: Run) -> None:
    assert f" --config {folder.settings} run\n" in run("--config", "seedwatch.toml", "service", "--user").out
    assert "--config" not in run("--config", "seedwatch.toml", "service", "--system").out


def test_installs_once_and_says_what_is_left(folder: Folder, run: Run, home: Path) -> None:
    path = home / ".config/systemd/user/seedwatch.service"
    done = run("service", "--install")

    assert done.code == 0
    assert "systemctl --user enable --now seedwatch" in done.out
    assert path.read_text("utf-8") == run("service").out
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert run("service", "--install").code == 0


def test_what_was_changed_is_kept(folder: Folder, run: Run, home: Path) -> None:
    path = home / ".config/systemd/user/seedwatch.service"
    run("service", "--install")
    path.write_text("mine", encoding="utf-8")

    assert run("service", "--install").code == 1
    assert path.read_text("utf-8") == "mine"
    assert run("service", "--install", "--force").code == 0
    assert path.read_text("utf-8") == run("service").out
