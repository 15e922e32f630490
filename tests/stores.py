"""Empty databases, which all migrations make once; every further one is a copy of that."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from db.store import Store


@cache
def _empty() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        Store(path).close()
        return path.read_bytes()


def store_at(path: Path) -> Store:
    """The store at a path, empty when there is none yet."""
    if not path.exists():
        path.touch(0o600)
        path.write_bytes(_empty())
    return Store(path)
