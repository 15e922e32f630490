"""Asking one feed as its settings say, with secrets put in on the way out and taken out of all that comes back.

A server may repeat what it was sent: in the address it redirects to, in links, in the title of an error page. What it repeats is
replaced before the document is read, so that it reaches neither database nor log.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from config.errors import ConfigError
from config.model import Feed
from config.requests import asked, secrets
from config.secrets import Secrets, expand
from monitor.fetch.client import Fetcher, Hop
from monitor.fetch.room import Lease
from monitor.parse.pool import ParsePool
from monitor.schedule.timing import Answer
from monitor.types import Fetched, FetchFailure, Request, Validators


@dataclass(frozen=True, slots=True)
class Known:
    """What a feed answered last: for a conditional request, and to tell the same document again."""

    validators: Validators | None = None
    body_hash: str | None = None
    moved_to: str | None = None
    """Where it is asked since it has moved for good."""
    pieces: Collection[str] | None = None
    """By what the entries of its last document are known again."""


async def ask(
    fetcher: Fetcher,
    pool: ParsePool,
    feed: Feed,
    base: Path,
    known: Known | None = None,
    lease: Lease | None = None,
    look: Callable[[bytes, str], None] | None = None,
    hop: Hop | None = None,
) -> Answer:
    """Ask a feed and read what comes; paths start at `base`, and `look` is shown a document and its address.

    A document that is `known` is not read again, nor are entries that are; `hop` is waited for before a redirect is followed.
    """
    known = known or Known()
    try:
        how = asked(feed, base, os.environ)
        moved_to = expand(known.moved_to, os.environ) if known.moved_to else None
    except ConfigError as error:
        where = f" in {error.key}" if error.key else ""
        return failed(feed, FetchFailure("unreadable", f"{error.message}{where}."))
    hidden = secrets(feed, os.environ)
    # What a feed's settings add is for the address that they name, and for nobody else.
    added = how.headers if moved_to is None or _same_origin(moved_to, how.url) else {}
    request = Request(moved_to or how.url, known.validators, added, how.proxy)
    fetched = _concealed(await fetcher.fetch(request, lease, hop), hidden)
    if fetched.failure is not None or fetched.body is None:
        return Answer(fetched, None)
    body_hash = hashlib.blake2b(fetched.body, digest_size=16).hexdigest()
    parsed = None
    if body_hash != known.body_hash:
        body = hidden.out_of_document(fetched.body)
        if look is not None:
            look(body, fetched.final_url)
        parsed = await pool.parse(body, fetched.content_type, fetched.final_url, known.pieces)
    return Answer(replace(fetched, body=None), parsed, body_hash)


def _same_origin(one: str, other: str) -> bool:
    a, b = urlsplit(one), urlsplit(other)
    return (a.scheme, a.netloc.rpartition("@")[2]) == (b.scheme, b.netloc.rpartition("@")[2])


def failed(feed: Feed, failure: FetchFailure) -> Answer:
    """The answer of a feed that could not be asked."""
    return Answer(Fetched(None, feed.public_url, failure=failure), None)


def _concealed(fetched: Fetched, hidden: Secrets) -> Fetched:
    failure, moved = fetched.failure, fetched.permanent_url
    return replace(
        fetched,
        final_url=hidden.out_of(fetched.final_url),
        permanent_url=hidden.out_of(moved) if moved is not None else None,
        failure=replace(failure, message=hidden.out_of(failure.message)) if failure else None,
    )
