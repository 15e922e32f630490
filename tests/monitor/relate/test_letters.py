"""How like a headline is to those of seeds, letter by letter."""

from __future__ import annotations

import pytest

from monitor.relate.letters import letters_of
from seeds import text

SEEDS = ["Mt. Gox files for bankruptcy in the U.S.", "Bitcoin exchange Mt. Gox seeks bankruptcy protection"]
LETTERS = letters_of(text.stems(title) for title in SEEDS)


def alike(title: str) -> float | None:
    return LETTERS.alike(text.stems(title))


def test_a_headline_in_the_words_of_the_seeds_is_more_like_them_than_one_in_others() -> None:
    near, far, none = (alike(t) for t in ("Mt. Gox filed for bankruptcy", "Bitcoin is here to stay", "Rain in Spain"))
    assert near is not None
    assert far is not None
    assert near > far > 0.0
    assert none == 0.0


def test_a_seed_alone_is_just_like_itself() -> None:
    assert letters_of([text.stems(SEEDS[0])]).alike(text.stems(SEEDS[0])) == pytest.approx(1.0)


@pytest.mark.parametrize("title", ["Биржа Mt. Gox объявила о банкротстве", "Курс биткойна падает"])
def test_letters_say_nothing_where_no_seed_is_in_the_script(title: str) -> None:
    assert alike(title) is None


def test_a_headline_of_stop_words_is_like_nothing() -> None:
    assert alike("of the and") == 0.0
    assert letters_of([]).alike(("anything",)) is None
