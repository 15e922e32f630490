"""One hop over HTTP: the only module that knows httpx.

A hop connects to an address that the guard has checked, with the name kept for TLS and the Host header. There is no
cookie jar, no proxy from the environment and no connection kept alive: connections to one address would be shared
between names (https on a CDN), certificates checked for one serving the other, and a feed is asked once an hour.
"""

from __future__ import annotations

import logging
import ssl
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlsplit

from socksio import SOCKSError

from db.light import without
from monitor.fetch.guard import Guard
from monitor.fetch.limits import Limits
from monitor.fetch.outcome import FetchError
from monitor.fetch.target import Target
from monitor.types import FetchKind

with without("rich"):  # for a command line of its own
    import httpx

for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # at INFO they write whole addresses, secrets included

if find_spec("sniffio") is None:
    # httpcore tries to import it six times a request, and each time all folders of the path would be searched.
    sys.modules.setdefault("sniffio", cast("ModuleType", None))

_E = TypeVar("_E", bound=BaseException)
_ERRORS: Final = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError)


@lru_cache(maxsize=1)
def tls_context() -> ssl.SSLContext:
    """The one context for all connections: certificates are always checked; `SSL_CERT_FILE` names other authorities."""
    return httpx.create_ssl_context(trust_env=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and headers of a response; the body is still to be read."""

    status: int
    headers: Mapping[str, str]
    """Lower-case names; values as latin-1 text, several of one name joined with commas."""
    body: AsyncIterator[bytes]
    """The body as it comes; errors are `FetchError`s."""
    fields: tuple[tuple[str, str], ...] = ()
    """The headers as they were sent."""


class Transport:
    """Sends single requests; cheap to make, one for each worker."""

    def __init__(self, guard: Guard, limits: Limits, tls: ssl.SSLContext | None, proxy: str | None) -> None:
        self._guard = guard
        self._limits = limits
        self._by_proxy = proxy is not None
        self._proxy = _place(proxy) if proxy else ""
        self._transport = httpx.AsyncHTTPTransport(
            verify=tls or tls_context(),
            trust_env=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            proxy=proxy,
        )

    async def aclose(self) -> None:
        """Closes what is open."""
        await self._transport.aclose()

    @asynccontextmanager
    async def get(self, target: Target, fields: Mapping[str, str]) -> AsyncIterator[Answer]:
        """One GET without redirects; raises `FetchError` for everything that goes wrong on the way."""
        try:
            response = await self._open(target, fields)
        except _ERRORS as error:
            raise (self._of_proxy(error) or _translated(error, target)) from error
        except (SOCKSError, AssertionError, ValueError) as error:
            if not self._by_proxy:
                raise
            # What the SOCKS library raises when the other side speaks something else.
            raise FetchError("proxy", f"The proxy {self._proxy} does not speak SOCKS properly.") from error
        try:
            pairs = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in response.headers.raw)
            yield Answer(response.status_code, self._headers(response), _body(response, target), pairs)
        finally:
            await response.aclose()

    async def _open(self, target: Target, fields: Mapping[str, str]) -> httpx.Response:
        self._guard.check_name(target.host, target.port)
        pairs = [
            (name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in fields.items()
        ]
        request = httpx.Request("GET", target.url, headers=pairs)
        if self._by_proxy:
            return await self._send(request, request.url.host)
        host = request.url.raw_host.decode("ascii")  # of an international name the form that DNS knows
        addresses = await self._guard.addresses(host, target.port)
        for address in addresses[:-1]:
            try:
                return await self._send(request, address)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if _cause(error, ssl.SSLError):
                    raise
        return await self._send(request, addresses[-1])

    async def _send(self, request: httpx.Request, address: str) -> httpx.Response:
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={
                "sni_hostname": request.url.raw_host.decode("ascii").strip("[]").rstrip("."),
                "timeout": {"connect": self._limits.connect_timeout},  # the rest is under the deadline of the fetch
                "trace": (counter := _HeadCounter(self._limits.max_head)),
            },
        )
        try:
            return await self._transport.handle_async_request(pinned)
        except BaseException:
            if self._by_proxy:
                await counter.aclose()  # httpcore leaves the connection open when the proxy refuses
            raise

    def _of_proxy(self, error: Exception) -> FetchError | None:
        """What the proxy, rather than the server behind it, did wrong; its own words may hold anything."""
        if not self._by_proxy or _cause(error, ssl.SSLError):
            return None
        if isinstance(error, httpx.ProxyError):
            status = str(error)[:3]
            how = f" (HTTP {status})" if status.isascii() and status.isdigit() else ""
            return FetchError("proxy", f"The proxy {self._proxy} did not pass the request on{how}.")
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return FetchError("proxy", f"The proxy {self._proxy} cannot be reached.")
        return None

    def _headers(self, response: httpx.Response) -> dict[str, str]:
        raw = response.headers.raw
        if len(raw) > self._limits.max_headers:
            raise FetchError("protocol", f"The server sent more than {self._limits.max_headers:,} headers.")
        joined: dict[str, str] = {}
        for name_bytes, value_bytes in raw:
            name, value = name_bytes.decode("latin-1").lower(), value_bytes.decode("latin-1")
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
        return joined


def _place(proxy: str) -> str:
    """Host and port of a proxy, without user and password."""
    parts = urlsplit(proxy)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


class _HeadCounter:
    """Bounds what a server sends before its final headers; without it interim answers (1xx) could go on for ever."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._got = 0
        self._done = False
        self._stream: Any = None

    async def aclose(self) -> None:
        """Close the connection that was watched."""
        if self._stream is not None:
            await self._stream.aclose()

    async def __call__(self, event: str, info: dict[str, Any]) -> None:
        # Of the connection itself, or through a proxy: then a head of the proxy's own has come before.
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._got, self._done = 0, False
            self._watch(info["return_value"])
        elif event.endswith("receive_response_headers.complete"):
            self._done = True

    def _watch(self, stream: Any) -> None:
        self._stream = stream
        read = stream.read

        async def counted(max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - a given signature
            data: bytes = await read(max_bytes, timeout)
            self._got += 0 if self._done else len(data)
            if self._got > self._most:
                raise httpx.RemoteProtocolError("the head of the answer does not end")
            return data

        stream.read = counted


async def _body(response: httpx.Response, target: Target) -> AsyncIterator[bytes]:
    try:
        async for piece in response.aiter_raw():
            yield piece
    except _ERRORS as error:
        raise _translated(error, target) from error


def _translated(error: Exception, target: Target) -> FetchError:
    """The kind of a transport error, in words of our own: httpx quotes addresses, which may hold secrets."""
    where = f"{target.host} port {target.port}"
    if tls := _cause(error, ssl.SSLError):
        why = getattr(tls, "verify_message", "") or getattr(tls, "reason", "") or "the handshake failed"
        return FetchError("tls", f"No secure connection to {where}: {why}.")
    for kinds, kind, message in _KINDS:
        if isinstance(error, kinds):
            return FetchError(kind, message.format(where=where))
    if _cause(error, ConnectionRefusedError):
        return FetchError("refused", f"{where} refused the connection.")
    return FetchError("network", f"The connection to {where} failed.")


_KINDS: Final[tuple[tuple[Any, FetchKind, str], ...]] = (
    (httpx.TimeoutException, "timeout", "{where} did not accept a connection in time."),
    ((httpx.InvalidURL, httpx.UnsupportedProtocol), "network", "This is not an address that can be fetched."),
    (httpx.LocalProtocolError, "protocol", "The request could not be sent; look at the extra headers of this feed."),
    (
        (httpx.ProtocolError, httpx.StreamError),
        "protocol",
        "{where} did not answer in proper HTTP, or broke off in the middle.",
    ),
)


def _cause(error: BaseException | None, kind: type[_E]) -> _E | None:
    """The first error of a kind among an error and its causes; groups are looked into."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, kind):
            return current
        waiting += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
    return None
