"""Groups that are made to hold what people said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.stories.clustering import cluster
from monitor.stories.together import joined
from tests.monitor.stories.test_clustering import QUAKE, STRIKE, ids, piece, pieces

PAIRS = st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=5)


def test_the_stories_of_two_that_belong_together_are_one() -> None:
    groups = cluster(pieces(*QUAKE, *STRIKE))

    assert ids(joined(groups, [frozenset({0, 4})])) == {frozenset(range(7))}
    assert ids(joined(groups, [])) == ids(groups)


def test_the_centre_is_that_of_all() -> None:
    (one,) = joined(cluster(pieces(*QUAKE, *STRIKE)), [frozenset({0, 4})])

    assert one.size == 7
    assert one.likeness(one.pieces[0].vector) > 0.3


@given(PAIRS, PAIRS)
def test_what_is_apart_stays_out(together: set[tuple[int, int]], apart: set[tuple[int, int]]) -> None:
    sets: list[frozenset[int]] = []
    for pair in together:
        touched = [s for s in sets if not s.isdisjoint(pair)]
        sets = [s for s in sets if s.isdisjoint(pair)] + [frozenset(pair).union(*touched)]
    set_of = {i: s for s in sets for i in s}
    kept = {(a, b) for a, b in apart if a != b and set_of.get(a) is not set_of.get(b, frozenset({b}))}
    given = [
        piece(n, title, apart={b for a, b in kept if a == n} | {a for a, b in kept if b == n})
        for n, title in enumerate([*QUAKE, *STRIKE])
    ]
    found = ids(joined(cluster(given), sets))

    assert sorted(i for group in found for i in group) == list(range(7))
    assert all(any(s <= group for group in found) for s in sets)
    assert not any({a, b} <= group for a, b in kept for group in found)
