"""The write side's frame: one connection, one lock, transactions and savepoints."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.connection import open_writer
from db.errors import Busy, NotADatabase, StoreError, WriteFailed
from db.lock import holding, write_lock
from db.search import index_new


class Store:
    """The one connection of this process that writes. It is used by one thread at a time.

    Raises:
        StoreError: from the constructor, when the database cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = write_lock(path)
        with holding(self._lock, path):
            self.connection = open_writer(path)

    def close(self) -> None:
        """Close the connection; what was committed stays."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: committed at the end, rolled back whole when anything is raised.

        Raises:
            Busy: another process kept the database locked.
            WriteFailed: the disk is full, read-only or failed.
        """
        with holding(self._lock, self.path):
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self.connection
                    index_new(self.connection)
                    self.connection.execute("COMMIT")
                except BaseException:
                    if self.connection.in_transaction:
                        self.connection.execute("ROLLBACK")
                    raise
            except sqlite3.DatabaseError as error:
                raise translate(error, self.path) from error

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Part of a transaction that is undone alone when anything is raised."""
        self.connection.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK TO part")
                self.connection.execute("RELEASE part")
            raise
        self.connection.execute("RELEASE part")

    def data_version(self) -> int:
        """A number that changes when another connection commits."""
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])


def translate(error: sqlite3.DatabaseError, path: Path) -> StoreError | sqlite3.DatabaseError:
    """The error a person can act on for one of SQLite's; others are bugs and stay what they are."""
    code = getattr(error, "sqlite_errorname", "") or ""
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Busy(path, "is locked by another program; try again later")
    if code.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")):
        return WriteFailed(path, f"cannot be written ({error}); free some space or check its permissions")
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return NotADatabase(path, f"is damaged ({error}); run `seedwatch db check`, or restore a backup")
    return error


def next_id(connection: sqlite3.Connection, table: str) -> int:
    """The id the next row of `table` gets; safe inside a write transaction, since there is one writer."""
    return int(connection.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0])


def placeholders(count: int) -> str:
    """Question marks for an IN list."""
    return ",".join("?" * count)
