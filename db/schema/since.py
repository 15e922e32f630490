"""Stories, traces, outlets, history of verdicts, backfills, documents, and when feeds are asked again."""

from __future__ import annotations

from db import traces
from db.light import Database
from db.schema.steps import migrations

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


@migrations()
def m014_outlets_by_name(db: Database) -> None:
    """Finding the articles of an outlet by part of its name, without looking at all articles."""
    # Domain and name as one text (`db/outlets.py`), so that the outlets can be gone through from one to the next.
    db.execute(
        "CREATE INDEX article_named ON article (coalesce(provider_domain, '') || char(10) || coalesce(provider_name, ''))"
    )
    db.execute("INSERT INTO schema_change VALUES (14, 'The index `article_named`.', '0.1.0')")
