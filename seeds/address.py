"""Canonical keys of article addresses, worked out offline.

    address ─► unwrap caches and redirects ─► undo AMP ─► drop tracking ─► key

Two addresses with one key are one article. Nothing is fetched, so a redirect that does not show where it leads stays
what it is (`opaque`). The rules are in `seeds.address_rules`; store `RULES_VERSION` with a key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from seeds import address_amp
from seeds.address_parts import Parameter, Parts, outlet_of, split
from seeds.address_rules import (
    INDEX_PAGE,
    LANGUAGE_ROOT,
    OPAQUE_HOSTS,
    OUTLET_PARAMETERS,
    PLAIN_LABELS,
    REFERRER_NAMES,
    REFERRER_VALUES,
    RULES_VERSION,
    SAME_OUTLETS,
    SAME_PATHS,
    TRACKING_NAMES,
    TRACKING_PREFIXES,
)
from seeds.address_wrap import unwrap

__all__ = ["RULES_VERSION", "Address", "Role", "key_now", "key_of", "outlet_of", "parse", "rules_with", "use_mirrors"]

Role = Literal["web", "amp", "cdn_amp"]

_DEEPEST = 5
_SESSION = ";jsessionid="


@dataclass(frozen=True, slots=True)
class Address:
    """What an address says about the article it leads to."""

    url: str
    """As it was given, without white space around it."""
    key: str
    """Equal for all addresses of one article; no scheme, so it is not an address itself."""
    outlet: str
    """The registrable domain of `host`."""
    host: str
    """Of `web_url`, lower-case ASCII."""
    role: Role
    web_url: str
    """The plain web form, as far as it can be told: wrappers, AMP, tracking, user and fragment are gone."""
    is_home: bool
    """A home page, which is never an article's identity."""
    wrapped: bool
    """Whether it was found inside a redirect, an archive or a translation."""
    opaque: bool
    """Whether it is a redirect that hides where it leads, so that `outlet` is not the publisher."""
    fragment: str = ""
    """What followed `#`, unless it only followed the reader."""

    @property
    def key_host(self) -> str:
        """The host in `key`."""
        return self.key.partition("#")[0].partition("?")[0].partition("/")[0]


@lru_cache(maxsize=16384)
def parse(url: str) -> Address | None:
    """Reads an address; None when it is not an absolute http(s) one with a host, or has over 2,000 characters."""
    given = split(url)
    if given is None:
        return None
    inner, role, wrapped = _origin(given)
    undone = address_amp.plain(inner)
    if undone is not inner and role == "web":
        role = "amp"
    query = _without_tracking(undone)
    fragment = _fragment(undone.fragment)
    app = fragment if fragment.startswith("!") and len(fragment) > 1 else ""
    web = undone
    if query != undone.query or app != undone.fragment:
        web = Parts(undone.scheme, undone.host, undone.port, undone.path, query, app)
    key, is_home = _key(web)
    return Address(
        url=url.strip(),
        key=key,
        outlet=_mirrors.get(_known_part(web.host)) or outlet_of(web.host),
        host=web.host,
        role=role,
        web_url=web.text(),
        is_home=is_home,
        wrapped=wrapped,
        opaque=_bare(web.host) in OPAQUE_HOSTS or key.startswith("news.google.com/articles/"),
        fragment=fragment,
    )


def key_of(url: str, *, keep_fragment: bool = False) -> str | None:
    """The key alone; with `keep_fragment` the fragment counts, for feeds whose entries differ in nothing else."""
    address = parse(url)
    if address is None:
        return None
    if keep_fragment and address.fragment and "#" not in address.key:
        return f"{address.key}#{address.fragment}"
    return address.key


def key_now(key: str) -> str:
    """A key that was made by other rules as the rules in force would have it; one that they leave alone stays as it is."""
    return key_of(f"https://{key}") or key


