"""The tables: facts, decisions and projection, each made by a migration that is never changed once released.

Tables are internal and have names in the singular; other tools read the views (`db/views.py`), which have names in the plural.

    facts        source ─< entry ─< snapshot      what was seen, by whom, when; fetch, gap: how we looked
                 backfill, covered, asked         how far history was brought in
                 page ─< reading ─< capture       what the pages of articles said; site: what may be read
    decisions    decision; ruling ─< anchor       what rules, and what people, concluded, and why
    projection   article ─< address, alias, judgement, revision; story     a fold over the two; rebuildable
                 telling: why an article is in its story; said_word, flow: what stories are looked for by
"""

from __future__ import annotations

import json
from typing import cast

from sqlite_utils import Migrations
from sqlite_utils.db import Database

from db import traces
from seeds.decisions import id_of

APPLICATION_ID = 0x53454544
"""`PRAGMA application_id`: "SEED" in ASCII."""

migrations = Migrations("seedwatch")

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

_NOTICES = (
    # A notice, or (kind known) what was there when notices began, of which nobody is told.
    """
    CREATE TABLE notice (
        id INTEGER PRIMARY KEY,
        made_at TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('known', 'digest')),
        title TEXT NOT NULL,
        body TEXT NOT NULL DEFAULT ''
    )
    """,
    # The articles of a notice, by the uid they had; `alias` leads to the one that holds now.
    """
    CREATE TABLE notice_article (
        notice_id INTEGER NOT NULL REFERENCES notice(id) ON DELETE CASCADE,
        uid TEXT NOT NULL,
        PRIMARY KEY (notice_id, uid)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX notice_article_uid ON notice_article (uid)",
    # target: what kind of service, never its address, which is secret.
    """
    CREATE TABLE delivery (
        notice_id INTEGER NOT NULL REFERENCES notice(id) ON DELETE CASCADE,
        target TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sent', 'failed')),
        attempts INTEGER NOT NULL DEFAULT 0,
        last_attempt_at TEXT,
        error TEXT,
        PRIMARY KEY (notice_id, target)
    ) WITHOUT ROWID
    """,
)


_PAGES = (
    # A page that is, or is to be, read: the one at an article's address, by its canonical key. next_at is empty when it
    # is not read again by itself; since: since when it is in its state; reading_id is its latest good reading.
    """
    CREATE TABLE page (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        url TEXT NOT NULL,
        host TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting'
            CHECK (state IN ('waiting', 'read', 'failing', 'refused', 'gone', 'given_up')),
        reason TEXT NOT NULL DEFAULT '',
        since TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        asked_at TEXT,
        next_at TEXT,
        claimed_until TEXT,
        etag TEXT,
        last_modified TEXT,
        validators_url TEXT,
        reading_id INTEGER
    )
    """,
    # Asked all the time: which pages are due. And for showing: what became of one.
    "CREATE INDEX page_due ON page (next_at) WHERE next_at IS NOT NULL",
    "CREATE INDEX page_at ON page (url)",
    # One attempt to read a page, and what the page said; never changed. Text and the rest only where they are others than
    # at the attempt before. `data` holds lists: addresses, authors, credits, images; and paywalled.
    """
    CREATE TABLE reading (
        id INTEGER PRIMARY KEY,
        page_id INTEGER NOT NULL REFERENCES page(id),
        read_at TEXT NOT NULL,
        duration_ms INTEGER NOT NULL DEFAULT 0,
        status INTEGER,
        outcome TEXT NOT NULL CHECK (outcome IN ('read', 'same', 'failed')),
        error_code TEXT,
        message TEXT,
        bytes INTEGER NOT NULL DEFAULT 0,
        final_url TEXT,
        content_hash TEXT,
        text_hash TEXT,
        original_key TEXT,
        title TEXT,
        excerpt TEXT,
        text TEXT,
        published_at TEXT,
        published_raw TEXT,
        date_quality TEXT,
        updated_at TEXT,
        language TEXT,
        data TEXT NOT NULL DEFAULT '{}'
    )
    """,
    "CREATE INDEX reading_page ON reading (page_id)",
    # How many were read within the hour; and who has the same text, or says that an article is another one's.
    "CREATE INDEX reading_at ON reading (read_at)",
    "CREATE INDEX reading_text ON reading (text_hash) WHERE text_hash IS NOT NULL",
    "CREATE INDEX reading_original ON reading (original_key) WHERE original_key IS NOT NULL",
    # What a site lets programs read, and until when it asked to be left alone.
    """
    CREATE TABLE site (
        origin TEXT PRIMARY KEY,
        rules TEXT NOT NULL DEFAULT '',
        reachable INTEGER NOT NULL DEFAULT 1,
        kind TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '',
        checked_at TEXT NOT NULL,
        good_until TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE TABLE host_pause (host TEXT PRIMARY KEY, paused_until TEXT NOT NULL) WITHOUT ROWID",
    # Where the answer of a reading lies in a WARC file: name of the file, first byte and length of its record.
    """
    CREATE TABLE capture (
        id INTEGER PRIMARY KEY,
        reading_id INTEGER NOT NULL REFERENCES reading(id),
        captured_at TEXT NOT NULL,
        url TEXT NOT NULL,
        status INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        file TEXT NOT NULL,
        offset INTEGER NOT NULL,
        length INTEGER NOT NULL,
        ends INTEGER NOT NULL
    )
    """,
    "CREATE INDEX capture_reading ON capture (reading_id)",
    "CREATE INDEX capture_file ON capture (file, ends)",
    # For which address the page of an article was looked at, and when the text was read that it has from there.
    "ALTER TABLE article ADD COLUMN page_url TEXT",
    "ALTER TABLE article ADD COLUMN read_at TEXT",
    # Related articles whose page was not looked at yet: hardly any at most times.
    "CREATE INDEX article_unread ON article (sort_at) WHERE verdict != 'no' AND page_url IS NOT web_url",
)


@migrations()
def m001_first(db: Database) -> None:
    """Facts, decisions, projection."""
    for statement in (*_FACTS, *_DECISIONS, *_PROJECTION, *_BOOKKEEPING):
        db.execute(statement)
    db.execute("INSERT INTO schema_change VALUES (1, 'All views as first published.', '0.1.0')")


_RULINGS = (
    # What people decided: a line of decisions.jsonl each. a_id, b_id: the articles it speaks of, once they are known (no
    # foreign keys: an article that is merged away is replaced). While one is not, a decision that stands is pending.
    """
    CREATE TABLE ruling (
        id TEXT PRIMARY KEY,
        at TEXT NOT NULL,
        do TEXT NOT NULL,
        line TEXT NOT NULL,
        watches TEXT NOT NULL DEFAULT '[]',
        what TEXT NOT NULL DEFAULT '',
        target TEXT NOT NULL DEFAULT '',
        until TEXT,
        because TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL CHECK (state IN ('standing', 'undone', 'superseded', 'expired')),
        pending INTEGER NOT NULL DEFAULT 0,
        a_id INTEGER,
        b_id INTEGER
    ) WITHOUT ROWID
    """,
    # Verdicts on an article, and what is known to be something else; asked whenever one is judged or merged.
    "CREATE INDEX ruling_a ON ruling (a_id, do) WHERE a_id IS NOT NULL",
    "CREATE INDEX ruling_b ON ruling (b_id, do) WHERE b_id IS NOT NULL",
    # Asked once for each document: whether anything waits for its article, and what is muted.
    "CREATE INDEX ruling_pending ON ruling (id) WHERE pending = 1",
    "CREATE INDEX ruling_mute ON ruling (until) WHERE do = 'mute' AND state = 'standing'",
    "CREATE INDEX ruling_verdict ON ruling (a_id) WHERE do IN ('yes', 'no') AND state = 'standing'",
    # What finds the articles of a decision: `address:KEY`, `entry:SOURCE KEY` (0x1F between), `uid:UID`.
    """
    CREATE TABLE anchor (
        anchor TEXT NOT NULL,
        ruling_id TEXT NOT NULL REFERENCES ruling(id),
        side TEXT NOT NULL CHECK (side IN ('a', 'b')),
        PRIMARY KEY (anchor, ruling_id, side)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX anchor_ruling ON anchor (ruling_id, side)",
    # What a person judged, among all that rules did.
    "CREATE INDEX judgement_ruled ON judgement (article_id) WHERE decided_by = 'user'",
)


@migrations()
def m002_rulings(db: Database) -> None:
    """What people decided, apart from what rules did."""
    for statement in _RULINGS:
        db.execute(statement)
    marked = db.execute(
        "SELECT d.decided_at, substr(d.a, 9), l.article_id FROM decision d LEFT JOIN alias l ON l.old_uid = substr(d.a, 9)"
        " WHERE d.kind = 'seen' AND d.decided_by = 'user' AND d.undone_at IS NULL"
    ).fetchall()
    for at, uid, article_id in marked:
        line = {"at": at, "do": "seen", "uid": uid, "by": "user"}
        db.execute(
            "INSERT OR IGNORE INTO ruling (id, at, do, line, state, pending, a_id) VALUES (?, ?, 'seen', ?, 'standing', ?, ?)",
            (id_of(line), at, json.dumps(line), article_id is None, article_id),
        )
        db.execute("INSERT OR IGNORE INTO anchor VALUES (?, ?, 'a')", (f"uid:{uid}", id_of(line)))
    db.execute("DELETE FROM decision WHERE kind = 'seen' AND decided_by = 'user'")
    db.execute(
        "INSERT INTO schema_change VALUES (2, 'decisions: rows of people come from decisions.jsonl, with the columns id and"
        " state; matches: a verdict of a person stands there without a near seed too.', '0.1.0')"
    )


@migrations()
def m003_problems(db: Database) -> None:
    """What is the matter with a feed, as a word that programs can go by; the longest pause that it is known to make."""
    # problem: one of `monitor.trouble.PROBLEMS`, or none. Known from the next answer on.
    db.execute("ALTER TABLE feed ADD COLUMN problem TEXT")
    db.execute("ALTER TABLE feed ADD COLUMN longest_gap_s INTEGER")
    db.execute("UPDATE feed SET problem = 'silent' WHERE state = 'silent'")
    db.execute(
        "UPDATE feed SET problem = (SELECT error_code FROM fetch t WHERE t.source_id = feed.source_id ORDER BY t.id DESC"
        " LIMIT 1) WHERE state IN ('failing', 'parked')"
    )
    db.execute(
        "UPDATE feed SET problem = 'degraded' WHERE state NOT IN ('failing', 'parked') AND reason LIKE 'Degraded:%'"
    )
    changed = "feed_health has problem; related_items has date_quality."
    db.execute("INSERT INTO schema_change VALUES (3, ?, '0.1.0')", [changed])


@migrations()
def m004_pages(db: Database) -> None:
    """Pages of articles, what they said, and captures."""
    for statement in _PAGES:
        db.execute(statement)
    db.execute("INSERT INTO schema_change VALUES (4, 'New views pages, readings and captures.', '0.1.0')")


@migrations()
def m005_notices(db: Database) -> None:
    """What people were told of, and whether it reached them."""
    for statement in _NOTICES:
        db.execute(statement)
    db.execute("INSERT INTO schema_change VALUES (5, 'The view `notices`.', '0.1.0')")


_STORIES = (
    # A story's centre: JSON, word → the sum of what it weighs in the headlines; the mean of their times, in days; how many
    # texts of their own it has, and how many it had when all of them were last put together anew.
    "ALTER TABLE story ADD COLUMN centre TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE story ADD COLUMN middle REAL NOT NULL DEFAULT 0",
    "ALTER TABLE story ADD COLUMN pieces INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE story ADD COLUMN looked_at INTEGER NOT NULL DEFAULT 0",
    # No two stories have one headline; and which have grown since their members were last put together anew.
    "CREATE INDEX story_title ON story (title COLLATE NOCASE)",
    "CREATE INDEX story_grown ON story (last_published_at) WHERE looked_at < pieces",
    # Uids of stories that became one with another.
    """
    CREATE TABLE story_alias (
        old_uid TEXT PRIMARY KEY,
        story_id INTEGER NOT NULL REFERENCES story(id) ON DELETE CASCADE
    ) WITHOUT ROWID
    """,
    "CREATE INDEX story_alias_story ON story_alias (story_id)",
    # Why an article with a text of its own is in its story: how like it is to the centre, and the words it shares (JSON).
    """
    CREATE TABLE telling (
        article_id INTEGER PRIMARY KEY REFERENCES article(id) ON DELETE CASCADE,
        told_at TEXT NOT NULL,
        likeness REAL NOT NULL,
        words TEXT NOT NULL DEFAULT '[]'
    )
    """,
    # Where a headline finds what it may belong to, by its words and days: holder is a story (above 0), or an article in none
    # (below). What is out of date here does no harm; only what is looked up is compared.
    """
    CREATE TABLE said_word (
        word TEXT NOT NULL,
        block INTEGER NOT NULL,
        holder INTEGER NOT NULL,
        PRIMARY KEY (word, block, holder)
    ) WITHOUT ROWID
    """,
    # How many headlines of those days have a word; '' counts them all.
    """
    CREATE TABLE flow (
        word TEXT NOT NULL,
        block INTEGER NOT NULL,
        articles INTEGER NOT NULL,
        PRIMARY KEY (word, block)
    ) WITHOUT ROWID
    """,
    # What has to be put into stories: the articles after the one that stands in `settled`, and those that changed since.
    # arrived: how many were since all articles of some days were last looked at together.
    "CREATE TABLE settled (value INTEGER NOT NULL, arrived INTEGER NOT NULL)",
    "INSERT INTO settled VALUES (0, 0)",
    "CREATE TABLE unsettled (id INTEGER PRIMARY KEY, article_id INTEGER, story_id INTEGER)",
    """
    CREATE TRIGGER article_unsettled AFTER UPDATE OF title, sort_at, copy_of_id, deleted_at ON article
    WHEN old.title IS NOT new.title OR old.sort_at IS NOT new.sort_at OR old.copy_of_id IS NOT new.copy_of_id
        OR old.deleted_at IS NOT new.deleted_at
    BEGIN
        INSERT INTO unsettled (article_id, story_id) VALUES (new.id, new.story_id);
    END
    """,
    """
    CREATE TRIGGER article_gone AFTER DELETE ON article WHEN old.story_id IS NOT NULL BEGIN
        INSERT INTO unsettled (article_id, story_id) VALUES (NULL, old.story_id);
    END
    """,
    # What people said of stories; there is little of it, and all of it is asked whenever stories are told.
    "CREATE INDEX ruling_story ON ruling (do) WHERE do IN ('together', 'apart') AND state = 'standing'",
)


@migrations()
def m006_stories(db: Database) -> None:
    """Articles on one event, whatever their words."""
    for statement in _STORIES:
        db.execute(statement)
    changed = (
        "stories: groups of articles on one event in their own words, where they were groups of copies; the view"
        " story_aliases; decisions: kind story has rows."
    )
    db.execute("INSERT INTO schema_change VALUES (6, ?, '0.1.0')", [changed])


@migrations()
def m007_traces(db: Database) -> None:
    """By what an article may be met again at another address, for articles that were there before as well."""
    # Numbers of `seeds.traces`, for finding articles of one text; they only suggest. No foreign key: an article that is
    # gone is not found by them. At most `traces.MOST` articles have one number; what more have says nothing.
    db.execute(
        "CREATE TABLE trace (hash INTEGER NOT NULL, article_id INTEGER NOT NULL, PRIMARY KEY (hash, article_id)) WITHOUT ROWID"
    )
    traces.remake(db.conn)
    # What the settings say of outlets; made anew from them. tags: JSON list.
    db.execute("CREATE TABLE outlet (domain TEXT PRIMARY KEY, name TEXT NOT NULL, tags TEXT NOT NULL) WITHOUT ROWID")
    changed = "duplicates: methods excerpt, text, title and syndicator, title and address; items and related_items have outlet_tags."
    db.execute("INSERT INTO schema_change VALUES (7, ?, '0.1.0')", [changed])


@migrations()
def m008_outlets(db: Database) -> None:
    """Whose feed a feed is: the domain of its outlet, and what that is called, without its section; and where it answers from."""
    # Both are told by the settings and by what feeds say; filled in at the next round, and by the next document.
    db.execute("ALTER TABLE source ADD COLUMN outlet_domain TEXT")
    db.execute("ALTER TABLE source ADD COLUMN outlet_name TEXT")
    # Where its last good answer came from, when that was elsewhere; what two feeds have in common that redirect there.
    db.execute("ALTER TABLE feed ADD COLUMN answered_from TEXT")
    db.execute("CREATE INDEX feed_answered_from ON feed (answered_from) WHERE answered_from IS NOT NULL")
    # Asked when a feed changes its name: which others are of the same outlet.
    db.execute("CREATE INDEX source_outlet ON source (outlet_domain) WHERE outlet_domain IS NOT NULL")
    changed = "items: provider_name is the outlet's name, no longer that of a feed for one of its sections."
    db.execute("INSERT INTO schema_change VALUES (8, ?, '0.1.0')", [changed])


_VERDICT_CHANGES = (
    # Only what changed is kept: a verdict that stays the same under other seeds, or another score, leaves no row.
    """
    CREATE TABLE verdict_change (
        id INTEGER PRIMARY KEY,
        article_id INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
        watch TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        was TEXT NOT NULL,
        became TEXT NOT NULL,
        score_before REAL,
        score REAL NOT NULL,
        decided_by TEXT NOT NULL,
        reason TEXT NOT NULL
    )
    """,
    "CREATE INDEX verdict_change_article ON verdict_change (article_id, watch)",
    """
    CREATE TRIGGER judgement_changed AFTER UPDATE OF verdict ON judgement WHEN old.verdict != new.verdict BEGIN
        INSERT INTO verdict_change (article_id, watch, changed_at, was, became, score_before, score, decided_by, reason)
        VALUES (new.article_id, new.watch, new.judged_at, old.verdict, new.verdict, old.score, new.score, new.decided_by,
            new.reason);
    END
    """,
    # What a person said and took back is dropped and judged anew: then the last change says what it was.
    """
    CREATE TRIGGER judgement_again AFTER INSERT ON judgement
    WHEN (SELECT became FROM verdict_change WHERE article_id = new.article_id AND watch = new.watch
        ORDER BY id DESC LIMIT 1) != new.verdict
    BEGIN
        INSERT INTO verdict_change (article_id, watch, changed_at, was, became, score, decided_by, reason)
        VALUES (new.article_id, new.watch, new.judged_at, (SELECT became FROM verdict_change
            WHERE article_id = new.article_id AND watch = new.watch ORDER BY id DESC LIMIT 1),
            new.verdict, new.score, new.decided_by, new.reason);
    END
    """,
)


@migrations()
def m009_verdict_changes(db: Database) -> None:
    """What an article was judged before, where that was something else."""
    for statement in _VERDICT_CHANGES:
        db.execute(statement)
    db.execute("INSERT INTO schema_change VALUES (9, 'The view `verdict_changes`.', '0.1.0')")


_BACKFILL = (
    # A backfill as it was asked for: `what` are its arguments, since and until its bounds as they were first understood.
    # cursor: where it goes on (JSON, as its kind writes it), committed together with what lies before; empty: at the beginning.
    """
    CREATE TABLE backfill (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        what TEXT NOT NULL,
        since TEXT,
        until TEXT,
        cursor TEXT,
        begun_at TEXT NOT NULL,
        touched_at TEXT NOT NULL,
        done_at TEXT,
        seen INTEGER NOT NULL DEFAULT 0,
        new INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0,
        UNIQUE (kind, what)
    )
    """,
    # What need never be looked at again, whoever asks: a file by its content, an archived copy by its digest.
    "CREATE TABLE covered (unit TEXT PRIMARY KEY) WITHOUT ROWID",
    "INSERT INTO covered SELECT address FROM source WHERE kind = 'backfill'",
    # How often backfills asked a registrable domain in an hour, which is written as times are: their budget.
    """
    CREATE TABLE asked (
        host TEXT NOT NULL,
        hour TEXT NOT NULL,
        requests INTEGER NOT NULL,
        PRIMARY KEY (host, hour)
    ) WITHOUT ROWID
    """,
    # Pages that a backfill reads leave the daemon's budget of pages alone.
    "ALTER TABLE reading ADD COLUMN of_history INTEGER NOT NULL DEFAULT 0",
    # What came of filling a gap: from where, how many entries of the window that brought, or why it cannot be filled.
    "ALTER TABLE gap ADD COLUMN tried_at TEXT",
    "ALTER TABLE gap ADD COLUMN filled_from TEXT",
    "ALTER TABLE gap ADD COLUMN brought INTEGER",
    "ALTER TABLE gap ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
)


@migrations()
def m010_backfill(db: Database) -> None:
    """How far each backfill has come, and what was tried to fill gaps."""
    for statement in _BACKFILL:
        db.execute(statement)
    changed = (
        "The view `backfills`; sightings has captured_at and capture_url; coverage_gaps has tried_at, filled_from, brought and"
        " reason."
    )
    db.execute("INSERT INTO schema_change VALUES (10, ?, '0.1.0')", [changed])


_DOCUMENT = """
CREATE TABLE document (
    source_id INTEGER PRIMARY KEY REFERENCES source (id),
    -- For each entry of the feed's last document 8 bytes of a hash and 8 of its id, so that it need not be read again.
    pieces BLOB NOT NULL
)
"""


@migrations()
def m011_documents(db: Database) -> None:
    """By what the entries of a feed's last document are known again."""
    db.execute(_DOCUMENT)
    db.execute("INSERT INTO schema_change VALUES (11, 'The plumbing `document`.', '0.1.0')")


_BROWSING = (
    # The lists of the front page: what nobody has seen yet, whatever else there is.
    "CREATE INDEX article_unseen ON article (verdict, sort_at) WHERE verdict != 'no' AND seen_at IS NULL",
    # All that is related, the latest first.
    "CREATE INDEX article_related ON article (sort_at) WHERE verdict != 'no'",
    # What is counted of it for a watch, without looking at texts; and what is nearest to one seed.
    "CREATE INDEX article_told ON article (id, sort_at, seen_at, copy_of_id, origin, deleted_at) WHERE verdict != 'no'",
    "CREATE INDEX judgement_nearest ON judgement (watch, json_extract(nearest, '$[0][0]')) WHERE verdict != 'no'",
    # When something related was last found, and how much was lately.
    "CREATE INDEX article_found ON article (verdict, first_seen_at) WHERE verdict != 'no'",
    # The latest of one outlet; and of what was brought in from archives.
    "CREATE INDEX article_outlet ON article (provider_domain, sort_at, verdict, copy_of_id)",
    "CREATE INDEX article_backfilled ON article (sort_at) WHERE origin = 'backfill'",
    # What was only just judged unrelated, the nearest first.
    "CREATE INDEX judgement_near ON judgement (watch, score) WHERE verdict = 'no' AND score >= 0.2",
    # How much feeds brought is added up from the indices alone.
    "DROP INDEX fetch_source",
    "CREATE INDEX fetch_source ON fetch (source_id, started_at, new_items)",
    "DROP INDEX fetch_started",
    "CREATE INDEX fetch_started ON fetch (started_at, new_items)",
    "CREATE INDEX gap_source ON gap (source_id, missed_from)",
    # What a notice is about: articles, feeds, or the summary of a time of day (slot), which is made once.
    "ALTER TABLE notice ADD COLUMN about TEXT NOT NULL DEFAULT 'articles'",
    "ALTER TABLE notice ADD COLUMN slot TEXT",
    "CREATE INDEX notice_slot ON notice (slot) WHERE slot IS NOT NULL",
    # The trouble of a feed that people were told of: each once, from when it began.
    """
    CREATE TABLE notice_feed (
        notice_id INTEGER NOT NULL REFERENCES notice(id) ON DELETE CASCADE,
        address TEXT NOT NULL,
        since TEXT NOT NULL,
        PRIMARY KEY (address, since, notice_id)
    ) WITHOUT ROWID
    """,
)


@migrations()
def m012_browsing(db: Database) -> None:
    """What the pages ask of a large database, and notices of feeds and of times of day."""
    for statement in _BROWSING:
        db.execute(statement)
    db.execute("INSERT INTO schema_change VALUES (12, 'notices has about: articles, feeds or summary.', '0.1.0')")


_COMING_BACK = (
    # What it asks for: seconds between two requests by its document (ttl_s) and its answers (max_age_s), and hours and days
    # at which it wants to be left alone (skip: JSON [hours, names of days]). It holds until it says something else.
    "ALTER TABLE feed ADD COLUMN ttl_s INTEGER",
    "ALTER TABLE feed ADD COLUMN max_age_s INTEGER",
    "ALTER TABLE feed ADD COLUMN skip TEXT NOT NULL DEFAULT ''",
    # When its entries come (`monitor/schedule/tide.py`), by how much its wait is shortened since something was missed, and
    # why it is asked next when it is.
    "ALTER TABLE feed ADD COLUMN tide TEXT",
    "ALTER TABLE feed ADD COLUMN haste REAL NOT NULL DEFAULT 1",
    "ALTER TABLE feed ADD COLUMN next_reason TEXT NOT NULL DEFAULT ''",
    # How often in a row its server said that nothing changed, and until when that is not believed.
    "ALTER TABLE feed ADD COLUMN conditional INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE feed ADD COLUMN doubted_until TEXT",
    # Where it is asked since it has moved for good, and since when that was last seen to be so.
    "ALTER TABLE feed ADD COLUMN adopted_url TEXT",
    "ALTER TABLE feed ADD COLUMN adopted_at TEXT",
    # What counts as its host, for limits that all feeds there share. Filled in when the settings are next read.
    "ALTER TABLE feed ADD COLUMN host TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX feed_host ON feed (host)",
)


@migrations()
def m013_coming_back(db: Database) -> None:
    """When feeds are asked again: what they ask for, what comes when, whom to believe, and what counts as one host."""
    for statement in _COMING_BACK:
        db.execute(statement)
    changed = "feed_health: next_poll_reason, asked_at_url."
    db.execute("INSERT INTO schema_change VALUES (13, ?, '0.1.0')", [changed])


SCHEMA_VERSION = len(cast("list[object]", migrations._migrations))  # noqa: SLF001  the library has no public list
"""`PRAGMA user_version`: how many migrations there are."""
