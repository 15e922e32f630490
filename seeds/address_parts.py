"""Addresses taken apart: host, path and parameters, each in one normal spelling (RFC 3986, section 6.2)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import idna
from publicsuffixlist import PublicSuffixList

from seeds.address_rules import MAX_LENGTH

Parameter = tuple[str, str | None]
"""Name and value; None when there was no equals sign."""

_UNSEEN = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_ESCAPED_AMPERSAND = re.compile(r"&(?:amp;|#0*38;)+")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
_PATH_TOKEN = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~!$'()*,:@/&=+;-]")
_QUERY_TOKEN = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~!$'()*,:@/?=;-]")
_LONGEST_HOST = 253
_PLAIN = re.compile(
    r"(https?)://([a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+)"
    r"((?:/(?!\.{1,2}(?:/|[?#]|$))[A-Za-z0-9._~!$'()*,:@=;-]+)*/?)"
    r"(?:\?([A-Za-z0-9._~!$'()*,:@/?=;&-]*))?"
)
"""An address as most are: every character as it would be spelt, no empty or dot segment, no port, user or fragment."""
_DECODED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$'()*,:@")


@dataclass(frozen=True, slots=True)
class Parts:
    """An absolute http(s) address; the host is lower-case ASCII, the path starts with a slash."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: tuple[Parameter, ...] = ()
    fragment: str = ""

    @property
    def authority(self) -> str:
        """Host, and the port when it is not the usual one."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    def text(self) -> str:
        """The address in full."""
        query = "&".join(name if value is None else f"{name}={value}" for name, value in self.query)
        mark = f"#{self.fragment}" if self.fragment else ""
        return f"{self.scheme}://{self.authority}{self.path}{'?' + query if query else ''}{mark}"


def split(url: str) -> Parts | None:
    """The parts of an address, or None when it is not an absolute http(s) address with a host."""
    if len(url) <= MAX_LENGTH and "&amp" not in url and (plain := _PLAIN.fullmatch(url)):
        scheme, host, path, query = plain.groups()
        if len(host) <= _LONGEST_HOST:
            return Parts(scheme, host, None, path or "/", _parameters(query) if query else ())
    text = _ESCAPED_AMPERSAND.sub("&", _UNSEEN.sub("", url).strip())
    if len(text) > MAX_LENGTH:
        return None
    try:
        parts = urlsplit(_forward(text))
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:  # an invalid port or IPv6 address
        return None
    if parts.scheme not in {"http", "https"} or not host:
        return None
    return Parts(
        scheme=parts.scheme,
        host=host,
        port=None if port in {80, 443} else port,
        path=_path(parts.path),
        query=_query(parts.query),
        fragment=_spelt(_QUERY_TOKEN, parts.fragment),
    )


def _forward(text: str) -> str:
    """Browsers read backslashes before the query as slashes."""
    end = min((i for i in (text.find("?"), text.find("#")) if i >= 0), default=len(text))
    return text[:end].replace("\\", "/") + text[end:]


@lru_cache(maxsize=16384)
def _host(host: str) -> str:
    """Lower-case ASCII, an IPv6 address in brackets; empty when there is no such host."""
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host)}]" if "%" not in host else ""
    if "%" in host or len(host) > _LONGEST_HOST:
        return ""
    name = host.rstrip(".").lower()
    if not name.isascii():
        name = _ascii(name)
    return name if _HOST.fullmatch(name) else ""


def _ascii(name: str) -> str:
    """A, internationalised, host as it goes over the wire (UTS 46, else the older IDNA, which knows emoji)."""
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        pass
    try:
        return name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def _path(path: str) -> str:
    """Escapes in one spelling, no empty or dot segments, a slash at the start."""
    kept: list[str] = []
    segments = _spelt(_PATH_TOKEN, path).split("/")
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(segment)
    tail = "/" if kept and segments[-1] in {"", ".", ".."} else ""
    return "/" + "/".join(kept) + tail


def _query(query: str) -> tuple[Parameter, ...]:
    pairs = []
    for piece in query.replace("+", "%20").split("&"):
        if piece:
            name, equals, value = piece.partition("=")
            pairs.append((_spelt(_QUERY_TOKEN, name), _spelt(_QUERY_TOKEN, value) if equals else None))
    return tuple(pairs)


def _parameters(query: str) -> tuple[Parameter, ...]:
    """Names and values of a query in which nothing needs another spelling."""
    split_up = (piece.partition("=") for piece in query.split("&") if piece)
    return tuple((name, value if equals else None) for name, equals, value in split_up)


def _spelt(token: re.Pattern[str], text: str) -> str:
    """Harmless escapes decoded, others in upper case, everything else that is not ASCII or is unsafe escaped."""
    return token.sub(_spell, text)


def _spell(match: re.Match[str]) -> str:
    token = match.group()
    if len(token) == 1:
        return "".join(f"%{byte:02X}" for byte in token.encode("utf-8"))
    byte = int(token[1:], 16)
    return chr(byte) if byte in _DECODED else token.upper()


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_encoded_idn=False)  # encoding the whole list would take as long as reading it


@lru_cache(maxsize=65536)
def outlet_of(host: str) -> str:
    """The registrable domain of a host by the public suffix list; the host itself when there is none."""
    name = host.strip().rstrip(".").lower()
    if name.startswith("[") or name.replace(".", "").isdigit():
        return name
    name = name if name.isascii() else _ascii(name) or name
    found = _suffixes().privatesuffix(_readable(name) if "xn--" in name else name)
    return ".".join(name.split(".")[-1 - found.count(".") :]) if found else name


def _readable(name: str) -> str:
    """An ASCII host with its labels as people write them, those that can be."""
    return ".".join(map(_readable_label, name.split(".")))


def _readable_label(label: str) -> str:
    try:
        return label.encode("ascii").decode("idna") if label.startswith("xn--") else label
    except UnicodeError:
        return label
