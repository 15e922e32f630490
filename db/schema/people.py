"""What people said, what feeds suffer from, the pages of articles, and what people were told of."""

from __future__ import annotations

import json

from db.light import Database
from db.schema.steps import migrations
from seeds.decisions import id_of

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
