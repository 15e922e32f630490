"""What people decided, as the database has it: a row for each line of `decisions.jsonl`, and the articles it speaks of.

Every function takes the connection of a transaction that its caller opened.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from db.store import placeholders
from seeds.rulings import Ref, Ruling, State, ruling_of

_PART = 500


@dataclass(frozen=True, slots=True)
class Stored:
    """A decision as it is stored: whether it stands, and the articles it was found to speak of."""

    ruling: Ruling
    state: State
    pending: bool
    a_id: int | None
    b_id: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What there is to look at when articles come in or are judged."""

    pending: bool
    """A decision whose article is not known yet."""
    mutes: bool
    verdicts: bool


def waiting(connection: sqlite3.Connection) -> Waiting:
    """Whether any decision bears on articles that come in; asked often, so it is quick where there is none."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM ruling WHERE pending = 1),"
        " EXISTS (SELECT 1 FROM ruling WHERE do = 'mute' AND state = 'standing'),"
        " EXISTS (SELECT 1 FROM ruling WHERE do IN ('yes', 'no') AND state = 'standing')"
    ).fetchone()
    return Waiting(*map(bool, row))


def known(connection: sqlite3.Connection) -> set[str]:
    """The ids of all decisions stored."""
    return {row[0] for row in connection.execute("SELECT id FROM ruling")}


def everything(connection: sqlite3.Connection) -> list[Stored]:
    """All decisions, in their order."""
    return _stored(connection.execute("SELECT * FROM ruling"))


def latest(connection: sqlite3.Connection, limit: int) -> list[Stored]:
    """The latest decisions that hold, in their order; without undos and what was only marked as seen."""
    return _stored(
        connection.execute(
            "SELECT * FROM ruling WHERE state = 'standing' AND do NOT IN ('undo', 'seen') ORDER BY at DESC, id DESC LIMIT ?",
            (limit,),
        )
    )


def insert(connection: sqlite3.Connection, rulings: Iterable[Ruling]) -> None:
    """Store decisions that were not stored before, as ones that do not hold yet and whose articles are not known."""
    for ruling in rulings:
        connection.execute(
            "INSERT INTO ruling (id, at, do, line, watches, what, target, until, because, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'undone')",
            (
                ruling.id,
                ruling.at,
                ruling.do,
                json.dumps(ruling.line, ensure_ascii=False),
                json.dumps(ruling.watches, ensure_ascii=False),
                ruling.what,
                ruling.target,
                ruling.until,
                ruling.because,
            ),
        )
        _anchor(connection, ruling)


def anchor_anew(connection: sqlite3.Connection) -> None:
    """Let decisions be found by the keys that the rules for addresses give now."""
    connection.execute("DELETE FROM anchor")
    for stored in everything(connection):
        _anchor(connection, stored.ruling)


def _anchor(connection: sqlite3.Connection, ruling: Ruling) -> None:
    for side, ref in (("a", ruling.a), ("b", ruling.b)):
        connection.executemany(
            "INSERT OR IGNORE INTO anchor (anchor, ruling_id, side) VALUES (?, ?, ?)",
            [(anchor, ruling.id, side) for anchor in (ref.anchors if ref else ())],
        )


def set_state(connection: sqlite3.Connection, ruling_id: str, state: State) -> None:
    """Say whether a decision holds."""
    connection.execute("UPDATE ruling SET state = ? WHERE id = ?", (state, ruling_id))


def set_articles(connection: sqlite3.Connection, ruling: Ruling, a_id: int | None, b_id: int | None) -> None:
    """Say which articles a decision speaks of; it waits while one that it names is not known.

    That two are different waits too while nothing of one of them has come in but what is the other's as well.
    """
    lacking = (ruling.a is not None and a_id is None) or (ruling.b is not None and b_id is None)
    lacking = lacking or (ruling.do == "different" and a_id == b_id)
    connection.execute(
        "UPDATE ruling SET a_id = ?, b_id = ?, pending = (? AND state = 'standing' AND do NOT IN ('undo', 'add')) WHERE id = ?",
        (a_id, b_id, lacking, ruling.id),
    )


def resolve(connection: sqlite3.Connection, ref: Ref | None) -> int | None:
    """The article that a reference names, or None while it is not known."""
    if ref is None:
        return None
    for key in ref.keys:
        query = "SELECT min(article_id) FROM address WHERE weak = 0 AND key = ?"
        if (found := _one(connection, query, key)) is not None:
            return found
    for source, key in ref.entries:
        query = "SELECT e.article_id FROM entry e JOIN source s ON s.id = e.source_id WHERE s.address = ? AND e.entry_key = ?"
        if (found := _one(connection, query, source, key)) is not None:
            return found
    return _one(connection, "SELECT article_id FROM alias WHERE old_uid = ?", ref.uid) if ref.uid else None


def pending(connection: sqlite3.Connection, anchors: Collection[str] | None = None) -> list[Stored]:
    """Decisions that wait for an article: all, or those that one of `anchors` may bring in."""
    if anchors is None:
        return _stored(connection.execute("SELECT * FROM ruling WHERE pending = 1"))
    found: dict[str, Stored] = {}
    listed = sorted(anchors)
    for start in range(0, len(listed), _PART):
        part = listed[start : start + _PART]
        rows = connection.execute(
            "SELECT DISTINCT r.* FROM anchor n JOIN ruling r ON r.id = n.ruling_id"
            f" WHERE n.anchor IN ({placeholders(len(part))}) AND r.pending = 1",
            part,
        )
        found.update((stored.ruling.id, stored) for stored in _stored(rows))
    return sorted(found.values(), key=lambda s: s.ruling.order)


def speaking_of(connection: sqlite3.Connection, article_ids: Iterable[int]) -> list[Stored]:
    """Decisions that were found to speak of these articles, whether they hold or not."""
    ids = sorted(set(article_ids))
    marks = placeholders(len(ids))
    rows = connection.execute(f"SELECT * FROM ruling WHERE a_id IN ({marks}) OR b_id IN ({marks})", (*ids, *ids))
    return _stored(rows)


def verdicts(connection: sqlite3.Connection, article_ids: Sequence[int]) -> Mapping[int, list[Ruling]]:
    """Article → what people said of its relevance and holds, the oldest first."""
    said: dict[int, list[Ruling]] = {}
    for start in range(0, len(article_ids), _PART):
        part = article_ids[start : start + _PART]
        rows = connection.execute(
            f"SELECT * FROM ruling WHERE a_id IN ({placeholders(len(part))}) AND do IN ('yes', 'no') AND state = 'standing'",
            part,
        )
        for stored in _stored(rows):
            if stored.a_id is not None:
                said.setdefault(stored.a_id, []).append(stored.ruling)
    return said


def mutes(connection: sqlite3.Connection) -> list[Stored]:
    """What is muted, the oldest first."""
    return _stored(connection.execute("SELECT * FROM ruling WHERE do = 'mute' AND state = 'standing' AND pending = 0"))


def over(connection: sqlite3.Connection, now: str) -> bool:
    """Whether something is muted whose time has passed."""
    query = "SELECT 1 FROM ruling WHERE do = 'mute' AND state = 'standing' AND until <= ? LIMIT 1"
    return connection.execute(query, (now,)).fetchone() is not None


def first_seen(connection: sqlite3.Connection, article_id: int) -> str | None:
    """When a person first marked an article as seen."""
    query = "SELECT min(at) AS at FROM ruling WHERE a_id = ? AND do = 'seen' AND state = 'standing'"
    at = connection.execute(query, (article_id,)).fetchone()["at"]
    return None if at is None else str(at)


def apart_from(connection: sqlite3.Connection, article_id: int) -> set[int]:
    """The articles that a person said are others than this one."""
    rows = connection.execute(
        "SELECT b_id FROM ruling WHERE a_id = ?1 AND do = 'different' AND state = 'standing' AND b_id IS NOT NULL"
        " UNION SELECT a_id FROM ruling WHERE b_id = ?1 AND do = 'different' AND state = 'standing' AND a_id IS NOT NULL",
        (article_id,),
    )
    return {row[0] for row in rows} - {article_id}


def any_apart(connection: sqlite3.Connection) -> bool:
    """Whether people said of any two articles that they are different."""
    query = "SELECT 1 FROM ruling WHERE do = 'different' AND state = 'standing' LIMIT 1"
    return connection.execute(query).fetchone() is not None


def muted_by(connection: sqlite3.Connection, ruling_id: str) -> list[int]:
    """The articles that are judged no because of one mute."""
    rows = connection.execute(
        "SELECT DISTINCT article_id FROM judgement WHERE decided_by = 'user' AND json_extract(parts, '$.mute') = ?",
        (ruling_id,),
    )
    return [row[0] for row in rows]


def anchors_of(connection: sqlite3.Connection, article_ids: Sequence[int]) -> set[str]:
    """What finds these articles by uid and address, for decisions that wait for them."""
    found: set[str] = set()
    for start in range(0, len(article_ids), _PART):
        part = article_ids[start : start + _PART]
        marks = placeholders(len(part))
        found |= {
            row[0]
            for row in connection.execute(
                f"SELECT 'uid:' || old_uid FROM alias WHERE article_id IN ({marks})"
                f" UNION ALL SELECT 'address:' || key FROM address WHERE article_id IN ({marks}) AND weak = 0"
                " UNION ALL SELECT 'entry:' || s.address || char(31) || e.entry_key FROM entry e"
                f" JOIN source s ON s.id = e.source_id WHERE e.article_id IN ({marks})",
                (*part, *part, *part),
            )
        }
    return found


def _stored(rows: Iterable[sqlite3.Row]) -> list[Stored]:
    found = []
    for row in rows:
        ruling = ruling_of(json.loads(row["line"]))
        if isinstance(ruling, Ruling):
            found.append(Stored(ruling, row["state"], bool(row["pending"]), row["a_id"], row["b_id"]))
    return sorted(found, key=lambda s: s.ruling.order)


def _one(connection: sqlite3.Connection, query: str, *values: object) -> int | None:
    row = connection.execute(query, values).fetchone()
    return None if row is None or row[0] is None else int(row[0])
