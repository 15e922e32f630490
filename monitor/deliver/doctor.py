"""What is wrong with a set-up, and what to do: one `Check` for each thing that is looked at."""

from __future__ import annotations

import pyexpat
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from config.errors import ConfigError
from config.load import Loaded, missing_secrets
from config.values import DIRECT
from db.connection import inspect, open_reader
from db.diagnosis import quick_faults
from db.errors import StoreError
from db.feed_queries import feed_rows, latest_times, unwell_feeds
from db.gaps import unfilled
from db.lock import daemon_runs
from db.schema import SCHEMA_VERSION
from monitor import trouble
from monitor.deliver.feedbook import searches
from monitor.deliver.moments import written
from monitor.deliver.seedbook import seeds_of
from monitor.pipeline.rekeying import keyed_by
from monitor.pipeline.workspace import mirrors_of, read_rulings
from seeds.address import rules_with
from seeds.decisions import journal

State = Literal["ok", "warn", "fail"]

_FEW = 10
"""How many of one kind are named."""
_LITTLE_SPACE = 1_000_000_000
_NO_SPACE = 100_000_000
_BUILT = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right shows an earlier time."""
_LARGE_WAL = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what was found, and what to do about it."""

    name: str
    state: State
    message: str
    advice: str = ""


def settings_faults(error: ConfigError) -> Iterator[Check]:
    """What there is to say when the settings do not hold."""
    for fault in error.every:
        yield Check("settings", "fail", str(fault), "correct the file; nothing works until then")


def of_settings(loaded: Loaded, environ: Mapping[str, str]) -> Iterator[Check]:
    """Settings, secrets, seeds, and who learns what from the feeds."""
    if loaded.builtin:
        yield Check("settings", "ok", "the built-in ones", "`seedwatch init` writes a file of your own")
    else:
        yield Check("settings", "ok", str(loaded.path))
    for warning in loaded.warnings:
        yield Check("settings", "warn", warning)
    for error in missing_secrets(loaded, environ):
        yield Check("secrets", "fail", str(error), "set it where seedwatch is started")
    yield from _seeds(loaded)
    yield from _decisions(loaded)
    enabled = sum(feed.enabled for feed in loaded.settings.feeds)
    if enabled:
        yield Check("feeds", "ok", f"{enabled} in the settings")
    else:
        yield Check("feeds", "fail", "none in the settings", "`seedwatch feeds add URL` adds one")
    yield from _proxies(loaded)
    for who, count in searches(loaded.settings.feeds).items():
        feeds = f"{count} search feed{'s' if count > 1 else ''}"
        told = f"{who} learns from {feeds} which words you search for, and your IP address"
        yield Check("privacy", "ok", told, "if it must not: `enabled = false` on these feeds, or delete them")
    if loaded.settings.read.enabled:
        told = "the outlets of related articles learn your IP address and which pages of theirs you read"
        yield Check("privacy", "ok", told, "if they must not: `enabled = false` in [read]")
    if loaded.settings.backfill.fill_gaps:
        archive = urlsplit(loaded.settings.backfill.archive).hostname
        told = f"{archive} learns your IP address, and which of your feeds have gaps that their outlets cannot fill"
        yield Check("privacy", "ok", told, "if it must not: `fill_gaps = false` in [backfill]")


def _proxies(loaded: Loaded) -> Iterator[Check]:
    """What cannot be checked behind a proxy."""
    network = loaded.settings.network.proxy
    behind = sum(feed.enabled and (feed.proxy or network) not in {"", DIRECT} for feed in loaded.settings.feeds)
    if behind:
        feeds = f"{behind} feed{'s are' if behind > 1 else ' is'} asked through a proxy"
        limit = "it resolves names itself, so a name that leads to a private address there cannot be told from others"
        yield Check("proxy", "ok", f"{feeds}; {limit}", "use only a proxy that you trust with what you read")


def of_machine(folder: Path, now: datetime) -> Iterator[Check]:
    """SQLite, the XML parser, free space where the database is, and the clock."""
    yield sqlite_check(sqlite3.sqlite_version_info)
    yield expat_check(pyexpat.EXPAT_VERSION)
    there = next(path for path in (folder, *folder.parents) if path.exists())
    yield space_check(shutil.disk_usage(there).free, there)
    if now < _BUILT:
        yield Check("clock", "fail", f"it shows {now:%Y-%m-%d}", "set the clock; dates and due times depend on it")


