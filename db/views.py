"""The views other tools read: their SQL, and what each column means.

Views hold no data, so they are dropped and made again whenever their SQL changes; columns are only ever added. The
descriptions here are the source of `docs/schema.md` and of what Datasette shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class View:
    """One public view."""

    name: str
    row: str
    """What one row is."""
    columns: Mapping[str, str]
    """Column → what it means."""
    select: str

    @property
    def sql(self) -> str:
        """The statement that makes the view."""
        return f"CREATE VIEW {self.name} AS\n{self.select.strip()}"


SIGHTINGS = View(
    "sightings",
    "entry of a feed, as it was last seen",
    {
        "feed_url": "the feed's address as configured; for backfill, what was read",
        "guid": "the entry's own identifier, as the feed gave it",
        "link": "the entry's address, absolute",
        "title": "the headline this feed gave",
        "item_uid": "the item this entry is",
        "first_seen_at": "when the entry was first in the feed",
        "last_seen_at": "when it was last in the feed",
        "excerpt": "the summary this feed gave, as plain text",
        "published_at": "the date this feed gave, in UTC",
        "published_raw": "the same as the feed wrote it",
        "date_quality": "exact, day, zone_assumed, implausible or none",
        "source_kind": "feed or backfill",
        "snapshots": "how many versions of the entry were stored",
        "captured_at": "for what comes from an archive: when the archived copy was made in which it first stood as it does",
        "capture_url": "the address of that copy",
        "id": "row number inside the database; what came later has a larger one",
    },
    """
SELECT s.address AS feed_url, e.guid, n.link, n.title, a.uid AS item_uid, e.first_seen_at,
    CASE WHEN f.document_at = e.last_seen_at THEN f.document_seen_at ELSE e.last_seen_at END AS last_seen_at,
    n.excerpt, n.published_at, n.published_raw, n.date_quality, s.kind AS source_kind, e.snapshots,
    json_extract(n.data, '$.capture.at') AS captured_at, json_extract(n.data, '$.capture.url') AS capture_url, e.id
FROM entry e
JOIN source s ON s.id = e.source_id
LEFT JOIN feed f ON f.source_id = s.id
JOIN snapshot n ON n.id = e.snapshot_id
LEFT JOIN article a ON a.id = e.article_id
WHERE likely(s.kind IN ('feed', 'backfill'))
""",
)

ITEMS = View(
    "items",
    "article, seeds included",
    {
        "uid": "short identifier, given at first sight; never changes (see `item_aliases`)",
        "origin": "seed, seed_related (listed in a seed), feed or backfill",
        "title": "headline",
        "excerpt": "summary, plain text",
        "web_url": "the article's address for people",
        "published_at": "when it was published, UTC; empty when not known",
        "date_quality": "exact, day, zone_assumed, implausible or none",
        "first_seen_at": "when it was first seen",
        "language": "two-letter code",
        "provider_name": "outlet",
        "provider_domain": "the outlet's registrable domain",
        "verdict": "likely, maybe or no: the best over all watches",
        "relevance": "0 to 1: how sure, the best over all watches",
        "is_related": "1 when the verdict is likely",
        "judged_on": "headline, excerpt or text: what the verdict rests on",
        "copy_of_uid": "the article whose text this is, always the root",
        "story_uid": "the group of articles on the same event",
        "sort_at": "published_at, or first_seen_at where there is no usable date or one later than that",
        "sightings": "entries of feeds that are this article",
        "seen": "1 when marked as seen",
        "id": "row number inside the database, for full-text search",
        "outlet_tags": "JSON list: what the settings say of the outlet",
    },
    """
