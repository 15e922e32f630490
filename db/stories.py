"""Groups of articles: copies under their root, and the stories they make.

Every function takes the connection of a transaction that its caller opened.
"""

from __future__ import annotations

import sqlite3


def copy_group(connection: sqlite3.Connection, article_id: int) -> list[tuple[int, bool, str, str]]:
    """All articles with the text of this one, itself included: id, whether a seed, its time, uid."""
    rows = connection.execute(
        "WITH root AS (SELECT coalesce(copy_of_id, id) AS id FROM article WHERE id = ?)"
        " SELECT id, origin = 'seed', sort_at, uid FROM article WHERE id = (SELECT id FROM root)"
        " OR copy_of_id = (SELECT id FROM root) ORDER BY id",
        (article_id,),
    )
    return [(row[0], bool(row[1]), row[2], row[3]) for row in rows]


def keep_group(connection: sqlite3.Connection, root_id: int, root_uid: str) -> None:
    """Make the story of a root and its copies, or bring it up to date; the story keeps its uid for ever."""
    old = connection.execute(
        "SELECT min(story_id) FROM article WHERE id = ? OR copy_of_id = ?", (root_id, root_id)
    ).fetchone()[0]
    story_id = (
        old
        or connection.execute(
            "INSERT INTO story (uid, title) SELECT ?, title FROM article WHERE id = ? RETURNING id",
            (f"s{root_uid}", root_id),
        ).fetchone()[0]
    )
    connection.execute("UPDATE article SET story_id = ? WHERE id = ? OR copy_of_id = ?", (story_id, root_id, root_id))
    connection.execute(
        """
        UPDATE story SET
            title = (SELECT title FROM article WHERE id = ?),
            (first_published_at, last_published_at, articles, reprints, own_text_outlets) = (
                SELECT min(sort_at), max(sort_at), count(*), count(copy_of_id),
                    count(DISTINCT CASE WHEN copy_of_id IS NULL THEN coalesce(provider_domain, provider_name, uid) END)
                FROM article WHERE story_id = story.id)
        WHERE id = ?
        """,
        (root_id, story_id),
    )
