"""Whether there is a network at all: told apart from feeds that are broken."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

from config.model import Settings

_ASKED = 5
_WAIT_S = 5.0


async def online(settings: Settings) -> bool:
    """Whether any of a few configured hosts has an address; feeds on this machine need no network."""
    hosts: list[str] = []
    for feed in settings.feeds:
        if not feed.enabled:
            continue
        host = urlsplit(feed.url).hostname if "://" in feed.url else None
        if host is None or _local(host) or feed.proxy:
            return True
        if host not in hosts:
            hosts.append(host)
    if not hosts or settings.network.proxy:
        return True
    # Spread over the list: neighbours often belong to one outlet.
    picked = hosts[:: max(1, len(hosts) // _ASKED)][:_ASKED]
    return any(await asyncio.gather(*map(_resolves, picked)))


async def _resolves(host: str) -> bool:
    try:
        async with asyncio.timeout(_WAIT_S):
            return bool(await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM))
    except (OSError, TimeoutError, UnicodeError):
        return False


def _local(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host
