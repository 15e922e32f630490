"""Whether a database is sound, quickly; `db.maintenance.check` reads all of it. The connection only reads."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

from db.errors import StoreError
from db.store import Store

_LEAST_SPACE = 4 * 2**20
"""Bytes without which nothing can be stored: a transaction of a few feeds."""


def quick_faults(connection: sqlite3.Connection) -> list[str]:
    """What is wrong with pages and rows, and whether the search index has every article; empty when nothing is."""
    try:
        faults = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)") if row[0] != "ok"]
        rows, indexed = connection.execute(
            "SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM article_fts_docsize)"
        ).fetchone()
    except sqlite3.DatabaseError as error:
        return [f"it is damaged ({error})"]
    if rows != indexed:
        faults.append(f"the search index has {indexed} of {rows} articles")
    return faults


def write_fault(path: Path) -> str | None:
    """Why a database that is there cannot be written just now; None when it can. Writes nothing."""
    for needed in (path, path.parent):
        if not os.access(needed, os.W_OK):
            return f"{needed} cannot be written to"
    free = shutil.disk_usage(path.parent).free
    if free < _LEAST_SPACE:
        return f"{path.parent} has {free // 1024} kB left"
    try:
        store = Store(path)
        try:
            with store.transaction():
                pass
        finally:
            store.close()
    except StoreError as error:
        return str(error)
    return None
