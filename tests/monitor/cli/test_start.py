"""Stopping the program while it is still being loaded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.__main__ import _command

CHECKOUT = Path(__file__).resolve().parents[3]
# Loading takes for ever: it stops at the first import of a module that the command line needs.
SLOW = """
import sys, time
class Slow:
    def find_spec(self, name, path, target=None):
        if name == "monitor.cli.main":
            print("loading", flush=True)
            time.sleep(60)
sys.meta_path.insert(0, Slow())
sys.argv = ["seedwatch", *sys.argv[1:]]
from monitor.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("args", "number", "code"),
    [
        (["poll"], signal.SIGINT, 130),
        (["run"], signal.SIGINT, 0),
        (["run"], signal.SIGTERM, 0),
        (["--config", "run", "-v", "new"], signal.SIGINT, 130),
    ],
)
def test_it_stops_without_a_word(args: list[str], number: signal.Signals, code: int) -> None:
    environ = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, *args], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "loading\n"
        program.send_signal(number)
        _, errors = program.communicate(timeout=20)

    assert (program.returncode, errors) == (code, "")


@pytest.mark.parametrize(
    ("args", "command"),
    [([], None), (["--help"], None), (["-qq", "--db", "run", "new"], "new"), (["--log-format=json", "run"], "run")],
)
def test_the_command_is_found_among_options(args: list[str], command: str | None) -> None:
    assert _command(args) == command
