"""Addresses as feeds write them, made absolute and fit to keep."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

_LONGEST = 2_000
_DROPPED = re.compile(r"[\t\r\n]")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}\u00a0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_USUAL = re.compile(
    r"https?://[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)*+(?::\d{1,4})?+(?:/[\w!$%&'()*+,./:;=@~-]*+)?+"
    r"(?:\?[\w!$%&'()*+,./:;=@~?-]++)?+(?:#[\w!$%&'()*+,./:;=@~?-]++)?+",
    re.ASCII,
)
"""An address in which nothing is to be changed."""
_ABSOLUTE = ("https://", "http://")
_SCHEMES = frozenset({"http", "https"})


def web_address(value: object, base: str = "") -> str | None:
    """An absolute http(s) address; None for other schemes, for nonsense, and for what has over 2,000 characters.

    Spaces and the like are escaped, backslashes become slashes before the query, a user and password are dropped.
    """
    if not isinstance(value, str) or len(value) > 2 * _LONGEST:
        return None
    return value if len(value) <= _LONGEST and _USUAL.fullmatch(value) else _mended(value, base)


def _mended(value: str, base: str) -> str | None:
    text = _DROPPED.sub("", value).strip().strip("\u200b\ufeff\u00a0")
    if not text:
        return None
    before, question, after = text.partition("?")
    try:
        text = before.replace("\\", "/") + question + after
        parts = urlsplit(text if text.startswith(_ABSOLUTE) else urljoin(base, text))
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _SCHEMES or not host or host.startswith("."):
        return None
    if _UNSAFE.search(host):
        return None
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    url = _UNSAFE.sub(_escaped, urlunsplit(bare))
    return url if len(url) <= _LONGEST else None


def base_of(url: str) -> str:
    """The address that relative links are resolved against: without user, query and fragment, which may be secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace"))
