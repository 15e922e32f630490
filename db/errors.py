"""What can be wrong with a database.

StoreError
├── NotADatabase      the file is not SQLite, or is damaged
├── ForeignDatabase   SQLite, but of another program
├── NewerDatabase     made by a newer seedwatch
├── CannotOpen        missing, a folder, or not permitted
├── Busy              another writer kept it locked
└── WriteFailed       the disk is full, read-only, or failed
"""

from __future__ import annotations

from pathlib import Path


class StoreError(Exception):
    """A database that cannot be used as asked; `str()` names the file and says what to do."""

    def __init__(self, path: Path | str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = Path(path)


class NotADatabase(StoreError):
    """The file is not SQLite, or is damaged."""


class ForeignDatabase(StoreError):
    """A SQLite database that another program made."""


class NewerDatabase(StoreError):
    """A database that a newer version of seedwatch made."""


class CannotOpen(StoreError):
    """The file is missing, is a folder, or may not be read or written."""


class Busy(StoreError):
    """Another process kept the database locked for too long."""


class WriteFailed(StoreError):
    """The disk is full, read-only, or failed."""
