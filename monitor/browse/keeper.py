"""Keeping the pages up beside the daemon: a process of their own, started again when it dies, ended with the daemon.

The process holds the reading end of a pipe. When the daemon is gone, however it went, the pipe closes and the pages go too.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import structlog

log = structlog.get_logger()

SETTLED_S = 30.0
"""Pages that were up for so long are started again at once; those that die sooner, after a growing pause."""
LONGEST_PAUSE_S = 60.0
_GOODBYE_S = 2.0


class Keeper:
    """The process that serves the pages, for as long as it is open; `command` is its whole command line."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._keep, name="pages", daemon=True)

    def __enter__(self) -> Self:
        self._start()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        with self._lock:
            if self._process is not None:
                self._process.terminate()
        self._thread.join(_GOODBYE_S)
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _start(self) -> None:
        with self._lock:
            if not self._over.is_set():
                # In a group of its own: Ctrl-C is for the daemon, which ends the pages itself.
                self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, process_group=0)  # noqa: S603  our own program

    def _keep(self) -> None:
        failures = 0
        while self._process is not None:
            started = time.monotonic()
            code = self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
            if self._over.is_set():
                return
            failures = 0 if time.monotonic() - started >= SETTLED_S else failures + 1
            pause = min(LONGEST_PAUSE_S, 2.0**failures - 1)
            log.warning("the pages are down and will be started again", status=code, in_seconds=pause)
            if self._over.wait(pause):
                return
            self._start()


def end_with_parent(descriptor: int = 0) -> None:
    """Have this process told to stop when the other end of the pipe at `descriptor` is closed."""

    def wait() -> None:
        while os.read(descriptor, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()
