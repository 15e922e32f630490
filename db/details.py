"""Everything on one article, and why it was judged as it was. Every function takes a connection that only reads."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from db.pages import pages_of
from db.queries import Found
from db.store import placeholders
from db.views import RULED

_JSON = {"terms", "parts", "evidence", "nearest", "words"}


def details(connection: sqlite3.Connection, found: Found) -> dict[str, Any]:
    """An article with its addresses, sightings, revisions, verdicts, copies and decisions, as JSON types."""
    article = item(connection, found)
    return {
        **article,
        "text": str(_one(connection, "SELECT text FROM article WHERE id = ?", found.id)["text"]),
        "uids": _column(connection, "SELECT old_uid FROM alias WHERE article_id = ? ORDER BY old_uid", found.id),
        "addresses": _all(
            connection,
            "SELECT url, role, key, weak FROM address WHERE article_id = ? ORDER BY weak, role = 'web' DESC, role, url",
            found.id,
        ),
        "seed_documents": seed_documents(connection, found),
        "sightings": _all(
            connection,
            "SELECT feed_url, guid, link, title, first_seen_at, last_seen_at, published_at, published_raw, date_quality,"
            " source_kind, snapshots, captured_at, capture_url,"
            " (SELECT coalesce(s.name, s.title) FROM source s WHERE s.address = feed_url AND s.kind = source_kind) AS feed_name"
            " FROM sightings WHERE item_uid = ? ORDER BY first_seen_at, feed_url",
            found.uid,
        ),
        "revisions": _all(
            connection, "SELECT seen_at, field, old, new FROM revision WHERE article_id = ? ORDER BY id", found.id
        ),
        "pages": pages_of(connection, found.id),
        "verdicts": verdicts(connection, found),
        "copy_of": copy_of(connection, found),
        "copies": copies(connection, found),
        "decisions": decisions(connection, found),
    }


def item(connection: sqlite3.Connection, found: Found) -> dict[str, Any]:
    """The row of `items`; of an article that is no longer shown, what is left of it."""
    row = connection.execute("SELECT * FROM items WHERE uid = ?", (found.uid,)).fetchone()
    if row is not None:
        return dict(row)
    return _one(
        connection,
        "SELECT uid, origin, title, excerpt, web_url, published_at, date_quality, first_seen_at, language, provider_name,"
        " provider_domain, verdict, relevance, verdict = 'likely' AS is_related, judged_on, NULL AS copy_of_uid,"
        " NULL AS story_uid, sort_at, 0 AS sightings, seen_at IS NOT NULL AS seen, id, deleted_at, deleted_by"
        " FROM article WHERE id = ?",
        found.id,
    )


def verdicts(connection: sqlite3.Connection, found: Found) -> list[dict[str, Any]]:
    """What was judged for each watch, the best first, with terms and nearest seeds; of one that is muted, until when.

    `changes` says how the verdict became another one before, the earliest first.
    """
    rows = _all(
        connection,
        "SELECT watch, verdict, score AS relevance, reason, decided_by, judged_on, judged_at, matcher_version, terms,"
        " parts, nearest FROM judgement WHERE article_id = ?"
        " ORDER BY CASE verdict WHEN 'likely' THEN 0 WHEN 'maybe' THEN 1 ELSE 2 END, score DESC, watch",
        found.id,
    )
    for row in rows:
        row["muted_until"] = _muted_until(connection, row["parts"].get("mute"))
        row["nearest"] = [_near(connection, uid, score) for uid, score in row["nearest"]]
        row["changes"] = _all(
            connection,
            "SELECT changed_at, was, became AS verdict, score_before AS relevance_before, score AS relevance, decided_by,"
            " reason FROM verdict_change WHERE article_id = ? AND watch = ? ORDER BY id",
            found.id,
            row["watch"],
        )
    return rows


def _muted_until(connection: sqlite3.Connection, ruling_id: str | None) -> str | None:
    """Until when a mute holds."""
    until = _column(connection, "SELECT until FROM ruling WHERE id = ?", ruling_id) if ruling_id else []
    return until[0] if until else None


def _near(connection: sqlite3.Connection, uid: str, score: float) -> dict[str, Any]:
    row = connection.execute(
        "SELECT a.uid, a.title, a.web_url, a.provider_name, a.published_at, a.date_quality FROM alias"
        " JOIN article a ON a.id = alias.article_id WHERE alias.old_uid = ?",
        (uid,),
    ).fetchone()
    unknown = dict.fromkeys(("web_url", "provider_name", "published_at", "date_quality"))
    return {**(dict(row) if row else {"uid": uid, "title": "", **unknown}), "score": score}


def copy_of(connection: sqlite3.Connection, found: Found) -> dict[str, Any] | None:
    """The article whose text this is, and by what that was recognised; None when it is no copy."""
    row = connection.execute(
        "SELECT d.copy_of_uid AS uid, d.copy_of_title AS title, d.copy_of_origin AS origin, d.method, d.score,"
        " coalesce(a.provider_name, a.provider_domain) AS provider_name, a.published_at, a.first_seen_at"
        " FROM duplicates d JOIN article a ON a.uid = d.copy_of_uid WHERE d.uid = ?",
        (found.uid,),
    ).fetchone()
    if row is None:
        return None
    evidence = connection.execute(
        "SELECT evidence FROM decision WHERE 'article:' || ? IN (a, b) AND kind = 'copy' AND undone_at IS NULL AND method = ?"
        " ORDER BY a = 'article:' || ? DESC, id DESC LIMIT 1",
        (found.uid, row["method"], found.uid),
    ).fetchone()
    return {**dict(row), "evidence": json.loads(evidence[0]) if evidence else {}}


def copies(connection: sqlite3.Connection, found: Found) -> list[dict[str, Any]]:
    """The articles that are copies of this one, the earliest first."""
    return _all(
        connection,
        "SELECT uid, title, web_url, provider_name, published_at, first_seen_at FROM article"
        " WHERE copy_of_id = ? AND deleted_at IS NULL ORDER BY sort_at, uid",
        found.id,
    )


def story(connection: sqlite3.Connection, found: Found) -> dict[str, Any] | None:
    """The story an article is in, by which words it got there, and the headlines of its other texts; None without one."""
    rows = _all(
        connection,
        "SELECT v.*, t.told_at, t.likeness, coalesce(t.words, '[]') AS words, a.title_key FROM article a"
        " JOIN story s ON s.id = a.story_id JOIN stories v ON v.story_uid = s.uid"
        " LEFT JOIN telling t ON t.article_id = a.id WHERE a.id = ? AND a.deleted_at IS NULL",
        found.id,
    )
    if not rows:
        return None
    others = _all(
        connection,
        "SELECT o.uid, o.title, o.title_key, o.provider_name, o.web_url, o.published_at FROM article a"
        " JOIN article o ON o.story_id = a.story_id WHERE a.id = ?1 AND o.id NOT IN (a.id, coalesce(a.copy_of_id, 0))"
        " AND o.copy_of_id IS NULL AND o.deleted_at IS NULL ORDER BY o.sort_at, o.uid",
        found.id,
    )
    return {**rows[0], "others": others}


def seed_documents(connection: sqlite3.Connection, found: Found) -> list[dict[str, Any]]:
    """The seed documents that speak of an article: `self` is its own, `listed` names it among its related ones."""
    return _all(
        connection,
        "SELECT s.address AS path, s.watch, e.role, s.name AS seed_title FROM entry e JOIN source s ON s.id = e.source_id"
        " WHERE e.article_id = ? AND s.kind = 'seed' AND e.withdrawn_at IS NULL AND s.removed_at IS NULL"
        " ORDER BY e.role = 'self' DESC, s.address",
        found.id,
    )


def decisions(connection: sqlite3.Connection, found: Found) -> list[dict[str, Any]]:
    """What rules and people decided about an article's identity, copies, relevance and being seen, the oldest first."""
    subjects = _column(
        connection,
        "SELECT 'article:' || old_uid FROM alias WHERE article_id = ?1"
        " UNION ALL SELECT 'entry:' || id FROM entry WHERE article_id = ?1"
        " UNION ALL SELECT 'address:' || key FROM address WHERE article_id = ?1 AND weak = 0",
        found.id,
    )
    rows: dict[int, dict[str, Any]] = {}
    for start in range(0, len(subjects), 500):
        part = subjects[start : start + 500]
        marks = placeholders(len(part))
        for row in _all(
            connection,
            "SELECT id, decided_at, kind, a, b, verdict, method, score, evidence, decided_by FROM decision"
            f" WHERE undone_at IS NULL AND (a IN ({marks}) OR b IN ({marks}))",
            *part,
            *part,
        ):
            rows[row.pop("id")] = row
    said = [rows[key] for key in sorted(rows)]
    return sorted([*said, *_rulings(connection, found)], key=lambda decision: decision["decided_at"])


