"""Addresses of public Telegram channels: however people write one, the page with its posts is `https://t.me/s/NAME`."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, urlsplit

_HOSTS = frozenset({"t.me", "www.t.me", "telegram.me", "www.telegram.me", "telegram.dog"})
_NAME = r"[A-Za-z][A-Za-z0-9_]{3,31}"
_AT_NAME = re.compile(rf"@({_NAME})")
_PATH = re.compile(rf"/(?:s/)?({_NAME})(?:/\d+)?/?")
_INVITATION = re.compile(r"/(?:\+|joinchat/)[\w-]+/?")
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
    parts = _at_telegram(text)
    if parts is None:
        return None
    path = _PATH.fullmatch(parts.path)
    if path is None or path[1].lower() in _NO_CHANNELS:
        return None
    search = "q" in parse_qs(parts.query)
    return f"https://t.me/s/{path[1]}{f'?{parts.query}' if search else ''}"


def is_invitation(text: str) -> bool:
    """Whether an address invites to a private channel or group, whose posts only its members see."""
    parts = _at_telegram(text)
    return parts is not None and _INVITATION.fullmatch(parts.path) is not None


def _at_telegram(text: str) -> SplitResult | None:
    """The parts of an address at Telegram's site."""
    try:
        parts = urlsplit(f"https://{text}" if _BARE.match(text) else text)
        host = parts.hostname
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} and host in _HOSTS else None
