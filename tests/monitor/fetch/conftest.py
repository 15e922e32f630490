from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from monitor.fetch import Fetcher, Limits
from monitor.types import Fetched, Request, Validators
from tests.web import Web

NOW = 1_800_000_000.0
Fetch = Callable[..., Awaitable[Fetched]]


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


@pytest.fixture
def fetch(web: Web) -> Fetch:
    """Fetches an address, or a path of `web`, with short limits; options are those of `Fetcher`."""

    async def run(
        url: str, validators: Validators | None = None, headers: dict[str, str] | None = None, **options: Any
    ) -> Fetched:
        options.setdefault("limits", Limits(timeout=5, max_body=100_000))
        options.setdefault("allowed", frozenset({web.pair}))
        async with Fetcher(user_agent="seedwatch/0.1", clock=lambda: NOW, **options) as fetcher:
            return await fetcher.fetch(Request(web.url(url) if url.startswith("/") else url, validators, headers or {}))

    return run
