"""Putting headlines together: what is one event, what is not, and never by a chain."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories import clustering
from monitor.stories.clustering import DAYS, MOST, Group, Piece, Told, cluster, unit
from monitor.stories.wording import said
from seeds import text

QUAKE = [
    "Strong earthquake shakes Izmir, dozens hurt",
    "Dozens injured as earthquake hits Turkish city of Izmir",
    "Izmir earthquake: what residents saw when buildings shook",
    "Rescuers search rubble in Izmir after earthquake",
]
STRIKE = [
    "Airport staff at Heathrow begin strike over pay",
    "Heathrow strike: flights cancelled as airport staff walk out",
    "Heathrow airport strike enters second day",
]
RUSSIAN = [
    "Землетрясение в Измире: десятки пострадавших",
    "В турецком Измире произошло сильное землетрясение",
    "Число жертв землетрясения в Измире выросло",
]


def piece(number: int, title: str, at: float = 0.0, outlet: str | None = None, apart: Iterable[int] = ()) -> Piece:
    worth = said(text.title_key(title))
    return Piece(number, at, worth, unit(worth), outlet or f"o{number}.example", f"{number:04}", frozenset(apart))


def pieces(*titles: str, at: float = 0.0) -> list[Piece]:
    return [piece(number, title, at) for number, title in enumerate(titles)]


def ids(groups: Iterable[Group]) -> set[frozenset[int]]:
    return {frozenset(p.id for p in group.pieces) for group in groups}


def test_events_are_told_apart_in_any_language() -> None:
    given = pieces(*QUAKE, *STRIKE, *RUSSIAN, "Apple cakes for the winter")

    assert ids(cluster(given)) == {
        frozenset(range(4)),
        frozenset(range(4, 7)),
        frozenset(range(7, 10)),
        frozenset({10}),
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Putin visits a factory in Chelyabinsk", "Putin opens an exhibition of paintings"),
        ("10 things to know this morning", "10 recipes for autumn evenings"),
        ("Stocks fall", "Stocks rise"),
        ("Live updates", "Live updates from the court"),
        ("Weather forecast for Tuesday", "Weather forecast for Wednesday"),
    ],
)
def test_one_name_number_or_kind_of_article_makes_no_story(one: str, other: str) -> None:
    assert len(cluster(pieces(one, other))) == 2


def test_days_part_what_words_do_not() -> None:
    early, late = piece(1, QUAKE[0]), piece(2, QUAKE[0], at=DAYS + 0.1)

    assert len(cluster([early, late])) == 2
    assert len(cluster([early, piece(2, QUAKE[0], at=DAYS / 2)])) == 1


def test_a_chain_of_look_alikes_is_no_story() -> None:
    """Each headline shares half its words with the next, and none with the one after: no story holds strangers."""
    words = [f"qw{chr(97 + n // 26)}{chr(97 + n % 26)}x" for n in range(84)]
    titles = [" ".join(words[2 * n : 2 * n + 4]) for n in range(40)]
    groups = cluster(pieces(*titles))

    assert len(groups) > 8
    for group in groups:
        numbers = sorted(p.id for p in group.pieces)
        assert numbers[-1] - numbers[0] <= 6


def test_no_story_grows_for_ever() -> None:
    same = [piece(n, QUAKE[n % 4]) for n in range(MOST + 40)]

    assert max(group.size for group in cluster(same)) <= MOST


def test_columns_of_one_outlet_need_more_in_common() -> None:
    titles = ("Postcard from Lisbon: the old tram of Alfama", "Postcard from Lisbon: a small bakery in Belem")
    one_outlet = [piece(n, title, outlet="o.example") for n, title in enumerate(titles)]

    assert len(cluster(one_outlet)) == 2
    assert len(cluster(pieces(*titles))) == 1


def test_what_people_said_is_apart_stays_apart() -> None:
    given = pieces(*QUAKE)
    given[0] = piece(0, QUAKE[0], apart=[1])
    given[1] = piece(1, QUAKE[1], apart=[0])

    assert not any({0, 1} <= group for group in ids(cluster(given)))
    again = [piece(n, QUAKE[0], apart=set(range(6)) - {n}) for n in range(6)]
    assert len(cluster(again)) == 6


def test_a_known_story_is_added_to() -> None:
    (first,) = cluster(pieces(*QUAKE[:3]))
    told = Told(7, first.centre, first.size, first.at, frozenset({"a", "b"}))
    new = [piece(20, QUAKE[3]), piece(21, STRIKE[0])]
    groups = cluster(new, [told])

    assert {(g.told, tuple(p.id for p in g.pieces)) for g in groups} == {((7,), (20,)), ((), (21,))}
    assert next(g for g in groups if g.told).size == 4


TITLES = st.lists(st.sampled_from([*QUAKE, *STRIKE, *RUSSIAN, "Apple cakes", "", "1 2 3"]), max_size=25)


@given(TITLES, st.randoms(use_true_random=False))
def test_the_order_they_are_given_in_makes_no_difference(titles: list[str], chance: random.Random) -> None:
    given = [piece(n, title, at=n / 10) for n, title in enumerate(titles)]
    shuffled = given[:]
    chance.shuffle(shuffled)

    assert ids(cluster(shuffled)) == ids(cluster(given))


@given(TITLES, st.sets(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=6))
def test_every_piece_is_in_one_group_and_constraints_hold(titles: list[str], pairs: set[tuple[int, int]]) -> None:
    apart: dict[int, set[int]] = {}
    for a, b in pairs:
        if a != b:
            apart.setdefault(a, set()).add(b)
            apart.setdefault(b, set()).add(a)
    groups = ids(cluster(piece(n, title, apart=apart.get(n, ())) for n, title in enumerate(titles)))

    assert sorted(i for group in groups for i in group) == list(range(len(titles)))
    assert not any(group & apart.get(i, set()) for group in groups for i in group)


def test_a_piece_without_words_is_alone() -> None:
    assert len(cluster(pieces("", "…", "the of and"))) == 3
    assert clustering.unit({}) == {}
