"""By what the entries of a feed's last document are known again, so that they need not be read again.

Every function takes the connection of a transaction that its caller opened.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Collection, Mapping

from db.facts import snapshot_of
from db.rows import Snapshot
from db.store import placeholders

_ONE = struct.Struct(">8sq")
_PART = 500


def pack(ids: Mapping[str, int]) -> bytes:
    """Hash of an entry in a document (`monitor.parse.pieces`) → its id, in as few bytes as it takes."""
    return b"".join([_ONE.pack(bytes.fromhex(known_by), entry_id) for known_by, entry_id in ids.items()])


def unpack(packed: bytes) -> dict[str, int]:
    """The inverse of `pack`."""
    return {known_by.hex(): entry_id for known_by, entry_id in _ONE.iter_unpack(packed)}


def keep(connection: sqlite3.Connection, source_id: int, ids: Mapping[str, int]) -> None:
    """Note the entries of a feed's document, instead of those of the one before."""
    connection.execute("INSERT OR REPLACE INTO document (source_id, pieces) VALUES (?, ?)", (source_id, pack(ids)))


def stored(connection: sqlite3.Connection, entry_ids: Collection[int]) -> dict[int, tuple[str | None, Snapshot]]:
    """Id of an entry → its guid and what it said last."""
    found = {}
    listed = list(entry_ids)
    for start in range(0, len(listed), _PART):
        part = listed[start : start + _PART]
        rows = connection.execute(
            "SELECT e.id AS entry_id, e.guid, n.* FROM entry e JOIN snapshot n ON n.id = e.snapshot_id"
            f" WHERE e.id IN ({placeholders(len(part))})",
            part,
        )
        found.update({row["entry_id"]: (row["guid"], snapshot_of(row)) for row in rows})
    return found
