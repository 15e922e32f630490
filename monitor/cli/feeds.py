"""The feeds: `feeds`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from config.edit import add_feed, remove_feed
from config.feeds import feed_key
from config.load import Loaded
from config.model import Feed
from config.secrets import redact
from config.values import is_path
from db.connection import inspect, open_reader
from db.feed_queries import feed_rows, gaps, last_fetches
from monitor import trouble
from monitor.cli.context import App, pass_app
from monitor.cli.later import Later
from monitor.cli.options import json_option
from monitor.cli.output import fields, local, plain, say, table
from monitor.cli.streams import print_json
from monitor.clock import utc_now
from monitor.deliver import feedbook

_LATER = {
    "test": "feedtest:test",
    "import": "feedlists:import_",
    "export": "feedlists:export_",
    "discover": "feedfinding:discover_",
    "suggest": "feedfinding:suggest",
}
"""Subcommands that are imported when they are needed."""


@click.group(cls=Later, later=_LATER)
def feeds() -> None:
    """The feeds that are asked.

    \u0008
    Example:
      seedwatch feeds add https://example.org/feed.xml --name Example
    """


@feeds.command("list")
@json_option
@pass_app
def list_(app: App, *, as_json: bool) -> None:
    """List the feeds of the settings and how each is doing.

    \u0008
    Example:
      seedwatch feeds list
    """
    rows = feedbook.listing(app.loaded.settings.feeds, rows_of(app))
    if as_json:
        print_json(rows)
        return
    table(
        [
            (r["state"], r["name"], r["items_7d"], local(r["last_success_at"], app.zone), r["reason"], r["feed_url"])
            for r in rows
        ],
        ("state", "name", "new in 7 days", "last good answer", "why", "address"),
    )
    if not rows:
        say("No feeds. `seedwatch feeds add URL` adds one.", error=True)


@feeds.command()
@click.argument("feed", metavar="URL|NAME")
@json_option
@pass_app
def show(app: App, feed: str, *, as_json: bool) -> None:
    """Show one feed: how it is doing and why, when it is asked next, its last requests, what may have been missed.

    \u0008
    Example:
      seedwatch feeds show meduza
    """
    rows = rows_of(app)
    row = feedbook.listing([one(app.loaded, rows, feed)], rows)[0]
    about = {**row, "next_poll": feedbook.when_next(row, utc_now()), **_history(app, row["feed_url"])}
    if as_json:
        print_json(about)
    else:
        _show(app, about)


@feeds.command()
@click.argument("url")
@click.option("--name", help="What to call it; otherwise its own title is used.")
@click.option("--interval", metavar="DURATION", help="Ask it exactly this often, such as 30m.")
@click.option("--tag", "tags", multiple=True, help="Label to filter by; may be repeated.")
@json_option
@pass_app
def add(app: App, url: str, name: str | None, interval: str | None, tags: tuple[str, ...], *, as_json: bool) -> None:
    """Add a feed to the settings file, leaving everything else in it as it is.

    URL is an http or https address, a file: address or a path; for a public Telegram channel also @NAME or
    https://t.me/NAME. Write secrets as ${NAME}; they are taken from the environment.

    \u0008
    Examples:
      seedwatch feeds add https://example.org/feed.xml --name Example --interval 30m --tag en
      seedwatch feeds add https://t.me/s/example_channel
    """
    path = settings_file(app.loaded)
    if (wrong := feedbook.why_no_feed(url)) is not None:
        raise click.UsageError(plain(wrong))
    url = feedbook.address_given(url, Path.cwd(), app.loaded.base)
    if is_path(url) and not (app.loaded.base / url).exists():
        raise click.UsageError(
            f"there is no file {plain(url)!r}; the address of a feed on the web begins with https://"
        )
    known = next((f for f in app.loaded.settings.feeds if feed_key(f.url) == feed_key(url)), None)
    if known is not None or not add_feed(path, url, name, interval, tags):
        if as_json:
            print_json({"url": known.public_url if known else redact(url), "added": False, "settings": str(path)})
        else:
            say(f"Listed already: {plain(known.public_url if known else path)}.")
        return
    after = app.reload()
    for warning in after.warnings:
        if warning not in app.loaded.warnings:
            say(f"warning: {plain(warning)}", error=True)
    added = next(f for f in after.settings.feeds if feed_key(f.url) == feed_key(url))
    if as_json:
        print_json({"url": added.public_url, "added": True, "settings": str(path)})
    else:
        say(f"Added {plain(added.public_url)} to {path}. `seedwatch feeds test` tries it.")


@feeds.command()
@click.argument("feed", metavar="URL|NAME")
@json_option
@pass_app
def remove(app: App, feed: str, *, as_json: bool) -> None:
    """Remove a feed from the settings file. What it brought stays.

    \u0008
    Example:
      seedwatch feeds remove https://example.org/feed.xml
    """
    path = settings_file(app.loaded)
    gone = one(app.loaded, rows_of(app), feed)
    if not remove_feed(path, gone.url):
        lists = ", ".join(str(file) for file in app.loaded.settings.feeds_from)
        raise click.ClickException(f"{gone.public_url} stands in a list of feeds ({lists}); remove it there")
    if as_json:
        print_json({"url": gone.public_url, "removed": True, "settings": str(path)})
    else:
        say(f"Removed {plain(gone.public_url)} from {path}.")


def settings_file(loaded: Loaded) -> Path:
    """The settings file, which can be edited.

    Raises:
        click.UsageError: the built-in settings are in force.
    """
    if loaded.path is None:
        raise click.UsageError("The built-in settings cannot be changed; `seedwatch init` writes a file of your own.")
    return loaded.path


def rows_of(app: App) -> dict[str, dict[str, Any]]:
    """What the database knows of the feeds; nothing when there is none yet."""
    if inspect(app.database) != "ours":
        return {}
    connection = open_reader(app.database)
    try:
        return feed_rows(connection)
    finally:
        connection.close()


def one(loaded: Loaded, rows: Mapping[str, Mapping[str, Any]], wanted: str) -> Feed:
    """The one configured feed that an address or a name means.

    Raises:
        click.UsageError: none is meant, or several are.
    """
    found = feedbook.find(loaded.settings.feeds, rows, wanted, Path.cwd(), loaded.base)
    if not found:
        raise click.UsageError(f"no configured feed is {redact(wanted)!a}; `seedwatch feeds list` lists them")
    if len(found) > 1:
        some = ", ".join(feed.public_url for feed in found[:3])
        raise click.UsageError(
            f"{redact(wanted)!a} means several feeds ({some}{' …' if len(found) > 3 else ''}); write more"
        )
    return found[0]


def _history(app: App, url: str) -> dict[str, Any]:
    if inspect(app.database) != "ours":
        return {"fetches": [], "gaps": []}
    with app.reading() as connection:
        return {"fetches": last_fetches(connection, url), "gaps": gaps(connection, url)}


def _show(app: App, about: dict[str, Any]) -> None:
    times = {key: local(about[key], app.zone) for key in about if key.endswith(("_at", "_since"))}
    fields(
        {
            "name": about["name"],
            "address": about["feed_url"],
            "state": about["state"],
            "why": about["reason"],
            "what to do": trouble.advice(about["problem"]),
            "failing since": times["failing_since"],
            "failures in a row": about["consecutive_failures"] or "",
            "asked next": f"{times['next_poll_at']} ({about['next_poll']})"
            if times["next_poll_at"]
            else about["next_poll"],
            "last asked": times["last_attempt_at"],
            "last good answer": times["last_success_at"],
            "last new item": times["last_new_item_at"],
            "new in 7 days": about["items_7d"],
            "usual gap": f"{about['usual_gap_s']} s" if about["usual_gap_s"] else "",
            "entries told apart by": about["entry_policy"],
            "moved to": about["moved_to"],
            "tags": ", ".join(about["tags"]),
            "headers": ", ".join(f"{name}: {value}" for name, value in about["headers"].items()),
            "cookies": ", ".join(f"{name}={value}" for name, value in about["cookies"].items()),
            "proxy": about["proxy"],
        }
    )
    if about["fetches"]:
        say("\nLast requests")
        table(
            [
                (
                    local(f["started_at"], app.zone),
                    f["status"],
                    f"{f['duration_ms']} ms",
                    f["entries"],
                    f["new_items"],
                    f"{f['outcome']} {f['message'] or ''}",
                )
                for f in about["fetches"]
            ],
            ("when", "status", "took", "entries", "new", "outcome"),
        )
    if about["gaps"]:
        say("\nItems may have been missed")
        table(
            [
                (
                    *(local(gap[key], app.zone) for key in ("missed_from", "missed_until", "filled_at")),
                    gap["reason"] or "`seedwatch backfill gaps` looks for what is missing",
                )
                for gap in about["gaps"]
            ],
            ("from", "until", "filled", "how, or why not"),
        )