SELECT a.uid, a.origin, a.title, a.excerpt, a.web_url, a.published_at, a.date_quality, a.first_seen_at, a.language,
    a.provider_name, a.provider_domain, a.verdict, a.relevance, CAST(a.verdict = 'likely' AS INTEGER) AS is_related, a.judged_on,
    (SELECT r.uid FROM article r WHERE r.id = a.copy_of_id) AS copy_of_uid,
    (SELECT s.uid FROM story s WHERE s.id = a.story_id) AS story_uid,
    a.sort_at,
    (SELECT count(*) FROM entry e JOIN source s ON s.id = e.source_id
     WHERE e.article_id = a.id AND s.kind IN ('feed', 'backfill')) AS sightings,
    CAST(a.seen_at IS NOT NULL AS INTEGER) AS seen, a.id,
    coalesce((SELECT o.tags FROM outlet o WHERE o.domain = a.provider_domain), '[]') AS outlet_tags
FROM article a
WHERE a.deleted_at IS NULL
""",
)

ITEM_URLS = View(
    "item_urls",
    "address an article is known by",
    {
        "item_uid": "the article",
        "url": "the address as it was given",
        "role": "web, original, amp, cdn_amp, guid, redirect or link",
        "key": "what is compared: the address without scheme, tracking and AMP",
        "weak": "1 when the address identifies nothing: a home page, or one link for many entries",
        "rules_version": "version of the rules that made the key",
    },
    """
SELECT a.uid AS item_uid, u.url, u.role, u.key, u.weak, u.rules_version
FROM address u JOIN article a ON a.id = u.article_id
WHERE a.deleted_at IS NULL
""",
)

ITEM_ALIASES = View(
    "item_aliases",
    "uid ever given",
    {"old_uid": "a uid that was given at some time", "item_uid": "the uid that holds now"},
    """
SELECT old_uid, a.uid AS item_uid FROM alias JOIN article a ON a.id = alias.article_id
""",
)

SEED_FORMAT = View(
    "seed_format",
    "article, in the keys of the seed format; lists and objects are JSON",
    {
        "uid": "the item",
        "category": "news, unless its seed says otherwise",
        "title": "headline",
        "excerpt": "summary",
        "publishedDateTime": "when it was published",
        "updatedDateTime": "when it was last changed, as its source says",
        "originalUrl": "the publisher's first address",
        "webUrl": "the address for people",
        "ampWebUrl": "the AMP address",
        "cdnAmpWebUrl": "the AMP address on cdn.ampproject.org",
        "type": "article, video …",
        "quality": "integer",
        "heat": "integer; -1 when over",
        "published": "1 or 0",
        "locale": "language or locale",
        "provider": "JSON: name, domain, images",
        "topics": "JSON list",
        "tags": "JSON list",
        "categories": "JSON list",
        "images": "JSON list of url, width, height, title, attribution, isCached",
        "related": "JSON list of records: of a seed what it lists, of a find its nearest seeds",
        "secured": "opaque",
    },
    """
SELECT a.uid, coalesce(json_extract(a.record, '$.category'), 'news') AS category, a.title, nullif(a.excerpt, '') AS excerpt,
    coalesce(json_extract(a.record, '$.publishedDateTime'), a.published_at) AS publishedDateTime,
    json_extract(a.record, '$.updatedDateTime') AS updatedDateTime,
    json_extract(a.record, '$.originalUrl') AS originalUrl,
    a.web_url AS webUrl,
    coalesce(json_extract(a.record, '$.ampWebUrl'),
        (SELECT min(u.url) FROM address u WHERE u.article_id = a.id AND u.role = 'amp')) AS ampWebUrl,
    coalesce(json_extract(a.record, '$.cdnAmpWebUrl'),
        (SELECT min(u.url) FROM address u WHERE u.article_id = a.id AND u.role = 'cdn_amp')) AS cdnAmpWebUrl,
    coalesce(json_extract(a.record, '$.type'), 'article') AS type,
    json_extract(a.record, '$.quality') AS quality,
    json_extract(a.record, '$.heat') AS heat,
    coalesce(json_extract(a.record, '$.published'), 0) AS published,
    coalesce(json_extract(a.record, '$.locale'), a.language) AS locale,
    coalesce(json_extract(a.record, '$.provider'),
        CASE WHEN a.provider_name IS NULL AND a.provider_domain IS NULL THEN NULL
        ELSE json_patch('{}', json_object('name', a.provider_name, 'domain', a.provider_domain)) END) AS provider,
    coalesce(json_extract(a.record, '$.topics'), '[]') AS topics,
    coalesce(json_extract(a.record, '$.tags'), '[]') AS tags,
    coalesce(json_extract(a.record, '$.categories'), '[]') AS categories,
    coalesce(json_extract(a.record, '$.images'), '[]') AS images,
    coalesce(json_extract(a.record, '$.related'), (
        SELECT json_group_array(json(r.record)) FROM (
            SELECT json_patch('{}', json_object('title', s.title, 'publishedDateTime',
                coalesce(json_extract(s.record, '$.publishedDateTime'), s.published_at), 'webUrl', s.web_url, 'type', 'article',
                'provider', json_object('name', s.provider_name, 'domain', s.provider_domain))) AS record
            FROM judgement j, json_each(j.nearest) n JOIN article s ON s.uid = json_extract(n.value, '$[0]')
            WHERE j.article_id = a.id AND j.verdict != 'no'
            GROUP BY s.id ORDER BY max(json_extract(n.value, '$[1]')) DESC, s.uid) r
    ), '[]') AS related,
    json_extract(a.record, '$.secured') AS secured
