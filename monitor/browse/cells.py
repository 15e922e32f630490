"""Single values in Datasette's own tables: addresses become links, times are short, the rest stays escaped text."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from monitor.deliver.moments import exact, parse

REL = "noopener noreferrer nofollow"
_LINK = re.compile(r"https?://[^\s<>\"'\\\x00-\x1f]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_LONGEST = 60


def link(url: object) -> str | None:
    """The address when it may be a link: http or https with a host, and nothing else in it."""
    if not isinstance(url, str) or not _LINK.fullmatch(url):
        return None
    try:
        return url if urlsplit(url).hostname else None
    except ValueError:
        return None


def cell(value: object, zone: tzinfo | None) -> Markup | None:
    """The cell's content, or None where Datasette's own is right."""
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
