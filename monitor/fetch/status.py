"""What a status code means for a feed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from monitor.normalise.walls import challenger
from monitor.types import FetchFailure

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
PEEKED = frozenset({401, 403, 429, 503})
"""Statuses that walls against robots answer with; a look into the body tells."""


def failure_of(status: int, headers: Mapping[str, str], body: bytes) -> FetchFailure | None:
    """Why an answer that is neither a redirect nor a 304 is no document; None when it is one."""
    if status in PEEKED and (who := challenger(body.decode("utf-8", "replace"), headers)):
        return FetchFailure("challenge", f"{who} asks visitors to prove that they are human (HTTP {status}).")
    if 200 <= status < 300:
        if status == 206:
            return FetchFailure("protocol", "The server sent a part of the document that was not asked for (HTTP 206).")
        return None
    return _NAMED.get(status) or _of_class(status)


_NAMED: Mapping[int, FetchFailure] = MappingProxyType(
    {
        401: FetchFailure("unauthorised", "The server wants a user name and password (HTTP 401)."),
        403: FetchFailure("forbidden", "The server refuses access (HTTP 403)."),
        404: FetchFailure("not_found", "There is nothing at this address (HTTP 404)."),
        407: FetchFailure("proxy", "The proxy wants a user name and password (HTTP 407)."),
        410: FetchFailure("gone", "The feed was removed for good (HTTP 410)."),
        429: FetchFailure("too_many_requests", "The server says that it was asked too often (HTTP 429)."),
        451: FetchFailure("legal", "The server may not show this, for legal reasons (HTTP 451)."),
    }
)


def _of_class(status: int) -> FetchFailure:
    if 300 <= status < 400:
        return FetchFailure("redirect", f"The server redirects in a way that cannot be followed (HTTP {status}).")
    if 400 <= status < 500:
        return FetchFailure("client_error", f"The server refuses the request (HTTP {status}).")
    if 500 <= status < 600:
        return FetchFailure("server_error", f"The server has a problem of its own (HTTP {status}).")
    return FetchFailure("protocol", f"The server answered with a status that does not exist ({status}).")
