"""What people decided on relevance, as the matcher is measured against it. The connection only reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opinion:
    """The latest verdict (yes or no) of the user on one article, for one watch or (None) for all, and what there is to judge."""

    uid: str
    origin: str
    watch: str | None
    verdict: str
    title: str
    excerpt: str
    text: str
    judged_on: str
    article_id: int = 0


def opinions(connection: sqlite3.Connection) -> Iterator[Opinion]:
    """The user's verdicts that stand, each article and watch once, in the order of uids."""
    rows = connection.execute(
        """
        SELECT a.uid, a.origin, w.value AS watch, r.do, a.title, a.excerpt, a.text, a.judged_on, a.id, max(r.at || r.id)
        FROM ruling r JOIN article a ON a.id = r.a_id
        LEFT JOIN json_each(r.watches) w
        WHERE r.do IN ('yes', 'no') AND r.state = 'standing' GROUP BY a.id, w.value ORDER BY a.uid, w.value
        """
    )
    for row in rows:
        yield Opinion(*tuple(row)[:9])
