from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.measure import Case, at, bins, enough, share, threshold_for


def cases(*pairs: tuple[float, bool]) -> list[Case]:
    return [Case(f"u{n}", "t", None, score, yes) for n, (score, yes) in enumerate(pairs)]


SOME = cases((0.95, True), (0.9, True), (0.85, False), (0.6, True), (0.5, False), (0.1, False), (0.05, True))
many = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.2, 0.4, 0.55, 0.8, 0.99, 1.0]), st.booleans()), max_size=40)


def test_precision_and_recall() -> None:
    found = at(SOME, 0.8)

    assert (found.shown_yes, found.shown_no, found.missed) == (2, 1, 2)
    assert (found.precision.value, found.recall.value) == (pytest.approx(2 / 3), 0.5)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"), [(2, 3, 0.208, 0.939), (0, 10, 0.0, 0.278), (50, 50, 0.929, 1.0)]
)
def test_intervals_are_those_of_wilson(part: int, whole: int, low: float, high: float) -> None:
    found = share(part, whole)

    assert (found.low, found.high) == (pytest.approx(low, abs=0.001), pytest.approx(high, abs=0.001))


def test_a_share_of_nothing_is_none() -> None:
    assert share(0, 0).value is None
    assert at([], 0.8).precision.value is None


@pytest.mark.parametrize(("precision", "threshold"), [(1.0, 0.9), (0.7, 0.6), (0.6, 0.5), (0.1, 0.05)])
def test_the_lowest_threshold_that_is_good_enough(precision: float, threshold: float) -> None:
    found = threshold_for(SOME, precision)

    assert found is not None
    # 0.6: three of four are right there; nothing below has that share again.
    assert found.threshold == threshold


def test_no_threshold_may_be_good_enough() -> None:
    assert threshold_for(cases((0.9, False), (0.5, True)), 0.9) is None
    assert threshold_for([], 0.5) is None


def test_every_case_is_in_one_bin() -> None:
    found = bins(cases((0.0, False), (0.2, True), (0.4, True), (1.0, True), (0.999, False)))

    assert [one.cases for one in found] == [1, 1, 1, 0, 2]
    assert found[-1].share_yes == 0.5
    assert found[3].mean_score is None


@pytest.mark.parametrize(
    ("yes", "no", "is_enough"), [(10, 10, True), (5, 15, True), (4, 30, False), (9, 10, False), (0, 0, False)]
)
def test_enough(yes: int, no: int, *, is_enough: bool) -> None:
    assert enough(cases(*[(0.9, True)] * yes, *[(0.1, False)] * no)) is is_enough


@given(many, st.floats(0.01, 1))
def test_figures_hold_together(pairs: list[tuple[float, bool]], precision: float) -> None:
    those = cases(*pairs)
    found = threshold_for(those, precision)

    assert sum(one.cases for one in bins(those)) == len(those)
    if found is not None:
        assert found.precision.value is not None
        assert found.precision.value >= precision
        for lower in {case.score for case in those if case.score < found.threshold}:
            assert (at(those, lower).precision.value or 0) < precision
    for one in (at(those, 0.8), at(those, 0.4)):
        assert one.shown_yes + one.missed == sum(case.yes for case in those)
        for part in (one.precision, one.recall):
            assert part.value is None or 0 <= part.low <= part.value <= part.high <= 1
