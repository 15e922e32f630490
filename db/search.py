"""The full-text index: new articles go in together, at the end of the transaction that brought them."""

from __future__ import annotations

import sqlite3


def index_new(connection: sqlite3.Connection) -> None:
    """Index the articles that are not in the index yet."""
    last = connection.execute("SELECT max(id) FROM article").fetchone()[0] or 0
    done = connection.execute("SELECT value FROM indexed").fetchone()[0]
    if last > done:
        connection.execute(
            "INSERT INTO article_fts (rowid, title, excerpt, text, lemmas)"
            " SELECT id, title, excerpt, text, lemmas FROM article WHERE id > ?",
            (done,),
        )
        connection.execute("UPDATE indexed SET value = ?", (last,))


def rebuild(connection: sqlite3.Connection) -> None:
    """Make the index anew from the articles."""
    connection.execute("INSERT INTO article_fts (article_fts) VALUES ('rebuild')")
    connection.execute("UPDATE indexed SET value = (SELECT coalesce(max(id), 0) FROM article)")
