"""Lists of feeds as CSV (RFC 4180), the way spreadsheets read and write it: with `,`, `;` or tabs, and names of columns above.

A cell that a spreadsheet would take for a formula is written with an apostrophe in front, which reading takes away again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from config.errors import ConfigError, one_line
from config.listing import FeedList, Taken, switch
from config.model import Feed
from config.units import format_duration

COLUMNS = ("url", "name", "tags", "interval", "enabled")
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("url", "xmlurl", "feed_url", "feedurl", "feed", "address", "rss"), "url"),
        **dict.fromkeys(("name", "title", "text"), "name"),
        **dict.fromkeys(("tags", "tag", "category", "categories", "folder"), "tags"),
        "interval": "interval",
        "enabled": "enabled",
    }
)
_FORMULA = tuple("=+-@\t\r'")
_SEPARATORS = ",;\t"


def is_csv(text: str) -> bool:
    """Whether a text begins with names of columns, that of the address among them."""
    first = _first_line(text)
    return any(mark in first for mark in _SEPARATORS) and "url" in _columns(first, _separator(first))


def read_csv(text: str, path: Path) -> FeedList:
    """Read CSV with names of columns; raises `ConfigError` when it has none for the address, or cannot be read."""
    first = _first_line(text)
    separator = _separator(first)
    columns = _columns(first, separator)
    if "url" not in columns:
        raise ConfigError(path, 1, None, f"the first line must name the columns: {', '.join(COLUMNS)}")
    taken = Taken()
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        next(row for row in rows if any(row))
        for row in rows:
            if any(cell.strip() for cell in row):
                _take(taken, dict(zip(columns, map(_plain, row), strict=False)), f"{path}:{rows.line_num}")
    except csv.Error as error:
        raise ConfigError(path, rows.line_num, None, f"not valid CSV: {error}") from None
    return taken.list


def write_csv(feeds: Iterable[Feed]) -> str:
    """Write feeds as CSV, without literal secrets; headers, cookies and proxies are left out."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for feed in feeds:
        interval = format_duration(feed.interval) if feed.interval else ""
        row = (feed.public_url, feed.name, _joined(feed.tags), interval, "true" if feed.enabled else "false")
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return out.getvalue()


def _take(taken: Taken, known: dict[str, str], place: str) -> None:
    interval, enabled = known.get("interval", "").strip(), known.get("enabled", "").strip()
    if enabled and switch(enabled) is None:
        taken.warnings.append(f"{place}: left out: expected true or false under enabled")
        return
    said = {
        "name": one_line(known.get("name", "").strip()),
        "tags": _split(known.get("tags", "")),
        "interval": interval,
    }
    taken.take(place, known.get("url", "").strip(), **said, enabled=switch(enabled))


def _first_line(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "")


def _separator(line: str) -> str:
    return max(_SEPARATORS, key=line.count)


def _columns(line: str, separator: str) -> list[str]:
    cells = next(csv.reader([line], delimiter=separator), [])
    names = [_NAMES.get(cell.strip().lower(), "") for cell in cells]
    return [name if name not in names[:number] else "" for number, name in enumerate(names)]


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _joined(tags: Iterable[str]) -> str:
    """Tags in one cell, separated by commas; one that holds a comma stands in quotes."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="").writerow(tags)
    return out.getvalue()


def _split(cell: str) -> tuple[str, ...]:
    found = next(csv.reader([cell], skipinitialspace=True), []) if cell.strip() else []
    return tuple(dict.fromkeys(tag.strip() for tag in found if tag.strip()))
