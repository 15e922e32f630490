"""Two feeds of the settings that are one: the address of one redirects to the other, or both redirect to a third."""

from __future__ import annotations

import sqlite3

from config.feeds import feed_key
from db import feed_state
from db.rows import Feed
from monitor.types import Fetched


def twin_of(connection: sqlite3.Connection, feed: Feed, fetched: Fetched) -> str | None:
    """Address of the feed that is asked in the place of this one; None when this one is to be read.

    `final_url` has its secrets replaced by their names, as stored addresses have.
    """
    end = feed_key(fetched.final_url)
    if not fetched.final_url or end == feed_key(feed.source.address):
        return None
    # The ways of writing one address that are stored; what else `feed_key` evens out is rare enough.
    written = {fetched.final_url, fetched.final_url.rstrip("/"), f"{fetched.final_url}/", end, f"{end}/"}
    return feed_state.feed_at(connection, sorted(written), fetched.permanent_url, feed.source.id)
