"""From a request to an answer: redirects followed by hand, every hop checked, everything under one deadline."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from monitor.fetch import file, headers, status
from monitor.fetch.decoding import Decoder
from monitor.fetch.guard import Guard, Pair, Resolver, system_resolver
from monitor.fetch.limits import Limits
from monitor.fetch.outcome import FetchError
from monitor.fetch.room import Lease
from monitor.fetch.target import Target, redirect_target, target_of
from monitor.fetch.transport import Answer, Transport
from monitor.types import Exchange, Fetched, FetchFailure, Request, Validators

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)
_PEEK = 65_536
Hop = Callable[[str], Awaitable[None]]
"""Waits until an address that an answer leads to may be asked."""
_SECRET = frozenset({"authorization", "cookie", "proxy-authorization"})

__all__ = ["ACCEPT", "Fetcher", "Hop", "Limits"]


@dataclass(slots=True)
class _Journey:
    """What is known so far about one fetch: kept outside the steps, so that a deadline can still report it."""

    request: Request
    target: Target
    first: Target
    permanent: bool = True
    status: int | None = None
    received: int = 0
    lease: Lease | None = None
    deadline: asyncio.Timeout | None = None
    exchanges: list[Exchange] = field(default_factory=list)
    hop: Hop | None = None

    async def leave_for(self, url: str) -> None:
        """Wait until the next address may be asked. That is not the server's fault, so the deadline stands still."""
        if self.hop is not None:
            await self._without_deadline(self.hop(url))

    async def _without_deadline(self, waiting: Awaitable[None]) -> None:
        if self.deadline is None:
            await waiting
            return
        clock = asyncio.get_running_loop().time
        left = (self.deadline.when() or clock()) - clock()
        self.deadline.reschedule(None)
        await waiting
        self.deadline.reschedule(clock() + left)

    async def grow(self, size: int) -> None:
        """Take room for a large document. To wait for it is not the server's fault, so the deadline stands still."""
        if self.lease is None or self.deadline is None:
            return
        if not self.lease.must_wait(size):
            await self.lease.grow(size)
            return
        await self._without_deadline(self.lease.grow(size))


