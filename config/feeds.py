"""Feeds as a list: which of them are the same, and which are files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from urllib.parse import unquote, urlsplit

from config.model import Feed
from config.paths import resolve
from config.secrets import is_reference
from config.values import is_path

_PORTS = {"http": 80, "https": 443}
_PLAIN_AUTHORITY = re.compile(r"([^@]*@)?([^@]*?)(?::(\d*))?")


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed and where it is listed, as `seedwatch.toml:12`."""

    feed: Feed
    where: Callable[[], str]
    """Works out the place: of a long list that takes longer than to read it, and few are asked for it."""

    @property
    def place(self) -> str:
        """Where it is listed."""
        return self.where()


@dataclass(frozen=True, slots=True)
class Written:
    """Feeds as the settings write them, by the address they are stored under; paths in them start at `base`."""

    feeds: Mapping[str, Feed]
    base: Path

    def of(self, address: str) -> Feed:
        """The feed of that address; a bare one when the settings no longer have it."""
        return self.feeds.get(address) or Feed(url=address)


def feed_key(url: str) -> str:
    """What two addresses of one feed have in common.

    Of a path, `./` and doubled slashes are left out of it. Of an address, case of scheme and host, the default port, a slash at
    the end and the fragment (RFC 3986, 6.2);
    whatever could lead to another document stays.
    """
    if is_reference(url):
        return url
    if is_path(url):
        short = str(PurePath(url))  # leaves `..` alone, which leads elsewhere from a symbolic link
        return short if is_path(short) else url
    scheme, _, rest = url.partition(":")
    scheme, rest = scheme.lower(), rest.partition("#")[0]
    if scheme not in _PORTS or not rest.startswith("//"):
        return f"{scheme}:{rest}"
    authority, path, query = re.split(r"(?=[/?])", rest[2:] + "/", maxsplit=1)[0], "", ""
    path, mark, query = rest[2 + len(authority) :].partition("?")
    match = _PLAIN_AUTHORITY.fullmatch(authority)
    user, host, port = match.groups(default="") if match else ("", authority, "")
    kept = f":{port}" if port and int(port[:6]) != _PORTS[scheme] else ""
    return f"{scheme}://{user}{host.lower().rstrip('.')}{kept}{path.rstrip('/')}{mark}{query}"


def merge(listed: Iterable[Listed]) -> tuple[tuple[Feed, ...], tuple[str, ...]]:
    """Leave out feeds that are listed before, with a warning that names both places."""
    first: dict[str, Listed] = {}
    warnings = []
    for item in listed:
        known = first.setdefault(feed_key(item.feed.url), item)
        if known is not item:
            same = known.feed.public_url == item.feed.public_url
            written = "" if same else f" (there as {known.feed.public_url})"
            warnings.append(
                f"{item.place}: the feed {item.feed.public_url} is already listed at {known.place}{written}; "
                "it is asked once, with the settings given first"
            )
    return tuple(item.feed for item in first.values()), tuple(warnings)


def local_path(url: str, base: Path) -> Path | None:
    """The file that a feed's address means, or None when it is on the web; relative ones start at `base`."""
    if is_path(url):
        return resolve(Path(url), base)
    parts = urlsplit(url)
    if parts.scheme != "file":
        return None
    return resolve(Path(unquote(parts.path)), base)
