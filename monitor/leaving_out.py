"""Starting without libraries that others load wherever they are installed: half of the time that a start would take."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_NAMES = ("fsspec", "numpy", "pandas", "pygments", "rich")
"""What httpx (for a command of its own), sqlite-utils, structlog and warcio look for, and nothing here needs."""


@contextmanager
def leaving_out() -> Iterator[None]:
    """Import within this what would load them; what is loaded already stays."""
    left_out = [name for name in _NAMES if name not in sys.modules]
    for name in left_out:
        sys.modules[name] = None  # type: ignore[assignment]  # what Python calls a module that cannot be imported
    try:
        yield
    finally:
        for name in left_out:
            del sys.modules[name]
