"""How the monitor is doing, for `status`: figures of the database, seen together with the settings."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from config.load import Loaded
from db.feed_queries import totals, unwell_feeds
from db.health import Health, health
from db.lock import daemon_runs
from monitor.deliver.seedbook import seeds_of
from monitor.deliver.verdict import verdict


def condition(connection: sqlite3.Connection | None, loaded: Loaded, database: Path, now: datetime) -> dict[str, Any]:
    """The verdict line and what it rests on, as JSON types; without a connection, of a database that is not there yet."""
    figures = _with_settings(health(connection, now) if connection else Health(), loaded)
    said = verdict(figures, now)
    return {
        "ok": said.ok,
        "state": said.state,
        "line": said.line,
        "settings": str(loaded.path) if loaded.path else None,
        "database": str(database),
        "database_bytes": sum(path.stat().st_size for path in _files(database)),
        "daemon_running": daemon_runs(database),
        "health": asdict(figures),
        "totals": totals(connection) if connection else None,
        "unwell_feeds": unwell_feeds(connection) if connection else [],
    }


def _with_settings(figures: Health, loaded: Loaded) -> Health:
    """Feeds and seeds that nobody has polled with yet are not in the database, but they are there."""
    if not figures.feeds:
        count = sum(feed.enabled for feed in loaded.settings.feeds)
        figures = replace(figures, feeds=count, untried=count)
    if not figures.seeds:
        figures = replace(figures, seeds=sum(seed.document.ok for seed in seeds_of(loaded)[0]))
    return figures


def _files(database: Path) -> list[Path]:
    """The database and what SQLite keeps beside it."""
    return [path for path in (database, Path(f"{database}-wal"), Path(f"{database}-shm")) if path.is_file()]
