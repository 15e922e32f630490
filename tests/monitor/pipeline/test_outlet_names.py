"""What the outlet is called whose feed a feed is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from config.load import load
from db import facts
from db.outlets import SHARED_HOSTS, shared_host
from db.store import Store
from monitor.pipeline.outlet_names import leads_to, outlet_name
from monitor.pipeline.workspace import Workspace
from monitor.types import Entry
from tests.program import Project
from tests.web import Web
from tests.world import entry


@pytest.mark.parametrize(
    ("name", "beside", "domain", "outlet"),
    [
        ("The Neva Observer: Technology", ["The Neva Observer"], "neva.example", "The Neva Observer"),
        ("The Neva Observer", ["The Neva Observer: Technology"], "neva.example", "The Neva Observer"),
        ("Russia | The Guardian", [], "theguardian.com", "The Guardian"),
        ("Outlet - Russia section", [], "outlet.example", "Outlet"),
        ("Outlet Russia", ["Outlet", "Out"], "paper.example", "Outlet"),
        ("BBC News - World", ["BBC News - Europe"], "bbc.co.uk", "BBC News"),
        ("Медуза — Новости", ["Медуза"], "meduza.io", "Медуза"),
        # What nothing tells stays as it is.
        ("Outlet - Russia section", [], "paper.example", "Outlet - Russia section"),
        ("Novaya Gazeta. Europe", [], "novayagazeta.eu", "Novaya Gazeta. Europe"),
        ("Radio Free Europe/Radio Liberty", [], "rferl.org", "Radio Free Europe/Radio Liberty"),
        ("World", ["Russia"], "bbc.co.uk", "World"),
        ("Coda: Story", ["Story of the day"], "codastory.com", "Coda: Story"),
        ("---", ["--- x"], "a.example", "---"),
        # Who is at a shared host has nothing to do with those beside.
        ("Meduza LIVE", ["Meduza"], "t.me", "Meduza LIVE"),
        ("One: two", ["One"], "127.0.0.1", "One: two"),
    ],
)
def test_the_outlet_in_the_name_of_a_feed(name: str, beside: list[str], domain: str, outlet: str) -> None:
    assert outlet_name(name, beside, domain) == outlet


@pytest.mark.parametrize(
    ("links", "before", "domain"),
    [
        (["https://meduza.io/1", "https://meduza.io/2", "https://www.meduza.io/3"], None, "meduza.io"),
        (["https://meduza.io/1", "https://meduza.io/2", "https://t.me/x/3", "https://t.me/x/4"], None, "meduza.io"),
        (["https://meduza.io/1", "https://t.me/x/3"], "meduza.io", "meduza.io"),
        (["https://meduza.io/1", "https://t.me/x/3"], None, "t.me"),
        (["https://t.me/x/2", "https://t.me/x/3"], "127.0.0.1", "t.me"),
        ([], "meduza.io", "meduza.io"),
        (["https://meduza.io/1", "https://bbc.com/2", "https://rferl.org/3"], "meduza.io", "t.me"),
        ([], None, "t.me"),
    ],
)
def test_where_nearly_all_entries_lead_is_whose_they_are(links: list[str], before: str | None, domain: str) -> None:
    assert leads_to([entry(f"T{n}", link) for n, link in enumerate(links)], "t.me", before) == domain


def test_entries_that_name_their_source_say_nothing_of_the_feed() -> None:
    named = [Entry(guid=str(n), link=f"https://meduza.io/{n}", title="T", provider_name="Meduza") for n in range(9)]

    assert leads_to(named, "search.example", None) == "search.example"


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "::1", *SHARED_HOSTS])
def test_hosts_that_many_share(host: str) -> None:
    assert shared_host(host)


@pytest.mark.parametrize("host", ["1tv.ru", "meduza.io", "7x7-journal.ru", "cafe.example"])
def test_hosts_of_one_outlet(host: str) -> None:
    assert not shared_host(host)


def outlets(path: Path) -> list[tuple[str, str | None]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT title, provider_name FROM items ORDER BY title").fetchall()


class TestStored:
    SECTION = "https://neva.example/technology.xml"
    MAIN = "https://neva.example/feed.xml"

    def workspace(self, path: Path, *feeds: tuple[str, str]) -> Workspace:
        listed = "".join(f'[[feeds]]\nurl = "{url}"\nname = "{name}"\n' for url, name in feeds)
        (path / "seeds").mkdir(exist_ok=True)
        (path / "seedwatch.toml").write_text(f'[seeds]\npaths = ["seeds"]\n{listed}', encoding="utf-8")
        made = Workspace(load(path / "seedwatch.toml", environ={}, cwd=path), path / "seedwatch.db")
        made.sync_seeds()
        made.sync_feeds()
        return made

    def say(self, workspace: Workspace, url: str, title: str) -> None:
        from tests.fill import say

        say(workspace, url, "2026-11-01T10:00:00Z", [entry(title, f"https://neva.example/{title}")])

    def test_whichever_feed_comes_first_and_is_added_first(self, tmp_path: Path) -> None:
        section = (self.SECTION, "The Neva Observer: Technology")
        workspace = self.workspace(tmp_path, section)
        self.say(workspace, self.SECTION, "one")
        workspace.close()
        assert outlets(tmp_path / "seedwatch.db") == [("one", "The Neva Observer: Technology")]

        workspace = self.workspace(tmp_path, section, (self.MAIN, "The Neva Observer"))
        self.say(workspace, self.SECTION, "two")
        workspace.close()
        assert outlets(tmp_path / "seedwatch.db") == [("one", "The Neva Observer"), ("two", "The Neva Observer")]

    def test_a_rebuilt_projection_has_the_same_names(self, tmp_path: Path) -> None:
        workspace = self.workspace(tmp_path, (self.SECTION, "Neva: Technology"), (self.MAIN, "Neva"))
        self.say(workspace, self.SECTION, "one")
        before = outlets(tmp_path / "seedwatch.db")
        from monitor.pipeline.rebuilding import Rebuilt

        for _ in workspace.rebuild(Rebuilt()):
            pass
        workspace.close()

        assert outlets(tmp_path / "seedwatch.db") == before == [("one", "Neva")]

    def test_a_feed_that_left_no_longer_names_the_others(self, tmp_path: Path) -> None:
        both = ((self.SECTION, "Neva. Technology"), (self.MAIN, "Neva."))
        self.workspace(tmp_path, *both).close()
        self.workspace(tmp_path, both[0]).close()
        store = Store(tmp_path / "seedwatch.db")
        (source,) = facts.sources(store.connection, "feed")
        store.close()

        assert (source.outlet_domain, source.outlet_name) == ("neva.example", "Neva. Technology")


@pytest.mark.slow
def test_a_feed_whose_entries_lead_to_its_outlet_elsewhere_names_it(tmp_path: Path) -> None:
    with Web() as web:
        items = "".join(
            f"<item><title>News {n}</title><link>https://square.example/{n}</link></item>" for n in range(4)
        )
        rss = (
            f"<rss version='2.0'><channel><title>Square</title><link>https://t.me/square</link>{items}</channel></rss>"
        )
        project = Project(
            tmp_path, [web.answer("/s/square", rss.encode(), headers={"Content-Type": "application/rss+xml"})]
        )
        assert project.run("poll", "--all").code == 0

    assert {(r["provider_name"], r["provider_domain"]) for r in project.rows("SELECT * FROM items")} == {
        ("Square", "square.example")
    }
