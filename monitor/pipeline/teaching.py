"""What the matchers learn from the user: the verdicts that stand, as the matcher of a watch wants them."""

from __future__ import annotations

import sqlite3
from collections.abc import Set as AbstractSet

from db.opinions import opinions
from monitor.relate.types import Taught

_MOST = 500
"""Verdicts of one watch that teach: more would say little that is new, and each start reads them."""


def taught(
    connection: sqlite3.Connection, watches: AbstractSet[str], without: AbstractSet[str] = frozenset()
) -> dict[str, list[Taught]]:
    """Watch → the verdicts on articles for it, but for those on the articles `without` (uids)."""
    found: dict[str, list[Taught]] = {watch: [] for watch in watches}
    for said in opinions(connection):
        if said.uid in without or said.origin in {"seed", "seed_related"}:
            continue  # what became a seed teaches as one
        for watch in watches if said.watch is None else watches & {said.watch}:
            if len(found[watch]) < _MOST:
                found[watch].append(Taught(said.verdict == "yes", said.title, said.excerpt, said.text))
    return found