FROM article a
WHERE a.deleted_at IS NULL
""",
)

# From the related articles, of which an index has few, the latest first; so `ORDER BY sort_at` looks at no more than it shows.
RELATED_ITEMS = View(
    "related_items",
    "article found by the monitor × watch it is likely or maybe related to",
    {
        "watch": "the folder of seeds",
        "uid": "the item",
        "title": "headline",
        "excerpt": "summary",
        "web_url": "address",
        "provider_name": "outlet",
        "published_at": "when it was published, UTC",
        "first_seen_at": "when the monitor found it",
        "relevance": "0 to 1: how sure, for this watch",
        "verdict": "likely or maybe",
        "seed_uid": "the nearest seed",
        "seed_title": "its headline",
        "reason": "why, in words",
        "story_uid": "the group of articles on the same event",
        "reprints": "copies of its text at other addresses",
        "own_text_outlets": "outlets in its story with a text of their own",
        "seen": "1 when marked as seen",
        "language": "two-letter code",
        "provider_domain": "the outlet's registrable domain",
        "copy_of_uid": "the article whose text this is",
        "sort_at": "published_at, or first_seen_at where there is no usable date or one later than that",
        "origin": "feed or backfill",
        "judged_on": "headline, excerpt or text",
        "id": "row number inside the database, for full-text search",
        "date_quality": "exact, day, zone_assumed, implausible or none",
        "outlet_tags": "JSON list: what the settings say of the outlet",
    },
    """
SELECT j.watch, a.uid, a.title, a.excerpt, a.web_url, a.provider_name, a.published_at, a.first_seen_at,
    j.score AS relevance, j.verdict,
    json_extract(j.nearest, '$[0][0]') AS seed_uid,
    (SELECT s.title FROM article s WHERE s.uid = json_extract(j.nearest, '$[0][0]')) AS seed_title,
    j.reason,
    (SELECT s.uid FROM story s WHERE s.id = a.story_id) AS story_uid,
    (SELECT count(*) FROM article c WHERE c.copy_of_id = coalesce(a.copy_of_id, a.id)) AS reprints,
    coalesce((SELECT s.own_text_outlets FROM story s WHERE s.id = a.story_id), 1) AS own_text_outlets,
    CAST(a.seen_at IS NOT NULL AS INTEGER) AS seen, a.language, a.provider_domain,
    (SELECT r.uid FROM article r WHERE r.id = a.copy_of_id) AS copy_of_uid,
    a.sort_at, a.origin, j.judged_on, a.id, a.date_quality,
    coalesce((SELECT o.tags FROM outlet o WHERE o.domain = a.provider_domain), '[]') AS outlet_tags
