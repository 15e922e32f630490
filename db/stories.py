"""Groups of articles: copies under their root, and the stories they make.

Every function takes the connection of a transaction that its caller opened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from db.store import placeholders


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
    """Put a root and its copies into the story of one of them, or begin one.

    What else tells the story, and its headline, is looked at when articles are put into stories.
    """
    story_id = connection.execute(
        "SELECT min(story_id) FROM article WHERE id = ? OR copy_of_id = ?", (root_id, root_id)
    ).fetchone()[0]
    if story_id is None:
        story_id = connection.execute(
            "INSERT INTO story (uid, title) SELECT 's' || ?1, CASE WHEN EXISTS (SELECT 1 FROM story s"
            " WHERE s.title = a.title COLLATE NOCASE AND s.uid != 's' || ?1) THEN a.title || ' (' || ?1 || ')' ELSE a.title END"
            " FROM article a WHERE a.id = ?2 ON CONFLICT (uid) DO UPDATE SET uid = excluded.uid RETURNING id",
            (root_uid, root_id),
        ).fetchone()[0]
    connection.execute("UPDATE article SET story_id = ? WHERE id = ? OR copy_of_id = ?", (story_id, root_id, root_id))
    connection.execute(
        """
        UPDATE story SET (first_published_at, last_published_at, articles, reprints, own_text_outlets) = (
            SELECT min(sort_at), max(sort_at), count(*), count(copy_of_id),
                count(DISTINCT CASE WHEN copy_of_id IS NULL THEN coalesce(provider_domain, provider_name, uid) END)
            FROM article WHERE story_id = story.id AND deleted_at IS NULL)
        WHERE id = ?
        """,
        (story_id,),
    )


def forget_recognised(connection: sqlite3.Connection, uids: Sequence[str], now: str) -> None:
    """Take back what rules said of copies of these articles: what they are made of has changed."""
    names = [f"article:{uid}" for uid in uids]
    marks = placeholders(len(names))
    connection.execute(
        "UPDATE decision SET undone_at = ? WHERE kind = 'copy' AND decided_by = 'rule' AND undone_at IS NULL"
        f" AND (a IN ({marks}) OR b IN ({marks}))",
        (now, *names, *names),
    )


def set_groups(connection: sqlite3.Connection, groups: Mapping[int, Sequence[int]]) -> None:
    """Make these the groups of copies: root → its members, itself included.

    A story that had nothing but these goes with the article it is named for; any other is left to those who put articles
    into stories, and so is everything that was here.
    """
    ids = sorted(i for group in groups.values() for i in group)
    marks = placeholders(len(ids))
    connection.execute(
        "INSERT INTO unsettled (article_id, story_id) SELECT NULL, story_id FROM article"
        f" WHERE id IN ({marks}) AND story_id IS NOT NULL",
        ids,
    )
    old = connection.execute(
        "SELECT s.id, l.article_id FROM story s LEFT JOIN alias l ON l.old_uid = substr(s.uid, 2)"
        f" WHERE (s.id IN (SELECT story_id FROM article WHERE id IN ({marks}))"
        f" OR s.uid IN (SELECT 's' || old_uid FROM alias WHERE article_id IN ({marks})))"
        f" AND NOT EXISTS (SELECT 1 FROM article o WHERE o.story_id = s.id AND o.id NOT IN ({marks})) ORDER BY s.id",
        (*ids, *ids, *ids),
    ).fetchall()
    connection.execute(f"UPDATE article SET copy_of_id = NULL WHERE id IN ({marks})", ids)
    own = [story_id for story_id, _ in old]
    connection.execute(
        f"UPDATE article SET story_id = NULL WHERE id IN ({marks}) AND story_id IN ({placeholders(len(own))})",
        (*ids, *own),
    )
    for root, group in groups.items():
        connection.executemany(
            "UPDATE article SET copy_of_id = ? WHERE id = ?", [(root, i) for i in group if i != root]
        )
    for story_id, named_for in old:
        home = next((root for root, group in groups.items() if named_for in group and len(group) > 1), None)
        if home is not None:
            connection.execute("UPDATE article SET story_id = ? WHERE id = ? AND story_id IS NULL", (story_id, home))
    for root, group in groups.items():
        if len(group) > 1:
            uid = connection.execute("SELECT uid FROM article WHERE id = ?", (root,)).fetchone()[0]
            keep_group(connection, root, uid)
    connection.execute(
        f"DELETE FROM story WHERE id IN ({placeholders(len(own))})"
        " AND NOT EXISTS (SELECT 1 FROM article WHERE story_id = story.id)",
        own,
    )
    connection.executemany("INSERT INTO unsettled (article_id) VALUES (?)", [(i,) for i in ids])
