"""What putting articles into stories asks and stores. Every function takes the connection of a transaction.

An article with a text of its own is a piece; copies go where their root goes. A holder of words is a story (above 0), or a
piece that is in none (below 0).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count

from db.store import placeholders

_PART = 500
_HOLDERS = 100
"""Holders of one word in one stretch of days that are looked at, the newest first."""


@dataclass(frozen=True, slots=True)
class Piece:
    """An article with a text of its own, as stories look at it."""

    id: int
    uid: str
    title: str
    title_key: str
    sort_at: str
    outlet: str
    story_id: int | None


@dataclass(frozen=True, slots=True)
class Story:
    """A story as it is stored."""

    id: int
    uid: str
    title: str
    centre: Mapping[str, float]
    middle: float
    pieces: int
    looked_at: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What has to be put into stories: ids of new articles lie in (after, upto]."""

    after: int
    upto: int
    changed: frozenset[int] = frozenset()
    """Articles that changed."""
    stories: frozenset[int] = frozenset()
    """Stories from which something was taken or in which something changed."""
    last_change: int = 0
    arrived: int = 0
    """How many pieces arrived since everything around was last looked at together."""

    @property
    def anything(self) -> bool:
        """Whether there is anything to do."""
        return self.upto > self.after or self.last_change > 0


@dataclass(frozen=True, slots=True)
class Telling:
    """Why an article is in its story."""

    article_id: int
    likeness: float
    words: Sequence[str]


_PIECE = "SELECT id, uid, title, title_key, sort_at, coalesce(provider_domain, provider_name, '') AS outlet, story_id FROM article"
_LIVE = "copy_of_id IS NULL AND deleted_at IS NULL"


