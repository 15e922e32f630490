"""What making the projection anew asks and cleans. Every function takes the connection of a transaction."""

from __future__ import annotations

import sqlite3

from db.search import rebuild as rebuild_search
from db.traces import remake as remake_traces


def article_ids(connection: sqlite3.Connection, after: int, limit: int) -> list[int]:
    """The next articles after that id, without those whose texts were given up."""
    rows = connection.execute(
        "SELECT id FROM article WHERE id > ? AND deleted_by IS NOT 'pruned' ORDER BY id LIMIT ?", (after, limit)
    )
    return [row[0] for row in rows]


def in_groups(connection: sqlite3.Connection) -> list[int]:
    """The articles that are copies, have copies or were ever taken for copies."""
    rows = connection.execute(
        "SELECT id FROM article WHERE copy_of_id IS NOT NULL UNION"
        " SELECT copy_of_id FROM article WHERE copy_of_id IS NOT NULL UNION"
        " SELECT l.article_id FROM decision d JOIN alias l ON l.old_uid IN (substr(d.a, 9), substr(d.b, 9))"
        " WHERE d.kind = 'copy' AND d.undone_at IS NULL ORDER BY 1"
    )
    return [row[0] for row in rows]


def remove_empty(connection: sqlite3.Connection) -> int:
    """Remove articles that have no entry at all and that no uid leads to; returns how many."""
    return connection.execute(
        "DELETE FROM article WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.article_id = article.id)"
        " AND NOT EXISTS (SELECT 1 FROM alias l WHERE l.article_id = article.id)"
        " AND NOT EXISTS (SELECT 1 FROM article c WHERE c.copy_of_id = article.id)"
    ).rowcount


def traces(connection: sqlite3.Connection) -> None:
    """Make anew by what articles are met again."""
    remake_traces(connection)


def search(connection: sqlite3.Connection) -> None:
    """Make the search index anew."""
    rebuild_search(connection)
