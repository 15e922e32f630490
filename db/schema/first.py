"""The tables of the first version: facts, decisions, projection."""

from __future__ import annotations

from db.light import Database
from db.schema.steps import migrations

_FACTS = (
    # Where entries come from. kind: feed (address: its URL as written), seed (a document's path), backfill (what was read).
    """
    CREATE TABLE source (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('feed', 'seed', 'backfill')),
        address TEXT NOT NULL,
        name TEXT,
        title TEXT,
        link TEXT,
        watch TEXT,
        tags TEXT NOT NULL DEFAULT '[]',
        fingerprint TEXT,
        added_at TEXT NOT NULL,
        removed_at TEXT,
        UNIQUE (kind, address)
    )
    """,
    # How a feed is doing: what a conditional GET needs, when it is due, and how it went.
    """
    CREATE TABLE feed (
        source_id INTEGER PRIMARY KEY REFERENCES source(id),
        interval_s INTEGER,
        etag TEXT,
        last_modified TEXT,
        validators_url TEXT,
        body_hash TEXT,
        document_at TEXT,
        document_seen_at TEXT,
        entry_policy TEXT NOT NULL DEFAULT 'guid',
        usual_gap_s INTEGER,
        permanent_url TEXT,
        permanent_since TEXT,
        permanent_seen INTEGER NOT NULL DEFAULT 0,
        state TEXT NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'quiet', 'silent', 'failing', 'parked')),
        reason TEXT NOT NULL DEFAULT 'not polled yet',
        failing_since TEXT,
        consecutive_failures INTEGER NOT NULL DEFAULT 0,
        gone_confirmations INTEGER NOT NULL DEFAULT 0,
        last_attempt_at TEXT,
        last_success_at TEXT,
        last_new_item_at TEXT,
        next_poll_at TEXT NOT NULL,
        claimed_until TEXT
    )
    """,
    # Asked each tick: which feeds are due.
    "CREATE INDEX feed_due ON feed (next_poll_at)",
    # An entry of a source, by the key its policy gives. role: self, or listed (an article in a seed's `related`).
    # snapshot_id is its latest; no foreign key, which would have to look for it here at every new snapshot.
    """
    CREATE TABLE entry (
        id INTEGER PRIMARY KEY,
        source_id INTEGER NOT NULL REFERENCES source(id),
        entry_key TEXT NOT NULL,
        guid TEXT,
        role TEXT NOT NULL DEFAULT 'self' CHECK (role IN ('self', 'listed')),
        first_seen_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        snapshot_id INTEGER,
        snapshots INTEGER NOT NULL DEFAULT 1,
        withdrawn_at TEXT,
        article_id INTEGER REFERENCES article(id),
        UNIQUE (source_id, entry_key)
    )
    """,
    # Asked when an article is projected, shown or merged.
    "CREATE INDEX entry_article ON entry (article_id)",
    # What an entry said at one time; never changed. `data` holds its lists and whatever else it said, as JSON.
    """
    CREATE TABLE snapshot (
        id INTEGER PRIMARY KEY,
        entry_id INTEGER NOT NULL REFERENCES entry(id),
        seen_at TEXT NOT NULL,
        content_hash TEXT NOT NULL,
        link TEXT,
        title TEXT NOT NULL,
        excerpt TEXT NOT NULL DEFAULT '',
        text TEXT NOT NULL DEFAULT '',
        published_at TEXT,
        published_raw TEXT NOT NULL DEFAULT '',
        date_quality TEXT NOT NULL,
        updated_at TEXT,
        language TEXT,
        data TEXT NOT NULL DEFAULT '{}'
    )
    """,
    "CREATE INDEX snapshot_entry ON snapshot (entry_id)",
    """
    CREATE TABLE fetch (
        id INTEGER PRIMARY KEY,
        source_id INTEGER NOT NULL REFERENCES source(id),
        started_at TEXT NOT NULL,
        duration_ms INTEGER NOT NULL,
        status INTEGER,
        outcome TEXT NOT NULL,
        error_code TEXT,
        message TEXT,
        bytes INTEGER NOT NULL DEFAULT 0,
        entries INTEGER NOT NULL DEFAULT 0,
        new_items INTEGER NOT NULL DEFAULT 0
    )
    """,
    # A feed's own history, and pruning by age.
    "CREATE INDEX fetch_source ON fetch (source_id, started_at)",
    "CREATE INDEX fetch_started ON fetch (started_at)",
    """
    CREATE TABLE gap (
        id INTEGER PRIMARY KEY,
        source_id INTEGER NOT NULL REFERENCES source(id),
        missed_from TEXT NOT NULL,
        missed_until TEXT NOT NULL,
        detected_at TEXT NOT NULL,
        filled_at TEXT
    )
    """,
)

