"""How results are printed: tables and sentences for people, one JSON document for programs.

Text from feeds never reaches a terminal with control characters in it.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import click

from monitor.deliver.moments import written
from monitor.deliver.plaintext import plain

__all__ = ["fields", "local", "plain", "say", "table"]


_log: Callable[[str], None] | None = None


def log_what_is_said(log: Callable[[str], None] | None) -> None:
    """Hand lines about the work to `log` from now on, where standard error is for programs; None: print them."""
    global _log  # noqa: PLW0603  standard error is one for the whole process
    _log = log


def says_it_in_lines() -> bool:
    """Whether standard error is for people, who may be shown more than lines."""
    return _log is None


def say(message: str = "", *, error: bool = False) -> None:
    """Print a line for people; one about the work (`error`) is dropped where nothing takes it, or logged."""
    if error and _log is not None:
        for line in filter(str.strip, message.split("\n")):
            _log(click.unstyle(line))
        return
    with contextlib.suppress(OSError) if error else contextlib.nullcontext():
        click.echo(message, err=error)


def local(moment: str | None, zone: ZoneInfo | None) -> str:
    """A stored time in the user's zone, which is named: `2026-11-21 14:05 CET`."""
    return plain(written(moment, zone))


def dated(row: Mapping[str, Any], zone: ZoneInfo | None, key: str = "sort_at") -> str:
    """The date of an article: of one that is known to the day alone, that day, which is the same in every zone."""
    moment = row[key]
    if moment and row["date_quality"] == "day" and moment == row["published_at"]:
        return str(moment)[:10]
    return local(moment, zone)


def table(rows: Iterable[Sequence[object]], head: Sequence[str]) -> None:
    """Print rows in columns; the last one is cut to the width of the terminal."""
    cells = [[plain(value) for value in row] for row in rows]
    if not cells:
        return
    widths = [max(map(_width, [name, *(row[i] for row in cells)])) for i, name in enumerate(head)]
    room = shutil.get_terminal_size((200, 24)).columns
    for row in [[click.style(name, bold=True) for name in head], *cells]:
        shown = [_pad(cell, width) for cell, width in zip(row[:-1], widths[:-1], strict=True)]
        left = max(20, room - sum(widths[:-1]) - 2 * len(shown))
        last = row[-1] if _width(row[-1]) <= left or not sys.stdout.isatty() else row[-1][: left - 1] + "…"
        say("  ".join([*shown, last]))


def fields(pairs: Mapping[str, object]) -> None:
    """Print names and values, one a line, empty ones left out."""
    width = max((len(name) for name in pairs), default=0)
    for name, value in pairs.items():
        if value not in {None, ""}:
            say(f"{name:>{width}}  {plain(value)}")


def _width(cell: str) -> int:
    return len(click.unstyle(cell))


def _pad(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))
