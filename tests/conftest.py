"""Fixtures for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.world import World

# Properties are not timed: the machine may be busy. Many more examples are tried by `make soak`.
settings.register_profile("suite", deadline=None, max_examples=60)
settings.register_profile("thorough", deadline=None, max_examples=2_000)
settings.load_profile("suite")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "world.db")
    yield made
    made.store.close()


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests depend on nothing that the person running them has set."""
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "SEEDWATCH_CONFIG",
        "NO_COLOR",
    ):
        monkeypatch.delenv(name, raising=False)
