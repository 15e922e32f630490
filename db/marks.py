"""Writing what people mark as seen. Every function takes the connection of a transaction that its caller opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from db import facts
from db.queries import Found
from db.rows import Decision


@dataclass(frozen=True, slots=True)
class Marked:
    """An article that was marked; `key` finds it in another database: an address key, or else its address or title."""

    uid: str
    key: str
    title: str


def mark_seen(connection: sqlite3.Connection, articles: Iterable[Found], now: str) -> list[Marked]:
    """Mark articles, and the copies of their texts, as seen; returns those of `articles` that were not all seen."""
    marked = []
    for found in articles:
        changed = connection.execute(
            "UPDATE article SET seen_at = ? WHERE (id = ? OR copy_of_id = ?) AND seen_at IS NULL AND deleted_at IS NULL",
            (now, found.id, found.id),
        ).rowcount
        if changed:
            marked.append(_marked(connection, found))
            decision = Decision("seen", f"article:{found.uid}", "", "seen", "seen", decided_by="user")
            facts.record_decision(connection, decision, now)
    return marked


def _marked(connection: sqlite3.Connection, found: Found) -> Marked:
    row = connection.execute(
        "SELECT a.title, coalesce((SELECT u.key FROM address u WHERE u.article_id = a.id AND u.weak = 0"
        "  ORDER BY u.role = 'web' DESC, u.role, u.url LIMIT 1), a.web_url, a.title) AS key FROM article a WHERE a.id = ?",
        (found.id,),
    ).fetchone()
    return Marked(found.uid, row["key"], row["title"])