class Fetcher:
    """Fetches feeds. Make one for each concurrent worker; they share the TLS context, and making one costs little."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        user_agent: str,
        allowed: frozenset[Pair] = frozenset(),
        proxy: str | None = None,
        tls: ssl.SSLContext | None = None,
        resolver: Resolver = system_resolver,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`allowed`: private (host, port) pairs that may be reached; `clock`: seconds since 1970.

        A proxy may be anywhere: the settings name it. It resolves names itself, so behind it only addresses that are
        written as numbers can be checked.
        """
        self._limits = limits or Limits()
        self._guard = Guard(allowed, resolver)
        self._tls = tls
        self._proxy = proxy
        self._transports: dict[str | None, Transport] = {}
        self._standard = {"user-agent": user_agent, "accept": ACCEPT, "accept-encoding": "gzip", "connection": "close"}
        self._clock = clock

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes what is open."""
        for transport in self._transports.values():
            await transport.aclose()

    async def fetch(self, request: Request, lease: Lease | None = None, hop: Hop | None = None) -> Fetched:
        """Fetches one feed; whatever can be expected to go wrong is in `Fetched.failure`.

        With a `lease` a large document waits until there is room for it; `hop` is waited for before a redirect is followed.
        """
        started = time.monotonic()
        fetched = await self._fetch(request, lease, hop)
        return replace(fetched, duration_ms=round((time.monotonic() - started) * 1000))

    async def _fetch(self, request: Request, lease: Lease | None, hop: Hop | None) -> Fetched:
        if (path := file.path_of(request.url)) is not None:
            return await asyncio.to_thread(file.read, path, request, self._limits)
        target = target_of(request.url)
        if target is None:
            return Fetched(None, "", failure=FetchFailure("network", "This is not an address that can be fetched."))
        journey = _Journey(request, target, target, lease=lease, hop=hop)
        try:
            async with asyncio.timeout(self._limits.timeout) as journey.deadline:
                return await self._travel(journey)
        except FetchError as error:
            return _failed(journey, error.failure)
        except TimeoutError:
            message = f"{journey.target.host} did not answer completely within {self._limits.timeout:g} seconds."
            return _failed(journey, FetchFailure("timeout", message))

    def _transport(self, request: Request) -> Transport:
        """What the request goes through: made for each proxy when it is first needed."""
        proxy = self._proxy if request.proxy is None else request.proxy or None
        if proxy not in self._transports:
            self._transports[proxy] = Transport(self._guard, self._limits, self._tls, proxy)
        return self._transports[proxy]

    async def _travel(self, journey: _Journey) -> Fetched:
        seen = {journey.target.url}
        transport = self._transport(journey.request)
        while True:
            sent = _matching(journey.request.validators, journey.target)
            fields = self._fields(journey, sent)
            async with transport.get(journey.target, fields) as answer:
                journey.status = answer.status
                self._keep(journey, fields, answer)
                if answer.status not in status.REDIRECTS:
                    return await self._arrive(journey, answer, sent)
                target = redirect_target(journey.target, _location(answer.headers))
            if journey.request.stay:
                return Fetched(
                    answer.status, journey.target.url, leads_to=target.url, exchanges=tuple(journey.exchanges)
                )
            if target.url in seen:
                raise FetchError("redirect", "The server redirects in a circle.")
            if len(seen) > self._limits.max_redirects:
                raise FetchError("redirect", f"The server redirects more than {self._limits.max_redirects} times.")
            seen.add(target.url)
            await journey.leave_for(target.url)
            journey.permanent = journey.permanent and answer.status in status.PERMANENT
            journey.target = target

    def _fields(self, journey: _Journey, sent: Validators | None) -> Mapping[str, str]:
        fields = dict(self._standard)
        if journey.target.origin == journey.first.origin:
            fields |= {name.lower(): value for name, value in journey.request.headers.items()}
        if journey.target.authorization:
            fields.setdefault("authorization", journey.target.authorization)
        # The coding and the end of the connection are ours to choose: the reading of the answer depends on them.
        return fields | {k: self._standard[k] for k in ("accept-encoding", "connection")} | headers.conditions(sent)

    async def _arrive(self, journey: _Journey, answer: Answer, sent: Validators | None) -> Fetched:
        """The answer at the end of the journey, whatever its status."""
        if answer.status == 304:
            if sent is None or not headers.conditions(sent):
                raise FetchError(
                    "protocol", "The server says 'not modified', but nothing was asked that way (HTTP 304)."
                )
            return self._good(journey, answer, sent, None)
        peek = await self._peek(journey, answer) if answer.status in status.PEEKED else b""
        failure = status.failure_of(answer.status, answer.headers, peek)
        if failure is not None:
            wait = headers.retry_after(answer.headers, self._clock())
            return replace(_failed(journey, failure), retry_after=wait)
        return self._good(journey, answer, None, await self._body(journey, answer))

    @staticmethod
    def _keep(journey: _Journey, fields: Mapping[str, str], answer: Answer) -> None:
        """Note what was asked and what came, without its body yet and without what is secret."""
        if journey.request.keep:
            asked = [("host", journey.target.authority), *fields.items()]
            public = tuple((name, value) for name, value in asked if name not in _SECRET)
            journey.exchanges.append(Exchange(journey.target.url, public, answer.status, answer.fields))

    def _good(self, journey: _Journey, answer: Answer, sent: Validators | None, body: bytes | None) -> Fetched:
        now = self._clock()
        moved = journey.permanent and journey.target is not journey.first
        return Fetched(
            status=answer.status,
            final_url=journey.target.url,
            body=body,
            content_type=answer.headers.get("content-type", "")[:200],
            validators=headers.validators(answer.headers, journey.target.validators_url, sent),
            permanent_url=journey.target.url if moved else None,
            retry_after=headers.retry_after(answer.headers, now),
            max_age=headers.max_age(answer.headers, now),
            bytes=journey.received,
            exchanges=tuple(journey.exchanges),
        )

    async def _body(self, journey: _Journey, answer: Answer) -> bytes:
        decoder = Decoder(answer.headers.get("content-encoding", ""), self._limits.max_body, journey.request.into)
        raw = bytearray()
        async for piece in answer.body:
            journey.received += len(piece)
            decoder.feed(piece)
            if journey.request.keep:
                raw += piece
            await journey.grow(decoder.size)
        if journey.request.keep:
            journey.exchanges[-1] = replace(journey.exchanges[-1], body=bytes(raw))
        return decoder.finish()

    async def _peek(self, journey: _Journey, answer: Answer) -> bytes:
        """The beginning of an error page, to tell a wall against robots from a plain refusal."""
        decoder = Decoder(answer.headers.get("content-encoding", ""), _PEEK)
        with contextlib.suppress(FetchError):
            async for piece in answer.body:
                journey.received += len(piece)
                decoder.feed(piece)
        return decoder.so_far()


def _matching(sent: Validators | None, target: Target) -> Validators | None:
    """The validators, when this very address gave them."""
    return sent if sent is not None and sent.url in {target.validators_url, target.url} else None


def _location(answer_headers: Mapping[str, str]) -> str | None:
    location = answer_headers.get("location")
    if location is None:
        return None
    try:
        return location.encode("latin-1").decode("utf-8")  # some servers send the address unescaped
    except UnicodeDecodeError:
        return location


def _failed(journey: _Journey, failure: FetchFailure) -> Fetched:
    return Fetched(journey.status, journey.target.url, bytes=journey.received, failure=failure)
