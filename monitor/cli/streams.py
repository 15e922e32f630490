"""Printing JSON: one document, and long lists row by row."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import Any

import click

from monitor.deliver.jsontext import json_text


def print_json(value: Any) -> None:
    """Print one JSON document."""
    click.echo(_text(value))


def print_rows(rows: Iterable[Any]) -> None:
    """Print one JSON document, a list, row by row, so that no list has to fit into memory."""
    empty = True
    for row in rows:
        click.echo("[" if empty else ",")
        click.echo(re.sub("^", "  ", _text(row), flags=re.MULTILINE), nl=False)
        empty = False
    click.echo("[]" if empty else "\n]")


def _text(value: Any) -> str:
    """JSON for people too; ASCII where the stream is not UTF-8."""
    return json_text(value, ascii_only="utf" not in (sys.stdout.encoding or "").lower(), indent=2)