def _rulings(connection: sqlite3.Connection, found: Found) -> list[dict[str, Any]]:
    """What people decided about an article, in the columns of the view `decisions`."""
    return _all(connection, f"{RULED} AND (r.a_id = ?1 OR r.b_id = ?1) ORDER BY r.at, r.id", found.id)


def joined_by(connection: sqlite3.Connection, found: Found) -> list[dict[str, Any]]:
    """The decisions by which the sightings of an article became one: each with the sighting it speaks of."""
    told = {row["entry"]: row for row in _sightings(connection, found)}
    named = []
    for decision in decisions(connection, found):
        if decision["kind"] == "identity" and decision["verdict"] == "same":
            entry = told.get(decision["a"], {})
            # Of two articles the one that was another until then.
            other = next(
                (end for end in (decision["a"], decision["b"]) if end != f"article:{found.uid}"), decision["a"]
            )
            source = entry.get("feed_url") or other.partition(":")[2]
            named.append({**decision, "sighting": source, "title": entry.get("title")})
    return named


def _sightings(connection: sqlite3.Connection, found: Found) -> list[dict[str, Any]]:
    return _all(
        connection,
        "SELECT 'entry:' || e.id AS entry, s.address AS feed_url, n.title FROM entry e JOIN source s ON s.id = e.source_id"
        " JOIN snapshot n ON n.id = e.snapshot_id WHERE e.article_id = ?",
        found.id,
    )


def _all(connection: sqlite3.Connection, sql: str, *values: object) -> list[dict[str, Any]]:
    return [_decoded(row) for row in connection.execute(sql, values)]


def _one(connection: sqlite3.Connection, sql: str, *values: object) -> dict[str, Any]:
    return _decoded(connection.execute(sql, values).fetchone())


def _column(connection: sqlite3.Connection, sql: str, *values: object) -> list[str]:
    return [row[0] for row in connection.execute(sql, values)]


def _decoded(row: sqlite3.Row) -> dict[str, Any]:
    return {key: json.loads(row[key]) if key in _JSON else row[key] for key in row.keys()}  # noqa: SIM118  a Row iterates over values
