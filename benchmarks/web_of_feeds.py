"""A local web of feeds for the speed measurements: generated documents, served by a process of its own."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from multiprocessing.connection import Connection
from xml.sax.saxutils import escape

from wordfreq import top_n_list

_WORDS = [word for word in top_n_list("en", 6000, wordlist="small") if word.isalpha()]
_WEIGHTS = [1 / rank for rank in range(1, len(_WORDS) + 1)]
_MATTER = "facial recognition surveillance cameras spread in Russia as Moscow links its metro to police".split()  # noqa: SIM905
_NEWEST = 1_790_000_000
FRESH = 20
"""One feed in so many has a new entry when the web moves on."""


def document(feed: int, entries: int, first: int = 0, *, short: bool = False) -> bytes:
    """An RSS 2.0 document of a feed; the same numbers give the same bytes, whatever stands beside them.

    An entry has about 2.5 kB of markup, the median of 40 real feeds; with `short` a headline and a plain sentence.
    """
    items = "".join(_item(feed, number, short=short) for number in range(first, first + entries))
    head = f"<title>Outlet {feed}</title><link>https://outlet{feed}.example/</link><description>News</description><language>en</language>"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>{head}{items}</channel></rss>'.encode()


def _item(feed: int, number: int, *, short: bool) -> str:
    rng = random.Random(f"{feed} {number}")
    # One entry in thirty is on the matter, as in a feed of general news on a good day.
    told = _MATTER if number % 30 == feed % 30 else rng.choices(_WORDS, _WEIGHTS, k=9)
    title = f"{' '.join(told)} {feed}-{number}".capitalize()
    link = f"https://outlet{feed}.example/{number}/{'-'.join(title.lower().split()[:5])}?utm_source=rss&utm_medium=feed"
    lead, *paragraphs = (" ".join(rng.choices(_WORDS, _WEIGHTS, k=60)) for _ in range(5))
    photo = f'<img src="https://outlet{feed}.example/{number}.jpg" width="600" height="400" alt="A photo"/>'
    text = "".join(f'<p>{p} &amp; <a href="{link}#{n}">more</a></p>' for n, p in enumerate(paragraphs))
    return (
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link><guid isPermaLink='false'>{feed}-{number}</guid>"
        f"<pubDate>{formatdate(_NEWEST - 3600 * number, usegmt=True)}</pubDate><category>News</category>"
        + (
            f"<description>{escape(lead[:150])}</description></item>"
            if short
            else f"<description>{escape(f'<p>{lead}</p>')}</description>"
            f"<content:encoded>{escape(f'<p>{photo}</p>{text}')}</content:encoded></item>"
        )
    )


@dataclass(frozen=True)
class Web:
    """Feeds at `base`: `/feed/0.xml` and on."""

    base: str
    feeds: int

    def urls(self) -> list[str]:
        """The addresses of all feeds."""
        return [f"{self.base}/feed/{n}.xml" for n in range(self.feeds)]

    def hits(self) -> int:
        """How many requests were answered."""
        return int(self._said("/hits"))

    def answers(self, what: str) -> None:
        """`validators`: a known ETag is answered by 304; `bodies`: by the same body; `news`: as `validators`, one feed in 20 with a new entry."""
        self._said(f"/answers/{what}")

    def _said(self, path: str) -> bytes:
        with urllib.request.urlopen(self.base + path, timeout=60) as answer:
            return bytes(answer.read())


def _serve(feeds: int, entries: int, short: bool, ready: Connection) -> None:
    bodies = {f"/feed/{n}.xml".encode(): document(n, entries, short=short) for n in range(feeds)}
    fresh = {f"/feed/{n}.xml".encode(): document(n, entries + 1, -1, short=short) for n in range(0, feeds, FRESH)}
    mode = b"validators"
    hits = 0

    def answered(request: bytes) -> tuple[bytes, bytes, bytes]:
        nonlocal hits, mode
        path = request.split(b" ", 2)[1]
        if path == b"/hits":
            return b"200 OK", b"", str(hits).encode()
        if path.startswith(b"/answers/"):
            mode = path.removeprefix(b"/answers/")
            return b"200 OK", b"", b""
        hits += 1
        body = fresh.get(path, bodies[path]) if mode == b"news" else bodies[path]
        if mode == b"bodies":
            return b"200 OK", b"", body
        tag = b'ETag: "%d"\r\n' % (hash(body) & 0xFFFFFFFF)
        return (b"304 Not Modified", tag, b"") if tag[6:-2] in request else (b"200 OK", tag, body)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            status, tag, body = answered(await reader.readuntil(b"\r\n\r\n"))
            head = (
                b"HTTP/1.1 %s\r\nContent-Type: application/rss+xml\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n"
            )
            writer.write(head % (status, tag, len(body)) + body)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, KeyError):
            pass
        finally:
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
        ready.send(server.sockets[0].getsockname()[1])
        async with server:
            await server.serve_forever()

    asyncio.run(main())


@contextmanager
def served(feeds: int, entries: int, *, short: bool = False) -> Iterator[Web]:
    """Serve `feeds` feeds of `entries` entries on 127.0.0.1, one request a connection."""
    mine, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(feeds, entries, short, theirs), daemon=True
    )
    process.start()
    try:
        yield Web(f"http://127.0.0.1:{mine.recv()}", feeds)
    finally:
        process.terminate()
        process.join()
