"""What is new, as people read it: one entry an article, copies of its text under it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

NEWS = timedelta(days=2)
"""How long after it was published what is found is news."""
Row = Mapping[str, Any]


@dataclass(slots=True)
class NewArticle:
    """An article that was not seen yet: its row of `related_items`, the watches it is for, and copies of its text."""

    row: Row
    watches: list[str] = field(default_factory=list)
    copies: list[Row] = field(default_factory=list)
    others: list[NewArticle] = field(default_factory=list)
    """Other texts of the same story, where articles were put together by story."""


def gather(rows: Iterable[Row]) -> list[NewArticle]:
    """Rows of `related_items` by article, a copy under the article it is a copy of where that is listed too."""
    found: dict[str, NewArticle] = {}
    for row in rows:
        article = found.setdefault(row["uid"], NewArticle(row))
        article.watches.append(row["watch"])
    kept: dict[str, NewArticle] = {}
    for uid, article in found.items():
        root = article.row["copy_of_uid"]
        if root in found and root != uid:
            found[root].copies.append(article.row)
            # A group stands where its best member does.
            kept.setdefault(root, found[root])
        else:
            kept.setdefault(uid, article)
    return list(kept.values())


def is_history(origin: str, sort_at: str, first_seen_at: str) -> bool:
    """Whether an article was found by a backfill and was older then than news is."""
    return origin == "backfill" and datetime.fromisoformat(first_seen_at) - datetime.fromisoformat(sort_at) > NEWS


def by_story(articles: Iterable[NewArticle]) -> list[NewArticle]:
    """The same, one for each story, in which the other texts of it are; the earliest published stands for them."""
    stories: dict[str, list[NewArticle]] = {}
    for article in articles:
        stories.setdefault(article.row["story_uid"] or article.row["uid"], []).append(article)
    told = []
    for texts in stories.values():
        first = min(texts, key=lambda article: (article.row["sort_at"], article.row["uid"]))
        watches = list(dict.fromkeys(watch for article in texts for watch in article.watches))
        others = [article for article in texts if article is not first]
        told.append(NewArticle(first.row, watches, first.copies, others))
    return told


def best_verdict(article: NewArticle) -> str:
    """The best verdict of an article and the copies of its text."""
    verdicts = {article.row["verdict"], *(copy["verdict"] for copy in article.copies)}
    return "likely" if "likely" in verdicts else "maybe"
