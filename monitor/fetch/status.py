"""What a status code means for a feed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from monitor.types import FetchFailure

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
PEEKED = frozenset({401, 403, 429, 503})
"""Statuses that walls against robots answer with; a look into the body tells."""
_CHALLENGE = re.compile(
    rb"cf-chl|challenge-platform|<title>\s*just a moment|ddos-guard|captcha-delivery|_incapsula_resource|qrator"
    rb"|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human",
    re.IGNORECASE,
)


def failure_of(status: int, headers: Mapping[str, str], body: bytes) -> FetchFailure | None:
    """Why an answer that is neither a redirect nor a 304 is no document; None when it is one."""
    if status in PEEKED and is_challenge(headers, body):
        return FetchFailure("challenge", f"The site asks visitors to prove that they are human (HTTP {status}).")
    if 200 <= status < 300:
        if status == 206:
            return FetchFailure("protocol", "The server sent a part of the document that was not asked for (HTTP 206).")
        return None
    return _named(status) or _of_class(status)


def is_challenge(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer is a test for humans (Cloudflare, DDoS-Guard, DataDome and the like)."""
    named = "cf-mitigated" in headers or "x-datadome" in headers
    return named or _CHALLENGE.search(body) is not None


def _named(status: int) -> FetchFailure | None:
    match status:
        case 401:
            return FetchFailure("unauthorised", "The server wants a user name and password (HTTP 401).")
        case 403:
            return FetchFailure("forbidden", "The server refuses access (HTTP 403).")
        case 404:
            return FetchFailure("not_found", "There is nothing at this address (HTTP 404).")
        case 410:
            return FetchFailure("gone", "The feed was removed for good (HTTP 410).")
        case 429:
            return FetchFailure("too_many_requests", "The server says that it was asked too often (HTTP 429).")
    return None


def _of_class(status: int) -> FetchFailure:
    if 300 <= status < 400:
        return FetchFailure("redirect", f"The server redirects in a way that cannot be followed (HTTP {status}).")
    if 400 <= status < 500:
        return FetchFailure("client_error", f"The server refuses the request (HTTP {status}).")
    if 500 <= status < 600:
        return FetchFailure("server_error", f"The server has a problem of its own (HTTP {status}).")
    return FetchFailure("protocol", f"The server answered with a status that does not exist ({status}).")
