"""Which headline stands for a story."""

from __future__ import annotations

from collections import Counter

import pytest

from monitor.stories.clustering import unit
from monitor.stories.headline import Headline, ranked
from monitor.stories.wording import said
from seeds import text


def best(*titles: str) -> str:
    vectors = [unit(said(text.title_key(title))) for title in titles]
    centre: Counter[str] = Counter()
    for vector in vectors:
        centre.update(vector)
    return next(ranked([Headline(t, v, ("", t)) for t, v in zip(titles, vectors, strict=True)], centre))


GOOD = "Strong earthquake hits Izmir"
LONGEST = "Strong earthquake hits Izmir, as residents run into the streets and wait for news of their relatives there"


@pytest.mark.parametrize(
    "rubbish",
    [
        "LIVE: Izmir earthquake",
        "Izmir earthquake live updates",
        "Video: earthquake in Izmir",
        "Izmir earthquake",
        "STRONG EARTHQUAKE HITS TURKEY'S IZMIR",
        "Strong earthquake hits Izmir [PHOTOS]",
        "Strong earthquake hits Izmir…",
        "Izmir earthquake: what we know so far",
        "Strong earthquake hits Izmir!!",
        "Did a strong earthquake hit Izmir?",
    ],
)
def test_it_is_neither_rubbish_nor_the_longest(rubbish: str) -> None:
    assert best(rubbish, LONGEST, GOOD) == GOOD


@pytest.mark.parametrize(
    "rubbish", ["Онлайн: землетрясение в Измире", "Землетрясение в Измире. Видео", "ЗЕМЛЕТРЯСЕНИЕ В ИЗМИРЕ: ПОГИБШИЕ"]
)
def test_nor_in_russian(rubbish: str) -> None:
    good = "В Измире произошло землетрясение"
    assert best(rubbish, good, "В турецком городе Измир в ночь на пятницу произошло сильное землетрясение") == good


def test_of_two_it_is_the_shorter_one() -> None:
    assert best(LONGEST, GOOD) == GOOD


def test_the_longest_is_better_than_rubbish() -> None:
    assert best(LONGEST, "Live updates") == LONGEST


def test_it_says_what_most_say() -> None:
    titles = ["Izmir earthquake kills twelve people", "Earthquake in Izmir kills twelve", "Insurers count their losses"]
    assert "Izmir" in best(*titles, "Twelve dead in the earthquake that struck Izmir on Friday, says the government")
