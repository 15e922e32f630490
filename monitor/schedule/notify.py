"""Telling a service manager that the daemon is ready, alive or stopping: the protocol of sd_notify(3).

Without `NOTIFY_SOCKET` in the environment nothing is said. What cannot be said is dropped: the work goes on.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Mapping

_SHARE = 3
"""A sign of life is given this many times as often as it is asked for."""


class ServiceManager:
    """Who started the daemon, as far as it wants to be told."""

    def __init__(self, environ: Mapping[str, str], pid: int | None = None) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        # `@` stands for the zero byte that begins the name of a socket without a file.
        self._address = f"\0{address[1:]}" if address.startswith("@") else address if address.startswith("/") else None
        self._every = _watchdog(environ, os.getpid() if pid is None else pid)
        self._last: float | None = None

    def ready(self, status: str) -> None:
        """The daemon does its work; `status` says in a line what that is."""
        self._say(f"READY=1\nSTATUS={status}")

    def reloading(self) -> None:
        """New settings are taken up; `ready` follows."""
        self._say("RELOADING=1")

    def stopping(self) -> None:
        """The daemon ends."""
        self._say("STOPPING=1")

    def alive(self, moment: float) -> None:
        """A sign of life at a moment of a steady clock, seconds; only as many are sent as are needed."""
        if self._every is not None and (self._last is None or moment - self._last >= self._every):
            self._last = moment
            self._say("WATCHDOG=1")

    def _say(self, message: str) -> None:
        if self._address is None:
            return
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
            to.setblocking(False)
            to.sendto(message.encode(), self._address)


def _watchdog(environ: Mapping[str, str], pid: int) -> float | None:
    """Seconds between two signs of life; None when this process is not asked for any."""
    if environ.get("WATCHDOG_PID", str(pid)) != str(pid):
        return None
    microseconds = environ.get("WATCHDOG_USEC", "")
    return int(microseconds) / 1e6 / _SHARE if microseconds.isascii() and microseconds.isdigit() else None