FROM article a CROSS JOIN judgement j ON j.article_id = a.id
WHERE a.verdict != 'no' AND j.verdict != 'no' AND a.origin IN ('feed', 'backfill') AND a.deleted_at IS NULL
""",
)

MATCHES = View(
    "matches",
    "article × watch × nearest seeds (three at most), near misses too",
    {
        "item_uid": "the item",
        "watch": "the folder of seeds",
        "seed_uid": "one of the nearest seeds; empty where a person judged and no seed is near",
        "score": "0 to 1: how near that seed is",
        "verdict": "likely, maybe or no, for the watch",
        "terms": "JSON list of what is shared: term, weight, seeds that have it",
        "parts": "JSON: how the relevance came about",
        "matcher_version": "version of the matcher",
        "relevance": "0 to 1: how sure, for the watch",
        "reason": "why, in words",
        "decided_by": "rule or user",
        "judged_on": "headline, excerpt or text",
        "judged_at": "when",
    },
    """
SELECT a.uid AS item_uid, j.watch, json_extract(n.value, '$[0]') AS seed_uid, json_extract(n.value, '$[1]') AS score, j.verdict, j.terms,
    j.parts, j.matcher_version, j.score AS relevance, j.reason, j.decided_by, j.judged_on, j.judged_at
FROM judgement j JOIN article a ON a.id = j.article_id LEFT JOIN json_each(j.nearest) n
WHERE a.deleted_at IS NULL AND (n.value IS NOT NULL OR j.decided_by = 'user')
""",
)

DUPLICATES = View(
    "duplicates",
    "article that is a copy",
    {
        "uid": "the copy",
        "title": "its headline",
        "web_url": "its address",
        "copy_of_uid": "the article whose text it has",
        "copy_of_title": "the headline of that",
        "copy_of_origin": "seed, seed_related, feed or backfill",
        "method": "by what it was recognised",
        "score": "0 to 1: how alike",
    },
    """
SELECT a.uid, a.title, a.web_url, r.uid AS copy_of_uid, r.title AS copy_of_title, r.origin AS copy_of_origin,
    d.method, d.score
FROM article a JOIN article r ON r.id = a.copy_of_id
LEFT JOIN decision d ON d.id = coalesce(
    (SELECT max(id) FROM decision WHERE a = 'article:' || a.uid AND kind = 'copy' AND undone_at IS NULL),
    (SELECT max(id) FROM decision WHERE b = 'article:' || a.uid AND kind = 'copy' AND undone_at IS NULL))
WHERE a.deleted_at IS NULL
""",
)

STORIES = View(
    "stories",
    "group of articles on one event, in their own words or copied",
    {
        "story_uid": "short identifier; a story keeps it when it grows (see `story_aliases`)",
        "title": "headline of one of its articles; no two stories have the same",
        "first_published_at": "of its earliest article",
        "last_published_at": "of its latest article",
        "articles": "how many articles, copies included",
        "reprints": "how many of them are copies",
        "own_text_outlets": "outlets with a text of their own",
    },
    """
SELECT uid AS story_uid, title, first_published_at, last_published_at, articles, reprints, own_text_outlets FROM story
""",
)

STORY_ALIASES = View(
    "story_aliases",
    "uid of a story that became one with another",
    {"old_uid": "a uid that a story had", "story_uid": "the story it is part of now"},
    """
SELECT l.old_uid, s.uid AS story_uid FROM story_alias l JOIN story s ON s.id = l.story_id
""",
)

RULED = """
SELECT r.at AS decided_at,
    CASE WHEN r.do IN ('yes', 'no') THEN 'relevance' WHEN r.do IN ('same', 'different') THEN 'identity'
        WHEN r.do IN ('together', 'apart') THEN 'story' ELSE r.do END AS kind,
    coalesce(CASE WHEN r.a_id = r.b_id THEN 'article:' || json_extract(r.line, '$.uid') END,
        'article:' || (SELECT uid FROM article WHERE id = r.a_id),
        CASE WHEN r.what IN ('outlet', 'phrase') THEN r.what || ':' || r.target END,
        (SELECT min(n.anchor) FROM anchor n WHERE n.ruling_id = r.id AND n.side = 'a'), '') AS a,
    CASE WHEN w.value IS NOT NULL THEN 'watch:' || w.value
        WHEN r.do IN ('same', 'different', 'together', 'apart') THEN coalesce(
            CASE WHEN r.a_id = r.b_id THEN 'article:' || json_extract(r.line, '$.other.uid') END,
            'article:' || (SELECT uid FROM article WHERE id = r.b_id),
            (SELECT min(n.anchor) FROM anchor n WHERE n.ruling_id = r.id AND n.side = 'b'), '') ELSE '' END AS b,
    CASE r.do WHEN 'yes' THEN 'likely' WHEN 'mute' THEN 'muted' WHEN 'add' THEN 'seed' WHEN 'together' THEN 'same story' WHEN 'apart' THEN 'another story' ELSE r.do END AS verdict,
    r.do AS method, NULL AS score, r.line AS evidence, 'user' AS decided_by, r.id, CASE WHEN r.pending THEN 'pending' ELSE r.state END AS state
