"""The entries of a document that were known, and so not read, put back from what is stored of them.

What is stored of an entry is all that reading its bytes gave, so a document in which one entry is new is treated no otherwise
than if all of it had been read.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from db import facts, pieces
from db.rows import Feed, Snapshot
from monitor.identify import keys
from monitor.types import DateQuality, Entry, Link, Parsed
from seeds.record import Image


def whole(connection: sqlite3.Connection, feed: Feed, parsed: Parsed) -> tuple[Parsed, dict[str, int]]:
    """A document with all its entries, and of those that were not read: hash of the entry → its id."""
    known = {known_by for known_by, place in parsed.pieces if place is None}
    if not known:
        return parsed, {}
    ids = {known_by: entry_id for known_by, entry_id in pieces.unpack(feed.pieces).items() if known_by in known}
    said = {
        entry_id: entry
        for entry_id, (guid, snapshot) in pieces.stored(connection, ids.values()).items()
        if keys.content_hash(entry := _entry(guid, snapshot)) == snapshot.content_hash
    }
    entries: list[Entry] = []
    places: list[tuple[str, int | None]] = []
    for known_by, place in parsed.pieces:
        if place is not None:
            entry = parsed.entries[place]
        elif ids[known_by] in said:
            entry = said[ids[known_by]]
        else:  # its text was given up meanwhile
            continue
        places.append((known_by, len(entries)))
        entries.append(entry)
    there = {known_by: entry_id for known_by, entry_id in ids.items() if entry_id in said}
    return replace(parsed, entries=tuple(entries), pieces=tuple(places)), there


def remember(
    connection: sqlite3.Connection, source_id: int, parsed: Parsed, policy: keys.Policy, known: Mapping[str, int]
) -> None:
    """Note by what the entries of a whole document are known again, those aside that its keys do not tell from others."""
    named = {
        known_by: (keys.entry_key(parsed.entries[place], policy), parsed.entries[place])
        for known_by, place in parsed.pieces
        if place is not None
    }
    times = Counter(key for key, _ in named.values())
    if len(named) < len(parsed.pieces) or max(times.values(), default=1) > 1:
        pieces.keep(connection, source_id, {})
        return
    wanted = [key for known_by, (key, _) in named.items() if known_by not in known]
    stored = facts.known_entries(connection, source_id, wanted)
    ids = dict(known)
    for known_by, (key, entry) in named.items():
        found = stored.get(key)
        if found is not None and found.content_hash == keys.content_hash(entry):
            ids[known_by] = found.id
    pieces.keep(connection, source_id, ids)


def _entry(guid: str | None, said: Snapshot) -> Entry:
    data = said.data
    return Entry(
        guid=guid,
        link=said.link,
        title=said.title,
        excerpt=said.excerpt,
        text=said.text,
        published_at=said.published_at,
        updated_at=said.updated_at,
        published_raw=said.published_raw,
        date_quality=cast("DateQuality", said.date_quality),
        authors=tuple(data.get("authors", ())),
        topics=tuple(data.get("topics", ())),
        images=tuple(Image(**image) for image in data.get("images", ())),
        provider_name=data.get("provider_name"),
        provider_url=data.get("provider_url"),
        language=said.language,
        links=tuple(Link(**link) for link in data.get("links", ())),
    )
