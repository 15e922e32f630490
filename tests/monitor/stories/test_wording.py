"""What the words of a headline are worth."""

from __future__ import annotations

import pytest

from monitor.stories.wording import lessened, said, shown


def test_rare_words_are_worth_most_and_numbers_little() -> None:
    worth = said("titanfall sells 1000000 copies in its first week")

    assert worth["titanfal"] > worth["copi"] > worth["week"]
    assert worth["1000000"] <= 0.4
    assert "in" not in worth


@pytest.mark.parametrize(
    ("count", "among", "kept"), [(5, 1000, 1.0), (3, 5, 1.0), (1000, 1000, 0.0), (500, 1000, 0.35)]
)
def test_what_all_headlines_say_is_worth_nothing(count: int, among: int, kept: float) -> None:
    worth = {"recogn": 1.0}

    assert lessened(worth, {"recogn": count}, among)["recogn"] == pytest.approx(kept, abs=0.06)


def test_words_are_shown_as_they_were_written() -> None:
    assert shown("cameras in the izmir metro", {"camera", "izmir"}) == ["izmir", "cameras"]