def of_database(path: Path, now: datetime) -> Iterator[Check]:
    """The file, its contents, the feeds in it, and the daemon; times are named in the zone of `now`."""
    try:
        kind = inspect(path)
        if kind in {"absent", "empty"}:
            yield Check("database", "warn", f"{path} is not there yet", "`seedwatch poll` makes it")
            return
        if kind == "older":
            yield Check("database", "warn", f"{path} was made by an older seedwatch", "run `seedwatch db migrate`")
            return
        connection = open_reader(path)
    except StoreError as error:
        yield Check("database", "fail", str(error), "name another file in [database], or restore a backup")
        return
    try:
        yield from _contents(connection, path, now)
    except sqlite3.DatabaseError as error:
        yield Check("database", "fail", f"{path} cannot be read ({error})", "restore a backup")
    finally:
        connection.close()
    yield daemon_check(daemon_runs(path))


def of_keys(loaded: Loaded, path: Path) -> Iterator[Check]:
    """Whether what is stored is known by the rules for addresses, and the mirrors, that are in force."""
    try:
        if inspect(path) != "ours":
            return
        with closing(open_reader(path)) as connection:
            if keyed_by(connection, rules_with(mirrors_of(loaded.settings))):
                return
    except (StoreError, sqlite3.DatabaseError):  # said of the database already
        return
    found = "what is stored is known by other rules for addresses, or other mirrors, than are in force now"
    if daemon_runs(path):
        yield Check("addresses", "warn", found, "the daemon does that by itself; it reads changed settings on SIGHUP")
    else:
        yield Check("addresses", "warn", found, "`seedwatch poll` or `seedwatch run` sees to it")


def sqlite_check(version: tuple[int, int, int]) -> Check:
    """Whether this SQLite has the fault by which two writers could, rarely, damage a database."""
    name = ".".join(map(str, version))
    if (3, 7, 0) <= version < (3, 51, 3):
        message = (
            f"version {name}: before 3.51.3, two programs that write or checkpoint at the very same instant can,"
            " rarely, damage a database; seedwatch itself lets one writer in at a time"
        )
        return Check("sqlite", "warn", message, "use SQLite 3.51.3 or newer; write with no other program; make backups")
    return Check("sqlite", "ok", f"version {name}")


def expat_check(version: str) -> Check:
    """Whether the XML parser limits how far entities may grow."""
    numbers = tuple(int(part) for part in version.rpartition("_")[2].split(".") if part.isdigit())
    if numbers < (2, 4, 0):
        return Check("xml", "warn", f"{version} has no limit on entities", "use a Python with expat 2.4 or newer")
    return Check("xml", "ok", version)


def space_check(free: int, folder: Path) -> Check:
    """Whether there is room for the database to grow."""
    message = f"{free / 1e9:.1f} GB free in {folder}"
    if free < _NO_SPACE:
        return Check("disk", "fail", message, "free some space; nothing can be stored soon")
    return Check("disk", "warn" if free < _LITTLE_SPACE else "ok", message)


def daemon_check(running: bool | None) -> Check:
    """Whether anybody asks the feeds by itself."""
    if running:
        return Check("daemon", "ok", "runs")
    if running is None:
        return Check("daemon", "warn", "cannot be told", "check the permissions of the database's folder")
    return Check("daemon", "warn", "does not run", "`seedwatch run` asks feeds when they are due; or `seedwatch poll`")


def canary_check(watch: str, sent: int, found: int, failure: str) -> Check:
    """Whether known matches that were sent through the whole way of a watch arrived."""
    if found:
        return Check(
            "canary", "ok", f"{watch}: {found} of {sent} known match{'es' if sent > 1 else ''} arrived as likely"
        )
    advice = (
        "a rule of your own or the thresholds may be in the way; else report it, since nothing related would be found"
    )
    return Check("canary", "fail", f"{watch}: none of {sent} known matches arrived as likely; {failure}", advice)


