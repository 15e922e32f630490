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


def best_verdict(article: NewArticle) -> str:
    """The best verdict of an article and the copies of its text."""
    verdicts = {article.row["verdict"], *(copy["verdict"] for copy in article.copies)}
    return "likely" if "likely" in verdicts else "maybe"
