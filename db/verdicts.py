"""What people said over the rules' verdicts, and what such words look at in an article.

Every function takes the connection of a transaction that its caller opened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from db.facts import dumps
from db.rows import Judged, Subject
from db.store import placeholders


def set_ruled(connection: sqlite3.Connection, judged: Iterable[tuple[int, Judged, str]]) -> None:
    """Store what a person said over what rules say: (article id, judgement, when it was said)."""
    connection.executemany(
        "INSERT INTO judgement (article_id, watch, score, verdict, decided_by, judged_on, judged_at, reason, terms, parts,"
        " nearest, matcher_version) VALUES (?, ?, ?, ?, 'user', ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (article_id, watch) DO UPDATE SET score = excluded.score, verdict = excluded.verdict,"
        " decided_by = 'user', judged_on = excluded.judged_on, judged_at = excluded.judged_at, reason = excluded.reason,"
        " terms = excluded.terms, parts = excluded.parts, nearest = excluded.nearest,"
        " matcher_version = excluded.matcher_version",
        [
            (
                article_id,
                j.watch,
                j.score,
                j.verdict,
                j.judged_on,
                at,
                j.reason,
                dumps(j.terms),
                dumps(j.parts),
                dumps(j.nearest),
                j.matcher_version,
            )
            for article_id, j, at in judged
        ],
    )


def forget_ruled(connection: sqlite3.Connection, ruled: Iterable[tuple[int, str]]) -> None:
    """Drop what people said no longer: (article id, watch); what rules say is to be stored again."""
    connection.executemany("DELETE FROM judgement WHERE article_id = ? AND watch = ? AND decided_by = 'user'", ruled)


def ruled(connection: sqlite3.Connection, article_ids: Sequence[int]) -> dict[int, set[str]]:
    """Article → watches for which a person's word stands over the rules'."""
    found: dict[int, set[str]] = {}
    for start in range(0, len(article_ids), 500):
        part = article_ids[start : start + 500]
        rows = connection.execute(
            f"SELECT article_id, watch FROM judgement WHERE decided_by = 'user' AND article_id IN ({placeholders(len(part))})",
            part,
        )
        for article_id, watch in rows:
            found.setdefault(article_id, set()).add(watch)
    return found


def subjects(connection: sqlite3.Connection, article_ids: Sequence[int]) -> list[Subject]:
    """What verdicts of people look at in these articles."""
    found: list[Subject] = []
    for start in range(0, len(article_ids), 500):
        part = article_ids[start : start + 500]
        rows = connection.execute(
            "SELECT id, origin, title, excerpt, text, judged_on, provider_name, provider_domain, story_id,"
            f" coalesce(copy_of_id, id) AS root_id, read_at IS NOT NULL AS read, web_url, language, published_at, uid FROM article WHERE id IN ({placeholders(len(part))}) ORDER BY id",
            part,
        )
        found += [Subject(**{**dict(row), "read": bool(row["read"])}) for row in rows]
    return found


def by_thresholds(
    connection: sqlite3.Connection, limits: tuple[float, float], ids: tuple[int, int], now: str
) -> list[sqlite3.Row]:
    """Make the rules' verdicts on articles, from the first of two ids to the second, what their scores say.

    `limits`: from where on it is likely, and maybe. Gives the articles where a verdict changed, as they were: `id`, `uid`,
    `origin`, `title`, `verdict`.
    """
    verdict = "CASE WHEN score >= :likely THEN 'likely' WHEN score >= :maybe THEN 'maybe' ELSE 'no' END"
    rows = connection.execute(
        f"UPDATE judgement SET verdict = {verdict}, judged_at = :now WHERE article_id BETWEEN :first AND :last"
        f" AND decided_by = 'rule' AND verdict != {verdict} RETURNING article_id",
        {"likely": limits[0], "maybe": limits[1], "first": ids[0], "last": ids[1], "now": now},
    )
    changed = sorted({row[0] for row in rows})
    found: list[sqlite3.Row] = []
    for start in range(0, len(changed), 500):
        part = changed[start : start + 500]
        found += connection.execute(
            f"SELECT id, uid, origin, title, verdict FROM article WHERE id IN ({placeholders(len(part))})", part
        )
    return found


def last_judged(connection: sqlite3.Connection) -> int:
    """The last id of an article that was judged; 0 when none was."""
    return int(connection.execute("SELECT coalesce(max(article_id), 0) FROM judgement").fetchone()[0])


def related_ids(connection: sqlite3.Connection) -> list[int]:
    """The articles that are likely or maybe related."""
    return [row[0] for row in connection.execute("SELECT id FROM article WHERE verdict != 'no' ORDER BY id")]
