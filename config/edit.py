"""Add and remove feeds in a settings file, leaving everything else in it as it was, comments included.

An edit is made on the text, then read back: unless the new text holds exactly the old settings and the change asked
for, nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Array

from config.errors import ConfigError
from config.feeds import feed_key
from config.files import decode, locked, read_bytes, replace
from config.lines import Statement, statements
from config.load import check
from config.model import Feed
from config.problems import parse_toml
from config.units import format_duration

_BOM = b"\xef\xbb\xbf"


def add_feed(
    path: Path,
    url: str,
    name: str | None = None,
    interval: str | None = None,
    tags: Iterable[str] = (),
) -> bool:
    """Add a feed; False when the file lists it already. Raises `ConfigError` and writes nothing when it is invalid."""
    return _add(path, [{"url": url, "name": name, "interval": interval, "tags": list(tags)}]) > 0


def add_feeds(path: Path, feeds: Iterable[Feed]) -> int:
    """Add many feeds in one step, without those that the file lists already; says how many were added."""
    return _add(path, [_table(feed) for feed in feeds])


def remove_feed(path: Path, url: str) -> bool:
    """Remove a feed with the comments that stand right above it; False when the file does not list it."""

    def change(text: str, feeds: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
        gone = [number for number, known in enumerate(feeds) if feed_key(known["url"]) == feed_key(url)]
        rest = [known for number, known in enumerate(feeds) if number not in gone]
        for number in reversed(gone):
            text = _without_feed(text, number)
        return text, rest

    return _edit(path, change)


def _add(path: Path, wanted: Iterable[dict[str, Any]]) -> int:
    added: list[dict[str, Any]] = []

    def change(text: str, feeds: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
        known = {feed_key(feed["url"]) for feed in feeds}
        for feed in wanted:
            if feed_key(feed["url"]) not in known:
                added.append({key: value for key, value in feed.items() if value not in ("", None, [], {})})
            known.add(feed_key(feed["url"]))
        return (_with_feeds(text, added), [*feeds, *added]) if added else (text, feeds)

    _edit(path, change)
    return len(added)


def _table(feed: Feed) -> dict[str, Any]:
    table: dict[str, Any] = {"url": feed.url, "name": feed.name, "tags": list(feed.tags)}
    table |= {"interval": format_duration(feed.interval)} if feed.interval else {}
    table |= {"headers": _inline(feed.headers), "cookies": _inline(feed.cookies), "proxy": feed.proxy}
    return table if feed.enabled else {**table, "enabled": False}


Change = Callable[[str, list[dict[str, Any]]], tuple[str, list[dict[str, Any]]]]


def _edit(path: Path, change: Change) -> bool:
    """Change the text of a file under its lock; True when it was written."""
    target = path.resolve()
    with locked(target):
        data = read_bytes(target)
        old = decode(path, data)
        check(old, path)
        settings = parse_toml(path, old)
        plain, feeds = change(old.replace("\r\n", "\n"), settings.get("feeds", []))
        new = plain.replace("\n", "\r\n") if "\r\n" in old else plain
        if feeds == settings.get("feeds", []):
            return False
        _verify(path, new, {**settings, "feeds": feeds})
        replace(target, (_BOM if data.startswith(_BOM) else b"") + new.encode())
    return True


def _verify(path: Path, text: str, wanted: dict[str, Any]) -> None:
    check(text, path)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ConfigError(path, None, "feeds", "expected text that can be written as UTF-8") from None
    if {"feeds": [], **parse_toml(path, text)} != wanted:
        raise ConfigError(path, None, "feeds", "this layout cannot be edited safely; change it by hand")


def _with_feeds(text: str, feeds: list[dict[str, Any]]) -> str:
    found = statements(text)
    if any(s.path == ("feeds",) for s in found):
        document = tomlkit.parse(text)
        array = document["feeds"]
        if isinstance(array, Array):
            array.extend(map(_inline, feeds))
        return document.as_string()
    lines = text.split("\n")
    at = _end_of_feeds(lines, found)
    before = "\n".join(lines[:at]).rstrip("\n")
    after = "\n".join(lines[at:]).strip("\n")
    parts = (before, *(f"[[feeds]]\n{tomlkit.dumps(feed).rstrip()}" for feed in feeds), after.rstrip())
    return "\n\n".join(part for part in parts if part) + "\n"


def _inline(feed: Mapping[str, Any]) -> tomlkit.items.InlineTable:
    table = tomlkit.inline_table()
    table.update(feed)
    return table


def _end_of_feeds(lines: list[str], found: tuple[Statement, ...]) -> int:
    """How many lines lie before the place for a new feed: behind the last one, or at the end of the file."""
    last = max((s.last for s in found if s.path[0] == "feeds"), default=None)
    if last is None or all(s.last <= last for s in found):
        return len(lines)
    while last < len(lines) and lines[last].lstrip().startswith("#"):
        last += 1
    return last


def _without_feed(text: str, number: int) -> str:
    found = statements(text)
    own = [s for s in found if s.path[:2] == ("feeds", number)]
    if not own:
        document = tomlkit.parse(text)
        array = document["feeds"]
        if isinstance(array, Array):
            del array[number]
        return document.as_string()
    lines = text.split("\n")
    first, last = own[0].first - 1, own[-1].last
    while first and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    while first and not lines[first - 1].strip() and (last == len(lines) or not lines[last].strip()):
        first -= 1
    return "\n".join(lines[:first] + lines[last:])
