"""Standard input, output and error as a program meets them in the wild: closed, full, gone, or knowing ASCII alone."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TextIO

_NAMES = ("stdin", "stdout", "stderr")


class Forgiving:
    """A stream to write to that drops what it cannot take: a log that is full must not stop what is logged."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write as far as that goes."""
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush as far as that goes."""
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()


def open_closed() -> None:
    """Let the null device stand in for standard streams that are closed.

    Without that, the next file to be opened, which may be the database, takes the number of the closed stream, and
    whatever is meant for that is written into the file.
    """
    for number, name in enumerate(_NAMES):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(number, mode, encoding="utf-8", errors="replace", closefd=False))  # noqa: SIM115


def replace_unencodable() -> None:
    """What a stream cannot encode (LANG=C, PYTHONIOENCODING=ascii) is replaced, not fatal."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def drop_output() -> None:
    """Send to nowhere what is still to be written to standard output: its reader has left, and nothing may fail at exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)
