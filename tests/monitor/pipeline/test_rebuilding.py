"""The projection made anew is what it was, and what was damaged is as before."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from db import notices
from monitor.pipeline.judging import Judge, Thresholds
from monitor.pipeline.rebuilding import Rebuilt, remake
from monitor.pipeline.rescoring import Moved, rescore
from monitor.pipeline.surroundings import Surroundings
from tests.monitor.pipeline.test_readings import FEED, TEXT, URL, gone, page, read
from tests.monitor.pipeline.test_settling import (
    FEED_A,
    FEED_B,
    FEED_C,
    LEAD,
    OTHER,
    TITLE,
    A,
    B,
    Likely,
    decide,
    dump,
    pair,
    ruling,
    shared,
)
from tests.pages import ENGLISH_TITLE
from tests.world import World, entry

THIRD = "https://c.example/third"
STORY, AMP = "https://example.org/story/4711234", "https://example.org/amp/2026/11/metro-cameras-watch-everyone"
TOLD = "https://example.org/report/889900112"
COPIER, TWIN = (
    "https://copier.example/2026/metro-cameras-watch-everyone",
    "https://twin.example/2026/underground-watched",
)
BEES, NEWS = "https://example.org/2026/11/bees-of-the-alpine-spring", "https://news.example/2026/cameras-every-line"
BEE_TITLE = "Bees and their honey in the alpine spring of this year"
VIEWS = {
    "items": "SELECT i.*, a.text, a.record, a.read_at, a.page_url FROM items i JOIN article a ON a.id = i.id ORDER BY i.id",
    "pages": "SELECT * FROM pages ORDER BY url",
    "revisions": "SELECT * FROM revisions ORDER BY item_uid, seen_at, field, new",
    "aliases": "SELECT * FROM item_aliases ORDER BY old_uid",
    "copies": "SELECT * FROM duplicates ORDER BY uid",
    "seed_format": "SELECT * FROM seed_format ORDER BY uid",
    "decisions": "SELECT * FROM decisions WHERE kind != 'relevance' ORDER BY decided_at, a, b",
}


@pytest.fixture
def lived(tmp_path: Path) -> Iterable[World]:
    """A world in which much happened: edits, copies, one article under two addresses, decisions of all kinds."""
    world = World(tmp_path / "lived.db", judge=Judge([Likely()], Thresholds(0.8, 0.4)))
    world.feed(FEED_A, [entry(TITLE, A, excerpt=LEAD, guid="1"), entry("Home", "https://a.example/", guid="home")])
    world.day += 1
    world.feed(FEED_B, [entry(OTHER, B, excerpt="Other words."), entry(TITLE, "https://b.example/copy", excerpt=LEAD)])
    world.day += 1
    world.feed(FEED_A, [entry(f"{TITLE} at last", A, excerpt=LEAD, guid="1")])
    world.feed(FEED_C, [shared(), entry(TITLE, THIRD, excerpt=LEAD), entry("Apple cakes", "https://c.example/cakes")])
    decide(
        world,
        pair("different", A, B),
        ruling("yes", key="c.example/cakes", watch="default", because="why not"),
        ruling("mute", what="phrase", target="faces recognised"),
        ruling("seen", key="c.example/cakes"),
        pair("same", "https://c.example/cakes", "https://a.example/x"),
        ruling("no", key="nowhere.example/1"),
    )
    yield world
    world.store.close()


@pytest.fixture
def read_world(tmp_path: Path) -> Iterable[World]:
    """A world whose pages were read: one article under two addresses, copies, one that changed and is gone, a false claim."""
    world = World(tmp_path / "read.db", judge=Judge([Likely()], Thresholds(0.8, 0.4)))
    world.feed(FEED, [entry(ENGLISH_TITLE, URL), entry(BEE_TITLE, BEES), entry("Cameras on every line", NEWS)])
    world.feed("https://copier.example/feed", [entry(f"{ENGLISH_TITLE}!", COPIER)])
    world.feed("https://twin.example/feed", [entry("Passengers watched underground by cameras", TWIN)])
    world.feed("https://other.example/feed", [entry(f"{ENGLISH_TITLE}: report", STORY)])
    world.day += 1
    links = {"canonical": STORY, "og": STORY, "amp": AMP}
    read(world, URL, page(links=links, authors=("Anna Petrova",), paywalled=True, language="en", updated_at=world.now))
    read(world, BEES, page(BEE_TITLE, text="Honey.", links={"canonical": URL, "og": URL}))
    read(world, COPIER, page(text="Shorter.", links={"canonical": URL}))
    read(world, TWIN, page("Passengers watched"))
    world.day += 1
    read(world, URL, page(text=TEXT + "\nMore.", links={"canonical": STORY, "og": STORY}, authors=("A. Petrova",)))
    read(world, STORY, page(f"{ENGLISH_TITLE} now", text="Soon.", links={"canonical": TOLD, "og": TOLD}))
    world.day += 1
    read(world, STORY, gone())
    world.day += 1
    decide(
        world, pair("different", URL, TWIN), pair("same", COPIER, NEWS), ruling("yes", key="example.org/story/4711234")
    )
    read(world, TWIN, page("Passengers watched again"))
    yield world
    world.store.close()


def rebuild(world: World) -> Rebuilt:
    done = Rebuilt()
    for _ in remake(world.store, world.judge, done):
        pass
    for _ in rescore(world.store, world.judge, Surroundings(), Moved()):
        pass
    return done


def test_made_anew_it_is_the_same(lived: World) -> None:
    before, decisions = dump(lived), lived.rows("SELECT * FROM decisions WHERE decided_by = 'user'")
    done = rebuild(lived)

    assert dump(lived) == before
    assert lived.rows("SELECT * FROM decisions WHERE decided_by = 'user'") == decisions
    assert (done.articles, done.removed) == (len(lived.titles()), 0)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE article SET title = 'x', excerpt = '', web_url = NULL, published_at = NULL, language = 'xx'",
        "UPDATE article SET verdict = 'no', relevance = 0, seen_at = NULL",
        "DELETE FROM judgement",
        "UPDATE article SET copy_of_id = NULL, story_id = NULL",
        "UPDATE article SET copy_of_id = (SELECT min(id) FROM article) WHERE id > (SELECT min(id) FROM article)",
        "DELETE FROM revision",
        "DELETE FROM address",
        "DELETE FROM story WHERE 0; UPDATE story SET title = 'x', articles = 0, reprints = 99",
    ],
)
def test_what_was_damaged_is_as_before(lived: World, damage: str) -> None:
    before = dump(lived)
    with lived.store.transaction() as connection:
        for statement in damage.split(";"):
            connection.execute(statement)
    assert dump(lived) != before
    rebuild(lived)

    assert dump(lived) == before
    assert lived.rows("SELECT count(*) AS n FROM article_fts WHERE article_fts MATCH 'cakes'") == [{"n": 1}]
    with lived.store.transaction() as connection:
        connection.execute("INSERT INTO article_fts (article_fts) VALUES ('integrity-check')")


def test_sightings_go_on_as_if_nothing_had_been(lived: World) -> None:
    rebuild(lived)
    count = len(lived.titles())
    lived.day += 1
    lived.feed(
        FEED_C,
        [shared(guid="again"), entry(OTHER, f"{B}?utm_source=c"), entry("Apple cakes", "https://c.example/cakes")],
    )

    assert len(lived.titles()) == count


class TestWithPages:
    def test_made_anew_it_is_the_same(self, read_world: World) -> None:
        before, whole = dump(read_world), {name: read_world.rows(query) for name, query in VIEWS.items()}
        assert {row["key"] for row in before["urls"] if row["item_uid"] == self.uid(read_world)} >= {
            "example.org/story/4711234",
            "example.org/report/889900112",
        }
        assert {row["field"] for row in before["revisions"]} >= {"text", "page", "page_title"}
        assert whole["copies"]
        rebuild(read_world)

        assert {name: read_world.rows(query) for name, query in VIEWS.items()} == whole
        assert dump(read_world) == before

    @pytest.mark.parametrize(
        "damage",
        [
            "UPDATE article SET text = '', read_at = NULL, judged_on = 'headline', record = '{}', language = NULL",
            "DELETE FROM revision",
            "DELETE FROM address WHERE article_id = (SELECT article_id FROM address WHERE key = 'example.org/report/889900112')",
            "UPDATE article SET copy_of_id = NULL, story_id = NULL",
        ],
    )
    def test_what_was_damaged_is_as_before(self, read_world: World, damage: str) -> None:
        before, whole = dump(read_world), {name: read_world.rows(query) for name, query in VIEWS.items()}
        with read_world.store.transaction() as connection:
            connection.execute(damage)
        rebuild(read_world)

        assert dump(read_world) == before
        assert {name: read_world.rows(query) for name, query in VIEWS.items()} == whole

    def test_pages_read_afterwards_bring_nothing_twice(self, read_world: World) -> None:
        rebuild(read_world)
        before = dump(read_world)
        read(
            read_world,
            URL,
            page(text=TEXT + "\nMore.", links={"canonical": STORY, "og": STORY}, authors=("A. Petrova",)),
        )
        read(read_world, COPIER, page(text="Shorter.", links={"canonical": URL}))

        assert dump(read_world) == before

    @staticmethod
    def uid(world: World) -> str:
        return str(world.rows("SELECT item_uid FROM item_urls WHERE url = ? AND weak = 0", URL)[0]["item_uid"])


def test_nobody_is_told_twice(read_world: World) -> None:
    """Whatever became of the articles since: merged, parted, or copies of others."""
    with read_world.store.transaction() as connection:
        new = notices.untold(connection, "2026-01-01T00:00:00Z", 10**9)
        assert new
        uids = tuple(row["uid"] for row in new)
        notices.add(connection, notices.Notice("New", "", uids), ["here"], read_world.now)
    rebuild(read_world)

    assert notices.untold(read_world.store.connection, "2026-01-01T00:00:00Z", 10**9) == []


@pytest.mark.slow
def test_a_large_group_of_copies_stays_whole(tmp_path: Path) -> None:
    world = World(tmp_path / "wire.db")
    for number in range(510):  # more than are asked for at a time
        host = f"https://outlet{number}.example"
        world.feed(f"{host}/feed", [entry(TITLE, f"{host}/2026/cameras", excerpt=LEAD)])
    before = world.rows("SELECT * FROM stories")
    assert [row["articles"] for row in before] == [510]
    rebuild(world)

    assert world.rows("SELECT * FROM stories") == before
    world.store.close()