def waits(connection: sqlite3.Connection) -> bool:
    """Whether anything waits to be put into stories."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM article WHERE id > (SELECT value FROM settled)) OR EXISTS (SELECT 1 FROM unsettled)"
    ).fetchone()
    return bool(row[0])


def waiting(connection: sqlite3.Connection, most: int) -> Waiting:
    """What waits, `most` new articles at a time."""
    after, arrived = connection.execute("SELECT value, arrived FROM settled").fetchone()
    row = connection.execute(
        "SELECT max(id) FROM (SELECT id FROM article WHERE id > ? ORDER BY id LIMIT ?)", (after, most)
    ).fetchone()
    rows = connection.execute("SELECT id, article_id, story_id FROM unsettled ORDER BY id LIMIT ?", (most,)).fetchall()
    old = [row for row in rows if row["article_id"] is None or row["article_id"] <= after]
    return Waiting(
        after,
        row[0] or after,
        frozenset(row["article_id"] for row in old if row["article_id"] is not None),
        frozenset(row["story_id"] for row in old if row["story_id"] is not None),
        max((row["id"] for row in rows), default=0),
        arrived,
    )


def settle(connection: sqlite3.Connection, done: Waiting, arrived: int) -> None:
    """Note that what waited was put into stories."""
    connection.execute("UPDATE settled SET value = ?, arrived = ?", (done.upto, arrived))
    connection.execute("DELETE FROM unsettled WHERE id <= ?", (done.last_change,))


def unsettle(connection: sqlite3.Connection, article_ids: Iterable[int]) -> None:
    """Let articles be put into stories again, and what shares a story with them."""
    connection.executemany(
        "INSERT INTO unsettled (article_id, story_id) SELECT id, story_id FROM article WHERE id = ?",
        [(i,) for i in article_ids],
    )


def forget(connection: sqlite3.Connection) -> None:
    """Let all articles be put into stories again, from nothing but themselves; stories keep their uids."""
    for table in ("telling", "said_word", "flow", "unsettled"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("UPDATE settled SET value = 0, arrived = 0")


# --- pieces and stories


def new_pieces(connection: sqlite3.Connection, what: Waiting) -> list[Piece]:
    """The new articles that have a text of their own."""
    rows = connection.execute(f"{_PIECE} WHERE id > ? AND id <= ? AND {_LIVE}", (what.after, what.upto))
    return [Piece(*row) for row in rows]


def roots_of_copies(connection: sqlite3.Connection, what: Waiting) -> set[int]:
    """The articles of which new or changed ones are copies."""
    rows = connection.execute(
        "SELECT DISTINCT copy_of_id FROM article WHERE id > ? AND id <= ? AND copy_of_id IS NOT NULL",
        (what.after, what.upto),
    )
    found = {row[0] for row in rows}
    return found | {
        row[0] for row in _in_parts(connection, "SELECT copy_of_id FROM article WHERE id IN ({})", what.changed)
    } - {None}


def pieces(connection: sqlite3.Connection, article_ids: Collection[int]) -> list[Piece]:
    """Those of these articles that are pieces."""
    return [Piece(*row) for row in _in_parts(connection, f"{_PIECE} WHERE id IN ({{}}) AND {_LIVE}", article_ids)]


def pieces_of(connection: sqlite3.Connection, story_ids: Collection[int]) -> list[Piece]:
    """The pieces of these stories."""
    return [Piece(*row) for row in _in_parts(connection, f"{_PIECE} WHERE story_id IN ({{}}) AND {_LIVE}", story_ids)]


def count_between(connection: sqlite3.Connection, first: str, last: str, most: int) -> int:
    """How many articles were published from `first` to before `last`; it is not counted further than `most`."""
    query = "SELECT count(*) FROM (SELECT 1 FROM article WHERE sort_at >= ? AND sort_at < ? LIMIT ?)"
    return int(connection.execute(query, (first, last, most)).fetchone()[0])


def pieces_between(connection: sqlite3.Connection, first: str, last: str) -> list[Piece]:
    """The pieces published from `first` to before `last`."""
    rows = connection.execute(f"{_PIECE} WHERE sort_at >= ? AND sort_at < ? AND {_LIVE}", (first, last))
    return [Piece(*row) for row in rows]


def stories(connection: sqlite3.Connection, story_ids: Collection[int]) -> dict[int, Story]:
    """These stories, by id."""
    query = "SELECT id, uid, title, centre, middle, pieces, looked_at FROM story WHERE id IN ({})"
    return {row["id"]: _story(row) for row in _in_parts(connection, query, story_ids)}


def grown(connection: sqlite3.Connection, limit: int) -> list[Story]:
    """Stories that have grown since their members were last put together, the longest quiet first."""
    rows = connection.execute(
        "SELECT id, uid, title, centre, middle, pieces, looked_at FROM story WHERE looked_at < pieces"
        " ORDER BY last_published_at LIMIT ?",
        (limit,),
    )
    return [_story(row) for row in rows]


def outlets_of(connection: sqlite3.Connection, story_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Story → its outlets, two at most: whether there are several is all that is asked."""
    return {
        story_id: frozenset(
            row[0]
            for row in connection.execute(
                "SELECT DISTINCT coalesce(provider_domain, provider_name, '') FROM article WHERE story_id = ? LIMIT 2",
                (story_id,),
            )
        )
        for story_id in story_ids
    }


def named_for(connection: sqlite3.Connection, article_ids: Collection[int]) -> dict[int, list[int]]:
    """Article → the stories that were named for it, by any uid it had."""
    query = "SELECT l.article_id, s.id FROM alias l JOIN story s ON s.uid = 's' || l.old_uid WHERE l.article_id IN ({}) ORDER BY s.id"
    found: dict[int, list[int]] = {}
    for article_id, story_id in _in_parts(connection, query, article_ids):
        found.setdefault(article_id, []).append(story_id)
    return found


def with_copies(connection: sqlite3.Connection, article_ids: Collection[int]) -> set[int]:
    """Those of these articles that have copies which are shown."""
    query = "SELECT DISTINCT copy_of_id FROM article WHERE copy_of_id IN ({}) AND deleted_at IS NULL"
    return {row[0] for row in _in_parts(connection, query, article_ids)}


def said_by_people(connection: sqlite3.Connection) -> list[tuple[str, int, int]]:
    """What people said of two articles and one story: (together or apart, id, id) of the roots of both."""
    rows = connection.execute(
        "SELECT r.do, coalesce(a.copy_of_id, a.id), coalesce(b.copy_of_id, b.id) FROM ruling r"
        " JOIN article a ON a.id = r.a_id JOIN article b ON b.id = r.b_id"
        " WHERE r.do IN ('together', 'apart') AND r.state = 'standing' ORDER BY r.at, r.id"
    )
    return [(row[0], row[1], row[2]) for row in rows if row[1] != row[2]]


