"""Lists of the pages handed on: as a feed to follow, and as a table for spreadsheets."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from db.exports import COLUMNS, finding_rows, table_rows_of
from db.listing import latest_matching
from db.queries import Filter
from monitor.clock import stamp, utc_now
from monitor.deliver.export import csv_lines, csv_more
from monitor.deliver.syndication import About, atom_lines

ENTRIES = 100
ROWS = 500
"""Rows of a table that are read at once: a table of any length keeps nobody waiting, nor the log of the database growing."""


def atom(connection: sqlite3.Connection, wanted: Filter, match: str, name: str, address: str) -> str:
    """The latest of what a filter and, unless it is empty, an FTS5 expression ask for: an Atom feed that `address` leads to."""
    narrow = replace(wanted, limit=ENTRIES)
    if match:
        narrow = replace(narrow, words=None, ids=latest_matching(connection, match, wanted, ENTRIES))
    rows = list(finding_rows(connection, narrow))
    updated = max((row["updated_at"] for row in rows), default=stamp(utc_now()))
    digest = hashlib.blake2b(repr(wanted).encode("utf-8", "replace"), digest_size=8).hexdigest()
    return "".join(atom_lines(rows, About(f"urn:seedwatch:list:{digest}", name, updated, address)))


def csv_head() -> str:
    """The first line of a table as CSV (RFC 4180), with the mark by which spreadsheets know its letters."""
    return "".join(csv_lines(COLUMNS, (), bom=True))


def csv_rows(connection: sqlite3.Connection, wanted: Filter, ids: Sequence[int]) -> str:
    """Lines of a table: those of these articles, in their order."""
    return "".join(csv_more(table_rows_of(connection, wanted, ids)))
