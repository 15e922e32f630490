"""Single values in Datasette's own tables: addresses become links, times are short, the rest stays escaped text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from types import MappingProxyType
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from monitor.browse.links import Links
from monitor.deliver.moments import exact, parse

REL = "noopener noreferrer nofollow"
_LINK = re.compile(r"https?://[^\s<>\"'\\\x00-\x1f]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_LONGEST = 60
_UID = re.compile(r"[a-z0-9]{2,20}")
PAGES: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("uid", "item_uid", "copy_of_uid", "seed_uid"), "article") | {"story_uid": "story"}
)
"""Column → the page of ours about what it names."""


def link(url: object) -> str | None:
    """The address when it may be a link: http or https with a host, and nothing else in it."""
    if not isinstance(url, str) or not _LINK.fullmatch(url):
        return None
    try:
        return url if urlsplit(url).hostname else None
    except ValueError:
        return None


def cell(value: object, zone: tzinfo | None, column: str = "", links: Links | None = None) -> Markup | None:
    """The cell's content, or None where Datasette's own is right. With `links`, what names an article or a story leads to it."""
    if links is not None and isinstance(value, str) and _UID.fullmatch(value) and (page := PAGES.get(column)):
        return Markup('<a href="{}">{}</a>').format(links.own(page, value), value)
    if url := link(value):
        shown = url if len(url) <= _LONGEST else url[: _LONGEST - 1] + "…"
        return Markup('<a href="{}" rel="{}">{}</a>').format(url, REL, shown)
    if isinstance(value, str) and value.startswith(("http://", "https://")):
        return escape(value)  # Datasette would make a link of it
    if isinstance(value, str) and _TIME.fullmatch(value) and (moment := _moment(value)):
        return Markup('<time datetime="{}" title="{}">{}</time>').format(value, value, exact(moment, zone))
    return None


def _moment(value: str) -> datetime | None:
    try:
        moment = parse(value)
    except ValueError:
        return None
    # Times at the ends of the calendar have no counterpart in other zones.
    return moment if 1 < moment.year < 9999 else None
