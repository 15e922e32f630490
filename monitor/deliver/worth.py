"""What an article is worth, as the seed format has it: `quality` for good, `heat` while it is news.

Both are whole numbers on one scale. What a document or a feed said itself stands; nothing is made up for seeds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

OVER = -1
"""Heat of what is no longer news."""
_FRESH_DAYS = 2
_HALF_LIFE_DAYS, _MOST_OUTLETS = 3, 11
_LEAST = 0.1
_COMPLETE: Mapping[str, int] = {
    "excerpt": 10,
    "body": 10,
    "images": 10,
    "publishedDateTime": 10,
    "provider": 5,
    "topics": 5,
}


def with_worth(rows: Iterable[Mapping[str, Any]], now: datetime) -> Iterator[dict[str, Any]]:
    """Rows of `db.exports.record_rows` with quality and heat where they had none; seeds as they are."""
    for row in rows:
        found = dict(row)
        if found["origin"] != "seed":
            if found["quality"] is None:
                found["quality"] = quality(found)
            if found["heat"] is None:
                found["heat"] = heat(found, found["quality"], now)
        yield found


def quality(row: Mapping[str, Any]) -> int:
    """0 to 150: how related it is, in percent, and up to 50 for how much of it there is to read."""
    return round(100 * float(row["relevance"] or 0)) + sum(worth for key, worth in _COMPLETE.items() if row.get(key))


def heat(row: Mapping[str, Any], worth: int, now: datetime) -> int:
    """Its quality while it, or another text of its story, is of the last two days; then ever less, and `OVER` at last.

    It halves every few days, the more slowly the more outlets have texts of their own in its story. Days are whole, so
    that an export made twice on a day says the same.
    """
    last = max(row["publishedDateTime"] or row["first_seen_at"], row["covered_until"] or "")
    days = (now.date() - datetime.fromisoformat(last).date()).days
    if days <= _FRESH_DAYS:
        return worth
    half_life = _HALF_LIFE_DAYS + min(row["outlets"] or 1, _MOST_OUTLETS)
    left = 0.5 ** ((days - _FRESH_DAYS) / half_life)
    return round(worth * left) if left >= _LEAST else OVER
