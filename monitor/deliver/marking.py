"""Marking articles as seen: in the database, and in the file of decisions beside the seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from db import queries
from db.marks import Marked, mark_seen
from db.store import Store
from seeds import decisions


@dataclass(frozen=True, slots=True)
class Seen:
    """What marking did: uids that were marked, and uids that were seen before."""

    marked: tuple[str, ...]
    already: tuple[str, ...]


def mark(store: Store, log: Path, uids: Sequence[str], now: str) -> Seen:
    """Mark the articles with these uids, and the copies of their texts, as seen; all or none.

    Raises:
        UnknownUid: one of them names no article; then none is marked.
        OSError: the file of decisions cannot be written; then none is marked.
    """
    with store.transaction() as connection:
        found = {one.id: one for one in (queries.resolve_uid(connection, uid) for uid in uids)}
        marked = mark_seen(connection, found.values(), now)
        # Before the commit: a decision that is in the file alone is found again, one in the database alone may be lost.
        _log(log, marked, now)
    names = tuple(one.uid for one in marked)
    return Seen(names, tuple(one.uid for one in found.values() if one.uid not in names))


def mark_all(store: Store, log: Path, watch: str | None, now: str) -> Seen:
    """Mark everything that is new (for one watch, or for any) as seen; raises OSError like `mark`."""
    with store.transaction() as connection:
        marked = mark_seen(connection, queries.unseen(connection, watch), now)
        _log(log, marked, now)
    return Seen(tuple(one.uid for one in marked), ())


def _log(path: Path, marked: Sequence[Marked], now: str) -> None:
    lines = [
        {"at": now, "do": "seen", "uid": one.uid, "key": one.key, "title": one.title, "by": "user"} for one in marked
    ]
    decisions.append_all(path, lines)