_DECISIONS = (
    # kind: identity, copy, story, relevance, seen, add. a and b: `entry:ID`, `address:KEY`, `article:UID` or `watch:NAME`.
    """
    CREATE TABLE decision (
        id INTEGER PRIMARY KEY,
        decided_at TEXT NOT NULL,
        kind TEXT NOT NULL,
        a TEXT NOT NULL,
        b TEXT NOT NULL DEFAULT '',
        verdict TEXT NOT NULL,
        method TEXT NOT NULL,
        score REAL,
        evidence TEXT NOT NULL DEFAULT '{}',
        decided_by TEXT NOT NULL CHECK (decided_by IN ('rule', 'user')),
        undone_at TEXT
    )
    """,
    # `why`, and constraints on one thing.
    "CREATE INDEX decision_a ON decision (a, kind)",
    "CREATE INDEX decision_b ON decision (b, kind)",
)

_PROJECTION = (
    # `record` holds the keys of the seed format that have no column of their own, as JSON.
    """
    CREATE TABLE article (
        id INTEGER PRIMARY KEY,
        uid TEXT NOT NULL UNIQUE,
        origin TEXT NOT NULL CHECK (origin IN ('seed', 'seed_related', 'feed', 'backfill')),
        title TEXT NOT NULL,
        title_key TEXT NOT NULL,
        excerpt TEXT NOT NULL DEFAULT '',
        text TEXT NOT NULL DEFAULT '',
        lemmas TEXT NOT NULL DEFAULT '',
        web_url TEXT,
        published_at TEXT,
        date_quality TEXT NOT NULL DEFAULT 'none',
        first_seen_at TEXT NOT NULL,
        sort_at TEXT NOT NULL,
        language TEXT,
        provider_name TEXT,
        provider_domain TEXT,
        verdict TEXT NOT NULL DEFAULT 'no' CHECK (verdict IN ('likely', 'maybe', 'no')),
        relevance REAL NOT NULL DEFAULT 0,
        judged_on TEXT NOT NULL DEFAULT 'headline' CHECK (judged_on IN ('headline', 'excerpt', 'text')),
        copy_of_id INTEGER REFERENCES article(id),
        story_id INTEGER REFERENCES story(id),
        seen_at TEXT,
        deleted_at TEXT,
        deleted_by TEXT CHECK (deleted_by IN ('withdrawn', 'pruned', 'user')),
        record TEXT NOT NULL DEFAULT '{}'
    )
    """,
    # The latest first, and the latest of one verdict first.
    "CREATE INDEX article_sort ON article (sort_at)",
    "CREATE INDEX article_verdict ON article (verdict, sort_at) WHERE verdict != 'no'",
    # Same title: candidates for one article without an address.
    "CREATE INDEX article_title ON article (title_key)",
    "CREATE INDEX article_copy ON article (copy_of_id) WHERE copy_of_id IS NOT NULL",
    "CREATE INDEX article_story ON article (story_id) WHERE story_id IS NOT NULL",
    "CREATE INDEX article_origin ON article (origin) WHERE origin IN ('seed', 'seed_related')",
    # Two articles never hold one key in an identifying role; `weak` addresses (home pages, shared links) identify nothing.
    """
    CREATE TABLE address (
        article_id INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
        url TEXT NOT NULL,
        role TEXT NOT NULL,
        key TEXT NOT NULL,
        weak INTEGER NOT NULL DEFAULT 0,
        rules_version INTEGER NOT NULL,
        PRIMARY KEY (article_id, url, role)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX address_key ON address (key) WHERE weak = 0",
    "CREATE TABLE alias (old_uid TEXT PRIMARY KEY, article_id INTEGER NOT NULL REFERENCES article(id)) WITHOUT ROWID",
    "CREATE INDEX alias_article ON alias (article_id)",
    # What the matcher thinks of an article for one watch. `nearest`: [[uid of a seed, score], …], three at most.
    """
    CREATE TABLE judgement (
        article_id INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
        watch TEXT NOT NULL,
        score REAL NOT NULL,
        verdict TEXT NOT NULL,
        decided_by TEXT NOT NULL DEFAULT 'rule' CHECK (decided_by IN ('rule', 'user')),
        judged_on TEXT NOT NULL,
        judged_at TEXT NOT NULL,
        reason TEXT NOT NULL,
        terms TEXT NOT NULL DEFAULT '[]',
        parts TEXT NOT NULL DEFAULT '{}',
        nearest TEXT NOT NULL DEFAULT '[]',
        matcher_version TEXT NOT NULL,
        PRIMARY KEY (article_id, watch)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX judgement_shown ON judgement (watch, verdict) WHERE verdict != 'no'",
    """
    CREATE TABLE revision (
        id INTEGER PRIMARY KEY,
        article_id INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
        seen_at TEXT NOT NULL,
        field TEXT NOT NULL,
        old TEXT,
        new TEXT
    )
    """,
    "CREATE INDEX revision_article ON revision (article_id)",
    """
    CREATE TABLE story (
        id INTEGER PRIMARY KEY,
        uid TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        first_published_at TEXT,
        last_published_at TEXT,
        articles INTEGER NOT NULL DEFAULT 0,
        reprints INTEGER NOT NULL DEFAULT 0,
        own_text_outlets INTEGER NOT NULL DEFAULT 0
    )
    """,
    # Search. `lemmas` has the stems that do not stand in the texts, so that a word is found in all its forms.
    """
    CREATE VIRTUAL TABLE article_fts USING fts5(
        title, excerpt, text, lemmas, content='article', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
    )
    """,
    # New rows are indexed together at the end of their transaction (`db.search`): by a trigger FTS5 would write a segment
    # for each, which took more time than all else. Up to which row that was done stands in `indexed`.
    "CREATE TABLE indexed (value INTEGER NOT NULL)",
    "INSERT INTO indexed VALUES (0)",
    """
    CREATE TRIGGER article_fts_delete AFTER DELETE ON article WHEN old.id <= (SELECT value FROM indexed) BEGIN
        INSERT INTO article_fts (article_fts, rowid, title, excerpt, text, lemmas)
        VALUES ('delete', old.id, old.title, old.excerpt, old.text, old.lemmas);
    END
    """,
    """
    CREATE TRIGGER article_fts_update AFTER UPDATE OF title, excerpt, text, lemmas ON article
    WHEN old.id <= (SELECT value FROM indexed) BEGIN
        INSERT INTO article_fts (article_fts, rowid, title, excerpt, text, lemmas)
        VALUES ('delete', old.id, old.title, old.excerpt, old.text, old.lemmas);
        INSERT INTO article_fts (rowid, title, excerpt, text, lemmas)
        VALUES (new.id, new.title, new.excerpt, new.text, new.lemmas);
    END
    """,
)

_BOOKKEEPING = (
    # What the program must remember about itself: thresholds in force, fingerprints of the seeds, counters.
    "CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE schema_change (version INTEGER NOT NULL, changed TEXT NOT NULL, since TEXT NOT NULL)",
)


@migrations()
def m001_first(db: Database) -> None:
    """Facts, decisions, projection."""
    for statement in (*_FACTS, *_DECISIONS, *_PROJECTION, *_BOOKKEEPING):
        db.execute(statement)
    db.execute("INSERT INTO schema_change VALUES (1, 'All views as first published.', '0.1.0')")
