"""Whether a database is sound, quickly; `db.maintenance.check` reads all of it. The connection only reads."""

from __future__ import annotations

import sqlite3


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
