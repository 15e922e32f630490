"""Our pages in a real browser: on a desk and on a phone, light and dark, by keyboard, and for those who do not see them."""

from __future__ import annotations

import csv
import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn

from config.load import load
from config.secrets import Secret
from monitor.browse.access import Access
from monitor.browse.desk import decider
from monitor.browse.serve import application, listening
from tests.chromium import Browser, axe_core, browser
from tests.fill import fill
from tests.monitor.browse.newsroom import WATCH, Newsroom, believable, tell
from tests.monitor.browse.test_plugin import HOSTILE

pytestmark = pytest.mark.slow
WIDTHS = (1280, 390)
PASSWORD = "correct horse"
_EXPECTED_LOGS = ("the server responded with a status of 404",)


@pytest.fixture(scope="module")
def window(tmp_path_factory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def axe(tmp_path_factory) -> str:
    return axe_core(tmp_path_factory.mktemp("axe"))


class Served:
    """A newsroom behind a real socket."""

    def __init__(self, room: Newsroom, access: Access | None = None) -> None:
        self.room = room
        self._socket = listening("127.0.0.1", 0)
        self.base = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        served = application(room.path, timezone="Europe/Berlin", access=access)
        config = uvicorn.Config(served.app(), log_config=None, lifespan="on")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()
        self.room.close()


@pytest.fixture(scope="module")
def full(tmp_path_factory) -> Iterator[Served]:
    room = believable(tmp_path_factory.mktemp("full") / "seedwatch.db")
    ids = [
        row[0]
        for row in room.store.connection.execute(
            "SELECT id FROM article WHERE verdict = 'likely' AND copy_of_id IS NULL AND origin = 'feed' ORDER BY id LIMIT 2"
        )
    ]
    tell(room, *ids)
    room.broken("https://gone.example/rss", "Outlet gone", "The server did not answer.", days=0.4)
    room.item("Only just not", score=0.35, reason="It shares only “face” with the seeds.")
    served = Served(room)
    yield served
    served.stop()


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> Iterator[Served]:
    served = Served(Newsroom(tmp_path_factory.mktemp("bare") / "seedwatch.db"))
    yield served
    served.stop()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Iterator[Served]:
    room = Newsroom(tmp_path_factory.mktemp("hostile") / "seedwatch.db")
    for words in (*HOSTILE, "W" * 3000, "\u202eevil", "<a href='java&#10;script:alert(1)'>x</a>"):
        feed = room.feed(
            f"https://a.example/{len(words)}", name=words, state="failing", reason=words, failing_since=room.at(None)
        )
        room.seed(words, watch=words[:100], outlet=words)
        room.item(
            words, likely=0.9, watch=words[:100], outlet=words, feed=feed, excerpt=words, text=words, reason=words
        )
    served = Served(room)
    yield served
    served.stop()


@pytest.fixture(scope="module")
def edited(tmp_path_factory) -> Iterator[Served]:
    """A folder with findings, on which those who give the password decide."""
    folder = fill(tmp_path_factory.mktemp("edited") / "folder")
    room = Newsroom(folder.database)
    decide = decider(lambda: load(folder.settings, environ={}, cwd=folder.path), folder.database)
    served = Served(room, Access(Secret(PASSWORD), decide))
    yield served
    served.stop()


def paths(served: Served) -> dict[str, str]:
    """A page of each kind."""
    uid = "SELECT uid FROM items WHERE verdict = 'likely' AND origin = 'feed' ORDER BY id LIMIT 1"
    one = {
        name: _one(served, sql)
        for name, sql in {
            "article": uid,
            "copy": "SELECT uid FROM duplicates LIMIT 1",
            "seed": "SELECT uid FROM items WHERE origin = 'seed' LIMIT 1",
            "story": "SELECT story_uid FROM stories ORDER BY articles DESC LIMIT 1",
            "feed": "SELECT feed_url FROM feed_health ORDER BY state DESC LIMIT 1",
            "watch": "SELECT watch FROM related_items LIMIT 1",
        }.items()
    }
    from monitor.browse.links import Links

    links = Links("", "", "/seedwatch")
    return {
        "front": "/",
        "findings": links.search,
        "search": links.listed(q="camera", verdict="likely maybe"),
        "feeds": links.feeds,
        "data": links.data,
        "outlet": links.outlet("", "AP News"),
        "not there": links.article("nothing"),
        **{name: getattr(links, "article" if name == "copy" else name)(value) for name, value in one.items() if value},
    }


def _one(served: Served, sql: str) -> str | None:
    row = served.room.store.connection.execute(sql).fetchone()
    return None if row is None else str(row[0])


def check(window: Browser, served: Served, path: str, width: int, name: str) -> None:
    seen = window.open(served.base + path, width=width)
    widest = window.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")

    assert widest[0] <= widest[1], (name, width, widest)
    assert [m for m in seen.messages if not any(e in m for e in _EXPECTED_LOGS)] == [], (name, width)
    assert {urlsplit(url).netloc for url in seen.requests} <= {urlsplit(served.base).netloc, ""}, name


@pytest.mark.parametrize("which", ["full", "bare", "hostile"])
def test_pages_fit_and_do_nothing_else(window, request, which):
    served = request.getfixturevalue(which)
    for name, path in paths(served).items():
        for width in WIDTHS:
            check(window, served, path, width, name)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("which", ["full", "bare", "hostile"])
def test_axe_finds_nothing(window, axe, request, which, dark):
    served = request.getfixturevalue(which)
    found = {}
    for name, path in paths(served).items():
        for width in WIDTHS:
            window.open(served.base + path, width=width, dark=dark)
            window.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            if complaints := window.complaints(axe):
                found[name, width] = complaints

    assert found == {}


def test_a_phone_shows_an_article_in_its_first_screen(window, full):
    window.open(full.base + "/", width=420, height=900)

    assert window.evaluate("document.querySelector('article h4').getBoundingClientRect().top") < 900


def test_everything_is_reached_by_keyboard_in_order(window, full):
    window.open(full.base + "/", width=1280)
    reached = []
    for _ in range(12):
        window.key("Tab")
        reached.append(window.evaluate("document.activeElement.textContent.trim() || document.activeElement.name"))
    assert reached[:7] == ["Skip to the news", "seedwatch", "Findings", "Feeds", "Data", "q", "Search"]
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert window.evaluate(outline) == "solid"


def test_what_people_ask_takes_three_clicks_from_the_front_page(window, full):
    def click(*words: str) -> str:
        for text in words:
            found = window.evaluate(
                "(() => { const a = [...document.querySelectorAll('a')].find(a => a.textContent.includes("
                f"{text!r})); a && a.click(); return !!a }})()"
            )
            assert found, text
            window._until("Page.loadEventFired")
        return str(window.evaluate("(document.querySelector('main') || document.body).textContent"))

    for asked, said in (
        ((WATCH,), "New"),
        (("One story in",), "was first, as far as dates tell"),
        (("all about it: “Russian court",), "reprints of its text"),
        (("Feeds", "need a look"), "Kommersant"),
        (("Feeds that broke in the last day",), "Outlet gone"),
    ):
        window.open(full.base + "/", width=1280)
        assert said in click(*asked), asked
    window.open(full.base + "/", width=1280)
    click("Findings")
    table = str(
        window.evaluate("[...document.querySelectorAll('a')].find(a => a.textContent.includes('spreadsheet')).href")
    )
    rows = list(csv.DictReader(io.StringIO(httpx.get(table, trust_env=False).content.decode("utf-8-sig"))))
    (related,) = full.room.store.connection.execute(
        "SELECT count(*) FROM items WHERE verdict != 'no' AND origin = 'feed'"
    ).fetchone()
    assert len(rows) == related


def send(window: Browser, form: str) -> str:
    """Send a form as a click on its button does; what the page then says at its top."""
    window.evaluate(f"document.querySelector({form!r}).click()")
    window._until("Page.loadEventFired")
    return str(window.evaluate("(document.querySelector('.said') || {textContent: ''}).textContent")).strip()


def test_a_click_decides_and_another_takes_it_back(window, axe, edited):
    def unseen() -> list[str]:
        rows = edited.room.store.connection.execute(
            "SELECT uid FROM related_items WHERE verdict = 'likely' AND seen = 0 ORDER BY uid"
        )
        return [row[0] for row in rows]

    before = unseen()
    window.open(edited.base + "/", width=1280)
    window.evaluate(
        f"document.querySelector('[name=name]').value = 'Anna'; document.querySelector('[name=password]').value = {PASSWORD!r}"
    )
    send(window, "main form button")
    for do, said in {"no": "is not on the matter", "seen": "Marked as seen", "yes": "is on the matter"}.items():
        assert said in send(window, f"article form.button:has([value={do}]) button")
        if do != "yes":
            assert len(before) > len(unseen())
        assert "Undone: " in send(window, ".said form button")
        assert before == unseen()
    assert "Holds again: " in send(window, ".said form button")

    found = {}
    some = {**paths(edited), "decided": "/-/seedwatch/decisions"}
    for name, path in some.items():
        for width in WIDTHS:
            check(window, edited, path, width, name)
            if complaints := window.complaints(axe):
                found[name, width] = complaints
    assert found == {}


def test_stock_pages_have_no_errors_either(window, full, tmp_path: Path):
    for path in (
        "/seedwatch",
        "/seedwatch/related_items",
        "/seedwatch/new_and_related",
        "/seedwatch/items?_search=camera",
    ):
        seen = window.open(full.base + path, width=1280)
        assert seen.messages == [], path
