"""The tables: facts, decisions and projection, each made by a migration that is never changed once released.

Tables are internal and have names in the singular; other tools read the views (`db/views.py`), which have names in the plural.

    facts        source ─< entry ─< snapshot      what was seen, by whom, when; fetch, gap: how we looked
                 backfill, covered, asked         how far history was brought in
                 page ─< reading ─< capture       what the pages of articles said; site: what may be read
    decisions    decision; ruling ─< anchor       what rules, and what people, concluded, and why
    projection   article ─< address, alias, judgement, revision; story     a fold over the two; rebuildable
                 telling: why an article is in its story; said_word, flow: what stories are looked for by
"""

from __future__ import annotations

from typing import cast

from db.schema import first, people, since  # in the order of their steps
from db.schema.steps import APPLICATION_ID, migrations

__all__ = ["APPLICATION_ID", "SCHEMA_VERSION", "first", "migrations", "people", "since"]

SCHEMA_VERSION = len(cast("list[object]", migrations._migrations))  # noqa: SLF001  the library has no public list
"""`PRAGMA user_version`: how many migrations there are."""
