"""Lists of the pages handed on: as a feed to follow, and as a table for spreadsheets."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import replace

from db.exports import COLUMNS, finding_rows, table_rows
from db.queries import Filter
from monitor.clock import stamp, utc_now
from monitor.deliver.export import csv_lines
from monitor.deliver.syndication import About, atom_lines

ENTRIES = 100
ROWS = 20_000
"""Rows of a table; `seedwatch export` has no such limit."""


def atom(connection: sqlite3.Connection, wanted: Filter, name: str, address: str) -> str:
    """The latest of what a filter asks for as an Atom feed, found again under `address`."""
    rows = list(finding_rows(connection, replace(wanted, limit=ENTRIES)))
    updated = max((row["updated_at"] for row in rows), default=stamp(utc_now()))
    digest = hashlib.blake2b(repr(wanted).encode("utf-8", "replace"), digest_size=8).hexdigest()
    return "".join(atom_lines(rows, About(f"urn:seedwatch:list:{digest}", name, updated, address)))


def csv(connection: sqlite3.Connection, wanted: Filter) -> str:
    """What a filter asks for as CSV (RFC 4180), the newest first."""
    return "".join(csv_lines(COLUMNS, table_rows(connection, replace(wanted, limit=ROWS)), bom=True))