FROM ruling r LEFT JOIN json_each(r.watches) w
WHERE r.state IN ('standing', 'expired') AND r.do != 'undo'
"""
"""Decisions of people that were not taken back, in the columns of `decisions`."""

DECISIONS = View(
    "decisions",
    "decision on identity, copies, stories or relevance",
    {
        "decided_at": "when",
        "kind": "identity, copy, story, relevance, mute, seen or add",
        "a": "what it is about: entry:ID, address:KEY, article:UID; of a mute also outlet:NAME or phrase:WORDS",
        "b": "the other side: also watch:NAME, story:UID; of two that are one by now, the uid that leads to it",
        "verdict": "same, different, copy, same story, another story, likely, maybe, no, muted, seen, seed …",
        "method": "by which rule or command",
        "score": "0 to 1, where there is one",
        "evidence": "JSON; of a person's decision its line in decisions.jsonl",
        "decided_by": "rule or user",
        "id": "of a person's decision: what `seedwatch undo` calls it",
        "state": "standing; pending when its article is not known yet; expired; undone and superseded ones are left out",
    },
    """
SELECT decided_at, kind, a, b, verdict, method, score, evidence, decided_by, NULL AS id, 'standing' AS state
FROM decision WHERE undone_at IS NULL
UNION ALL
SELECT j.judged_at, 'relevance', 'article:' || a.uid, 'watch:' || j.watch, j.verdict, 'matcher ' || j.matcher_version,
    j.score, j.terms, 'rule', NULL, 'standing'
FROM judgement j JOIN article a ON a.id = j.article_id WHERE j.decided_by = 'rule'
UNION ALL
SELECT t.told_at, 'story', 'article:' || a.uid, 'story:' || s.uid, 'same story', 'headline and date', t.likeness,
    json_object('words', json(t.words)), 'rule', NULL, 'standing'
FROM telling t JOIN article a ON a.id = t.article_id JOIN story s ON s.id = a.story_id
UNION ALL
"""
    + RULED,
)

REVISIONS = View(
    "revisions",
    "change of an article after it was first seen",
    {
        "item_uid": "the article",
        "seen_at": "when the change was seen",
        "field": "title, excerpt, web_url or published_at; of its page: page, page_title or text",
        "old": "before",
        "new": "after",
    },
    """
SELECT a.uid AS item_uid, r.seen_at, r.field, r.old, r.new FROM revision r JOIN article a ON a.id = r.article_id
""",
)

VERDICT_CHANGES = View(
    "verdict_changes",
    "verdict that became another one",
    {
        "item_uid": "the article",
        "watch": "the watch",
        "changed_at": "when it was judged differently",
        "was": "the verdict before",
        "verdict": "the verdict from then on",
        "relevance_before": "0 to 1; null where a person's word was taken back",
        "relevance": "0 to 1",
        "decided_by": "rule or user",
        "reason": "why, in words",
    },
    """
SELECT a.uid AS item_uid, c.watch, c.changed_at, c.was, c.became AS verdict, c.score_before AS relevance_before,
    c.score AS relevance, c.decided_by, c.reason FROM verdict_change c JOIN article a ON a.id = c.article_id
