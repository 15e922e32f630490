"""`feeds import` and `feeds export`: lists of feeds in and out."""

from __future__ import annotations

from pathlib import Path

import click

from config.edit import add_feeds
from config.files import read_bytes
from config.opml import read_list
from monitor.cli.context import App, pass_app
from monitor.cli.feeds import rows_of, settings_file
from monitor.cli.options import json_option
from monitor.cli.output import plain, say
from monitor.cli.streams import print_json
from monitor.deliver import feedbook
from monitor.deliver.feedlist import Format, Sorted, export, sort


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--tag", "tags", multiple=True, help="Label for all that are added; may be repeated.")
@click.option("--allow-private", is_flag=True, help="Add feeds at private and loopback addresses too.")
@click.option("--dry-run", is_flag=True, help="Say what would be added, and change nothing.")
@json_option
@pass_app
def import_(app: App, file: Path, tags: tuple[str, ...], *, allow_private: bool, dry_run: bool, as_json: bool) -> None:
    """Add the feeds of a list to the settings file: OPML, CSV, or a text file with an address a line.

    Feeds that are listed already, and what is no web address, are left out and named. So are private addresses, unless
    --allow-private is given: a list must not make this machine ask around in its own network. Nothing is asked now.

    \u0008
    Examples:
      seedwatch feeds import subscriptions.opml --tag press
      seedwatch feeds import feeds.csv --dry-run
    """
    path = settings_file(app.loaded)
    result = sort(read_list(read_bytes(file), file), app.loaded.settings.feeds, tags, allow_private=allow_private)
    if result.new and not dry_run:
        add_feeds(path, result.new)
    for line in [*result.left_out, *(f"warning: {warning}" for warning in result.warnings)]:
        say(plain(line), error=True)
    for one, known in result.known:
        say(plain(f"{one.place}: listed already: {known}"), error=True)
    if as_json:
        print_json({**result.as_json(), "dry_run": dry_run})
    else:
        _tell(result, path, dry_run=dry_run)


def _tell(result: Sorted, path: Path, *, dry_run: bool) -> None:
    for feed in result.new if dry_run else ():
        say(plain(f"{feed.public_url}  {feed.name}"))
    verb = "Would add" if dry_run else "Added"
    count = f"{len(result.new)} feed{'' if len(result.new) == 1 else 's'}"
    rest = f"{len(result.known)} listed already, {len(result.left_out)} left out"
    say(
        f"{verb} {count} to {path}; {rest}.{' `seedwatch feeds test` tries them.' if result.new and not dry_run else ''}"
    )
    if result.private:
        where, it = ("is at a private address", "it") if result.private == 1 else ("are at private addresses", "them")
        say(
            f"{result.private} of those left out {where}: a list that somebody else wrote must not make this machine ask"
            f" around in its own network. If you mean {it}, the same command with --allow-private adds {it}.",
            error=True,
        )


@click.command("export")
@click.option("--format", "format_", type=click.Choice(["opml", "csv"]), default="opml", help="Which kind of list.")
@json_option
@pass_app
def export_(app: App, format_: Format, *, as_json: bool) -> None:
    """Print the feeds of the settings as a list for other programs: OPML for feed readers, CSV for spreadsheets.

    Names (those that feeds give themselves, where the settings have none), tags, intervals and what is switched off come
    back with `feeds import`. ${NAME} stays as it is written;
    headers, cookies and proxies stay in the settings. --json prints what would be in the list, for other programs.

    \u0008
    Examples:
      seedwatch feeds export > feeds.opml
      seedwatch feeds export --format csv > feeds.csv
    """
    done = export(feedbook.with_names(app.loaded.settings.feeds, rows_of(app)), format_)
    for warning in done.warnings:
        say(plain(warning), error=True)
    if as_json:
        print_json(done.as_json())
    else:
        click.echo(done.text.encode(), nl=False)
