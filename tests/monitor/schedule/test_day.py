"""A day of feeds in simulated time: the servers' own log says whether any was asked too early, the ledger what was missed."""

from __future__ import annotations

import pytest

from benchmarks.day import simulate


@pytest.mark.slow
def test_a_day_with_a_restart_a_sleep_and_a_clock_that_jumps() -> None:
    day = simulate(40, 24.0, 3)

    assert day.early == ()
    assert day.crowded == ()
    assert day.missed > 0
    assert day.unknown == ()
    assert day.requests > 500
    assert day.late_s < 1800
