"""Looking after a database: checking, backing up, shrinking, pruning."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from db import traces
from db.connection import open_reader
from db.errors import CannotOpen, NotADatabase
from db.queries import PRUNABLE
from db.search import rebuild
from db.store import Store, translate


def check(path: Path) -> list[str]:
    """What is wrong with a database, in words; empty when nothing is.

    Raises:
        StoreError: it cannot be opened as one of ours.
    """
    connection = open_reader(path)
    try:
        problems = [str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        problems += [f"{row[0]}: row {row[1]} refers to a row of {row[2]} that is not there" for row in broken[:20]]
        rows, indexed = connection.execute(
            "SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM article_fts_docsize)"
        ).fetchone()
        if rows != indexed:
            problems.append(f"the search index has {indexed} of {rows} articles; run `seedwatch db vacuum`")
        lost = connection.execute(
            "SELECT count(*) FROM entry WHERE article_id IS NULL OR snapshot_id IS NULL"
        ).fetchone()
        if lost[0]:
            problems.append(f"{lost[0]} entries belong to no article")
    except sqlite3.DatabaseError as error:
        raise NotADatabase(path, f"is damaged ({error}); restore a backup") from None
    finally:
        connection.close()
    return problems


def backup(path: Path, target: Path, progress: Callable[[int, int, int], None] | None = None) -> None:
    """Copy a database, complete and consistent, while others write; the copy appears only when it is whole.

    Raises:
        StoreError: the copy cannot be written, or is there already.
    """
    if target.exists():
        raise CannotOpen(target, "is there already; name another file")
    part = target.with_name(f"{target.name}.part")
    source = open_reader(path)
    try:
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
        copy = sqlite3.connect(part)
        try:
            # One reading transaction: without it SQLite begins again whenever somebody writes meanwhile.
            source.execute("BEGIN")
            source.execute("SELECT 1 FROM sqlite_master").fetchone()
            source.backup(copy, pages=2000, progress=progress)
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()
        part.replace(target)
    except sqlite3.DatabaseError as error:
        raise translate(error, target) from error
    except OSError as error:
        raise CannotOpen(target, f"cannot be written ({error.strerror})") from None
    finally:
        source.close()
        part.unlink(missing_ok=True)


def vacuum(store: Store) -> None:
    """Rebuild the search index and give back free space."""
    with store.transaction() as connection:
        rebuild(connection)
    store.connection.execute("VACUUM")
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def prune_fetches(store: Store, before: str) -> int:
    """Forget requests made before that time; returns how many."""
    with store.transaction() as connection:
        return connection.execute("DELETE FROM fetch WHERE started_at < ?", (before,)).rowcount


def prune_items(store: Store, before: str) -> int:
    """Hide unrelated articles first seen before that time; that they were seen is remembered. Returns how many.

    What has one text goes together, or stays: a copy is never left without its root.
    """
    with store.transaction() as connection:
        pruned = connection.execute(
            "UPDATE article SET deleted_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), deleted_by = 'pruned',"
            f" excerpt = '', text = '', lemmas = '' WHERE {PRUNABLE}",
            {"before": before},
        ).rowcount
        traces.forget_texts(connection)
        return pruned
