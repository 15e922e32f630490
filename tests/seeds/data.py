"""Where the data to measure on is: `$SEEDWATCH_SHARED`, else a folder `shared` beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def shared() -> Path:
    folder = Path(os.environ.get("SEEDWATCH_SHARED") or Path(__file__).resolve().parents[2] / ".." / "shared")
    if not folder.is_dir():
        pytest.skip("needs ../shared")
    return folder
