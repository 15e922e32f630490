"""Looking after the database: `db`."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from config.units import parse_duration
from db.connection import inspect
from db.maintenance import backup as copy_database
from db.maintenance import check as find_faults
from db.maintenance import prune_fetches, prune_items
from db.maintenance import vacuum as shrink
from db.queries import fetches_before, prunable
from db.schema import SCHEMA_VERSION
from db.store import Store
from db.views import VIEWS
from monitor.cli.context import App, pass_app
from monitor.cli.options import json_option
from monitor.cli.output import say
from monitor.cli.streams import print_json
from monitor.clock import stamp, utc_now
from monitor.pipeline.rebuilding import Rebuilt


@click.group()
def database() -> None:
    """The database: its schema, its health, copies of it.

    \u0008
    Example:
      seedwatch db backup monday.db
    """


@database.command()
@json_option
@pass_app
def migrate(app: App, *, as_json: bool) -> None:
    """Bring the database up to this version of seedwatch, or make it. Other commands that write do so as well.

    \u0008
    Example:
      seedwatch db migrate
    """
    before = inspect(app.database)
    Store(app.database).close()
    if as_json:
        done = {"ours": "none", "older": "migrated"}.get(before, "made")
        print_json({"path": str(app.database), "done": done, "schema": SCHEMA_VERSION})
        return
    done = {"ours": "is up to date", "older": "was brought up to date"}.get(before, "was made")
    say(f"{app.database} {done}: schema {SCHEMA_VERSION}.")


@database.command()
@json_option
@click.pass_context
def check(ctx: click.Context, *, as_json: bool) -> None:
    """Check the database for damage: pages, references, the search index. It reads all of it. Exit 1 when damaged.

    \u0008
    Example:
      seedwatch db check
    """
    app = ctx.ensure_object(App)
    problems = find_faults(app.database)
    if as_json:
        print_json({"path": str(app.database), "ok": not problems, "problems": problems})
    else:
        for problem in problems:
            say(problem)
        say(f"{app.database}: {'damaged; restore a backup' if problems else 'no faults'}.")
    if problems:
        ctx.exit(1)


@database.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@pass_app
def backup(app: App, file: Path, *, as_json: bool) -> None:
    """Copy the database, complete and consistent, while it is in use. FILE must not be there yet.

    \u0008
    Example:
      seedwatch db backup /mnt/backup/seedwatch-2026-11-21.db
    """
    copy_database(app.database, file)
    size = file.stat().st_size
    if as_json:
        print_json({"path": str(app.database), "copy": str(file), "bytes": size})
    else:
        say(f"{app.database} was copied to {file} ({size:,} bytes).")


@database.command()
@json_option
@pass_app
def vacuum(app: App, *, as_json: bool) -> None:
    """Rebuild the search index and give back free space. It needs as much again while it runs.

    \u0008
    Example:
      seedwatch db vacuum
    """
    store = Store(app.database)
    try:
        before = app.database.stat().st_size
        shrink(store)
    finally:
        store.close()
    after = app.database.stat().st_size
    if as_json:
        print_json({"path": str(app.database), "bytes_before": before, "bytes": after})
    else:
        say(f"{app.database}: {before:,} bytes before, {after:,} now.")


@database.command()
@click.option("--older-than", metavar="DURATION", help="Forget requests and unrelated articles older than this: 365d.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@json_option
@pass_app
def prune(app: App, older_than: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Forget old requests and the texts of old unrelated articles: as --older-than says, else [retention].

    Seeds, what is related, what you marked, and copies of these stay. That an article was seen is remembered, so it
    does not come back as new.

    \u0008
    Example:
      seedwatch db prune --older-than 365d --dry-run
    """
    fetches, items = _ages(app, older_than)
    now = utc_now()
    if dry_run:
        with app.reading() as connection:
            gone_fetches = fetches_before(connection, _before(now, fetches)) if fetches is not None else 0
            gone_items = prunable(connection, _before(now, items)) if items is not None else 0
    else:
        store = Store(app.database)
        try:
            gone_fetches = prune_fetches(store, _before(now, fetches)) if fetches is not None else 0
            gone_items = prune_items(store, _before(now, items)) if items is not None else 0
        finally:
            store.close()
    if as_json:
        print_json({"fetches": gone_fetches, "items": gone_items, "dry_run": dry_run})
    else:
        say(f"{'Would forget' if dry_run else 'Forgot'} {gone_fetches} requests and {gone_items} unrelated articles.")


@database.command()
@json_option
@pass_app
def rebuild(app: App, *, as_json: bool) -> None:
    """Make everything that follows from facts and decisions anew: articles, copies, verdicts, marks, the search index.

    What feeds said and what was decided is not touched. It repairs what was damaged, and takes up rules that changed.

    \u0008
    Example:
      seedwatch db rebuild
    """
    done = Rebuilt()
    with app.workspace() as workspace:
        for _ in workspace.rebuild(done):
            pass
    if as_json:
        print_json({"articles": done.articles, "groups": done.groups, "removed": done.removed})
    else:
        say(f"{done.articles} articles made anew, {done.groups} of them with copies looked at; {done.removed} removed.")


@database.command()
@click.option("--sql", is_flag=True, help="Print the statements that make the views.")
@json_option
def schema(*, sql: bool, as_json: bool) -> None:
    """Print the views that other tools read, with what each column means. Needs no database.

    \u0008
    Example:
      sqlite3 -readonly seedwatch.db "SELECT title, reason FROM related_items"
    """
    if as_json:
        print_json([{"view": v.name, "row": v.row, "columns": dict(v.columns), "sql": v.sql} for v in VIEWS])
        return
    for view in VIEWS:
        if sql:
            say(f"{view.sql};\n")
            continue
        say(f"{view.name}: one row per {view.row}")
        width = max(map(len, view.columns))
        for column, meaning in view.columns.items():
            say(f"  {column:<{width}}  {meaning}")
        say()


def _ages(app: App, older_than: str | None) -> tuple[timedelta | None, timedelta | None]:
    """How old requests and articles may get; None: for ever."""
    if older_than is None:
        retention = app.loaded.settings.retention
        return retention.fetches, retention.items
    try:
        age = parse_duration(older_than)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--older-than") from None
    return age, age


def _before(now: datetime, age: timedelta) -> str:
    return stamp(now - age)
