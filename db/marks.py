"""What people mark as seen, and how an article is named in their decisions. Every function takes a connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from db.queries import Found
from seeds.rulings import Ref

_MOST_ENTRIES = 5


def to_mark(connection: sqlite3.Connection, articles: Iterable[Found]) -> list[tuple[Found, list[Found]]]:
    """Those of the articles that are not all seen, each with what is not: itself, perhaps, and copies of its text."""
    found = []
    for article in articles:
        rows = connection.execute(
            "SELECT id, uid FROM article WHERE (id = ?1 OR copy_of_id = ?1) AND seen_at IS NULL AND deleted_at IS NULL"
            " ORDER BY id != ?1, id",
            (article.id,),
        ).fetchall()
        if rows:
            found.append((article, [Found(row[0], row[1]) for row in rows]))
    return found


def named(connection: sqlite3.Connection, article: Found) -> Ref:
    """An article by its first address that identifies it; by its entries where it has none."""
    row = connection.execute(
        "SELECT a.title, (SELECT u.key FROM address u WHERE u.article_id = a.id AND u.weak = 0"
        "  ORDER BY u.role = 'web' DESC, u.role, u.url LIMIT 1) AS key FROM article a WHERE a.id = ?",
        (article.id,),
    ).fetchone()
    if row["key"] is not None:
        return Ref(article.uid, row["title"], (row["key"],))
    entries = connection.execute(
        "SELECT s.address, e.entry_key FROM entry e JOIN source s ON s.id = e.source_id WHERE e.article_id = ?"
        " ORDER BY e.first_seen_at, e.id LIMIT ?",
        (article.id, _MOST_ENTRIES),
    )
    return Ref(article.uid, row["title"], (), tuple((row[0], row[1]) for row in entries))
