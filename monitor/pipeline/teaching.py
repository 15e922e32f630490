"""The matchers of all watches, made from the stored seeds and from what the user's verdicts teach."""

from __future__ import annotations

import sqlite3
from collections.abc import Set as AbstractSet

from db.opinions import opinions
from monitor.pipeline.seeds import seed_texts
from monitor.relate.shared_terms import SharedTerms
from monitor.relate.types import Matcher, Taught
from monitor.relate.vocabulary import extended

_MOST = 500
"""Verdicts of one watch that teach: more would say little that is new, and each start reads them."""


def matchers(
    connection: sqlite3.Connection, glossary: tuple[str, ...] = (), without: AbstractSet[str] = frozenset()
) -> list[Matcher]:
    """A matcher for each watch; what the user said of the articles `without` (uids) does not teach."""
    watches = seed_texts(connection)
    if not watches:
        return []
    vocabulary = extended(glossary)
    said = taught(connection, watches.keys(), without)
    return [SharedTerms(watch, texts, vocabulary, said[watch]) for watch, texts in watches.items()]


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
