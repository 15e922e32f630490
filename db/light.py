"""sqlite-utils without pandas, which it loads wherever that is installed and which nothing here needs.

Loading it takes longer than all else that a command does at its start.
"""

from __future__ import annotations

import sys

_PANDAS = "pandas"
_left_out = _PANDAS not in sys.modules
if _left_out:
    sys.modules[_PANDAS] = None  # type: ignore[assignment]  # what Python calls a module that cannot be imported
try:
    from sqlite_utils import Migrations
    from sqlite_utils.db import Database
finally:
    if _left_out:
        del sys.modules[_PANDAS]

__all__ = ["Database", "Migrations"]
