"""Writing the projection: articles, their addresses, aliases, judgements and revisions.

Every function takes the connection of a transaction that its caller opened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from db import traces
from db.facts import dumps, insert_entries
from db.rows import Address, Article, Judged, NewArticle, TitleMatch
from db.store import next_id, placeholders
from seeds.traces import of_article

_COLUMNS = (
    "uid, origin, title, title_key, excerpt, text, lemmas, web_url, published_at, date_quality, first_seen_at, sort_at,"
    " language, provider_name, provider_domain, judged_on, record"
)


def by_keys(connection: sqlite3.Connection, keys: Sequence[str]) -> dict[str, int]:
    """Address key → id of the article it identifies, for those that are known."""
    found: dict[str, int] = {}
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        rows = connection.execute(
            f"SELECT key, min(article_id) FROM address WHERE weak = 0 AND key IN ({placeholders(len(part))}) GROUP BY key",
            part,
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def seeds_among(connection: sqlite3.Connection, article_ids: set[int]) -> set[int]:
    """Those of the articles that a seed document is, or lists."""
    ids = list(article_ids)
    query = f"SELECT id FROM article WHERE origin IN ('seed', 'seed_related') AND id IN ({placeholders(len(ids))})"
    return {row[0] for row in connection.execute(query, ids)}


def by_titles(connection: sqlite3.Connection, title_keys: Sequence[str]) -> dict[str, list[TitleMatch]]:
    """Title key → articles with that title, twenty at most, the oldest first."""
    found: dict[str, list[TitleMatch]] = {}
    for start in range(0, len(title_keys), 500):
        part = title_keys[start : start + 500]
        rows = connection.execute(
            "SELECT a.id, a.uid, a.origin, a.title_key, a.excerpt, a.published_at, a.first_seen_at, a.provider_name,"
            " a.provider_domain, CASE WHEN a.origin IN ('seed', 'seed_related') THEN EXISTS (SELECT 1 FROM entry e"
            "  JOIN source s ON s.id = e.source_id JOIN snapshot n ON n.id = e.snapshot_id"
            "  WHERE e.article_id = a.id AND s.kind = 'seed' AND n.link IS NOT NULL)"
            " ELSE EXISTS (SELECT 1 FROM address u WHERE u.article_id = a.id AND u.weak = 0"
            "  AND u.role IN ('web', 'original', 'amp', 'cdn_amp')) END AS direct_address, a.copy_of_id"
            f" FROM article a WHERE a.title_key IN ({placeholders(len(part))}) ORDER BY a.id",
            part,
        )
        for row in rows:
            matches = found.setdefault(row["title_key"], [])
            if len(matches) < 20:
                matches.append(TitleMatch(**dict(row)))
    return found


def titles(connection: sqlite3.Connection, article_ids: Iterable[int]) -> dict[int, str]:
    """Article id → headline."""
    ids = list(article_ids)
    rows = connection.execute(f"SELECT id, title FROM article WHERE id IN ({placeholders(len(ids))})", ids)
    return {row[0]: row[1] for row in rows}


def verdicts(connection: sqlite3.Connection, article_ids: Iterable[int]) -> dict[int, tuple[float, str]]:
    """Article id → relevance and verdict."""
    ids = list(article_ids)
    rows = connection.execute(f"SELECT id, relevance, verdict FROM article WHERE id IN ({placeholders(len(ids))})", ids)
    return {row[0]: (row[1], row[2]) for row in rows}


def uid_of(connection: sqlite3.Connection, article_id: int) -> str:
    """The uid of an article."""
    return str(connection.execute("SELECT uid FROM article WHERE id = ?", (article_id,)).fetchone()[0])


def uid_taken(connection: sqlite3.Connection, uid: str) -> bool:
    """Whether that uid was ever given."""
    return connection.execute("SELECT 1 FROM alias WHERE old_uid = ?", (uid,)).fetchone() is not None


def uids_taken(connection: sqlite3.Connection, uids: Sequence[str]) -> set[str]:
    """Those of the uids that were ever given."""
    taken: set[str] = set()
    for start in range(0, len(uids), 500):
        part = uids[start : start + 500]
        rows = connection.execute(f"SELECT old_uid FROM alias WHERE old_uid IN ({placeholders(len(part))})", part)
        taken.update(row[0] for row in rows)
    return taken


def next_article_id(connection: sqlite3.Connection) -> int:
    """The id of the next new article: never one that was used, as the search index counts on it."""
    row = connection.execute("SELECT max(coalesce((SELECT max(id) FROM article), 0), (SELECT value FROM indexed)) + 1")
    return int(row.fetchone()[0])


def insert_articles(connection: sqlite3.Connection, new: Sequence[NewArticle]) -> dict[int, list[int]]:
    """Store new articles whole: each with its uid, its first entry, its addresses and its verdicts.

    Returns by what they may be met again, and who has that too (`traces.add`).
    """
    entry_id, snapshot_id = next_id(connection, "entry"), next_id(connection, "snapshot")
    connection.executemany(
        f"INSERT INTO article (id, {_COLUMNS}, relevance, verdict) VALUES ({placeholders(20)})",
        [(n.id, *_values(n.article), n.relevance, n.verdict) for n in new],
    )
    connection.executemany(
        "INSERT INTO alias (old_uid, article_id) VALUES (?, ?)", [(n.article.uid, n.id) for n in new]
    )
    insert_entries(
        connection,
        [(entry_id + i, snapshot_id + i, n.id, n.entry) for i, n in enumerate(new)],
    )
    connection.executemany(_ADD_ADDRESS, [_address_values(n.id, a) for n in new for a in n.addresses])
    set_judgements(connection, [(n.id, judged) for n in new for judged in n.judged], new[0].entry.seen_at)
    return traces.add(connection, [(n.id, traces_of(n.article) if n.traces is None else n.traces) for n in new])


def update_article(connection: sqlite3.Connection, article_id: int, article: Article) -> None:
    """Make a stored article what the fold of its entries now gives; an article that was withdrawn is back."""
    before, after = set(traces.of_stored(connection, article_id)), set(traces_of(article))
    assignments = ", ".join(f"{name.strip()} = ?" for name in _COLUMNS.split(","))
    connection.execute(
        f"UPDATE article SET {assignments} WHERE id = ?",
        (*_values(article), article_id),
    )
    traces.drop(connection, article_id, before - after)
    traces.add(connection, [(article_id, sorted(after - before))])
    connection.execute(
        "UPDATE article SET deleted_at = NULL, deleted_by = NULL WHERE id = ? AND deleted_by = 'withdrawn'",
        (article_id,),
    )


def withdraw_article(connection: sqlite3.Connection, article_id: int, now: str) -> None:
    """Hide an article that no source speaks of any more."""
    connection.execute(
        "UPDATE article SET deleted_at = ?, deleted_by = 'withdrawn' WHERE id = ? AND deleted_at IS NULL",
        (now, article_id),
    )


def add_addresses(connection: sqlite3.Connection, article_id: int, addresses: Iterable[Address]) -> None:
    """Note by which addresses an article is known; one that was weak once stays weak."""
    connection.executemany(_ADD_ADDRESS, [_address_values(article_id, address) for address in addresses])


def merge(connection: sqlite3.Connection, keep: int, drop: int) -> None:
    """Make two articles one: everything that was `drop`'s becomes `keep`'s, and its uids lead there."""
    traces.drop(connection, drop, traces.of_stored(connection, drop))
    connection.execute("UPDATE entry SET article_id = ? WHERE article_id = ?", (keep, drop))
    connection.execute("UPDATE OR IGNORE address SET article_id = ? WHERE article_id = ?", (keep, drop))
    connection.execute("UPDATE alias SET article_id = ? WHERE article_id = ?", (keep, drop))
    connection.execute("UPDATE revision SET article_id = ? WHERE article_id = ?", (keep, drop))
    connection.execute("UPDATE ruling SET a_id = ? WHERE a_id = ?", (keep, drop))
    connection.execute("UPDATE ruling SET b_id = ? WHERE b_id = ?", (keep, drop))
    connection.execute("UPDATE article SET copy_of_id = ? WHERE copy_of_id = ? AND id != ?", (keep, drop, keep))
    connection.execute("UPDATE article SET copy_of_id = NULL WHERE id = ? AND copy_of_id IN (?, ?)", (keep, keep, drop))
    connection.execute(
        "UPDATE article SET seen_at = coalesce(seen_at, (SELECT seen_at FROM article WHERE id = ?)) WHERE id = ?",
        (drop, keep),
    )
    connection.execute("DELETE FROM article WHERE id = ?", (drop,))


def split_off(connection: sqlite3.Connection, article: Article, entry_ids: Sequence[int]) -> int:
    """Make an article of its own of entries that belonged to another; its uid is a new one, or one it had before."""
    article_id = next_article_id(connection)
    connection.execute(
        f"INSERT INTO article (id, {_COLUMNS}) VALUES ({placeholders(18)})", (article_id, *_values(article))
    )
    connection.execute(
        "INSERT INTO alias (old_uid, article_id) VALUES (?, ?) ON CONFLICT (old_uid) DO UPDATE SET article_id = excluded.article_id",
        (article.uid, article_id),
    )
    traces.add(connection, [(article_id, traces_of(article))])
    connection.executemany("UPDATE entry SET article_id = ? WHERE id = ?", [(article_id, i) for i in entry_ids])
    return article_id


def traces_of(article: Article) -> tuple[int, ...]:
    """By what an article may be met again elsewhere."""
    return of_article(article.title, article.title_key, article.excerpt, article.text, article.web_url)


def weak_addresses(connection: sqlite3.Connection, article_id: int) -> dict[tuple[str, str], bool]:
    """(address, role) → whether it identifies nothing, as far as was known."""
    rows = connection.execute("SELECT url, role, weak FROM address WHERE article_id = ?", (article_id,))
    return {(row[0], row[1]): bool(row[2]) for row in rows}


def identifying_keys(connection: sqlite3.Connection, article_id: int) -> list[str]:
    """The keys that identify an article."""
    query = "SELECT DISTINCT key FROM address WHERE article_id = ? AND weak = 0 ORDER BY key"
    return [row[0] for row in connection.execute(query, (article_id,))]


def set_addresses(connection: sqlite3.Connection, article_id: int, addresses: Iterable[Address]) -> None:
    """Make these the addresses by which an article is known."""
    connection.execute("DELETE FROM address WHERE article_id = ?", (article_id,))
    add_addresses(connection, article_id, addresses)


def set_revisions(
    connection: sqlite3.Connection, article_id: int, revisions: Sequence[tuple[str, str, str | None, str | None]]
) -> None:
    """Make these the changes of an article: (seen at, field, old, new)."""
    old = connection.execute(
        "SELECT seen_at, field, old, new FROM revision WHERE article_id = ? ORDER BY id", (article_id,)
    ).fetchall()
    if sorted(map(repr, map(tuple, old))) == sorted(map(repr, revisions)):
        return
    connection.execute("DELETE FROM revision WHERE article_id = ?", (article_id,))
    for seen_at, field, was, now in revisions:
        add_revision(connection, article_id, field, was, now, seen_at)


def move_aliases(connection: sqlite3.Connection, uids: Iterable[str], article_id: int) -> None:
    """Let uids lead to an article."""
    connection.executemany("UPDATE alias SET article_id = ? WHERE old_uid = ?", [(article_id, uid) for uid in uids])


def older_first(connection: sqlite3.Connection, one: int, other: int) -> tuple[int, int]:
    """Two articles in the order in which they were first seen."""
    rows = connection.execute(
        "SELECT id FROM article WHERE id IN (?, ?) ORDER BY first_seen_at, id", (one, other)
    ).fetchall()
    return rows[0][0], rows[1][0]


def seen_at(connection: sqlite3.Connection, article_id: int) -> str | None:
    """Since when an article counts as seen."""
    row = connection.execute("SELECT seen_at FROM article WHERE id = ?", (article_id,)).fetchone()
    return None if row[0] is None else str(row[0])


def set_seen(connection: sqlite3.Connection, article_id: int, seen_at: str | None) -> None:
    """Say since when an article counts as seen, or that it does not."""
    connection.execute("UPDATE article SET seen_at = ? WHERE id = ?", (seen_at, article_id))


def unsee_copies(connection: sqlite3.Connection, article_id: int, at: str) -> None:
    """Take back that copies of an article were marked as seen along with it, where nothing was said of them alone."""
    connection.execute(
        "UPDATE article SET seen_at = NULL WHERE copy_of_id = ? AND seen_at = ? AND NOT EXISTS"
        " (SELECT 1 FROM ruling r WHERE r.a_id = article.id AND r.do = 'seen' AND r.state = 'standing')",
        (article_id, at),
    )


def add_revision(
    connection: sqlite3.Connection, article_id: int, field: str, old: str | None, new: str | None, now: str
) -> None:
    """Note that a source changed what it says of an article."""
    connection.execute(
        "INSERT INTO revision (article_id, seen_at, field, old, new) VALUES (?, ?, ?, ?, ?)",
        (article_id, now, field, old, new),
    )


def set_judgements(connection: sqlite3.Connection, judged: Iterable[tuple[int, Judged]], now: str) -> None:
    """Store verdicts by rule: (article id, judgement). A verdict by the user is never overruled."""
    connection.executemany(
        "INSERT INTO judgement (article_id, watch, score, verdict, judged_on, judged_at, reason, terms, parts, nearest,"
        " matcher_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (article_id, watch) DO UPDATE SET score = excluded.score, verdict = excluded.verdict,"
        " judged_on = excluded.judged_on, judged_at = excluded.judged_at, reason = excluded.reason,"
        " terms = excluded.terms, parts = excluded.parts, nearest = excluded.nearest,"
        " matcher_version = excluded.matcher_version WHERE decided_by = 'rule'",
        [
            (
                article_id,
                j.watch,
                j.score,
                j.verdict,
                j.judged_on,
                now,
                j.reason,
                dumps(j.terms),
                dumps(j.parts),
                dumps(j.nearest),
                j.matcher_version,
            )
            for article_id, j in judged
        ],
    )


def refresh_verdicts(connection: sqlite3.Connection, article_ids: Iterable[int]) -> None:
    """Make each article's verdict the best over its watches, the user's verdicts included."""
    best = (
        "SELECT {} FROM judgement j WHERE j.article_id = article.id"
        " ORDER BY CASE j.verdict WHEN 'likely' THEN 2 WHEN 'maybe' THEN 1 ELSE 0 END DESC, j.score DESC LIMIT 1"
    )
    connection.executemany(
        f"UPDATE article SET verdict = coalesce(({best.format('verdict')}), 'no'),"
        f" relevance = coalesce(({best.format('score')}), 0) WHERE id = ?",
        [(i,) for i in article_ids],
    )


def set_seed_verdicts(connection: sqlite3.Connection, article_ids: Iterable[int]) -> None:
    """A seed is on its matter by definition, and is judged no further."""
    ids = [(i,) for i in article_ids]
    connection.executemany("DELETE FROM judgement WHERE article_id = ? AND decided_by = 'rule'", ids)
    connection.executemany("UPDATE article SET verdict = 'likely', relevance = 1 WHERE id = ?", ids)


def forget_watches(connection: sqlite3.Connection, kept: Sequence[str]) -> None:
    """Drop judgements for watches that are no more."""
    connection.execute(
        f"DELETE FROM judgement WHERE watch NOT IN ({placeholders(len(kept))}) AND decided_by = 'rule'",
        kept,
    )


def set_copies(connection: sqlite3.Connection, root: int, copies: Iterable[int]) -> None:
    """Make `copies` copies of `root`, which is one of nothing."""
    connection.executemany("UPDATE article SET copy_of_id = ? WHERE id = ?", [(root, i) for i in copies if i != root])
    connection.execute("UPDATE article SET copy_of_id = NULL WHERE id = ?", (root,))


_ADD_ADDRESS = (
    "INSERT INTO address (article_id, url, role, key, weak, rules_version) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (article_id, url, role) DO UPDATE SET weak = max(weak, excluded.weak)"
)


def _address_values(article_id: int, a: Address) -> tuple[object, ...]:
    return (article_id, a.url, a.role, a.key, a.weak, a.rules_version)


def _values(a: Article) -> tuple[object, ...]:
    return (
        a.uid,
        a.origin,
        a.title,
        a.title_key,
        a.excerpt,
        a.text,
        a.lemmas,
        a.web_url,
        a.published_at,
        a.date_quality,
        a.first_seen_at,
        a.sort_at,
        a.language,
        a.provider_name,
        a.provider_domain,
        a.judged_on,
        dumps(a.record),
    )
