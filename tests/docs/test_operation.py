import re
from pathlib import Path

import click
import pytest

from monitor.cli.main import _COMMANDS, cli
from monitor.schedule.daemon import BEAT_S

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "operation.md").read_text("utf-8")


@pytest.mark.parametrize("line", sorted(set(re.findall(r"seedwatch ((?:[a-z-]+ ?)+)", TEXT))))
def test_names_commands_that_are_there(line: str) -> None:
    words = line.split()
    if words[0] in _COMMANDS:
        command = cli.get_command(click.Context(cli), words[0])
        if isinstance(command, click.Group) and len(words) > 1:
            assert command.get_command(click.Context(command), words[1])


def test_names_what_operation_needs() -> None:
    assert all(
        f"seedwatch {name}" in TEXT for name in ("run", "service --user", "health", "status", "doctor", "-q poll")
    )


def test_a_mark_is_left_often_enough_for_health() -> None:
    from monitor.deliver.alive import HANGS_AFTER

    assert HANGS_AFTER.total_seconds() >= 4 * BEAT_S
