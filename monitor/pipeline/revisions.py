"""What changed in what a source says of an article, for people. All pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol
from urllib.parse import urlsplit

from db.rows import EntryHistory
from seeds import address, text

_SCRIPT = re.compile(r"(?:/|\.(?:php\d?|aspx?|jsp|cgi|do|pl))$", re.IGNORECASE)
"""Paths of a program, or of none: which article it is stands in the query, in figures."""
_FIGURES = re.compile(r"\d+")


class Said(Protocol):
    """What an entry says to a reader."""

    @property
    def title(self) -> str:
        """Its headline."""

    @property
    def excerpt(self) -> str:
        """Its summary."""

    @property
    def link(self) -> str | None:
        """Its address."""

    @property
    def published_at(self) -> str | None:
        """Its date."""


def revisions(said: Sequence[EntryHistory]) -> list[tuple[str, str, str | None, str | None]]:
    """When what changed in what feeds say: (seen at, field, old, new), the oldest first."""
    found = []
    for history in said:
        if history.source.kind == "seed":
            continue
        for (_, old), (seen_at, new) in zip(history.snapshots, history.snapshots[1:], strict=False):
            found += [(seen_at, *change) for change in differences(old, new)]
    return sorted(found, key=lambda revision: revision[0])


def differences(old: Said, new: Said) -> Iterator[tuple[str, str | None, str | None]]:
    """What changed for a reader: (field, old, new). Figures that count up and the like are not revisions."""
    pairs = (
        ("title", old.title, new.title),
        ("excerpt", old.excerpt, new.excerpt),
        ("web_url", old.link, new.link),
        ("published_at", old.published_at, new.published_at),
    )
    return ((name, was, now) for name, was, now in pairs if was != now and not _counts_only(name, was, now))


def _counts_only(name: str, old: str | None, new: str | None) -> bool:
    if name == "web_url":
        return bool(old and new) and (
            address.key_of(old or "") == address.key_of(new or "") or _same_but_for_figures(old or "", new or "")
        )
    if name == "excerpt":
        letters = ["".join(c for c in text.fold(t or "") if c.isalpha()) for t in (old, new)]
        return letters[0] == letters[1]
    return False


def _same_but_for_figures(old: str, new: str) -> bool:
    """Whether two addresses of an entry differ in figures of the query alone, after a path that names a page itself."""
    try:
        was, now = urlsplit(old), urlsplit(new)
    except ValueError:
        return False
    if (was.netloc, was.path) != (now.netloc, now.path) or _SCRIPT.search(was.path) or not was.path:
        return False
    return _FIGURES.sub("", was.query) == _FIGURES.sub("", now.query)
