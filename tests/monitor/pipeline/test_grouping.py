"""Articles put into stories, as the views show them: in any order, by any polls, and as people say."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.pipeline.grouping import settle_all
from monitor.pipeline.rebuilding import Rebuilt, remake
from monitor.types import Entry
from tests.monitor.pipeline.test_settling import decide, pair, ruling, undo
from tests.world import World, entry

_numbers = count()

QUAKE = [
    "Strong earthquake hits Izmir",
    "Dozens injured as earthquake shakes Turkish city of Izmir",
    "Izmir earthquake: rescuers search the rubble for survivors",
    "Izmir after the earthquake: a night in the open for thousands of its residents, who fear aftershocks",
]
STRIKE = [
    "Heathrow airport staff begin strike over pay",
    "Flights cancelled as Heathrow airport staff walk out in strike",
    "Heathrow strike enters its second day",
]
LEAD = (
    "The quake struck at noon and was felt as far as Athens; officials said that dozens of buildings had fallen down."
)


def told(title: str, n: int = 0, day: int = 1, host: str | None = None, **more: Any) -> Entry:
    return entry(title, f"https://{host or f'n{n}'}.example/{n}", published_at=f"2026-11-{day:02}T10:00:00Z", **more)


def say(world: World, *titles: str, start: int = 0, day: int = 1) -> None:
    """Every headline at an outlet of its own."""
    world.day = max(world.day, day)
    for n, title in enumerate(titles, start):
        world.feed(f"https://n{n}.example/feed", [told(title, n, day)])


def stories(world: World) -> set[frozenset[str]]:
    """The headlines of each story's articles."""
    found: dict[str, set[str]] = {}
    for row in world.rows("SELECT story_uid, title FROM items WHERE story_uid IS NOT NULL"):
        found.setdefault(row["story_uid"], set()).add(row["title"])
    return set(map(frozenset, found.values()))


def uid(world: World, title: str, column: str = "uid") -> Any:
    return world.rows(f"SELECT {column} FROM items WHERE title = ? ORDER BY uid", title)[0][column]


def key(n: int) -> str:
    return f"https://n{n}.example/{n}"


def test_articles_on_one_event_are_one_story(world: World) -> None:
    say(world, *QUAKE, *STRIKE, "Apple cakes for the winter")

    assert stories(world) == {frozenset(QUAKE), frozenset(STRIKE)}
    rows = world.rows("SELECT articles, reprints, own_text_outlets, first_published_at FROM stories ORDER BY articles")
    assert [(r["articles"], r["reprints"], r["own_text_outlets"]) for r in rows] == [(3, 0, 3), (4, 0, 4)]


def test_why_is_on_record(world: World) -> None:
    say(world, *QUAKE)

    rows = world.rows("SELECT * FROM decisions WHERE kind = 'story'")
    assert {r["a"] for r in rows} == {f"article:{uid(world, title)}" for title in QUAKE}
    assert {(r["b"], r["verdict"], r["decided_by"]) for r in rows} == {
        (f"story:{uid(world, QUAKE[0], 'story_uid')}", "same story", "rule")
    }
    assert all({"izmir", "earthquake"} <= set(json.loads(r["evidence"])["words"]) for r in rows)
    assert all(0 < r["score"] <= 1 for r in rows)


def test_copies_go_with_their_root_and_are_no_text_of_their_own(world: World) -> None:
    say(world, *QUAKE[:2])
    for host in ("c1", "c2"):
        world.feed(f"https://{host}.example/feed", [told(QUAKE[2], 7, host=host, excerpt=LEAD)])

    (row,) = world.rows("SELECT articles, reprints, own_text_outlets FROM stories")
    assert row == {"articles": 4, "reprints": 1, "own_text_outlets": 3}


def test_a_story_keeps_its_uid_when_it_grows(world: World) -> None:
    say(world, *QUAKE[:2])
    before = uid(world, QUAKE[0], "story_uid")
    say(world, *QUAKE[2:], start=2)

    assert {row["story_uid"] for row in world.rows("SELECT story_uid FROM stories")} == {before}


def test_two_stories_that_prove_to_be_one_leave_a_uid_that_leads_on(world: World) -> None:
    say(world, *QUAKE[:2])
    first = uid(world, QUAKE[0], "story_uid")
    say(world, *STRIKE[:2], start=4)
    second = uid(world, STRIKE[0], "story_uid")
    decide(world, ruling("together", key=key(0)[8:], other={"key": key(4)[8:]}))

    (row,) = world.rows("SELECT story_uid, articles FROM stories")
    assert row == {"story_uid": first, "articles": 4}
    assert world.rows("SELECT * FROM story_aliases") == [{"old_uid": second, "story_uid": first}]


