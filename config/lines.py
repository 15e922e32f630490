"""On which line of a TOML file each key stands, which neither tomllib nor tomlkit tells.

A small scan, meant for files that tomllib has read: it splits a file into statements (headers and assignments), knows
strings, comments and brackets well enough to find where each ends, and leaves the reading of keys to tomllib.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

KeyPath = tuple[str | int, ...]
"""Where a value is: section, key, and the position in a list, as in `("feeds", 2, "url")`."""

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|\n|[\[{]|[\]}]|[^"\'#\n\[\]{}]+|.',
    re.DOTALL,
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_KEY = re.compile(r'(?:"(?:\\.|[^"\\])*"|\'[^\']*\'|[A-Za-z0-9_-]+|[.\s])+')


@dataclass(frozen=True, slots=True)
class Statement:
    """A header or an assignment: its lines (from 1, last included) and where it leads; headers of lists are counted."""

    first: int
    last: int
    path: KeyPath
    is_header: bool


def statements(text: str) -> tuple[Statement, ...]:
    """Split the text of a TOML file into statements, in order; what cannot be read is left out."""
    return tuple(_placed(_pieces(text.removeprefix("\ufeff").replace("\r\n", "\n"))))


def lines(text: str) -> Mapping[KeyPath, int]:
    """The line on which each key and section first stands."""
    found: dict[KeyPath, int] = {}
    for statement in statements(text):
        for end in range(1, len(statement.path) + 1):
            found.setdefault(statement.path[:end], statement.first)
    return found


def line_of(path: KeyPath, lines: Mapping[KeyPath, int]) -> int | None:
    """The line of a key, or of the nearest thing around it."""
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), None)


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Give first line, last line and text of each statement, comments left out."""
    line, depth, first, piece = 1, 0, 0, ""
    for match in _TOKEN.finditer(text + "\n"):
        part = match[0]
        if part == "\n" and depth <= 0:
            if piece.strip():
                yield first, line, piece.strip()
            depth, piece = 0, ""
        elif not part.startswith("#"):
            depth += (part in "[{") - (part in "]}")
            first = first if piece.strip() else line
            piece += part
        line += part.count("\n")


def _placed(pieces: Iterator[tuple[int, int, str]]) -> Iterator[Statement]:
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    for first, last, piece in pieces:
        key = _keys(piece)
        if key is None:
            continue
        if piece.startswith("[["):
            counts[key] = counts.get(key, -1) + 1
        if piece.startswith("["):
            table = _counted(key, counts)
            yield Statement(first, last, table, is_header=True)
        else:
            yield Statement(first, last, (*table, *key), is_header=False)


def _keys(piece: str) -> tuple[str, ...] | None:
    """Read the dotted key that a statement starts with."""
    match = _KEY.match(piece.lstrip("["))
    name = match[0].strip() if match else ""
    if _BARE.fullmatch(name):
        return (name,)
    try:
        value: object = tomllib.loads(f"{name} = 0")
    except tomllib.TOMLDecodeError:
        return None
    key: list[str] = []
    while isinstance(value, dict):
        name, value = next(iter(value.items()))
        key.append(name)
    return tuple(key) or None


def _counted(key: tuple[str, ...], counts: dict[KeyPath, int]) -> KeyPath:
    """Put the position behind each part of a key that is a list of tables."""
    path: list[str | int] = []
    for end, name in enumerate(key, start=1):
        path.append(name)
        if key[:end] in counts:
            path.append(counts[key[:end]])
    return tuple(path)
