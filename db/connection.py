"""Opening a database: whose it is, how new it is, and with which settings.

What a file is gets checked read-only first, so that a file which is not ours is never touched.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from db.errors import CannotOpen, ForeignDatabase, NewerDatabase, NotADatabase
from db.light import Database
from db.schema import APPLICATION_ID, SCHEMA_VERSION, migrations
from db.views import VIEWS

BUSY_TIMEOUT_MS = 30_000
CHECKPOINT_PAGES = 8_000
"""Pages in the write-ahead log before they are copied home (32 MB): each copy waits for the disk."""
CACHE_KIB = 16_384
"""Pages the writer keeps; with the 2 MiB that are usual, a transaction of a few feeds spills to disk and back."""
_HEADER = b"SQLite format 3\x00"

Kind = Literal["absent", "empty", "ours", "older"]


def inspect(path: Path) -> Kind:
    """What the file at `path` is, without changing it.

    Raises:
        StoreError: it is a folder, unreadable, no database, another program's, or newer than this program.
    """
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        return "absent"
    except IsADirectoryError:
        raise CannotOpen(path, "is a folder; name a file") from None
    except OSError as error:
        raise CannotOpen(path, f"cannot be read ({error.strerror})") from None
    if not header:
        return "empty"
    if not header.startswith(_HEADER) or len(header) < 100:
        raise NotADatabase(path, "is not a SQLite database; name another file with --db")
    # Read from the header, not through SQLite: opening a database in WAL mode may already write beside it.
    version = int.from_bytes(header[60:64], "big")
    application = int.from_bytes(header[68:72], "big")
    if application != APPLICATION_ID:
        return _foreign_or_unfinished(path)
    if version > SCHEMA_VERSION:
        message = f"was made by a newer seedwatch (schema {version}, this one knows {SCHEMA_VERSION}); update seedwatch"
        raise NewerDatabase(path, message)
    return "ours" if version == SCHEMA_VERSION else "older"


def _foreign_or_unfinished(path: Path) -> Kind:
    """A first migration that was killed leaves its header in the WAL: then SQLite has to say what the file is."""
    wal = path.with_name(path.name + "-wal")
    if wal.exists() and wal.stat().st_size:
        connection = sqlite3.connect(_uri(path, "ro"), uri=True)
        try:
            if connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
                version = connection.execute("PRAGMA user_version").fetchone()[0]
                return "ours" if version == SCHEMA_VERSION else "older"
            if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                return "empty"
        except sqlite3.DatabaseError as error:
            raise NotADatabase(path, f"is damaged ({error}); restore a backup") from None
        finally:
            connection.close()
    elif _is_blank(path):
        return "empty"
    raise ForeignDatabase(path, "is a database of another program; name another file with --db")


def _is_blank(path: Path) -> bool:
    connection = sqlite3.connect(_uri(path, "ro") + "&immutable=1", uri=True)
    try:
        return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None
    except sqlite3.DatabaseError as error:
        raise NotADatabase(path, f"is damaged ({error}); restore a backup") from None
    finally:
        connection.close()


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, for queries beside a running daemon.

    Raises:
        StoreError: there is no database, or it cannot be read as one of ours.
    """
    kind = inspect(path)
    if kind in {"absent", "empty"}:
        raise CannotOpen(path, "there is no database yet; run `seedwatch poll` first")
    if kind == "older":
        raise CannotOpen(path, "was made by an older seedwatch; run `seedwatch db migrate`")
    connection = sqlite3.connect(_uri(path, "ro"), uri=True, timeout=BUSY_TIMEOUT_MS / 1000, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    return connection


def open_writer(path: Path) -> sqlite3.Connection:
    """The connection that writes; makes the database and brings its schema up to date. The caller holds the write lock.

    Raises:
        StoreError: the file is not ours, or cannot be written.
    """
    kind = inspect(path)
    if kind == "absent":
        _create_private(path)
    try:
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA journal_size_limit = {64 * 2**20}")
        # Explicit transactions only: BEGIN IMMEDIATE is ours to say.
        connection.isolation_level = None
        _migrate(connection)
    except sqlite3.DatabaseError as error:
        raise CannotOpen(path, f"cannot be opened for writing ({error})") from error
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring tables and views up to date; does nothing on a database that is."""
    ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    current = ours and connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
    if not ours:  # first of all: whoever finds a first start that was killed has to know whose it is
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    if not current:
        migrations.apply(Database(connection))
    stored = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall())
    wanted = {view.name: view.sql for view in VIEWS}
    if current and stored == wanted:
        return
    connection.execute("BEGIN IMMEDIATE")
    for name, sql in stored.items():
        if name in wanted and sql != wanted[name]:
            connection.execute(f"DROP VIEW {name}")
    for name, sql in wanted.items():
        if stored.get(name) != sql:
            connection.execute(sql)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")


def _create_private(path: Path) -> None:
    """Make the file readable by its owner alone, whatever the umask says."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        raise CannotOpen(path, f"cannot be made ({error.strerror})") from None


def _uri(path: Path, mode: str) -> str:
    return f"file:{quote(str(path.resolve()))}?mode={mode}"
