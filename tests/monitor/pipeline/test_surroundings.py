"""The company that articles keep, in a database: what comes, what is judged again, and that order makes no difference."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.pipeline import surroundings
from monitor.pipeline.judging import Judge, Thresholds
from monitor.pipeline.rescoring import Moved, rescore
from monitor.pipeline.surroundings import Surroundings
from monitor.relate.shared_terms import SharedTerms
from monitor.relate.types import SeedText
from tests.world import World, entry

SEEDS = [
    SeedText("a", "Ferry runs aground off Bornholm with 200 aboard"),
    SeedText("b", "Passengers evacuated after ferry grounding off Bornholm"),
    SeedText("c", "Bornholm ferry refloated after grounding"),
]
ON_IT = [
    "Ferry runs aground off Bornholm: captain questioned",
    "Captain questioned after ferry grounding off Bornholm",
    "Bornholm ferry aground, passengers evacuated, captain questioned by police",
    "Ferry aground off Bornholm: police questioned captain and passengers",
]
BESIDE = "Captain questioned by police"
OTHER = ["Taxes rise again", "Police question driver after crash in Leeds", "Museum opens in Oslo"]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "t.db", judge=Judge([SharedTerms("ferry", SEEDS)], Thresholds(0.8, 0.4)))
    yield world
    world.store.close()


def hear(world: World, around: Surroundings) -> None:
    more = True
    while more:
        with world.store.transaction() as connection:
            more = around.hear(connection, world.judge, world.now)


def feed(world: World, *titles: str) -> None:
    for title in titles:
        slug = title.lower().replace(" ", "-")
        world.feed(f"https://{slug}.example/feed", [entry(title, f"https://{slug}.example/{slug}")])


def scores(world: World) -> dict[str, float]:
    return {row["title"]: row["relevance"] for row in world.rows("SELECT title, relevance FROM items")}


def test_what_hardly_shares_a_word_is_found_by_what_stands_near(world: World) -> None:
    feed(world, *ON_IT, BESIDE, *OTHER)
    before = scores(world)
    hear(world, Surroundings())
    after = scores(world)

    assert before[BESIDE] < 0.05
    assert after[BESIDE] > 0.2
    assert all(after[title] == 0 for title in OTHER)
    said = world.rows("SELECT reason FROM judgement WHERE score > 0.2 AND score < 0.5")
    assert any("reports in like words" in row["reason"] for row in said)


def test_it_is_worked_out_as_reports_come(world: World) -> None:
    around = Surroundings()
    feed(world, BESIDE)
    hear(world, around)
    alone = scores(world)[BESIDE]
    feed(world, *ON_IT)
    hear(world, around)

    assert scores(world)[BESIDE] > 0.2 > alone
    assert not around.wait(world.store.connection)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("at_once", [1, 3, 100])
def test_in_whatever_order_and_however_many_at_once(
    world: World, order: tuple[int, ...], at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surroundings, "AT_ONCE", at_once)
    around = Surroundings()
    parts = [ON_IT[:2], [BESIDE, *OTHER], ON_IT[2:]]
    for n in order:
        feed(world, *parts[n])
        hear(world, around)
    came = scores(world)
    for _ in rescore(world.store, world.judge, Surroundings(), Moved()):
        pass

    assert scores(world) == came


def test_another_process_goes_on_where_one_stopped(world: World) -> None:
    feed(world, *ON_IT[:3])
    hear(world, Surroundings())
    feed(world, BESIDE)
    hear(world, Surroundings())

    assert scores(world)[BESIDE] > 0.2


def test_judging_again_moves_nothing_that_nothing_changed(world: World) -> None:
    feed(world, *ON_IT, BESIDE, *OTHER)
    hear(world, Surroundings())
    changes = world.rows("SELECT * FROM verdict_changes")
    moved = Moved()
    for _ in rescore(world.store, world.judge, Surroundings(), moved):
        pass

    assert moved.changes == []
    assert world.rows("SELECT * FROM verdict_changes") == changes


def test_copies_of_one_text_are_no_company_to_one_another(world: World) -> None:
    feed(world, BESIDE, ON_IT[0])
    world.feed("https://again.example/feed", [entry(BESIDE, "https://again.example/x")])
    with world.store.transaction() as connection:
        root, copy = (row[0] for row in connection.execute("SELECT id FROM article WHERE title = ?", (BESIDE,)))
        connection.execute("UPDATE article SET copy_of_id = ? WHERE id = ?", (root, copy))
    hear(world, Surroundings())

    both = world.rows(
        "SELECT json_extract(parts, '$.company[2]') AS reports FROM judgement j JOIN article a ON a.id = j.article_id"
        f" WHERE a.title = '{BESIDE}'"
    )
    assert [row["reports"] for row in both] == [1, 1]


def test_another_headline_is_judged_in_the_company_of_what_it_says_then(world: World) -> None:
    around = Surroundings()
    feed(world, *ON_IT)
    world.feed("https://x.example/feed", [entry(BESIDE, "https://x.example/1", guid="1")])
    hear(world, around)
    near = scores(world)[BESIDE]
    world.day += 1
    world.feed("https://x.example/feed", [entry("Museum in Rønne shows paintings", "https://x.example/1", guid="1")])
    hear(world, around)

    assert near > 0.2
    assert scores(world)["Museum in Rønne shows paintings"] < 0.05


def test_without_a_watch_nothing_is_looked_at(tmp_path: Path) -> None:
    world = World(tmp_path / "none.db")
    feed(world, *ON_IT)
    hear(world, Surroundings())

    assert set(scores(world).values()) == {0}
    world.store.close()
