"""A stored article made what its entries and pages now say."""

from __future__ import annotations

import sqlite3

from db import articles, facts, pages
from db.rows import Article
from monitor.pipeline.fold import fold


def refold(connection: sqlite3.Connection, article_id: int) -> Article:
    """Fold all that sources and pages say of an article, one source at least, into it; it is still to be judged."""
    said = pages.said_of(connection, article_id)
    uid = articles.uid_of(connection, article_id)
    article = fold(uid, facts.live_entries(connection, article_id), pages=[snapshot for snapshot, _ in said])
    articles.update_article(connection, article_id, article)
    longest = max(said, key=lambda one: len(one[0].text), default=None)
    pages.set_read_at(connection, article_id, longest[1] if longest is not None and article.read else None)
    return article
