"""Addresses of public Telegram channels: however people write one, the page with its posts is `https://t.me/s/NAME`."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

_HOSTS = frozenset({"t.me", "www.t.me", "telegram.me", "www.telegram.me", "telegram.dog"})
_NAME = r"[A-Za-z][A-Za-z0-9_]{3,31}"
_AT_NAME = re.compile(rf"@({_NAME})")
_PATH = re.compile(rf"/(?:s/)?({_NAME})(?:/\d+)?/?")
_BARE = re.compile(r"(?:www\.)?(?:t|telegram)\.me/", re.IGNORECASE)
_NO_CHANNELS = frozenset(
    {"addemoji", "addlist", "addstickers", "addtheme", "boost", "confirmphone", "contact", "giftcode", "invoice"}
    | {"joinchat", "login", "proxy", "setlanguage", "share", "socks"}
)


def channel_address(text: str) -> str | None:
    """Where the posts of a channel stand, from `@NAME` or any address of it; None for whatever is no public channel.

    A page further back (`?before=`) becomes the latest one; a search in a channel (`?q=`) stays.
    """
    if at_name := _AT_NAME.fullmatch(text):
        return f"https://t.me/s/{at_name[1]}"
    try:
        parts = urlsplit(f"https://{text}" if _BARE.match(text) else text)
    except ValueError:
        return None
    path = _PATH.fullmatch(parts.path)
    if parts.scheme not in {"http", "https"} or (parts.hostname or "") not in _HOSTS or path is None:
        return None
    if path[1].lower() in _NO_CHANNELS:
        return None
    search = "q" in parse_qs(parts.query)
    return f"https://t.me/s/{path[1]}{f'?{parts.query}' if search else ''}"
