"""What Datasette says about the database: built from the views' own descriptions, so that the two never differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from db.views import VIEWS
from monitor.browse.canned import QUESTIONS

TITLE = "seedwatch"
DESCRIPTION = "Articles found in feeds that are related to a folder of known articles, and why."

_SORTED = {
    "related_items": "sort_at",
    "items": "sort_at",
    "sightings": "id",
    "stories": "last_published_at",
    "revisions": "seen_at",
    "verdict_changes": "changed_at",
    "fetches": "started_at",
    "coverage_gaps": "detected_at",
    "readings": "read_at",
    "captures": "captured_at",
    "notices": "made_at",
}
"""View → the column whose largest values come first."""
_FACETS = {
    "related_items": ["watch", "verdict"],
    "feed_health": ["state"],
    "duplicates": ["method"],
    "notices": ["state", "about"],
}
"""View → columns offered as filters with counts: those of views that stay small."""
_TITLES = {
    "items": "All articles",
    "related_items": "Related articles",
    "item_urls": "Addresses of articles",
    "item_aliases": "Uids that articles had",
    "story_aliases": "Uids that stories had",
    "seed_format": "Articles in the seed format",
    "duplicates": "Reprints",
    "matches": "Matches with seeds",
    "revisions": "Changes of articles",
    "feed_health": "Feeds",
    "fetches": "Requests",
    "pages": "Pages that were read",
    "readings": "Attempts to read pages",
    "atom_related": "Likely related, for Atom",
}
"""View → its title, where its name would not do."""
_SEARCHED = ("items", "related_items")
_INDEX = "article_fts_"
_LABELS = {"article": "title", "source": "address", "story": "title"}


def metadata(databases: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """The whole of it, made anew since Datasette changes what it is given. `databases`: name → tables in it."""
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "databases": {name: _database(tables) for name, tables in databases.items()},
    }


def _database(tables: Iterable[str]) -> dict[str, Any]:
    inside = "Internal: it may change with any version. The views say the same in names that stay."
    hidden = {name: {"hidden": True, "description": inside} | _label(name) | _shut(name) for name in tables}
    return {
        "description": "The views are for reading; their columns keep their names and meanings.",
        "tables": hidden | {view.name: _view(view.name, view.row, view.columns) for view in VIEWS},
        "queries": {name: _query(name) for name in QUESTIONS},
    }


def _label(table: str) -> dict[str, str]:
    return {"label_column": _LABELS[table]} if table in _LABELS else {}


def _shut(table: str) -> dict[str, bool]:
    """What full-text search keeps for itself: bytes that say nothing, in rows whose pages Datasette does not find again."""
    return {"allow": False} if table.startswith(_INDEX) else {}


def title(view: str) -> str:
    """What a view is called for people."""
    return _TITLES.get(view, view.replace("_", " ").capitalize())


def _view(name: str, row: str, columns: Mapping[str, str]) -> dict[str, Any]:
    described: dict[str, Any] = {"title": title(name), "description": f"One row per {row}.", "columns": dict(columns)}
    if name in _SORTED:
        described["sort_desc"] = _SORTED[name]
    if name in _FACETS:
        described["facets"] = list(_FACETS[name])
    if name in _SEARCHED:
        described |= {"fts_table": "article_fts", "fts_pk": "id"}
    return described


def _query(name: str) -> dict[str, Any]:
    question = QUESTIONS[name]
    return {
        "title": question.title,
        "description": question.description,
        "sql": question.sql.strip(),
        "params": list(question.params),
        "hide_sql": True,
    }
