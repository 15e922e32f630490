"""Handing the findings on: `export`."""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from config.model import Feed
from config.opml import write_opml
from db.exports import COLUMNS, feeds_behind, finding_rows, latest_change, record_rows, table_rows
from db.queries import FOUND, Filter
from monitor.cli.context import App, pass_app
from monitor.cli.options import Chosen, filter_options, json_option
from monitor.cli.output import plain, say
from monitor.cli.streams import print_json
from monitor.clock import stamp, utc_now
from monitor.deliver import dossier
from monitor.deliver.export import csv_lines, json_lines, write_documents, write_lines
from monitor.deliver.syndication import About, atom_lines, json_feed_lines
from monitor.deliver.worth import with_worth
from monitor.read.warc import folder_of

_FORMATS = ("seed", "jsonl", "csv", "atom", "jsonfeed", "opml", "dossier")
_SYNDICATED = ("atom", "jsonfeed")


@click.command()
@click.argument("of", required=False, metavar="[STORY|SEED|WATCH]")
@click.option("--format", "format_", type=click.Choice(_FORMATS), required=True, help="What to write.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File (for seed and dossier: folder) to write; it appears when it is whole. Without it, or -: standard output.",
)
@click.option("--all", "all_", is_flag=True, help="Every verdict, not only likely.")
@click.option("--bom", is_flag=True, help="Start CSV with a byte order mark: Excel shows Cyrillic only with it.")
@click.option("--title", metavar="TEXT", help="Title of the feed (atom, jsonfeed) or list (opml).")
@click.option("--feed-url", metavar="URL", help="Address where the feed will be published (atom, jsonfeed).")
@filter_options
@json_option
@pass_app
def export(  # noqa: PLR0913  one for each option
    app: App,
    /,
    of: str | None,
    format_: str,
    output: Path | None,
    title: str | None,
    feed_url: str | None,
    *,
    all_: bool,
    bom: bool,
    as_json: bool,
    **filters: Any,
) -> None:
    """Hand on what the monitor found: only what is likely related, unless --verdict or --all says otherwise.

    seed writes one seed document an article into a folder; its nearest seeds are its `related`.
    jsonl writes one record a line, with the same keys.

    csv is for spreadsheets, in UTF-8: cells that they would take for formulas get an apostrophe in front. Excel needs
    --bom, or Data > From Text/CSV; LibreOffice takes either; programs want it without.

    atom and jsonfeed are feeds of the findings for any reader, each entry with the reason why it is there.
    opml lists the feeds of the settings; with filters or --all, the feeds that brought what is chosen.

    dossier writes all there is on a story, a seed (uid or path) or a watch into a new folder: a readable page with the
    timeline, the records as seed documents, a table, captures, and a manifest of lengths, sums and times.

    With --json and --output, what was written where is printed as JSON.

    \u0008
    Examples:
      seedwatch export --format csv --bom -o findings.csv --since 30d
      seedwatch export --format seed -o found/ --verdict likely --verdict maybe
      seedwatch export --format jsonl --all | gzip > all.jsonl.gz
      seedwatch export --format atom --watch moscow --limit 100 -o moscow.xml
      seedwatch export --format dossier s3k9f2m7qax -o dossier/
    """
    chosen = Chosen(**filters)
    if all_ and chosen.verdict:
        raise click.UsageError("--all and --verdict exclude each other.")
    to = None if output == Path("-") else output
    _check(format_, to, title, feed_url, bom=bom)
    _check_matter(format_, of, to, chosen)
    if as_json and to is None:
        raise click.UsageError("--json says what was written to --output FILE; for JSON there: --format jsonl.")
    if format_ == "opml" and not all_ and not chosen.anything:
        write_lines([write_opml(_followed(app), title or "seedwatch")], to, sys.stdout.buffer)
        _tell(format_, to, as_json=as_json)
        return
    with app.reading() as connection:
        wanted = chosen.filter(app, connection)
        if of is not None and to is not None:
            _dossier(app, connection, of, wanted, to, as_json=as_json)
            return
        origins = wanted.origins or FOUND
        verdicts = wanted.verdicts or (("likely", "maybe", "no") if all_ else ("likely",))
        wanted = replace(wanted, origins=origins, verdicts=verdicts)
        if format_ == "seed" and to is not None:
            done = write_documents(with_worth(record_rows(connection, wanted), utc_now()), to)
            if as_json:
                written = [str(path) for path in done.written]
                print_json({"format": format_, "path": str(to), "written": written, "unchanged": done.unchanged})
            say(f"{len(done.written)} documents written to {to}, {done.unchanged} there already.", error=True)
            return
        about = _about(connection, wanted, chosen, title, feed_url) if format_ in _SYNDICATED else None
        write_lines(_lines(connection, format_, wanted, about, title, bom=bom), to, sys.stdout.buffer)
    _tell(format_, to, as_json=as_json)