def test_days_later_it_is_another_story(world: World) -> None:
    say(world, *QUAKE[:2])
    say(world, *QUAKE[2:], start=2, day=9)

    assert stories(world) == {frozenset(QUAKE[:2]), frozenset(QUAKE[2:])}


def test_an_article_whose_headline_changes_changes_its_story(world: World) -> None:
    say(world, *QUAKE[:3], *STRIKE)
    world.feed("https://n2.example/feed", [told(STRIKE[1] + " today", 2)])

    assert {len(s) for s in stories(world)} == {2, 4}


def test_what_is_withdrawn_counts_no_more(world: World) -> None:
    say(world, *QUAKE[:3])
    with world.store.transaction() as connection:
        connection.execute("UPDATE article SET deleted_at = 'now', deleted_by = 'user' WHERE title = ?", (QUAKE[2],))

    assert world.rows("SELECT articles FROM stories") == [{"articles": 2}]
    with world.store.transaction() as connection:
        connection.execute("UPDATE article SET deleted_at = 'now', deleted_by = 'user' WHERE title = ?", (QUAKE[1],))
    assert world.rows("SELECT articles FROM stories") == []


class TestHeadlines:
    def test_it_is_one_of_its_articles_and_neither_rubbish_nor_the_longest(self, world: World) -> None:
        say(world, "LIVE: Izmir earthquake", *QUAKE)

        assert world.rows("SELECT title FROM stories")[0]["title"] in QUAKE[:3]

    def test_no_two_stories_have_the_same(self, world: World) -> None:
        for n, day in enumerate((1, 1, 9, 9, 17, 17)):
            say(world, "Heathrow airport strike: flights cancelled", start=n, day=day)

        titles = [row["title"] for row in world.rows("SELECT title FROM stories")]
        assert len(titles) == 3
        assert len({title.casefold() for title in titles}) == 3


class TestWhatPeopleSay:
    def test_apart_splits_a_story_and_holds(self, world: World) -> None:
        say(world, *QUAKE)
        before = uid(world, QUAKE[0], "story_uid")
        apart = ruling("apart", key=key(0)[8:], other={"key": key(1)[8:]})
        decide(world, apart)

        assert uid(world, QUAKE[0], "story_uid") != uid(world, QUAKE[1], "story_uid")
        say(world, *(f"{title} again" for title in QUAKE), start=10)
        assert uid(world, QUAKE[0], "story_uid") != uid(world, QUAKE[1], "story_uid")
        rebuild(world)
        assert uid(world, QUAKE[0], "story_uid") != uid(world, QUAKE[1], "story_uid")
        undo(world, apart)
        assert {row["story_uid"] for row in world.rows("SELECT story_uid FROM items")} == {before}

    def test_together_joins_what_no_rule_would(self, world: World) -> None:
        say(world, QUAKE[0], "A night of fear on the Aegean coast", *STRIKE)
        joined = ruling("together", key=key(0)[8:], other={"key": key(1)[8:]})
        decide(world, joined)

        assert frozenset({QUAKE[0], "A night of fear on the Aegean coast"}) in stories(world)
        say(world, *QUAKE[1:], start=10)
        rebuild(world)
        assert frozenset({*QUAKE, "A night of fear on the Aegean coast"}) in stories(world)
        undo(world, joined)
        assert stories(world) == {frozenset(QUAKE), frozenset(STRIKE)}

    def test_it_holds_for_what_comes_later(self, world: World) -> None:
        decide(world, ruling("apart", key=key(0)[8:], other={"key": key(1)[8:]}))
        say(world, *QUAKE[:3])

        assert uid(world, QUAKE[0], "story_uid") != uid(world, QUAKE[1], "story_uid")

    def test_the_newest_word_holds(self, world: World) -> None:
        say(world, *QUAKE[:2])
        decide(world, ruling("apart", key=key(0)[8:], other={"key": key(1)[8:]}))
        decide(world, ruling("together", key=key(1)[8:], other={"key": key(0)[8:]}))

        assert stories(world) == {frozenset(QUAKE[:2])}

    def test_of_copies_the_story_is_one_whatever_is_said(self, world: World) -> None:
        """What was said of a copy is said of its root: they go together until they are said to be different."""
        for n in (0, 1):
            world.feed(f"https://n{n}.example/feed", [told(QUAKE[0], n, excerpt=LEAD)])
        decide(world, ruling("apart", key=key(0)[8:], other={"key": key(1)[8:]}))
        assert len(stories(world)) == 1
        decide(world, pair("different", key(0), key(1)))

        assert world.rows("SELECT count(*) AS n FROM stories") == [{"n": 0}]

    @pytest.mark.slow
    @example([("together", 0, 4), ("together", 1, 2), ("apart", 0, 1)], random.Random(0))
    @example([("together", 0, 4), ("together", 1, 2), ("apart", 0, 1)], random.Random(3))
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(st.tuples(st.sampled_from(["together", "apart"]), st.integers(0, 6), st.integers(0, 6)), max_size=5),
        st.randoms(use_true_random=False),
    )
    def test_in_any_order_with_articles_it_is_the_same(
        self, tmp_path: Path, said: list[tuple[str, int, int]], chance: random.Random
    ) -> None:
        titles = [*QUAKE, *STRIKE]
        lines = [
            ruling(do, key=key(a)[8:], other={"key": key(b)[8:]}, at=f"2026-11-20T10:00:{n:02}Z")
            for n, (do, a, b) in enumerate(said)
            if a != b
        ]
        found = []
        for name in ("articles first", "mixed"):
            world = World(tmp_path / f"{next(_numbers)}.db")
            steps: list[Any] = [*enumerate(titles), *lines]
            if name == "mixed":
                chance.shuffle(steps)
            for step in steps:
                if isinstance(step, tuple):
                    say(world, step[1], start=step[0])
                else:
                    decide(world, step)
            rebuild(world)
            found.append(stories(world))
            standing = world.rows("SELECT method, a, b FROM decisions WHERE kind = 'story' AND decided_by = 'user'")
            at = {row["uid"]: row["story_uid"] or row["uid"] for row in world.rows("SELECT uid, story_uid FROM items")}
            for row in standing:
                one, other = at[row["a"][8:]], at[row["b"][8:]]
                assert (one == other) == (row["method"] == "together")
            world.store.close()
        assert found[0] == found[1]


