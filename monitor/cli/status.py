"""How it is doing, and what is wrong: `status`, `health`, `doctor`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from config.errors import ConfigError
from config.load import Loaded
from db.connection import inspect
from monitor.cli.context import App, zone_of
from monitor.cli.options import json_option
from monitor.cli.output import fields, local, plain, say, table
from monitor.cli.streams import print_json
from monitor.clock import utc_now
from monitor.deliver import doctor as checks
from monitor.deliver.condition import condition, healthy
from monitor.deliver.doctor import Check
from monitor.schedule.canary import fly

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command()
@json_option
@click.pass_context
def status(ctx: click.Context, *, as_json: bool) -> None:
    """Whether the monitor works, in one line, and what that rests on.

    Exit 1 when it does not work as it should: nobody polls, half of the feeds or more are broken, or all are broken,
    silent or empty. A few broken feeds are named and leave it at 0, where `doctor` has 1; so does a folder in which there is
    nothing to do yet.

    \u0008
    Example:
      seedwatch status || seedwatch doctor
    """
    app = ctx.ensure_object(App)
    now = utc_now().astimezone(app.zone)
    if inspect(app.database) in {"absent", "empty"}:
        about = condition(None, app.loaded, app.database, now)
    else:
        with app.reading() as connection:
            about = condition(connection, app.loaded, app.database, now)
    if as_json:
        print_json(about)
    else:
        _print(app, about)
    if about["wrong"]:
        ctx.exit(1)


@click.command()
@json_option
@click.pass_context
def health(ctx: click.Context, *, as_json: bool) -> None:
    """Whether the monitor does its work, for programs: exit 0 when it does, 1 when somebody has to look.

    It does not when the daemon hangs, when feeds are due for three times their interval and nobody asks them, when half
    of the feeds or more gave no good answer for a day, or when the database cannot be written. `status` says more to people.

    \u0008
    Example:
      seedwatch health || echo "look after seedwatch"
    """
    app = ctx.ensure_object(App)
    about = healthy(app.loaded, app.database, utc_now().astimezone(app.zone))
    if as_json:
        print_json(about)
    else:
        for line in about["complaints"] or ["Healthy."]:
            say(plain(line))
    if not about["ok"]:
        ctx.exit(1)


@click.command()
@click.option(
    "--canary", is_flag=True, help="Also send known matches through the whole way, into a database that is thrown away."
)
@json_option
@click.pass_context
def doctor(ctx: click.Context, *, canary: bool, as_json: bool) -> None:
    """Look at everything that can be wrong, and say what to do. Exit 1 when something has to be put right.

    With --canary a feed with headlines of your own seeds is served on this machine, asked, read, judged and stored as any
    feed is; one of each watch at least has to arrive as likely.

    \u0008
    Examples:
      seedwatch doctor
      seedwatch doctor --canary
    """
    app = ctx.ensure_object(App)
    found = list(_examine(app, in_utc=as_json))
    if canary and not any(check.name == "settings" and check.state == "fail" for check in found):
        found += [checks.canary_check(one.watch, one.sent, one.found, one.failure) for one in fly(app.loaded)]
    if as_json:
        print_json([asdict(check) for check in found])
    else:
        for check in found:
            _print_check(check)
    if any(check.state == "fail" for check in found):
        ctx.exit(1)


def _examine(app: App, *, in_utc: bool) -> Iterator[Check]:
    now = utc_now()
    try:
        loaded: Loaded | None = app.reload()
    except ConfigError as error:
        loaded = None
        yield from checks.settings_faults(error)
    if loaded is not None and not in_utc:
        now = now.astimezone(zone_of(loaded))
    database = app.db_path or (loaded.settings.database.path if loaded else None)
    if loaded is not None:
        yield from checks.of_settings(loaded, os.environ)
    yield from checks.of_machine(database.absolute().parent if database else Path.cwd(), now)
    if database is not None:
        yield from checks.of_database(database.absolute(), now)
        if loaded is not None:
            yield from checks.of_keys(loaded, database.absolute())


def _print_check(check: Check) -> None:
    say(f"{click.style(f'{check.state:<4}', fg=_COLOURS[check.state])}  {check.name}: {plain(check.message)}")
    if check.advice:
        say(f"      → {plain(check.advice)}")


def _print(app: App, about: dict[str, Any]) -> None:
    say(click.style(about["line"], fg=None if about["ok"] else "red", bold=True))
    say()
    health, totals = about["health"], about["totals"] or {}
    running = {True: "running", False: "not running", None: "cannot be told"}[about["daemon_running"]]
    fields(
        {
            "settings": about["settings"] or "built in",
            "database": f"{about['database']} ({about['database_bytes']:,} bytes)",
            "daemon": running,
            "seeds": f"{health['seeds']:,}",
            "feeds": f"{health['feeds']:,}",
            "last asked": local(health["last_attempt_at"], app.zone),
            "next due": local(health["due_at"], app.zone),
            "articles found": f"{totals['items']:,}" if totals else "",
            "not seen yet": f"{totals['likely_unseen']:,} likely, {totals['maybe_unseen']:,} maybe" if totals else "",
        }
    )
    if about["unwell_feeds"]:
        say("\nFeeds that are not well")
        table(
            [(f["state"], f["name"], local(f["problem_since"], app.zone), f["reason"]) for f in about["unwell_feeds"]],
            ("state", "name", "since", "why"),
        )
