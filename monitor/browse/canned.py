"""Questions that people ask of the findings, ready to open: each works without parameters, and with any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its SQL over the public views."""

    title: str
    description: str
    sql: str
    params: tuple[str, ...] = ()


# `CROSS JOIN` and `+i.uid` make SQLite begin with the few articles of the last week instead of with all.
QUESTIONS: Mapping[str, Question] = {
    "new_and_related": Question(
        "New and related",
        "Articles that are likely or maybe related and that nobody marked as seen, newest first. "
        "With “watch”, those of one watch.",
        """
SELECT verdict, CAST(100 * relevance + 1e-7 AS INTEGER) AS percent, title, provider_name AS outlet, sort_at AS date,
    reason, web_url, reprints, watch, uid
FROM related_items
WHERE NOT seen AND copy_of_uid IS NULL AND (coalesce(:watch, '') = '' OR watch = :watch)
ORDER BY sort_at DESC LIMIT 500
""",
        ("watch",),
    ),
    "who_was_first": Question(
        "Who reported it first",
        "Related articles in the order in which they were published, copies marked. A date to the day may stand before "
        "its time; the date of “first seen” is the monitor's own. With “watch”, those of one watch.",
        """
SELECT published_at, first_seen_at, provider_name AS outlet, title, verdict, copy_of_uid IS NOT NULL AS is_copy,
    web_url, watch, uid
FROM related_items
WHERE published_at IS NOT NULL AND (coalesce(:watch, '') = '' OR watch = :watch)
ORDER BY published_at LIMIT 1000
""",
        ("watch",),
    ),
    "broken_feeds": Question(
        "Feeds that are broken",
        "Feeds that fail, are gone, or have long brought nothing, and why.",
        """
SELECT name, state, reason, failing_since, consecutive_failures AS failures, last_success_at, last_new_item_at,
    next_poll_at, feed_url
FROM feed_health
WHERE state IN ('failing', 'parked', 'silent') OR problem IS NOT NULL
ORDER BY CASE state WHEN 'failing' THEN 0 WHEN 'parked' THEN 1 WHEN 'silent' THEN 2 ELSE 3 END, failing_since
""",
    ),
    "near_misses": Question(
        "What was judged a near miss",
        "Articles of the last week that only just were judged unrelated, and why. With “watch”, those of one watch.",
        """
SELECT CAST(100 * m.relevance + 1e-7 AS INTEGER) AS percent, i.title, i.provider_name AS outlet, i.sort_at AS date, m.reason,
    i.web_url, m.watch, i.uid
FROM items i CROSS JOIN matches m ON m.item_uid = i.uid
WHERE i.sort_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 days') AND m.verdict = 'no' AND m.relevance >= 0.2
    AND (coalesce(:watch, '') = '' OR m.watch = :watch)
GROUP BY +i.uid, m.watch
ORDER BY m.relevance DESC LIMIT 200
""",
        ("watch",),
    ),
    "copies": Question(
        "Copies and their roots",
        "Articles with the text of another, and by what that was recognised.",
        """
SELECT title, web_url, copy_of_title, copy_of_origin, method, score, uid, copy_of_uid FROM duplicates
ORDER BY copy_of_uid, uid LIMIT 1000
""",
    ),
    "changed_headlines": Question(
        "What changed in headlines",
        "Headlines that outlets changed after they were first seen, the latest change first.",
        """
SELECT r.seen_at, r.old AS before, r.new AS after, i.provider_name AS outlet, i.verdict, i.web_url, r.item_uid
FROM revisions r JOIN items i ON i.uid = r.item_uid
WHERE r.field = 'title'
ORDER BY r.seen_at DESC LIMIT 500
""",
    ),
}
"""Name in the address → question."""
