"""What counts as one host, for limits that all that is asked there shares."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from seeds import address

Scope = Literal["domain", "host"]
"""The registrable domain, with all hosts below it; or each host by itself."""

FILES = "file"
"""The one name for all local files."""


def host_of(url: str, scope: Scope = "domain") -> str:
    """What counts as one host: the registrable domain or the host, an IP address, or one name for all local files."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    if not host:
        return FILES
    return address.outlet_of(host) if scope == "domain" else host.rstrip(".")
