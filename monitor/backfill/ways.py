"""Ways in which feeds give more than their latest entries, beside links in the document: by numbers in the address. Pure.

Documented: WordPress (`?paged=N`), Blogger (`?start-index=N&max-results=N`), Ghost (`/rss/N/`). Many others take `?page=N`.
Whether a server knows a way is told by what it answers: one that does not gives the first page again, or 404.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from monitor.types import Further

Way = Literal["archive", "next", "paged", "start-index", "page", "path"]
"""`archive` and `next` follow links; the others count."""

LINKED: tuple[Way, ...] = ("archive", "next")
BLOGGER_PAGE = 100
_BLOGGER = re.compile(r"\bblogger\b|blogspot", re.IGNORECASE)
_NAMED: dict[Way, re.Pattern[str]] = {
    "paged": re.compile(r"wordpress", re.IGNORECASE),
    "path": re.compile(r"\bghost\b", re.IGNORECASE),
}
_FEED_PATH = re.compile(r"/(?:feed|rss|atom)/?$", re.IGNORECASE)


def ways(url: str, further: Further) -> tuple[Way, ...]:
    """The ways worth trying for a feed, the likeliest first."""
    if further.previous_archive is not None:
        return ("archive",)
    linked: tuple[Way, ...] = ("next",) if further.next else ()
    if _BLOGGER.search(further.generator) or "/feeds/posts/" in urlsplit(url).path:
        return ("start-index", *linked)
    named: tuple[Way, ...] = linked or tuple(way for way, name in _NAMED.items() if name.search(further.generator))
    if named:
        return named
    return ("paged", "page", "path") if _FEED_PATH.search(urlsplit(url).path) else ("page", "paged")


def address_of(url: str, way: Way, page: int, entries: int) -> str:
    """The address of a page, the first being 1, when so many entries stood on those before."""
    if way == "start-index":
        return _with(url, {"start-index": entries + 1, "max-results": BLOGGER_PAGE})
    if way == "path":
        parts = urlsplit(url)
        return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{page}/"))
    return _with(url, {way: page})


def _with(url: str, values: dict[str, int]) -> str:
    """An address with these parameters, in place of what it has of them."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in values]
    return urlunsplit(parts._replace(query=urlencode([*kept, *values.items()]), fragment=""))


def is_older(dates: Sequence[str | None], since: str | None) -> bool:
    """Whether all of a page lies before a bound; an entry without a date says nothing."""
    return since is not None and bool(dates) and all(date is not None and date < since for date in dates)
