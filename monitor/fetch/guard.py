"""Which network addresses may be reached.

Only public addresses, unless the settings name the very (host, port) pair. A name is resolved once, every address it
has is checked, and the connection goes to a checked address, so that a name cannot change its mind in between (DNS
rebinding).
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from functools import lru_cache
from itertools import chain, zip_longest

from monitor.fetch.outcome import FetchError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Awaitable[list[str]]]
"""Name and port → addresses as text; raises OSError when the name is not known."""
Pair = tuple[str, int]

_MOST_ADDRESSES = 4
_REMEMBERED = 4096
"""Hosts whose spelling was looked at; what DNS says of them is asked each time."""
# Python calls these global, yet they lead, or can lead, somewhere else than they say: 6to4 relays, protocol
# assignments, Teredo, 6to4, documentation.
_DETOURS = tuple(
    ipaddress.ip_network(text)
    for text in ("192.88.99.0/24", "192.0.0.0/24", "2001::/32", "2002::/16", "3fff::/20")  # RFC 7526, 6890, 4380, 3056
)
# Global unicast, RFC 4291. What lies outside (::/96, 64:ff9b::/96, fec0::/10 …) embeds or is something private.
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")


def is_public(address: IPAddress) -> bool:
    """Whether anybody on the internet could reach this address, and it is one host."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address not in _GLOBAL_UNICAST:
            return False
    if any(address in network for network in _DETOURS if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast


def normal_host(host: str) -> str:
    """The host as it is compared with the allowed pairs: lower case, no brackets, IP addresses in their short form."""
    bare = host.lower().removeprefix("[").removesuffix("]")
    literal = _literal(bare)
    return bare if literal is None else str(literal)


async def system_resolver(host: str, port: int) -> list[str]:
    """The addresses of a name, as the operating system knows them; names under `localhost` are this machine (RFC 6761, 6.3)."""
    if host.rstrip(".").endswith(".localhost"):
        return ["127.0.0.1", "::1"]
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def is_private_host(host: str) -> bool:
    """Whether a host is no public one as far as it can be told without asking DNS."""
    name = normal_host(host)
    literal = _literal(name) or _spelt_number(name)
    local = name.rstrip(".") == "localhost" or name.rstrip(".").endswith(".localhost")
    return local or (literal is not None and not is_public(literal))


class Guard:
    """Decides where connections may go."""

    def __init__(self, allowed: frozenset[Pair] = frozenset(), resolver: Resolver = system_resolver) -> None:
        self._allowed = frozenset((normal_host(host), port) for host, port in allowed)
        self._resolver = resolver

    async def addresses(self, host: str, port: int) -> list[str]:
        """Checked addresses to try in turn; raises `FetchError` of kind `dns` or `blocked_address`."""
        self.check_name(host, port)
        name = normal_host(host)
        literal = _literal(name)
        found = [literal] if literal is not None else await self._resolve(name, port)
        if (name, port) not in self._allowed and not all(map(is_public, found)):
            raise _blocked(name, port)
        return [str(address) for address in _interleaved(found)[:_MOST_ADDRESSES]]

    def check_name(self, host: str, port: int) -> None:
        """What can be told without asking DNS, and all that can behind a proxy; raises `FetchError`."""
        name = normal_host(host)
        if (name, port) not in self._allowed and is_private_host(name):
            raise _blocked(name, port)

    async def _resolve(self, name: str, port: int) -> list[IPAddress]:
        try:
            texts = await self._resolver(name, port)
            found = [ipaddress.ip_address(text) for text in dict.fromkeys(texts)]
        except (OSError, ValueError) as error:  # UnicodeError, for labels that cannot be sent, is a ValueError
            raise FetchError("dns", f"The name {name} could not be resolved; is it spelt right?") from error
        if not found:
            raise FetchError("dns", f"The name {name} has no address.")
        return found


def _blocked(name: str, port: int) -> FetchError:
    return FetchError(
        "blocked_address",
        f"{name} port {port} is not a public address; such an address is reached only when the settings name it.",
    )


@lru_cache(_REMEMBERED)
def _literal(host: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


@lru_cache(_REMEMBERED)
def _spelt_number(host: str) -> IPAddress | None:
    """Reads `127.1`, `2130706433` and `0x7f.1` the way `inet_aton` does."""
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host.rstrip(".")))
    except (OSError, UnicodeError):
        return None


def _interleaved(addresses: list[IPAddress]) -> list[IPAddress]:
    """The families in turn, as one of them may lead nowhere from here (RFC 8305, 4)."""
    first = [a for a in addresses if a.version == addresses[0].version]
    other = [a for a in addresses if a.version != addresses[0].version]
    return [a for a in chain.from_iterable(zip_longest(first, other)) if a is not None]
