"""The headline of a story: that of an article in it, and never that of another story."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from db import grouping
from db.grouping import Piece, Story
from monitor.stories.clustering import Group
from monitor.stories.headline import Headline, ranked, told_apart


def named(
    connection: sqlite3.Connection,
    story_id: int,
    before: Story | None,
    group: Group,
    pieces: Sequence[Piece],
    vectors: Mapping[int, Mapping[str, float]],
) -> str:
    """The headline for a story; one that is only added to keeps its own."""
    if before is not None and before.title and group.told:
        return before.title
    headlines = [Headline(p.title, vectors[p.id], (p.sort_at, p.uid)) for p in pieces]
    for title in chain(ranked(headlines, group.centre), told_apart(pieces[0].title, _details(pieces[0]))):
        if not grouping.title_taken(connection, title, story_id):
            return title
    raise AssertionError(f"{pieces[0].uid} names two stories")  # its uid is among the details


def _details(piece: Piece) -> Iterator[str]:
    if piece.outlet:
        yield piece.outlet
    yield piece.sort_at[:10]
    yield piece.uid
