"""How the monitor is doing, for `status` and `health`: figures of the database, seen together with the settings."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from config.load import Loaded
from db.connection import inspect, open_reader
from db.diagnosis import write_fault
from db.errors import StoreError
from db.feed_queries import totals, unwell_feeds
from db.health import Health, health
from db.lock import daemon_runs, last_beat
from monitor.deliver.alive import Signs, complaints
from monitor.deliver.seedbook import seeds_of
from monitor.deliver.verdict import verdict


def condition(connection: sqlite3.Connection | None, loaded: Loaded, database: Path, now: datetime) -> dict[str, Any]:
    """The verdict line and what it rests on, as JSON types; without a connection, of a database that is not there yet."""
    figures = _with_settings(health(connection, now) if connection else Health(), loaded)
    said = verdict(figures, now)
    return {
        "ok": said.ok,
        "wrong": said.wrong,
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


def healthy(loaded: Loaded, database: Path, now: datetime) -> dict[str, Any]:
    """Whether the monitor does its work, and what is wrong when it does not, as JSON types."""
    try:
        kind = inspect(database)
        if kind == "older":
            wrong = [f"{database} was made by an older seedwatch; run `seedwatch db migrate`."]
            return {"ok": False, "complaints": wrong}
        figures, unwritable = Health(), None
        if kind == "ours":
            unwritable = write_fault(database)
            with closing(open_reader(database)) as connection:
                figures = health(connection, now)
    except StoreError as error:
        return {"ok": False, "complaints": [f"{error}."]}
    signs = Signs(daemon_runs(database), last_beat(database), unwritable)
    wrong = list(complaints(_with_settings(figures, loaded), signs, now))
    return {"ok": not wrong, "complaints": wrong}


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