def rebuild(world: World) -> None:
    for _ in remake(world.store, world.judge, Rebuilt()):
        pass


def test_in_any_order_the_stories_are_the_same(tmp_path: Path) -> None:
    titles = [*QUAKE, *STRIKE, "Apple cakes for the winter", "Землетрясение в Измире", "В Измире сильное землетрясение"]
    found = []
    for seed in range(4):
        world = World(tmp_path / f"{seed}.db")
        order = list(enumerate(titles))
        random.Random(seed).shuffle(order)
        for n, title in order:
            say(world, title, start=n)
            if seed % 2:
                stories(world)
        found.append(stories(world))
        world.store.close()

    assert all(one == found[0] for one in found)


def test_made_anew_they_are_the_same(world: World) -> None:
    say(world, *QUAKE, *STRIKE)
    views: Iterable[str] = ("stories", "items", "story_aliases")
    before = {view: world.rows(f"SELECT * FROM {view} ORDER BY 1") for view in views}
    rebuild(world)

    assert {view: world.rows(f"SELECT * FROM {view} ORDER BY 1") for view in views} == before


@pytest.mark.parametrize("title", ["", "…", "the of", "1 2 3", "\u202e", "😀 😀", "地震", "a" * 600])
def test_headlines_without_words_make_no_story(world: World, title: str) -> None:
    world.feed("https://a.example/feed", [told(title, n, host=f"h{n}") for n in range(3)])

    assert len(world.rows("SELECT * FROM items")) == 3
    assert not [s for s in world.rows("SELECT articles FROM stories") if s["articles"] > 3]


@pytest.mark.slow
def test_a_story_of_many_is_not_taken_apart_for_each_new_article(world: World) -> None:
    """The work for one more article does not grow with the story, and the story takes it in all the same."""
    entries = [told(f"{QUAKE[n % 4]} {n}", n, host=f"h{n}") for n in range(180)]
    others = [told(f"qwzx{n % 997} vbnm{n % 991} on day {n}", n, host=f"x{n}") for n in range(2000)]
    world.feed("https://a.example/feed", entries + others)
    (before,) = world.rows("SELECT articles FROM stories ORDER BY articles DESC LIMIT 1")
    seen: list[str] = []
    world.store.connection.set_trace_callback(seen.append)
    world.feed("https://b.example/feed", [told("Izmir earthquake: another day", 900)])
    with world.store.transaction() as connection:
        settle_all(connection, world.judge, world.now)
    world.store.connection.set_trace_callback(None)

    assert world.rows("SELECT articles FROM stories ORDER BY articles DESC LIMIT 1") == [
        {"articles": before["articles"] + 1}
    ]
    assert len(seen) < 200
