"""Paths in settings: relative to the file they stand in, with `~` for the home folder; nothing else is special."""

from __future__ import annotations

from pathlib import Path


def resolve(path: Path, base: Path) -> Path:
    """Make a path absolute. Wildcards, `-` and `..` mean themselves; links are not followed."""
    try:
        expanded = path.expanduser()
    except RuntimeError:
        expanded = path
    return base / expanded
