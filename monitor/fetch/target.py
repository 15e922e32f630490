"""The address of a request, taken apart; and where a redirect leads."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

from monitor.fetch.outcome import FetchError

PORTS = {"http": 80, "https": 443}
_LONGEST = 8_000
_UNSAFE = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class Target:
    """An http(s) address that can be asked, without its user, password and fragment."""

    url: str
    scheme: str
    host: str
    port: int
    authorization: str | None = None
    """Value of the Authorization header, from the user and password in the address."""

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port (RFC 6454): what headers and secrets are bound to."""
        return (self.scheme, self.host, self.port)

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def validators_url(self) -> str:
        """The address as it is kept beside validators: the query, which may hold a secret, is replaced by its hash."""
        bare, question, query = self.url.partition("?")
        secret = f"{self.authorization or ''}{question}{query}"
        return f"{bare}?sha256={sha256(secret.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}" if secret else bare


def target_of(url: str) -> Target | None:
    """Takes an address apart; None when it is not an http(s) one with a host."""
    if len(url) > _LONGEST:
        return None
    try:
        parts = urlsplit(_UNSAFE.sub(_escaped, url.strip()).replace("\\", "/"))
        port = parts.port
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in PORTS or not host or port == 0 or "%" in host:
        return None
    return Target(
        url=urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="")),
        scheme=parts.scheme,
        host=host,
        port=port or PORTS[parts.scheme],
        authorization=_basic(parts),
    )


def redirect_target(current: Target, location: str | None) -> Target:
    """Where a redirect leads; raises `FetchError` when it leads nowhere or must not be followed."""
    if not location or not location.strip():
        raise FetchError("redirect", "The server redirects without saying where to.")
    try:
        joined = urljoin(current.url, _UNSAFE.sub(_escaped, location.strip()).replace("\\", "/"))
        scheme = urlsplit(joined).scheme
    except ValueError:
        joined, scheme = "", ""
    target = target_of(joined)
    if target is None and scheme and scheme not in PORTS:
        raise FetchError("redirect", f"The server redirects to a {scheme[:20]}: address, which is not followed.")
    if target is None:
        raise FetchError("redirect", "The server redirects to something that is not an address.")
    if current.scheme == "https" and target.scheme == "http":
        raise FetchError("redirect", f"The server redirects from https to plain http ({target.host}); not followed.")
    # A password in a Location was not given by the user; ours stays with its origin.
    same = target.origin == current.origin
    return Target(target.url, target.scheme, target.host, target.port, current.authorization if same else None)


def _escaped(match: re.Match[str]) -> str:
    return "" if match[0] in "\t\r\n" else f"%{ord(match[0]):02X}"


def _basic(parts: SplitResult) -> str | None:
    if parts.username is None and parts.password is None:
        return None
    pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    return "Basic " + base64.b64encode(pair.encode("utf-8", "surrogatepass")).decode("ascii")