def rules_with(mirrors: Mapping[str, str]) -> str:
    """What keys are made by: the version of the rules, and a digest of the mirrors if there are any."""
    if not mirrors:
        return str(RULES_VERSION)
    told = "\n".join(f"{mirror} = {domain}" for mirror, domain in sorted(mirrors.items()))
    return f"{RULES_VERSION} {hashlib.blake2b(told.encode(), digest_size=8).hexdigest()}"


_mirrors: dict[str, str] = {}


def use_mirrors(mirrors: Mapping[str, str]) -> None:
    """Let domains stand for others that serve the same paths, as the settings say, beside those of the published table."""
    if mirrors != _mirrors:
        _mirrors.clear()
        _mirrors.update(mirrors)
        parse.cache_clear()
        _bare.cache_clear()
        _known_part.cache_clear()


def _origin(parts: Parts) -> tuple[Parts, Role, bool]:
    """The innermost address, the role its wrappers give it, and whether one of them was a redirect."""
    role: Role = "web"
    wrapped = False
    for _ in range(_DEEPEST):
        found = unwrap(parts)
        if found is None:
            break
        parts, wrapper = found
        if wrapper == "amp_cache":
            role = "cdn_amp"
        else:
            wrapped = True
    return parts, role, wrapped


def _key(web: Parts) -> tuple[str, bool]:
    """The key of a plain address, and whether it is a home page."""
    host = _bare(web.host)
    path = _bare_path(web.path)
    for name in (host, outlet_of(host)):
        if name in SAME_PATHS:
            pattern, kept = SAME_PATHS[name]
            path = match.expand(kept) if (match := pattern.fullmatch(path)) else path
    pairs = sorted((name, value or "") for name, value in web.query)
    query = "&".join(f"{name}={value}" if value else name for name, value in pairs)
    is_home = not query and not web.fragment and (path == "" or LANGUAGE_ROOT.fullmatch(path) is not None)
    authority = host if web.port is None else f"{host}:{web.port}"
    return f"{authority}{path}{'?' + query if query else ''}{'#' + web.fragment if web.fragment else ''}", is_home


@lru_cache(maxsize=65536)
def _bare(host: str) -> str:
    """The host without `www.`, `m.` and their like, under the domain its outlet is best known by."""
    known = _known_part(host)
    labels = host[: -len(known)].split(".")[:-1]
    return ".".join(
        [
            *(label for label in labels if label not in PLAIN_LABELS),
            _mirrors.get(known) or SAME_OUTLETS.get(known, known),
        ]
    )


@lru_cache(maxsize=65536)
def _known_part(host: str) -> str:
    """The end of a host that the settings name as a mirror, be it below another's domain; else its registrable domain."""
    outlet = outlet_of(host)
    part = host
    while _mirrors and part not in _mirrors and len(part) > len(outlet):
        part = part.partition(".")[2]
    return part if part in _mirrors else outlet


def _bare_path(path: str) -> str:
    """Without session, index page and trailing slash; empty for the root."""
    at = path.lower().find(_SESSION)
    folder, _, last = (path if at < 0 else path[:at]).rstrip("/").rpartition("/")
    return folder if INDEX_PAGE.fullmatch(last) else f"{folder}/{last}".rstrip("/")


def _without_tracking(parts: Parts) -> tuple[Parameter, ...]:
    own = OUTLET_PARAMETERS.get(_bare(parts.host)) or OUTLET_PARAMETERS.get(outlet_of(parts.host), frozenset())
    return tuple(p for p in parts.query if p[0].lower() not in own and not _is_tracking(p))


def _is_tracking(parameter: Parameter) -> bool:
    name, value = parameter[0].lower(), (parameter[1] or "").lower()
    return (
        name in TRACKING_NAMES
        or name.startswith(TRACKING_PREFIXES)
        or (name in REFERRER_NAMES and value in REFERRER_VALUES)
    )


def _fragment(fragment: str) -> str:
    """Empty when the fragment is a quotation (`:~:text=`) or a tracking parameter."""
    name, equals, value = fragment.partition("=")
    return "" if fragment.startswith(":~:") or (equals and _is_tracking((name, value))) else fragment
