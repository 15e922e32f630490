"""Reading and writing the files that people edit: bounded, UTF-8, and replaced in one step."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from config.errors import ConfigError

LARGEST = 5_000_000
"""Bytes that a settings file or a list of feeds may have."""
_PATIENCE = 10.0
"""Seconds to wait for another program that edits the same file."""


def read_bytes(path: Path, *, missing: str = "no such file") -> bytes:
    """Read a whole file; raises `ConfigError` when that is impossible or it is larger than `LARGEST`.

    `missing` is what to say when it is not there.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise ConfigError(path, None, None, missing) from None
    except IsADirectoryError:
        raise ConfigError(path, None, None, "this is a folder; name the file in it") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigError(path, None, None, f"cannot be read: {reason}") from None
    if len(data) > LARGEST:
        raise ConfigError(path, None, None, f"larger than {LARGEST // 1_000_000} MB; this is not a file of settings")
    return data


def decode(path: Path | None, data: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark; raises `ConfigError` with the line of the fault."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(path, line, None, "not UTF-8; save the file with the encoding UTF-8") from None


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock beside a file, so that two programs do not edit it at once; raises `ConfigError` after 10 s."""
    lock = path.with_name(f".{path.name}.lock")
    try:
        with FileLock(lock, timeout=_PATIENCE, mode=0o600):
            yield
    except Timeout:
        raise ConfigError(path, None, None, f"another program is editing it; if none is, remove {lock}") from None


def replace(path: Path, data: bytes) -> None:
    """Put new contents in place of a file in one step, keeping its mode; raises `ConfigError` and leaves the old."""
    try:
        _replace(path, data)
    except OSError as error:
        raise ConfigError(path, None, None, f"cannot be written: {error.strerror}") from None


def _replace(path: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), path.stat().st_mode & 0o7777)
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