def _dossier(app: App, connection: sqlite3.Connection, of: str, wanted: Filter, folder: Path, *, as_json: bool) -> None:
    now = utc_now().astimezone(app.zone)
    try:
        made = dossier.write(connection, of, wanted, folder, folder_of(app.database), now)
    except (dossier.NoSuchMatter, dossier.Occupied) as error:
        raise click.UsageError(plain(error)) from None
    if as_json:
        counts = {"articles": made.articles, "captures": made.captures, "notes": made.notes}
        print_json({"format": "dossier", "path": str(folder), "of": made.kind, "title": made.title, **counts})
    for note in made.notes:
        say(plain(f"note: {note}"), error=True)
    say(plain(f"{made.articles} articles of the {made.kind} “{made.title}” written to {folder}."), error=True)


def _check_matter(format_: str, of: str | None, output: Path | None, chosen: Chosen) -> None:
    if (of is not None) != (format_ == "dossier"):
        raise click.UsageError("a story, seed or watch is named for --format dossier, and only there.")
    if format_ == "dossier" and output is None:
        raise click.UsageError("a dossier needs --output DIR.")
    if format_ == "dossier" and chosen.watch is not None:
        raise click.UsageError("a dossier names its watch as its argument: --watch is not for it.")


def _tell(format_: str, to: Path | None, *, as_json: bool) -> None:
    if as_json and to is not None:
        print_json({"format": format_, "path": str(to), "bytes": to.stat().st_size})


def _check(format_: str, output: Path | None, title: str | None, feed_url: str | None, *, bom: bool) -> None:
    if bom and format_ != "csv":
        raise click.UsageError("--bom is for csv.")
    if feed_url is not None and format_ not in _SYNDICATED:
        raise click.UsageError("--feed-url is for atom and jsonfeed.")
    if feed_url is not None and not feed_url.startswith(("http://", "https://")):
        raise click.UsageError("--feed-url is an address that begins with http:// or https://.")
    if title is not None and format_ not in {*_SYNDICATED, "opml"}:
        raise click.UsageError("--title is for atom, jsonfeed and opml.")
    if format_ == "seed":
        if output is None:
            raise click.UsageError("seed documents need --output DIR.")
        if output.exists() and not output.is_dir():
            raise click.UsageError(f"{output} is a file; seed documents go into a folder.")
    elif format_ != "dossier" and output is not None and output.is_dir():
        raise click.UsageError(f"{output} is a folder; name a file.")


def _lines(
    connection: sqlite3.Connection, format_: str, wanted: Filter, about: About | None, title: str | None, *, bom: bool
) -> Iterable[str]:
    if about is not None:
        rows = finding_rows(connection, wanted)
        return atom_lines(rows, about) if format_ == "atom" else json_feed_lines(rows, about)
    if format_ == "jsonl":
        return json_lines(with_worth(record_rows(connection, wanted), utc_now()))
    if format_ == "opml":
        return [write_opml(_feeds(connection, wanted), title or "seedwatch")]
    return csv_lines(COLUMNS, table_rows(connection, wanted), bom=bom)


def _about(
    connection: sqlite3.Connection, wanted: Filter, chosen: Chosen, title: str | None, feed_url: str | None
) -> About:
    """The same question, asked again another day, is the same feed: its id is made of the filters as they were written."""
    asked = {key: value for key, value in asdict(chosen).items() if key != "limit"} | {"verdict": wanted.verdicts}
    digest = hashlib.blake2b(repr(sorted(asked.items())).encode("utf-8", "replace"), digest_size=8).hexdigest()
    named = title or " · ".join(filter(None, ("seedwatch", wanted.watch, wanted.words)))
    updated = latest_change(connection, wanted) or stamp(utc_now())
    return About(f"urn:seedwatch:export:{digest}", named, updated, feed_url)


def _feeds(connection: sqlite3.Connection, wanted: Filter) -> Iterator[Feed]:
    for row in feeds_behind(connection, wanted):
        # As stored; the settings checked it when it was theirs.
        yield Feed.model_construct(url=row["url"], name=row["name"], tags=tuple(row["tags"]))


def _followed(app: App) -> Iterator[Feed]:
    return (feed for feed in app.loaded.settings.feeds if feed.enabled)
