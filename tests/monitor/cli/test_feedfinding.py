from collections.abc import Iterator

import pytest

from monitor.deliver.outletfeeds import outlets
from seeds.record import Provider, Record
from tests.fill import SETTINGS, Folder
from tests.monitor.cli.conftest import Run
from tests.monitor.schedule.test_discovery import declared, feed, page
from tests.web import Web


@pytest.fixture
def web(folder: Folder) -> Iterator[Web]:
    with Web() as served:
        served.answer("/", page(declared("/world.xml"), declared("/local.xml"), declared("/broken")))
        served.answer("/world.xml", feed("world", 9))
        served.answer("/local.xml", feed("local", 2))
        folder.settings.write_text(f'# mine\n[poll]\nhost_gap = "0s"\n[[feeds]]\nurl = "{served.url("/local.xml")}"\n')
        yield served


class TestDiscover:
    def test_lists_what_was_found_the_best_first(self, web: Web, run: Run) -> None:
        result = run("feeds", "discover", web.url("/"))

        assert result.code == 0
        world, local = [line for line in result.out.splitlines() if "http://" in line]
        assert world.startswith("1  named by the page")
        assert "The world" in world
        assert "configured already" in local
        assert f"asking {web.url('/world.xml')}" in result.err

    def test_as_json(self, web: Web, folder: Folder, run: Run) -> None:
        before = folder.settings.read_bytes()
        world, local = run("feeds", "discover", web.url("/"), "--json").json

        assert (world["url"], world["how"], world["title"], world["entries"], world["format"]) == (
            web.url("/world.xml"), "declared", "The world", 9, "RSS 2.0",
        )  # fmt: skip
        assert [(one["configured"], one["added"]) for one in (world, local)] == [(False, False), (True, False)]
        assert folder.settings.read_bytes() == before

    def test_adds_the_best_and_leaves_comments(self, web: Web, folder: Folder, run: Run) -> None:
        result = run("feeds", "discover", web.url("/"), "--add", "--tag", "en", "--name", "World")

        assert f"Added: {web.url('/world.xml')}" in result.out
        text = folder.settings.read_text()
        assert text.startswith("# mine\n")
        assert f'url = "{web.url("/world.xml")}"\nname = "World"\ntags = ["en"]' in text

    def test_or_the_one_that_is_wanted(self, web: Web, folder: Folder, run: Run) -> None:
        assert "Listed already" in run("feeds", "discover", web.url("/"), "--add", "--number", "2").out
        assert run("feeds", "discover", web.url("/"), "--add", "--number", "3").code == 2

    def test_says_what_is_there_instead(self, web: Web, run: Run) -> None:
        web.answer("/wall", b"<html><title>Sign in</title><input type=password></html>")
        web.answer("/", page())
        result = run("feeds", "discover", web.url("/wall"))

        assert result.code == 1
        assert "no feed was found" in result.err
        assert "Login wall: The site asks for a password" in result.err
        assert run("feeds", "discover", web.url("/wall"), "--json").json == []

    @pytest.mark.parametrize("url", ["example.org", "ftp://a.example/", "https://", "feed.xml"])
    def test_wants_an_address(self, web: Web, run: Run, url: str) -> None:
        assert run("feeds", "discover", url).code == 2
        assert web.hits == []

    def test_test_names_the_feed_of_a_page(self, web: Web, run: Run) -> None:
        (trial,) = run("feeds", "test", web.url("/"), "--json").json

        assert (trial["problem"], trial["advice"]) == (
            "not_a_feed",
            f"The page names a feed: {web.url('/world.xml')}. Try that.",
        )


class TestSuggest:
    def test_shipped_feeds_of_the_outlets_of_the_seeds(self, folder: Folder, run: Run) -> None:
        rows = run("feeds", "suggest", "--json").json

        assert {row["state"] for row in rows} == {"shipped"}
        assert {"rt.com", "meduza.io", "ifex.org", "rcinet.ca", "biometricupdate.com"} <= {
            row["outlet"] for row in rows
        }
        assert rows[0]["seeds"] == 1
        assert folder.settings.read_text("utf-8") == SETTINGS

    def test_what_is_configured_is_told_as_such_and_the_rest_added_once(self, folder: Folder, run: Run) -> None:
        run("feeds", "add", "https://meduza.io/rss/all")
        result = run("feeds", "suggest", "meduza", "--add")

        assert [line.split()[0] for line in result.out.splitlines()[1:3]] == ["configured", "shipped"]
        assert "Added 1 feed to" in result.out
        assert 'name = "Meduza (English)"\ntags = ["en", "exile"]' in folder.settings.read_text("utf-8")
        assert {row["state"] for row in run("feeds", "suggest", "meduza.io", "--json").json} == {"configured"}

    def test_an_outlet_of_nobody_is_named(self, folder: Folder, run: Run) -> None:
        result = run("feeds", "suggest", "nowhere.example")

        assert result.code == 1
        assert "no outlet of the seeds is 'nowhere.example'" in result.err

    def test_outlets_are_asked_only_when_told_to_and_each_is_named(self, web: Web, folder: Folder, run: Run) -> None:
        for old in folder.seeds.iterdir():
            old.unlink()
        (folder.seeds / "own.md").write_text(
            f"---\ntitle: Cameras\nwebUrl: {web.url('/2026/cameras')}\nprovider:\n  name: The Loopback\n---\n"
        )
        folder.settings.write_text(
            f'[poll]\nhost_gap = "0s"\n[seeds]\npaths = ["seeds"]\n[network]\nallow_private = ["127.0.0.1:{web.port}"]\n'
        )
        quiet = run("feeds", "suggest")
        assert web.hits == []
        assert "No feed is known of 127.0.0.1" in quiet.err

        asked = run("feeds", "suggest", "--discover", "--add")
        assert "Each of these learns your address, and that somebody looks for its feeds: 127.0.0.1" in asked.err
        assert asked.out.splitlines()[1].startswith("discovered  The Loopback")
        assert web.url("/world.xml") in folder.settings.read_text()

    def test_a_search_tells_who_learns_of_it(self, folder: Folder, run: Run) -> None:
        (folder.seeds / "reuters.md").write_text(
            "---\ntitle: Cameras\nwebUrl: https://www.reuters.com/cameras\nprovider: {name: Reuters}\n---\n"
        )
        (row,) = run("feeds", "suggest", "reuters", "--json").json

        assert row["told"] == "Google"


def test_outlets_are_counted_from_seeds_and_what_they_list() -> None:
    def record(domain: str | None, url: str | None = None, *related: Record) -> Record:
        provider = Provider(name=None, domain=domain) if domain else None
        return Record(title="x", web_url=url, provider=provider, related=related)

    found = outlets(
        [
            record(
                "www.bbc.co.uk",
                "https://www.bbc.com/news/1",
                record("a.example"),
                record(None, "https://b.example:8080/x"),
            ),
            record("bbc.com", None),
            record(None, None),
            record(None, "https://news.google.com/rss/articles/CBMi"),
        ]
    )
    assert [(one.domain, one.home, one.seeds, one.related) for one in found] == [
        ("bbc.com", "https://www.bbc.com/", 2, 0),
        ("a.example", "https://a.example/", 0, 1),
        ("b.example", "https://b.example:8080/", 0, 1),
    ]