# --- words


def count_words(connection: sqlite3.Connection, counts: Mapping[tuple[str, int], int]) -> None:
    """Count (word, stretch of days) → so many more headlines."""
    connection.executemany(
        "INSERT INTO flow (word, block, articles) VALUES (?, ?, ?)"
        " ON CONFLICT (word, block) DO UPDATE SET articles = articles + excluded.articles",
        [(word, block, count) for (word, block), count in counts.items()],
    )


def frequencies(
    connection: sqlite3.Connection, words: Collection[str], first: int, last: int
) -> dict[str, dict[int, int]]:
    """Word → stretch of days → how many headlines have it, from `first` to `last`."""
    found: dict[str, dict[int, int]] = {}
    query = f"SELECT word, block, articles FROM flow WHERE word IN ({{}}) AND block BETWEEN {first:d} AND {last:d}"
    for word, block, articles in _in_parts(connection, query, words):
        found.setdefault(word, {})[block] = articles
    return found


def holders(connection: sqlite3.Connection, word: str, block: int) -> list[int]:
    """Who has a word in those days and in the stretches beside."""
    rows = connection.execute(
        f"SELECT holder FROM said_word WHERE word = ? AND block BETWEEN ? AND ? ORDER BY block DESC, holder DESC LIMIT {_HOLDERS}",
        (word, block - 1, block + 1),
    )
    return [row[0] for row in rows]


def set_holders(
    connection: sqlite3.Connection, gone: Iterable[tuple[str, int, int]], new: Iterable[tuple[str, int, int]]
) -> None:
    """Say who has which words when: (word, stretch of days, holder)."""
    connection.executemany("DELETE FROM said_word WHERE word = ? AND block = ? AND holder = ?", gone)
    connection.executemany("INSERT OR IGNORE INTO said_word (word, block, holder) VALUES (?, ?, ?)", new)


# --- storing


def begin_story(connection: sqlite3.Connection, uids: Sequence[str]) -> int:
    """Make a story, named for the first of these articles that no story was named for."""
    for name in chain((f"s{uid}" for uid in uids), (f"s{uids[0]}{n}" for n in count(2))):
        if connection.execute("SELECT 1 FROM story_alias WHERE old_uid = ?", (name,)).fetchone():
            continue
        row = connection.execute(
            "INSERT INTO story (uid, title) VALUES (?1, ?1) ON CONFLICT (uid) DO NOTHING RETURNING id", (name,)
        ).fetchone()
        if row is not None:
            return int(row[0])
    raise AssertionError("names do not end")


def place(connection: sqlite3.Connection, story_of: Mapping[int, int | None]) -> None:
    """Put pieces, with their copies, into stories or into none."""
    connection.executemany(
        "UPDATE article SET story_id = ? WHERE id = ?", [(story, piece) for piece, story in story_of.items()]
    )
    connection.executemany(
        "UPDATE article SET story_id = ?1 WHERE copy_of_id = ?2 AND story_id IS NOT ?1",
        [(story, piece) for piece, story in story_of.items()],
    )
    connection.executemany(
        "DELETE FROM telling WHERE article_id = ?", [(piece,) for piece, story in story_of.items() if story is None]
    )


def set_story(
    connection: sqlite3.Connection,
    story_id: int,
    title: str,
    centre: Mapping[str, float],
    middle: float,
    looked_at: int | None,
) -> None:
    """Bring a story up to date with its articles; `looked_at` is None where it was only added to."""
    connection.execute(
        """
        UPDATE story SET title = ?, centre = ?, middle = ?, looked_at = coalesce(?, looked_at),
            (first_published_at, last_published_at, articles, reprints, own_text_outlets, pieces) = (
                SELECT min(sort_at), max(sort_at), count(*), count(copy_of_id),
                    count(DISTINCT CASE WHEN copy_of_id IS NULL THEN coalesce(provider_domain, provider_name, uid) END),
                    count(*) - count(copy_of_id)
                FROM article WHERE story_id = story.id AND deleted_at IS NULL)
        WHERE id = ?
        """,
        (title, _dumps(centre), middle, looked_at, story_id),
    )


