import re
from pathlib import Path

import pytest

from monitor.cli.main import _COMMANDS
from monitor.deliver.service import place, unit, word

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("/usr/bin/seedwatch", "/usr/bin/seedwatch"),
        ("/a b/x", '"/a b/x"'),
        ("/100%", '"/100%%"'),
        ("/$HOME", '"/$$HOME"'),
        ('/a"b\\c', '"/a\\"b\\\\c"'),
        ("/it's;", '"/it\'s;"'),
    ],
)
def test_words_are_written_as_systemd_reads_them(text: str, written: str) -> None:
    assert word(text) == written


def test_a_user_has_a_folder_and_settings() -> None:
    text = unit("user", ["/usr/bin/seedwatch"], Path("/home/x/my news"), Path("/home/x/my news/other.toml"))

    assert 'ExecStart=/usr/bin/seedwatch --config "/home/x/my news/other.toml" run\n' in text
    assert "\nWorkingDirectory=/home/x/my news\n" in text
    assert "$MAINPID" in text
    assert "$$" not in text


@pytest.mark.parametrize(
    ("program", "reads", "home"),
    [
        ("/opt/seedwatch/bin/seedwatch", [], "yes"),
        ("/home/x/.venv/bin/seedwatch", [], "read-only"),
        ("/homely/bin/seedwatch", [], "yes"),
        ("/opt/bin/seedwatch", [Path("/root/.pyenv/bin/python")], "read-only"),
    ],
)
def test_homes_are_closed_unless_the_program_is_in_one(program: str, reads: list[Path], home: str) -> None:
    assert f"\nProtectHome={home}\n" in unit("system", [program], Path("/x"), reads=reads)


@pytest.mark.parametrize("kind", ["system", "user"])
def test_what_the_unit_promises(kind: str) -> None:
    text = unit(kind, ["/usr/bin/seedwatch"], Path("/x"))  # type: ignore[arg-type]

    for setting in (
        "Type=notify",
        "WatchdogSec=3min",
        "Restart=on-failure",
        "RestartPreventExitStatus=2",
        "NoNewPrivileges=yes",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
        "MemoryMax=1G",
        "UMask=0077",
    ):
        assert f"\n{setting}\n" in text


def test_places(tmp_path: Path) -> None:
    assert place("system", tmp_path, None) == Path("/etc/systemd/system/seedwatch.service")
    assert place("user", tmp_path, None) == tmp_path / ".config/systemd/user/seedwatch.service"
    assert place("user", tmp_path, "/xdg") == Path("/xdg/systemd/user/seedwatch.service")
    assert place("user", tmp_path, "relative") == tmp_path / ".config/systemd/user/seedwatch.service"


class TestContainer:
    """The container file cannot be built here; what it says is held against the program."""

    @pytest.fixture
    def said(self) -> dict[str, list[str]]:
        text = (CHECKOUT / "Containerfile").read_text("utf-8").replace("\\\n", " ")
        found: dict[str, list[str]] = {}
        for line in text.splitlines():
            if line and not line.startswith("#"):
                word, _, rest = line.partition(" ")
                found.setdefault(word, []).append(rest.strip())
        return found

    def test_runs_as_nobody_in_particular_with_a_volume(self, said: dict[str, list[str]]) -> None:
        assert said["USER"] == ["10001"]
        assert said["VOLUME"] == said["WORKDIR"][1:] == ["/data"]
        assert list(said).index("USER") < list(said).index("ENTRYPOINT")
        assert said["ENTRYPOINT"] == ['["seedwatch"]']

    def test_names_commands_that_are_there(self, said: dict[str, list[str]]) -> None:
        (check,), (command,) = said["HEALTHCHECK"], said["CMD"]

        assert "health" in _COMMANDS
        assert check.endswith('CMD ["seedwatch", "health"]')
        assert re.findall(r'"([^"]*)"', command) == ["--log-format", "json", "run"]

    def test_copies_all_that_the_package_needs(self) -> None:
        kept = {
            line[1:] for line in (CHECKOUT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")
        }
        packages = {path.parent.name for path in CHECKOUT.glob("*/__init__.py")} - {"tests", "docs", "benchmarks"}

        assert packages <= kept
        assert {"pyproject.toml", "README.md", "LICENSE"} <= kept
