"""All pages over 100,000 articles, as somebody sees them who opens each: at a desk and on a phone, light and dark.

    python -m pytest -m soak tests/soak/test_pages_soak.py -s

prints what costs most.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn

from monitor.browse.serve import application, listening
from tests.chromium import Browser, axe_core, browser
from tests.monitor.browse.crawl import Crawl, Visited, crowded

pytestmark = pytest.mark.soak
ARTICLES = 100_000
EACH = 4
MOST_MS = 2_000
"""Computing time that no page may take; a page of a thousand rows with their texts takes some hundred."""


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("crowd") / "seedwatch.db"
    crowded(path, ARTICLES, days=30)
    return path


@pytest.fixture(scope="module")
def visited(database) -> list[Visited]:
    async def crawl() -> list[Visited]:
        datasette = application(database, timezone="Europe/Berlin")
        await datasette.invoke_startup()
        found = Crawl(datasette, EACH)
        await found.run("/")
        return found.visited

    return asyncio.run(crawl())


@pytest.fixture(scope="module")
def base(database) -> Iterator[str]:
    with listening("127.0.0.1", 0) as listener:
        config = uvicorn.Config(application(database, timezone="Europe/Berlin").app(), log_config=None, lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def window(tmp_path_factory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def is_own(address: str) -> bool:
    return address.partition("?")[0] == "/" or address.startswith("/-/seedwatch/")


def test_whatever_is_linked_answers_and_costs_little(visited):
    for one in sorted(visited, key=lambda one: -one.cpu_ms)[:20]:
        print(f"{one.cpu_ms:6.0f} ms {one.size:9} bytes  {one.address[:120]}")

    assert [(one.status, one.address, one.words, one.found_on) for one in visited if one.status != 200] == []
    assert [(one.address, one.cpu_ms) for one in visited if one.cpu_ms > MOST_MS] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_fit_and_do_nothing_else(visited, base, window, width):
    wrong = []
    seen_kinds: set[str] = set()
    for one in visited:
        if not one.html or (not is_own(one.address) and one.kind in seen_kinds):
            continue
        seen_kinds.add(one.kind)
        seen = window.open(base + one.address, width=width)
        wide, room = window.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        elsewhere = {urlsplit(url).netloc for url in seen.requests} - {urlsplit(base).netloc, ""}
        if wide > room or seen.messages or elsewhere:
            wrong.append((one.address, wide, seen.messages, elsewhere))

    assert wrong == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(visited, base, window, tmp_path_factory, width, dark):
    axe = axe_core(tmp_path_factory.mktemp("axe"))
    found = {}
    for one in visited:
        if one.html and is_own(one.address):
            window.open(base + one.address, width=width, dark=dark)
            window.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            if complaints := window.complaints(axe):
                found[one.address] = complaints

    assert found == {}
