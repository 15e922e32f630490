"""Reading what entries said over time, and how rules placed them: for telling again which article an entry is."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from db.facts import snapshot_of
from db.rows import EntryHistory, Source
from db.store import placeholders

_PART = 400


def histories(connection: sqlite3.Connection, article_id: int) -> list[EntryHistory]:
    """All entries of an article, withdrawn ones too, with all they ever said, in the order they were first seen."""
    rows = connection.execute(
        "SELECT e.id AS entry_id, e.entry_key, e.guid, e.role, e.first_seen_at, e.withdrawn_at, s.id AS source_id, s.kind,"
        " s.address, s.name, s.title AS s_title, s.link AS s_link, s.watch, s.fingerprint, s.outlet_domain,"
        " s.outlet_name, n.* FROM entry e"
        " JOIN source s ON s.id = e.source_id JOIN snapshot n ON n.entry_id = e.id"
        " WHERE e.article_id = ? ORDER BY e.first_seen_at, e.id, n.id",
        (article_id,),
    )
    return [_history(list(said)) for _, said in groupby(rows, key=lambda row: row["entry_id"])]


def identity_decisions(
    connection: sqlite3.Connection, subjects: Sequence[str]
) -> list[tuple[str, str, dict[str, Any]]]:
    """What rules decided on which entry or article is which: (a, b, evidence), where `a` or `b` is among `subjects`."""
    found: dict[int, tuple[str, str, dict[str, Any]]] = {}
    for start in range(0, len(subjects), _PART):
        part = subjects[start : start + _PART]
        marks = placeholders(len(part))
        rows = connection.execute(
            "SELECT id, a, b, evidence FROM decision WHERE kind = 'identity' AND undone_at IS NULL"
            f" AND (a IN ({marks}) OR b IN ({marks}))",
            (*part, *part),
        )
        found.update({row[0]: (row[1], row[2], json.loads(row[3])) for row in rows})
    return [found[key] for key in sorted(found)]


def uids(connection: sqlite3.Connection, article_id: int) -> list[str]:
    """All uids that lead to an article."""
    rows = connection.execute("SELECT old_uid FROM alias WHERE article_id = ? ORDER BY old_uid", (article_id,))
    return [row[0] for row in rows]


def _history(said: Sequence[sqlite3.Row]) -> EntryHistory:
    row = said[0]
    source = Source(
        id=row["source_id"],
        kind=row["kind"],
        address=row["address"],
        name=row["name"],
        title=row["s_title"],
        link=row["s_link"],
        watch=row["watch"],
        fingerprint=row["fingerprint"],
        outlet_domain=row["outlet_domain"],
        outlet_name=row["outlet_name"],
    )
    return EntryHistory(
        entry_id=row["entry_id"],
        source=source,
        entry_key=row["entry_key"],
        guid=row["guid"],
        role=row["role"],
        first_seen_at=row["first_seen_at"],
        withdrawn=row["withdrawn_at"] is not None,
        snapshots=tuple((one["seen_at"], snapshot_of(one)) for one in said),
    )
