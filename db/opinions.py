"""What people decided on relevance, as the matcher is measured against it. The connection only reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opinion:
    """The latest decision of the user on one article, for one watch or (None) for all, and what there is to judge."""

    uid: str
    origin: str
    watch: str | None
    verdict: str
    title: str
    excerpt: str
    text: str
    judged_on: str


def opinions(connection: sqlite3.Connection) -> Iterator[Opinion]:
    """The user's decisions on relevance that hold, each article and watch once, in the order of uids."""
    rows = connection.execute(
        """
        WITH said AS (
            SELECT coalesce(l.article_id, u.article_id) AS article_id, d.b, d.verdict, d.id FROM decision d
            LEFT JOIN alias l ON d.a = 'article:' || l.old_uid
            LEFT JOIN address u ON d.a = 'address:' || u.key AND u.weak = 0
            WHERE d.kind = 'relevance' AND d.decided_by = 'user' AND d.undone_at IS NULL
        )
        SELECT a.uid, a.origin, CASE WHEN s.b LIKE 'watch:%' THEN substr(s.b, 7) END AS watch, s.verdict,
            a.title, a.excerpt, a.text, a.judged_on, max(s.id)
        FROM said s JOIN article a ON a.id = s.article_id GROUP BY a.id, s.b ORDER BY a.uid, s.b
        """
    )
    for row in rows:
        yield Opinion(*tuple(row)[:8])
