"""The projection made anew is what it was, and what was damaged is as before."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from monitor.pipeline.judging import Judge, Thresholds
from monitor.pipeline.rebuilding import Rebuilt, remake
from monitor.pipeline.rescoring import Moved, rescore
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
from tests.world import World, entry

THIRD = "https://c.example/third"


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


def rebuild(world: World) -> Rebuilt:
    done = Rebuilt()
    for _ in remake(world.store, world.judge, done):
        pass
    for _ in rescore(world.store, world.judge, Moved()):
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
