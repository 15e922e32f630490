"""A local web of feeds for the speed measurements: generated documents, served by a process of its own."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from multiprocessing.connection import Connection
from xml.sax.saxutils import escape

from wordfreq import top_n_list

_WORDS = [word for word in top_n_list("en", 6000, wordlist="small") if word.isalpha()]
_WEIGHTS = [1 / rank for rank in range(1, len(_WORDS) + 1)]
_MATTER = "facial recognition surveillance cameras spread in Russia as Moscow links its metro to police".split()  # noqa: SIM905


def document(feed: int, entries: int, first: int = 0, *, short: bool = False) -> bytes:
    """An RSS 2.0 document of a feed; the same numbers give the same bytes.

    An entry has about 2.5 kB of markup, the median of 40 real feeds; with `short` a headline and a plain sentence.
    """
    rng = random.Random(feed)
    items = []
    for number in range(first, first + entries):
        # One entry in thirty is on the matter, as in a feed of general news on a good day.
        told = _MATTER if number % 30 == feed % 30 else rng.choices(_WORDS, _WEIGHTS, k=9)
        title = f"{' '.join(told)} {feed}-{number}".capitalize()
        link = f"https://outlet{feed}.example/{number}/{'-'.join(title.lower().split()[:5])}?utm_source=rss&utm_medium=feed"
        lead, *paragraphs = (" ".join(rng.choices(_WORDS, _WEIGHTS, k=60)) for _ in range(5))
        photo = f'<img src="https://outlet{feed}.example/{number}.jpg" width="600" height="400" alt="A photo"/>'
        text = "".join(f'<p>{p} &amp; <a href="{link}#{n}">more</a></p>' for n, p in enumerate(paragraphs))
        items.append(
            f"<item><title>{escape(title)}</title><link>{escape(link)}</link><guid isPermaLink='false'>{feed}-{number}</guid>"
            f"<pubDate>{formatdate(1_790_000_000 - 3600 * number, usegmt=True)}</pubDate><category>News</category>"
            + (
                f"<description>{escape(lead[:150])}</description></item>"
                if short
                else f"<description>{escape(f'<p>{lead}</p>')}</description>"
                f"<content:encoded>{escape(f'<p>{photo}</p>{text}')}</content:encoded></item>"
            )
        )
    head = f"<title>Outlet {feed}</title><link>https://outlet{feed}.example/</link><description>News</description><language>en</language>"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>{head}{"".join(items)}</channel></rss>'.encode()


def _serve(feeds: int, entries: int, short: bool, ready: Connection) -> None:
    bodies = {f"/feed/{n}.xml".encode(): document(n, entries, short=short) for n in range(feeds)}
    hits = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal hits
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            path = request.split(b" ", 2)[1]
            if path == b"/hits":
                body, status, tag = str(hits).encode(), b"200 OK", b""
            else:
                hits += 1
                body = bodies[path]
                tag = b'ETag: "%d"\r\n' % (hash(body) & 0xFFFFFFFF)
                unchanged = tag[6:-2] in request
                status, body = (b"304 Not Modified", b"") if unchanged else (b"200 OK", body)
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
def served(feeds: int, entries: int, *, short: bool = False) -> Iterator[str]:
    """Serve `feeds` feeds of `entries` entries on 127.0.0.1; gives the base address. `/hits` tells how many were asked."""
    mine, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(feeds, entries, short, theirs), daemon=True
    )
    process.start()
    try:
        yield f"http://127.0.0.1:{mine.recv()}"
    finally:
        process.terminate()
        process.join()