""",
)

FEED_HEALTH = View(
    "feed_health",
    "feed",
    {
        "feed_url": "the feed's address as configured",
        "name": "from the settings, else from the feed",
        "state": "ok, quiet (longer than usual without news), silent (far longer), failing or parked (gone, or the same as another)",
        "reason": "why it is in that state, in words",
        "last_attempt_at": "last request",
        "last_success_at": "last good answer",
        "last_new_item_at": "last time it brought something new; after the first visit, the date of its newest entry",
        "next_poll_at": "when it is due",
        "consecutive_failures": "failures since the last good answer",
        "items_7d": "new items in the last seven days",
        "failing_since": "first failure since the last good answer",
        "interval_s": "exact interval from the settings, seconds",
        "usual_gap_s": "usual time between two of its entries, seconds",
        "tags": "JSON list, from the settings",
        "entry_policy": "what tells its entries apart: guid, link, or more where guids are worthless",
        "moved_to": "where it has permanently redirected to",
        "problem": "what is the matter, in a word that does not change: login, empty, timeout, silent …; empty when all is well",
        "problem_since": "since when that is known: first failure, last news of a silent feed, first answer from the new address",
        "next_poll_reason": "why it is due then, in words",
        "asked_at_url": "where it is asked since it has moved for good; empty: at its address in the settings",
    },
    """
