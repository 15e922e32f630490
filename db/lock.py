"""Advisory locks beside a database: one writer at a time, one daemon for its lifetime, and who asks feeds.

SQLite's own locking makes writers fail when they collide for long; these make them wait their turn.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from db.errors import Busy, CannotOpen

WRITE_WAIT_S = 60.0
_GLANCE_S = 2.0


def write_lock(path: Path) -> FileLock:
    """The lock to hold around each write transaction on the database at `path`; re-entrant within its holder."""
    return FileLock(f"{path}.lock", timeout=WRITE_WAIT_S, mode=0o600, thread_local=False)


@contextmanager
def holding(lock: FileLock, path: Path) -> Iterator[None]:
    """Hold the write lock.

    Raises:
        Busy: another process held it for more than `WRITE_WAIT_S` seconds.
        CannotOpen: the folder may not be written to.
    """
    with _held(lock, path, WRITE_WAIT_S, f"another program has been writing for {WRITE_WAIT_S:.0f} s; try again later"):
        yield


@contextmanager
def daemon_lock(path: Path) -> Iterator[None]:
    """Hold the lock that makes a daemon the only one for its database.

    Raises:
        Busy: another daemon runs.
        CannotOpen: the folder may not be written to.
    """
    # Whoever looks whether a daemon runs holds it for a moment.
    with _held(_asker(path, "daemon"), path, _GLANCE_S, "another seedwatch daemon already runs on this database"):
        beat(path)
        yield


@contextmanager
def notices_lock(path: Path) -> Iterator[None]:
    """Hold the lock that lets one process at a time send notices, so that none goes out twice.

    Raises:
        Busy: another process sends notices.
        CannotOpen: the folder may not be written to.
    """
    with _held(_asker(path, "notices"), path, 0, "another seedwatch is sending notices"):
        yield


@contextmanager
def history_lock(path: Path) -> Iterator[None]:
    """Hold the lock that lets one process at a time ask others for history, so that each host has its pauses.

    Raises:
        Busy: another process asks for history.
        CannotOpen: the folder may not be written to.
    """
    busy = "another seedwatch asks for history just now; wait for it, or let it be interrupted and go on later"
    with _held(_asker(path, "history"), path, 0, busy):
        yield


@contextmanager
def _held(lock: FileLock, path: Path, wait: float, busy: str) -> Iterator[None]:
    """Hold a lock; `busy` says what it means that another process has it, after `wait` seconds."""
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise Busy(path, busy) from None
    except OSError as error:
        raise CannotOpen(path, f"its folder cannot be written to ({error.strerror})") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def round_lock(path: Path) -> Iterator[bool]:
    """Say that this process asks feeds without being a daemon; gives whether it is the only one that asks."""
    lock = _asker(path, "poll")
    first = True
    try:
        lock.acquire()
    except (Timeout, OSError):
        first = False
    try:
        yield first and daemon_runs(path) is False
    finally:
        lock.release()


def daemon_runs(path: Path) -> bool | None:
    """Whether a daemon runs on the database; None when that cannot be told."""
    return _is_taken(_asker(path, "daemon"))


def beat(path: Path) -> None:
    """Leave a mark that the daemon does its work; it holds its lock. What cannot be marked is not: that is what counts."""
    with suppress(OSError):
        os.utime(_asker(path, "daemon").lock_file)


def last_beat(path: Path) -> datetime | None:
    """When the daemon last did its work, or started; None when there was none."""
    try:
        return datetime.fromtimestamp(Path(_asker(path, "daemon").lock_file).lstat().st_mtime, UTC)
    except OSError:
        return None


def round_runs(path: Path) -> bool | None:
    """Whether a process that is not a daemon asks feeds just now; None when that cannot be told."""
    return _is_taken(_asker(path, "poll"))


def _asker(path: Path, kind: str) -> FileLock:
    return FileLock(f"{path}.{kind}", timeout=0, mode=0o600, thread_local=False)


def _is_taken(lock: FileLock) -> bool | None:
    if not Path(lock.lock_file).exists():
        return False
    try:
        with lock:
            return False
    except Timeout:
        return True
    except OSError:
        return None
