"""Articles that the end of an address suggests, the stored ones and those that a document has just brought."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from db import copies, traces
from db.copies import Compared
from db.rows import Article


class Suggestions:
    """For the entries of one document, asked together."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._holders: dict[int, list[int]] = {}
        self._sides: dict[int, Compared] = {}

    def look_up(self, numbers: Sequence[int]) -> None:
        """Ask for all articles that have one of these traces."""
        self._holders = traces.holders(self._connection, numbers)
        self._sides = copies.compared(self._connection, {one for ids in self._holders.values() for one in ids})

    def remember(self, article_id: int, article: Article, numbers: Iterable[int]) -> None:
        """Let the rest of the document find what it has just brought."""
        for number in numbers:
            self._holders.setdefault(number, []).append(article_id)
        self._sides[article_id] = Compared(
            id=article_id,
            uid=article.uid,
            seed=False,
            title=article.title,
            title_key=article.title_key,
            excerpt=article.excerpt,
            text="",
            at=article.published_at or article.first_seen_at,
            web_url=article.web_url,
            provider_name=article.provider_name,
            provider_domain=article.provider_domain,
        )

    def moved(self, dropped: int, kept: int) -> None:
        """Follow an article that became another one."""
        self._holders = {n: [kept if one == dropped else one for one in ids] for n, ids in self._holders.items()}
        if kept not in self._sides:
            self._sides |= copies.compared(self._connection, [kept])

    def of(self, numbers: Iterable[int]) -> list[Compared]:
        """The articles that have one of these traces, the oldest first."""
        ids = sorted({one for number in numbers for one in self._holders.get(number, ())})
        return [self._sides[one] for one in ids if one in self._sides]
