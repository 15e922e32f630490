"""Handing the findings on: `export`."""

from __future__ import annotations

import sqlite3
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from db.exports import COLUMNS, record_rows, table_rows
from db.queries import FOUND, Filter
from monitor.cli.context import App, pass_app
from monitor.cli.options import Chosen, filter_options
from monitor.cli.output import say
from monitor.deliver.export import csv_lines, json_lines, write_documents, write_lines


@click.command()
@click.option("--format", "format_", type=click.Choice(["seed", "jsonl", "csv"]), required=True, help="What to write.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="File (for seed: folder) to write. Without it, or -: standard output.",
)
@click.option("--all", "all_", is_flag=True, help="Every verdict, not only likely.")
@click.option("--bom", is_flag=True, help="Start CSV with a byte order mark, which some spreadsheets need.")
@filter_options
@pass_app
def export(app: App, /, format_: str, output: Path | None, *, all_: bool, bom: bool, **filters: Any) -> None:
    """Hand on what the monitor found: only what is likely related, unless --verdict or --all says otherwise.

    seed writes one seed document an article into a folder; its nearest seeds are its `related`.
    jsonl writes one record a line, with the same keys. csv is for spreadsheets: cells that they would take for
    formulas get an apostrophe in front.

    \u0008
    Examples:
      seedwatch export --format csv --output findings.csv --since 30d
      seedwatch export --format seed --output found/ --verdict likely --verdict maybe
      seedwatch export --format jsonl --all | gzip > all.jsonl.gz
    """
    if all_ and filters["verdict"]:
        raise click.UsageError("--all and --verdict exclude each other.")
    to = None if output == Path("-") else output
    _check(format_, to, bom=bom)
    with app.reading() as connection:
        wanted = Chosen(**filters).filter(app, connection)
        origins = wanted.origins or FOUND
        verdicts = wanted.verdicts or (("likely", "maybe", "no") if all_ else ("likely",))
        _write(connection, format_, replace(wanted, origins=origins, verdicts=verdicts), to, bom=bom)


def _check(format_: str, output: Path | None, *, bom: bool) -> None:
    if bom and format_ != "csv":
        raise click.UsageError("--bom is for csv.")
    if format_ == "seed":
        if output is None:
            raise click.UsageError("seed documents need --output DIR.")
        if output.exists() and not output.is_dir():
            raise click.UsageError(f"{output} is a file; seed documents go into a folder.")
    elif output is not None and output.is_dir():
        raise click.UsageError(f"{output} is a folder; name a file.")


def _write(connection: sqlite3.Connection, format_: str, wanted: Filter, output: Path | None, *, bom: bool) -> None:
    if format_ == "seed" and output is not None:
        done = write_documents(record_rows(connection, wanted), output)
        say(f"{len(done.written)} documents written to {output}, {done.unchanged} there already.", error=True)
    elif format_ == "jsonl":
        write_lines(json_lines(record_rows(connection, wanted)), output, sys.stdout.buffer)
    else:
        lines = csv_lines(COLUMNS, table_rows(connection, wanted), bom=bom)
        write_lines(lines, output, sys.stdout.buffer)
