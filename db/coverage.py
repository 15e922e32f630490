"""Reading who reported, and how well feeds were looked at. Every function takes a connection that only reads."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from db.outlets import OUTLET
from db.queries import FOUND
from db.store import placeholders


@dataclass(frozen=True, slots=True)
class Matter:
    """What is asked about: a watch, the articles nearest to one seed, or (both empty) everything. Times are as stored."""

    watch: str | None = None
    seed_id: int | None = None
    since: str | None = None
    until: str | None = None
    verdicts: tuple[str, ...] = ("likely",)


@dataclass(frozen=True, slots=True)
class FollowedFeed:
    """A feed of the settings: how it does, since when it brings entries, and whose entries most of them are."""

    url: str
    name: str
    state: str
    reason: str
    last_success_at: str | None
    next_poll_at: str
    seen_from: str | None
    """When it first brought something, or first answered."""
    outlet: str | None
    """What tells the outlet apart that at least half of its entries are of; None of a search or a mixed feed."""
    outlet_name: str | None
    entries: int
    gaps: tuple[tuple[str, str], ...]
    """Windows in which entries may have been missed, and have not been brought in since."""
    archived: tuple[tuple[str, str], ...] = ()
    """Windows of which its own archive was read to the end by a backfill."""


def reports(connection: sqlite3.Connection, matter: Matter) -> list[dict[str, Any]]:
    """The articles found on a matter, the earliest first.

    Keys: uid, title, outlet, outlet_name, at, is_copy, verdict (the best, where several watches are asked about).
    """
    where = [f"j.verdict IN ({placeholders(len(matter.verdicts))})", "j.verdict != 'no'"]
    values: list[object] = [*matter.verdicts]
    if matter.watch is not None:
        where.append("j.watch = ?")
        values.append(matter.watch)
    if matter.seed_id is not None:
        nearest = "json_extract(j.nearest, '$[0][0]') IN (SELECT old_uid FROM alias WHERE article_id = ?)"
        where.append(f"({nearest} OR a.copy_of_id = ?)")
        values += [matter.seed_id, matter.seed_id]
    for operator, moment in ((">=", matter.since), ("<", matter.until)):
        if moment is not None:
            where.append(f"a.sort_at {operator} ?")
            values.append(moment)
    rows = connection.execute(
        f"SELECT a.uid, a.title, {OUTLET} AS outlet, a.provider_name AS outlet_name, a.sort_at AS at,"
        " a.copy_of_id IS NOT NULL AS is_copy, min(j.verdict) AS verdict"  # likely comes before maybe
        f" FROM judgement j JOIN article a ON a.id = j.article_id WHERE {' AND '.join(where)}"
        f" AND a.origin IN ({placeholders(len(FOUND))}) AND a.deleted_at IS NULL GROUP BY a.id ORDER BY a.sort_at, a.id",
        (*values, *FOUND),
    )
    return [dict(row) for row in rows]


def seed_outlets(connection: sqlite3.Connection, matter: Matter) -> list[dict[str, Any]]:
    """Which outlets the seeds are of, with what they list as related: outlet, outlet_name, seeds."""
    where: list[str] = ["1"]
    values: list[object] = []
    if matter.watch is not None:
        where.append("s.watch = ?")
        values.append(matter.watch)
    if matter.seed_id is not None:
        where.append("s.id IN (SELECT source_id FROM entry WHERE article_id = ? AND role = 'self')")
        values.append(matter.seed_id)
    rows = connection.execute(
        f"SELECT {OUTLET} AS outlet, max(a.provider_name) AS outlet_name, count(DISTINCT a.id) AS seeds"
        " FROM source s JOIN entry e ON e.source_id = s.id AND e.withdrawn_at IS NULL JOIN article a ON a.id = e.article_id"
        f" WHERE s.kind = 'seed' AND s.removed_at IS NULL AND {OUTLET} IS NOT NULL AND {' AND '.join(where)}"
        " GROUP BY outlet",
        values,
    )
    return [dict(row) for row in rows]


def followed(connection: sqlite3.Connection) -> list[FollowedFeed]:
    """All feeds of the settings."""
    outlets = _main_outlets(connection)
    gaps: dict[int, list[tuple[str, str]]] = {}
    for source_id, start, end in connection.execute(
        "SELECT source_id, missed_from, missed_until FROM gap WHERE filled_at IS NULL ORDER BY missed_from"
    ):
        gaps.setdefault(source_id, []).append((start, end))
    archived = archives_read(connection)
    rows = connection.execute(
        "SELECT s.id, s.address, coalesce(s.name, s.title, s.address) AS name, f.state, f.reason, f.last_success_at,"
        " f.next_poll_at,"
        " (SELECT min(t) FROM (SELECT min(first_seen_at) AS t FROM entry WHERE source_id = s.id UNION ALL"
        "  SELECT min(started_at) FROM fetch WHERE source_id = s.id AND outcome != 'failed')) AS seen_from"
        " FROM source s JOIN feed f ON f.source_id = s.id WHERE s.removed_at IS NULL ORDER BY s.id"
    )
    nothing = (None, None, 0)
    return [
        FollowedFeed(
            url=row["address"],
            name=row["name"],
            state=row["state"],
            reason=row["reason"],
            last_success_at=row["last_success_at"],
            next_poll_at=row["next_poll_at"],
            seen_from=row["seen_from"],
            outlet=outlets.get(row["id"], nothing)[0],
            outlet_name=outlets.get(row["id"], nothing)[1],
            entries=outlets.get(row["id"], nothing)[2],
            gaps=tuple(gaps.get(row["id"], ())),
            archived=tuple(archived.get(row["address"], ())),
        )
        for row in rows
    ]


def archives_read(connection: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
    """Feed address → windows of which its archive was read, as far back as it reached.

    An entry or two may stand in a feed for years: it reaches back to the third oldest.
    """
    rows = connection.execute(
        "SELECT s.address, b.since, coalesce(b.until, b.begun_at) AS until, (SELECT n.published_at FROM entry e"
        "  JOIN snapshot n ON n.id = e.snapshot_id WHERE e.source_id = s.id AND n.published_at IS NOT NULL"
        "  ORDER BY n.published_at LIMIT 1 OFFSET 2) AS oldest"
        " FROM backfill b JOIN source s ON s.kind = 'backfill' AND (b.what = s.address OR b.what LIKE s.address || ' --%')"
        " WHERE b.kind = 'feed' AND b.done_at IS NOT NULL ORDER BY b.id"
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for address, since, until, oldest in rows:
        if oldest is not None and (start := max(since or oldest, oldest)) < until:
            found.setdefault(address, []).append((start, until))
    return found


def seed_at(connection: sqlite3.Connection, path: str) -> str | None:
    """The uid of the article whose seed document is stored under that path."""
    row = connection.execute(
        "SELECT a.uid FROM source s JOIN entry e ON e.source_id = s.id AND e.role = 'self' JOIN article a ON a.id = e.article_id"
        " WHERE s.kind = 'seed' AND s.removed_at IS NULL AND s.address = ?",
        (path,),
    ).fetchone()
    return None if row is None else str(row[0])


def _main_outlets(connection: sqlite3.Connection) -> dict[int, tuple[str | None, str | None, int]]:
    """Source → the outlet of at least half of its entries, and its name; and how many entries there are."""
    rows = connection.execute(
        f"SELECT e.source_id, {OUTLET} AS outlet, max(a.provider_name), count(*) AS entries,"
        " sum(count(*)) OVER (PARTITION BY e.source_id) AS total FROM entry e JOIN source s ON s.id = e.source_id"
        " JOIN article a ON a.id = e.article_id WHERE s.kind = 'feed' AND s.removed_at IS NULL GROUP BY 1, 2 ORDER BY 4"
    )
    return {row[0]: (row[1], row[2], row[4]) if 2 * row[3] >= row[4] else (None, None, row[4]) for row in rows}
