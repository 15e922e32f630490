"""Addresses found inside others: AMP caches, redirects, archives, translations and turbo pages."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from dataclasses import replace
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote

from seeds.address_parts import Parts, outlet_of, split
from seeds.address_rules import ARCHIVES, REDIRECTS

Wrapper = Literal["amp_cache", "redirect"]

_CACHED = re.compile(r"/(?:[a-z]{1,3}/)?(?:w\d+/)?(s/)?([^/]+\.[^/]+(?:/.*)?)")
_VIEWED = re.compile(r"/amp/(s/)?([^/]+\.[^/]+(?:/.*)?)")
_TURBO = re.compile(r"(?:/turbo)?/([^/]+\.[^/]+)/s(/.*)")
_NEWS_ID = re.compile(r"/(?:__i/rss/rd/|rss/)?(?:articles|read)/(CB[\w-]{10,})")
_NEWS_HEAD = b"\x08\x13\x22"
_ESCAPED = re.compile(r"https?(?::|%3a)%2f", re.IGNORECASE)
_SLASHES = re.compile(r"^(https?:)/+", re.IGNORECASE)
_CACHES = (".cdn.ampproject.org", ".ampproject.net", ".bing-amp.com")
_VIEWERS = frozenset({"google", "bing"})
_TURBO_OUTLETS = frozenset({"turbopages.org", "yandex.ru"})


def unwrap(parts: Parts) -> tuple[Parts, Wrapper] | None:
    """The address inside this one and what was around it; None when there is nothing inside that can be read."""
    if not _may_wrap(parts.host):
        return None
    if inner := _amp_cache(parts):
        return inner, "amp_cache"
    if inner := _encoded(parts) or _turbo(parts) or _translated(parts) or _redirected(parts) or _archived(parts):
        return inner, "redirect"
    return None


@lru_cache(maxsize=65536)
def _may_wrap(host: str) -> bool:
    """Whether any rule looks at addresses of this host; for nearly all there is none."""
    return (
        f".{host}".endswith((*_CACHES, ".translate.goog"))
        or outlet_of(host).split(".")[0] in _VIEWERS
        or outlet_of(host) in _TURBO_OUTLETS
        or bool(_redirects_of(host) or _archives_of(host))
    )


def _amp_cache(parts: Parts) -> Parts | None:
    """An origin follows `/c/s/` and its kin in a cache, `/amp/s/` in a viewer; without the `s` it is http."""
    if f".{parts.host}".endswith(_CACHES):
        match = _CACHED.fullmatch(parts.path)
    elif outlet_of(parts.host).split(".")[0] in _VIEWERS:
        match = _VIEWED.fullmatch(parts.path)
    else:
        return None
    return _inner(parts, "https" if match[1] else "http", match[2]) if match else None


def _encoded(parts: Parts) -> Parts | None:
    """Google News wrote the address into its ids until July 2024, and Bing writes it into a parameter, both in base 64."""
    if parts.host == "news.google.com" and (match := _NEWS_ID.fullmatch(parts.path)):
        return _in_message(_unbase64(match[1]))
    if outlet_of(parts.host) == "bing.com" and parts.path == "/ck/a":
        given = next((value or "" for name, value in parts.query if name == "u"), "")
        return split(_unbase64(given[2:]).decode("utf-8", "replace")) if given.startswith("a1") else None
    return None


def _in_message(message: bytes) -> Parts | None:
    """The address in the fourth field of a message of protocol buffers; later ids have a token there that hides it."""
    if not message.startswith(_NEWS_HEAD):
        return None
    length = at = 0
    for at in range(len(_NEWS_HEAD), min(len(message), len(_NEWS_HEAD) + 3)):
        length |= (message[at] & 0x7F) << 7 * (at - len(_NEWS_HEAD))
        if message[at] < 0x80:
            break
    told = message[at + 1 : at + 1 + length]
    return split(told.decode("utf-8", "replace")) if told.startswith(b"http") and len(told) == length else None


def _unbase64(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""


def _turbo(parts: Parts) -> Parts | None:
    """Yandex keeps `host/s/path` of an outlet under a host of its own."""
    if outlet_of(parts.host) not in _TURBO_OUTLETS:
        return None
    match = _TURBO.fullmatch(parts.path)
    return _inner(parts, "https", match[1] + match[2]) if match else None


def _translated(parts: Parts) -> Parts | None:
    """A translated page has the outlet's host as a label: dots are hyphens, hyphens are doubled."""
    if not parts.host.endswith(".translate.goog"):
        return None
    label = parts.host.removesuffix(".translate.goog")
    host = label.replace("--", "\0").replace("-", ".").replace("\0", "-")
    return split(replace(parts, host=host).text())


def _inner(parts: Parts, scheme: str, rest: str) -> Parts | None:
    host, slash, path = rest.partition("/")
    inner = split(f"{scheme}://{unquote(host)}{slash}{path}")
    return inner and replace(inner, query=parts.query)


def _redirected(parts: Parts) -> Parts | None:
    for path, names in _redirects_of(parts.host) if parts.query else ():
        if parts.path.startswith(path):
            given = dict(reversed(parts.query))
            targets = (_target(unquote(given[name] or "")) for name in names if name in given)
            return next((target for target in targets if target), None)
    return None


@lru_cache(maxsize=65536)
def _redirects_of(host: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Beginnings of paths and parameters of the redirects at a host; most hosts have none."""
    return tuple((path, names) for pattern, path, names in REDIRECTS if _is_host(host, pattern))


@lru_cache(maxsize=65536)
def _archives_of(host: str) -> tuple[re.Pattern[str], ...]:
    return tuple(pattern for name, pattern in ARCHIVES if _is_host(host, name))


def _is_host(host: str, pattern: str) -> bool:
    if pattern.endswith(".*"):
        outlet = outlet_of(host)
        host = host[: -len(outlet)] + outlet.split(".")[0]
        pattern = pattern[:-2]
    return f".{host}".endswith(f".{pattern}")


def _archived(parts: Parts) -> Parts | None:
    for pattern in _archives_of(parts.host):
        if match := pattern.fullmatch(parts.path):
            query = replace(parts, path="/").text().partition("?")[2] if parts.query else ""
            target = match[1] + (f"?{query}" if query else "")
            return _target(target if _SLASHES.match(target) or _ESCAPED.match(target) else f"https://{target}")
    return None


def _target(text: str) -> Parts | None:
    """What a parameter or the rest of a path holds; a path has lost one of the two slashes after the scheme."""
    decoded = unquote(text) if _ESCAPED.match(text) else text
    return split(_SLASHES.sub(r"\1//", decoded))