def count_again(connection: sqlite3.Connection, roots: Collection[int]) -> None:
    """Bring stories up to date whose texts got or lost copies, and put new copies into them."""
    for root in roots:
        connection.execute(
            "UPDATE article SET story_id = (SELECT story_id FROM article WHERE id = ?1) WHERE copy_of_id = ?1"
            " AND story_id IS NOT (SELECT story_id FROM article WHERE id = ?1)",
            (root,),
        )
    rows = _in_parts(
        connection, "SELECT DISTINCT story_id FROM article WHERE id IN ({}) AND story_id IS NOT NULL", roots
    )
    for story in stories(connection, {row[0] for row in rows}).values():
        set_story(connection, story.id, story.title, story.centre, story.middle, None)


def tell(connection: sqlite3.Connection, tellings: Iterable[Telling], now: str) -> None:
    """Store why articles are in their stories."""
    connection.executemany(
        "INSERT INTO telling (article_id, told_at, likeness, words) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (article_id) DO UPDATE SET told_at = excluded.told_at, likeness = excluded.likeness, words = excluded.words",
        [(t.article_id, now, t.likeness, json.dumps(t.words, ensure_ascii=False)) for t in tellings],
    )


def told_before(connection: sqlite3.Connection, article_ids: Collection[int]) -> set[int]:
    """Those of these articles of which it is stored why they are in their story."""
    return {
        row[0] for row in _in_parts(connection, "SELECT article_id FROM telling WHERE article_id IN ({})", article_ids)
    }


def members(connection: sqlite3.Connection, story_ids: Collection[int]) -> set[int]:
    """All articles of these stories, copies included."""
    return {row[0] for row in _in_parts(connection, "SELECT id FROM article WHERE story_id IN ({})", story_ids)}


def merge_stories(connection: sqlite3.Connection, keep: int, gone: Collection[int]) -> None:
    """Make one story of several; the uids of those that are gone lead to the one that is kept."""
    for story_id in gone:
        connection.execute("UPDATE article SET story_id = ? WHERE story_id = ?", (keep, story_id))
        connection.execute("UPDATE story_alias SET story_id = ? WHERE story_id = ?", (keep, story_id))
        connection.execute(
            "INSERT INTO story_alias (old_uid, story_id) SELECT uid, ? FROM story WHERE id = ?"
            " ON CONFLICT (old_uid) DO UPDATE SET story_id = excluded.story_id",
            (keep, story_id),
        )
    remove_stories(connection, gone)


def remove_stories(connection: sqlite3.Connection, story_ids: Collection[int]) -> None:
    """Remove stories that hold nothing any more."""
    connection.executemany("UPDATE article SET story_id = NULL WHERE story_id = ?", [(i,) for i in story_ids])
    connection.executemany("DELETE FROM story WHERE id = ?", [(i,) for i in story_ids])


def remove_empty(connection: sqlite3.Connection) -> None:
    """Remove the stories that hold nothing, whatever became of their articles."""
    connection.execute("DELETE FROM story WHERE NOT EXISTS (SELECT 1 FROM article WHERE story_id = story.id)")


def title_taken(connection: sqlite3.Connection, title: str, story_id: int | None) -> bool:
    """Whether another story has that headline."""
    row = connection.execute(
        "SELECT 1 FROM story WHERE title = ? COLLATE NOCASE AND id IS NOT ? LIMIT 1", (title, story_id)
    ).fetchone()
    return row is not None


def _story(row: sqlite3.Row) -> Story:
    return Story(
        row["id"], row["uid"], row["title"], json.loads(row["centre"]), row["middle"], row["pieces"], row["looked_at"]
    )


def _dumps(centre: Mapping[str, float]) -> str:
    return json.dumps({word: round(weight, 4) for word, weight in centre.items()}, ensure_ascii=False)


def _in_parts(
    connection: sqlite3.Connection, query: str, values: Collection[int] | Collection[str]
) -> Iterator[sqlite3.Row]:
    listed = sorted(values)
    for start in range(0, len(listed), _PART):
        part = listed[start : start + _PART]
        yield from connection.execute(query.format(placeholders(len(part))), part)