SELECT s.address AS feed_url, coalesce(s.name, s.title, s.address) AS name, f.state, f.reason, f.last_attempt_at,
    f.last_success_at, f.last_new_item_at, f.next_poll_at, f.consecutive_failures,
    (SELECT coalesce(sum(t.new_items), 0) FROM fetch t WHERE t.source_id = s.id
     AND t.started_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 days')) AS items_7d,
    f.failing_since, f.interval_s, f.usual_gap_s, s.tags, f.entry_policy, f.permanent_url AS moved_to, f.problem,
    CASE f.problem WHEN 'silent' THEN f.last_new_item_at WHEN 'moved' THEN f.permanent_since WHEN 'same' THEN f.permanent_since
        ELSE f.failing_since END AS problem_since,
    f.next_reason AS next_poll_reason, f.adopted_url AS asked_at_url
FROM source s JOIN feed f ON f.source_id = s.id
WHERE s.removed_at IS NULL
""",
)

FETCHES = View(
    "fetches",
    "request for a feed",
    {
        "feed_url": "the feed's address as configured",
        "started_at": "when",
        "duration_ms": "milliseconds",
        "status": "HTTP status",
        "outcome": "new, unchanged, not_modified, failed, or same (it redirects to another of the feeds)",
        "error_code": "kind of failure",
        "bytes": "as received, before decompression",
        "entries": "entries in the document",
        "new_items": "of them new",
        "message": "what went wrong, in words",
    },
    """
SELECT s.address AS feed_url, t.started_at, t.duration_ms, t.status, t.outcome, t.error_code, t.bytes, t.entries,
    t.new_items, t.message
FROM fetch t JOIN source s ON s.id = t.source_id
""",
)

COVERAGE_GAPS = View(
    "coverage_gaps",
    "window in which items of a feed may have been missed",
    {
        "feed_url": "the feed",
        "missed_from": "start of the window",
        "missed_until": "end of the window",
        "detected_at": "when it was noticed",
        "filled_at": "when it was filled from elsewhere",
        "tried_at": "when it was last tried to fill it",
        "filled_from": "from where: archive (the feed's own), sitemap or wayback",
        "brought": "how many articles of the window that brought which were not known",
        "reason": "how it was filled, or why it cannot be, in words",
    },
    """
SELECT s.address AS feed_url, g.missed_from, g.missed_until, g.detected_at, g.filled_at, g.tried_at, g.filled_from,
    g.brought, g.reason
FROM gap g JOIN source s ON s.id = g.source_id
""",
)

BACKFILLS = View(
    "backfills",
    "backfill that was begun",
    {
        "kind": "files, feed, sitemap, wayback and so on",
        "what": "its arguments",
        "since": "from when on entries were wanted; empty: no bound",
        "until": "up to when",
        "begun_at": "when it was begun, or begun anew after it was done",
        "touched_at": "when it last stored something",
        "done_at": "when it came to its end; empty: the same command goes on where it was",
        "seen": "entries it has seen since it was begun",
        "new": "articles among them that were not known",
        "failed": "what could not be read",
    },
    """
SELECT kind, what, since, until, begun_at, touched_at, done_at, seen, new, failed FROM backfill
""",
)

PAGES = View(
    "pages",
    "page of an article that was read, or is to be",
    {
        "item_uid": "the article",
        "url": "the address that is asked",
        "state": "waiting, read, failing (tried again), refused (robots.txt, private address), gone, or given_up",
        "reason": "why it is in that state, in words",
        "since": "since when it is in that state",
        "asked_at": "last attempt",
        "next_at": "when it is tried or looked at again; empty when not by itself",
        "first_read_at": "when it was first read",
        "read_at": "when what it says now was first read there",
        "changed_at": "when it was last seen to have changed since it was first read",
        "title": "headline, as the page gives it",
        "characters": "length of the text",
        "language": "two-letter code",
        "published_at": "the date the page gives, UTC",
        "date_quality": "exact, day, zone_assumed, implausible or none",
        "updated_at": "when it was last changed, as the page says",
        "site": "name of the site",
        "authors": "JSON list",
        "credits": "JSON list of newsrooms that it names as its sources: name, how, quote",
        "paywalled": "1 when only the beginning can be read, 0 when it says that all may read it",
        "links": "JSON list of the addresses that it gives for its article: url, relation",
        "tries": "failed attempts since it was last read",
    },
    """
SELECT a.uid AS item_uid, p.url, p.state, p.reason, p.since, p.asked_at, p.next_at,
    (SELECT min(f.read_at) FROM reading f WHERE f.page_id = p.id AND f.outcome = 'read') AS first_read_at, r.read_at,
    (SELECT max(c.read_at) FROM reading c WHERE c.page_id = p.id AND c.outcome = 'read' AND c.id >
        (SELECT min(f.id) FROM reading f WHERE f.page_id = p.id AND f.outcome = 'read')) AS changed_at,
    r.title, length(r.text) AS characters, r.language, r.published_at, r.date_quality, r.updated_at,
    json_extract(r.data, '$.provider_name') AS site, json_extract(r.data, '$.authors') AS authors,
    json_extract(r.data, '$.credits') AS credits, json_extract(r.data, '$.paywalled') AS paywalled,
    json_extract(r.data, '$.links') AS links, p.tries
FROM page p
LEFT JOIN reading r ON r.id = p.reading_id
LEFT JOIN address u ON u.key = p.key AND u.weak = 0
    AND NOT EXISTS (SELECT 1 FROM address o WHERE o.key = u.key AND o.weak = 0 AND o.article_id = u.article_id
        AND (o.url, o.role) < (u.url, u.role))
LEFT JOIN article a ON a.id = u.article_id
""",
)

READINGS = View(
    "readings",
    "attempt to read a page",
    {
        "page_url": "the page",
        "read_at": "when",
        "outcome": "read (it said something new), same (nothing new), or failed",
        "status": "HTTP status",
        "error_code": "kind of failure",
        "message": "what went wrong, in words",
        "final_url": "where redirects led",
        "duration_ms": "milliseconds, waiting for the host's turn included",
        "bytes": "as received, before decompression",
        "title": "headline, as the page gave it",
        "text": "the text that it had",
        "content_hash": "hash of all that it said",
        "text_hash": "hash of the words of its text, when it is long enough to be compared",
        "published_at": "the date that it gave, UTC",
        "updated_at": "when it was last changed, as it said",
    },
    """
SELECT p.url AS page_url, r.read_at, r.outcome, r.status, r.error_code, r.message, r.final_url, r.duration_ms, r.bytes,
    r.title, r.text, r.content_hash, r.text_hash, r.published_at, r.updated_at
FROM reading r JOIN page p ON p.id = r.page_id
""",
)

CAPTURES = View(
    "captures",
    "answer of a server that was kept in a WARC file",
    {
        "page_url": "the page",
        "url": "the address that answered: the page's own, or one on the way there",
        "captured_at": "when",
        "status": "HTTP status",
        "sha256": "SHA-256 of the body as it was sent, hexadecimal",
        "file": "name of the file, in the folder of captures beside the database",
        "offset": "first byte of its record there",
        "length": "bytes of its record",
    },
    """
SELECT p.url AS page_url, c.url, c.captured_at, c.status, c.sha256, c.file, c.offset, c.length
FROM capture c JOIN reading r ON r.id = c.reading_id JOIN page p ON p.id = r.page_id
""",
)

NOTICES = View(
    "notices",
    "notice × target it goes to",
    {
        "notice": "number of the notice",
        "made_at": "when it was made",
        "title": "its first line",
        "articles": "how many articles it is about, copies of their texts included",
        "uids": "JSON list of them",
        "target": "the kind of service it goes to, or standard output; empty for what was there when notices began",
        "state": "sent, pending, failed, or known: nobody was told, it was there when notices began",
        "attempts": "how often sending was tried",
        "last_attempt_at": "when it was tried last",
        "error": "why it failed",
        "about": "articles, feeds, or summary: what was new by a time of day, were it nothing",
    },
    """
SELECT n.id AS notice, n.made_at, n.title,
    (SELECT count(*) FROM notice_article a WHERE a.notice_id = n.id) AS articles,
    (SELECT json_group_array(a.uid) FROM notice_article a WHERE a.notice_id = n.id) AS uids,
    d.target, coalesce(d.state, 'known') AS state, coalesce(d.attempts, 0) AS attempts, d.last_attempt_at, d.error, n.about
FROM notice n LEFT JOIN delivery d ON d.notice_id = n.id
""",
)

ATOM_RELATED = View(
    "atom_related",
    "article that is likely related, as an Atom entry",
    {
        "atom_id": "permanent identifier",
        "atom_title": "headline",
        "atom_updated": "when it was found",
        "atom_link": "address; without one, the identifier again",
        "atom_content_html": "summary and reason, as escaped HTML",
        "atom_author_name": "outlet",
    },
    """
SELECT 'urn:seedwatch:' || a.uid AS atom_id, a.title AS atom_title, a.first_seen_at AS atom_updated,
    coalesce(a.web_url, 'urn:seedwatch:' || a.uid) AS atom_link,
    '<p>' || replace(replace(replace(a.excerpt, '&', '&amp;'), '<', '&lt;'), '>', '&gt;') || '</p><p>'
        || replace(replace(replace(max(j.reason), '&', '&amp;'), '<', '&lt;'), '>', '&gt;') || '</p>'
        AS atom_content_html,
    coalesce(a.provider_name, a.provider_domain, '') AS atom_author_name
FROM judgement j JOIN article a ON a.id = j.article_id
WHERE j.verdict = 'likely' AND a.origin IN ('feed', 'backfill') AND a.deleted_at IS NULL
GROUP BY a.id
ORDER BY a.first_seen_at DESC, a.id DESC
""",
)

SCHEMA_CHANGES = View(
    "schema_changes",
    "change of the views",
    {
        "version": "PRAGMA user_version from which it holds",
        "changed": "what changed",
        "since": "version of seedwatch",
    },
    "SELECT version, changed, since FROM schema_change",
)

VIEWS: tuple[View, ...] = (
    RELATED_ITEMS,
    ITEMS,
    SIGHTINGS,
    STORIES,
    STORY_ALIASES,
    DUPLICATES,
    MATCHES,
    DECISIONS,
    REVISIONS,
    VERDICT_CHANGES,
    ITEM_URLS,
    ITEM_ALIASES,
    SEED_FORMAT,
    FEED_HEALTH,
    FETCHES,
    COVERAGE_GAPS,
    BACKFILLS,
    PAGES,
    READINGS,
    CAPTURES,
    NOTICES,
    ATOM_RELATED,
    SCHEMA_CHANGES,
)
"""All public views, the most used first."""