def _seeds(loaded: Loaded) -> Iterator[Check]:
    seeds, notices = seeds_of(loaded)
    good = [seed for seed in seeds if seed.document.ok]
    watches = len({seed.watch for seed in good})
    if good:
        yield Check("seeds", "ok", f"{len(good)} good, for {watches} watch{'es' if watches > 1 else ''}")
    else:
        yield Check("seeds", "fail", "no good document", "`seedwatch add URL`, or put articles into the seeds folder")
    for seed in [seed for seed in seeds if not seed.document.ok][:_FEW]:
        wrong = seed.document.problems[0]
        yield Check(
            "seeds", "fail", f"{seed.address}:{wrong.line}: {wrong.message}", "`seedwatch seeds check` says all"
        )
    for notice in notices[:_FEW]:
        yield Check("seeds", "warn", notice)


def _decisions(loaded: Loaded) -> Iterator[Check]:
    """The file of decisions, where there is one."""
    path = journal(loaded.settings.seeds.paths, loaded.settings.database.path)
    try:
        found, problems = read_rulings(path)
    except OSError as error:
        yield Check("decisions", "fail", f"{path} cannot be read ({error.strerror})", "correct its permissions")
        return
    for problem in problems[:_FEW]:
        yield Check("decisions", "warn", problem, "correct the line by hand; nothing else reads or changes it")
    if len(problems) > _FEW:
        yield Check("decisions", "warn", f"{len(problems) - _FEW} more lines of {path} are not used")
    if found and not problems:
        yield Check("decisions", "ok", f"{len(found)} in {path}")


def _contents(connection: sqlite3.Connection, path: Path, now: datetime) -> Iterator[Check]:
    faults = quick_faults(connection)
    for fault in faults:
        advice = "run `seedwatch db vacuum`" if "search index" in fault else "restore a backup"
        yield Check("database", "fail", f"{path}: {fault}", advice)
    if not faults:
        yield Check("database", "ok", f"{path}: sound, schema {SCHEMA_VERSION}")
    yield from _file(path)
    yield from _missed(connection)
    latest = latest_times(connection)
    shown = written(now.isoformat(), now.tzinfo)
    if latest and datetime.fromisoformat(latest) > now + timedelta(hours=1):
        message = f"it shows {shown}, but the database knows of {written(latest, now.tzinfo)}"
        yield Check("clock", "warn", message, "set the clock; feeds are not asked until it is past that time")
    else:
        yield Check("clock", "ok", shown)
    yield from _unwell(connection, now)


def _missed(connection: sqlite3.Connection) -> Iterator[Check]:
    """Windows in which entries may have been missed, and that nobody has tried to fill."""
    untried = [gap for gap in unfilled(connection) if gap.tried_at is None]
    if untried:
        feeds = len({gap.feed_url for gap in untried})
        which = f"{len(untried)} window{'s' if len(untried) > 1 else ''} of {feeds} feed{'s' if feeds > 1 else ''}"
        message = f"entries may have been missed in {which}"
        yield Check("gaps", "warn", message, "`seedwatch backfill gaps` fills them, or says why it cannot")


def _file(path: Path) -> Iterator[Check]:
    mode = path.stat().st_mode
    if mode & 0o077:
        yield Check("database", "warn", f"{path} can be read by others on this machine", f"chmod 600 {path}")
    wal = Path(f"{path}-wal")
    if wal.exists() and wal.stat().st_size > _LARGE_WAL:
        size = wal.stat().st_size // 2**20
        yield Check("database", "warn", f"{wal} has {size} MB", "a program reads without end; stop it")


def _unwell(connection: sqlite3.Connection, now: datetime) -> Iterator[Check]:
    unwell = unwell_feeds(connection)
    failing = sum(feed["state"] in {"failing", "parked"} for feed in unwell)
    if failing and failing == len(feed_rows(connection)):
        yield Check("feeds", "fail", f"all {failing} fail", "is this machine online?")
    for feed in unwell[:_FEW]:
        since = f" since {written(feed['failing_since'], now.tzinfo)}" if feed["failing_since"] else ""
        state: State = "fail" if feed["state"] in {"failing", "parked", "silent"} else "warn"
        name = feed["feed_url"] if feed["name"] == feed["feed_url"] else f"{feed['name']} ({feed['feed_url']})"
        message = f"{name} is {feed['state']}{since}: {feed['reason']}"
        yield Check("feeds", state, message, trouble.advice(feed["problem"]) or f"see {feed['feed_url']}")
    if len(unwell) > _FEW:
        yield Check("feeds", "warn", f"{len(unwell) - _FEW} more are not well", "`seedwatch feeds list` lists them")
