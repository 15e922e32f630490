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
ORDER BY sort_at LIMIT 1000
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
        "Articles with the text of another, and by what that was recognised; the latest first.",
        """
SELECT i.sort_at AS date, d.title, d.web_url, d.copy_of_title, d.copy_of_origin, d.method, d.score, d.uid, d.copy_of_uid
FROM items i CROSS JOIN duplicates d ON d.uid = i.uid
ORDER BY i.sort_at DESC LIMIT 500
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
    "stories_of_the_week": Question(
        "Stories of the last week, by how many outlets tell them",
        "Events that at least two outlets tell in words of their own, and that are likely or maybe related.",
        """
SELECT s.own_text_outlets AS outlets, s.articles, s.reprints, s.title, s.first_published_at, s.last_published_at, s.story_uid
FROM stories s
WHERE s.last_published_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 days') AND s.own_text_outlets > 1
    AND s.story_uid IN (SELECT story_uid FROM related_items
        WHERE sort_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-14 days'))
ORDER BY s.own_text_outlets DESC, s.articles DESC LIMIT 200
""",
    ),
    "outlets": Question(
        "Which outlets report most",
        "Likely and maybe related articles of each outlet in the last 90 days, reprints apart. With “watch”, of one watch.",
        """
SELECT coalesce(provider_name, provider_domain) AS outlet, provider_domain AS domain,
    count(*) FILTER (WHERE copy_of_uid IS NULL AND verdict = 'likely') AS likely,
    count(*) FILTER (WHERE copy_of_uid IS NULL AND verdict = 'maybe') AS maybe,
    count(*) FILTER (WHERE copy_of_uid IS NOT NULL) AS reprints, min(sort_at) AS first, max(sort_at) AS latest
FROM related_items
WHERE sort_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-90 days') AND (coalesce(:watch, '') = '' OR watch = :watch)
GROUP BY 1, 2 ORDER BY likely DESC, maybe DESC LIMIT 500
""",
        ("watch",),
    ),
    "broken_since_yesterday": Question(
        "Feeds that broke in the last day",
        "Feeds whose first failure since their last good answer was in the last 24 hours.",
        """
SELECT failing_since, name, reason, consecutive_failures AS failures, next_poll_at, feed_url
FROM feed_health
WHERE failing_since >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 day') AND problem IS NOT 'same'
ORDER BY failing_since DESC
""",
    ),
    "decided_by_people": Question(
        "What people decided",
        "Verdicts, joins and mutes of people that hold, the latest first, with the name of who decided on the pages.",
        """
SELECT decided_at, coalesce(json_extract(evidence, '$.who'), 'on the command line') AS who, method, verdict,
    json_extract(evidence, '$.title') AS title, json_extract(evidence, '$.because') AS because, a, b, id
FROM decisions
WHERE decided_by = 'user' AND method != 'seen'
ORDER BY decided_at DESC LIMIT 500
""",
    ),
    # `origin IN …` are the words of the index that has seeds and what they list.
    "not_yet_read": Question(
        "Listed in a seed; not yet read",
        "Articles that a seed lists as related and that no feed has brought and nobody has read on their page.",
        """
SELECT i.published_at, i.provider_name AS outlet, i.title, i.web_url, i.uid
FROM items i
WHERE i.origin IN ('seed', 'seed_related') AND i.origin = 'seed_related'
    AND NOT EXISTS (SELECT 1 FROM pages p WHERE p.item_uid = i.uid AND p.read_at IS NOT NULL)
ORDER BY i.published_at DESC LIMIT 500
""",
    ),
    "gaps": Question(
        "When something may have been missed",
        "Times in which a feed moved on so far between two visits that entries may have been missed, the latest first.",
        """
SELECT g.missed_from, g.missed_until, h.name, g.filled_at, g.feed_url
FROM coverage_gaps g LEFT JOIN feed_health h ON h.feed_url = g.feed_url
ORDER BY g.missed_from DESC LIMIT 500
""",
    ),
    "as_atom": Question(
        "Likely related, as an Atom feed",
        "For the plugin datasette-atom: with it, this page has a link to the same as a feed.",
        """
SELECT atom_id, atom_title, atom_updated, atom_link, atom_content_html, atom_author_name FROM atom_related LIMIT 100
""",
    ),
}
"""Name in the address → question."""
