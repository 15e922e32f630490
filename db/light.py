"""Libraries without others that they load wherever these are installed, and which nothing here needs.

sqlite-utils loads pandas and numpy for types that are never stored here; that takes longer than all else that a command does
at its start.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import cast


@contextmanager
def without(*names: str) -> Iterator[None]:
    """In this, modules of these names cannot be imported, as if they were not installed; loaded ones stay."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent, cast("ModuleType", None)))  # what Python calls one that cannot be imported
    try:
        yield
    finally:
        for name in absent:
            sys.modules.pop(name, None)


with without("pandas", "numpy"):
    from sqlite_utils import Migrations
    from sqlite_utils.db import Database

__all__ = ["Database", "Migrations", "without"]
