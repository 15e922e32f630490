"""Exports that feed readers take: Atom, JSON Feed and OPML, as written and as other programs read them."""

import io
import json
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import feedparser
import pytest
from defusedxml.ElementTree import fromstring

from config.opml import read_opml
from tests.fill import ESCAPES, FORMULA, KAZAN, METRO, Folder
from tests.monitor.cli.conftest import Run
from tests.web import Web

ATOM = "{http://www.w3.org/2005/Atom}"
WATCHED = ["--format", "atom", "--all"]
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def parsed(text: str) -> feedparser.FeedParserDict:
    return feedparser.parse(io.BytesIO(text.encode()))


class TestAtom:
    def test_has_what_the_standard_requires(self, folder: Folder, run: Run) -> None:
        feed = fromstring(run("export", *WATCHED).out)
        entries = feed.findall(f"{ATOM}entry")

        assert feed.tag == f"{ATOM}feed"
        for element in (feed, *entries):
            assert [len(element.findall(ATOM + name)) for name in ("id", "title", "updated")] == [1, 1, 1]
            assert RFC3339.fullmatch(element.findtext(f"{ATOM}updated", ""))
        assert feed.findtext(f"{ATOM}updated") == max(entry.findtext(f"{ATOM}updated", "") for entry in entries)
        assert feed.findtext(f"{ATOM}author/{ATOM}name") == "seedwatch"
        assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries) == 7
        for entry in entries:
            assert len(entry.findall(f"{ATOM}content")) == 1
            assert entry.findtext(f"{ATOM}published", "") <= entry.findtext(f"{ATOM}updated", "")

    def test_feedparser_reads_all_of_it(self, folder: Folder, run: Run) -> None:
        read = parsed(run("export", *WATCHED).out)
        entries = {entry.id: entry for entry in read.entries}
        items = {
            f"urn:seedwatch:{item['uid']}": item for item in run("items", "list", "--origin", "feed", "--json").json
        }

        assert (read.bozo, read.version) == (0, "atom10")
        assert list(entries) == list(items)
        assert {id_: entry.get("published") for id_, entry in entries.items()} == {
            id_: item["published_at"] for id_, item in items.items()
        }
        assert all(entry.link == items[id_]["web_url"] for id_, entry in entries.items())
        assert {entry.title for entry in entries.values()} >= {METRO, KAZAN, FORMULA}

    def test_an_entry_says_who_wrote_and_why_it_is_there(self, folder: Folder, run: Run) -> None:
        (entry,) = parsed(run("export", "--format", "atom", "--outlet", "Reprint Daily").out).entries

        assert entry.author == entry.source.title == "Reprint Daily"
        assert "Likely related, 99 %." in entry.content[0].value
        assert "Shares “facial recognition” with 5 of 5 seeds" in entry.content[0].value
        assert f"The same text as “{METRO}” (Metro Herald)." in entry.content[0].value
        assert [tag.term for tag in entry.tags] == ["likely", "default"]

    def test_ids_are_those_of_the_view_for_atom(self, folder: Folder, run: Run) -> None:
        ids = {entry.id for entry in parsed(run("export", "--format", "atom").out).entries}
        with sqlite3.connect(folder.database) as connection:
            assert ids == {row[0] for row in connection.execute("SELECT atom_id FROM atom_related")}

    def test_the_same_question_is_the_same_feed(self, folder: Folder, run: Run) -> None:
        feeds = [
            parsed(run("export", "--format", "atom", *args).out).feed
            for args in (["--since", "9999d"], ["--since", "9999d", "--limit", "2"], ["--language", "ru"])
        ]

        assert feeds[0].id == feeds[1].id != feeds[2].id

    def test_a_changed_headline_counts_as_an_update(self, folder: Folder, run: Run) -> None:
        (entry,) = parsed(run("export", *WATCHED, "--search", "wombats counted").out).entries

        assert (entry.published, entry.updated) == ("2025-10-30T08:00:00Z", "2025-11-04T10:00:00Z")

    def test_what_steers_a_terminal_or_breaks_xml_does_not_come_through(self, folder: Folder, run: Run) -> None:
        out = run("export", *WATCHED).out
        (entry,) = [entry for entry in parsed(out).entries if "RED" in entry.title]

        assert not set(out) & {c for c in ESCAPES if not c.isprintable() and c != "\n"}
        assert "\u202egnp.exe" in entry.title

    def test_markup_of_a_feed_is_text(self, folder: Folder, run: Run) -> None:
        with sqlite3.connect(folder.database) as connection:
            connection.execute(
                "UPDATE article SET title = ?, excerpt = ?, web_url = ? WHERE title = ?",
                ("<b>x</b> & ]]>", '<script>alert("1")</script>', 'https://e.example/a b"<c>?q=ы&r=1', KAZAN),
            )
        (entry,) = parsed(run("export", "--format", "atom", "--outlet", "kazan.example").out).entries
        (item,) = run("export", "--format", "jsonfeed", "--outlet", "kazan.example").json["items"]

        assert entry.title == item["title"] == "<b>x</b> & ]]>"
        assert entry.link == item["url"] == "https://e.example/a%20b%22%3Cc%3E?q=ы&r=1"
        assert "&lt;script&gt;" in item["content_html"]
        assert "alert" in entry.content[0].value
        assert "<script" not in entry.content[0].value + item["content_html"]

    def test_an_address_that_is_none_is_no_link(self, folder: Folder, run: Run) -> None:
        with sqlite3.connect(folder.database) as connection:
            connection.execute("UPDATE article SET web_url = 'javascript:alert(1)' WHERE title = ?", (KAZAN,))

        assert "javascript:" not in run("export", *WATCHED).out
        assert "javascript:" not in run("export", "--format", "jsonfeed", "--all").out

    def test_an_empty_one_is_valid(self, folder: Folder, run: Run) -> None:
        read = parsed(run("export", *WATCHED, "--since", "2030-01-01").out)

        assert (read.bozo, read.entries) == (0, [])
        assert RFC3339.fullmatch(read.feed.updated)

    def test_says_where_it_is_published(self, folder: Folder, run: Run) -> None:
        read = parsed(run("export", *WATCHED, "--feed-url", "https://desk.example/f?a=1&b=2", "--title", "Лица").out)

        assert read.feed.title == "Лица"
        assert [(link.rel, link.href) for link in read.feed.links] == [("self", "https://desk.example/f?a=1&b=2")]


class TestJsonFeed:
    def test_has_what_the_standard_requires(self, folder: Folder, run: Run) -> None:
        feed = run("export", "--format", "jsonfeed", "--all", "--feed-url", "https://desk.example/f.json").json

        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["title"] == "seedwatch"
        assert feed["feed_url"] == "https://desk.example/f.json"
        assert len({item["id"] for item in feed["items"]}) == 7
        for item in feed["items"]:
            assert item["content_html"]
            assert RFC3339.fullmatch(item["date_modified"])
            assert all(isinstance(author["name"], str) for author in item.get("authors", []))
            assert all(isinstance(tag, str) for tag in item.get("tags", []))

    def test_is_the_same_list_as_the_atom_feed(self, folder: Folder, run: Run) -> None:
        items = run("export", "--format", "jsonfeed", "--all").json["items"]
        entries = parsed(run("export", *WATCHED).out).entries

        assert [(i["id"], i.get("date_published"), i["date_modified"]) for i in items] == [
            (e.id, e.get("published"), e.updated) for e in entries
        ]

    def test_carries_what_was_judged(self, folder: Folder, run: Run) -> None:
        (item,) = run("export", "--format", "jsonfeed", "--outlet", "kazan.example").json["items"]

        assert item["language"] == "ru"
        assert item["_seedwatch"]["verdict"] == "likely"
        assert item["_seedwatch"]["reason"].startswith("Shares ")

    def test_an_empty_one_is_valid(self, folder: Folder, run: Run) -> None:
        assert run("export", "--format", "jsonfeed", "--since", "2030-01-01").json["items"] == []


class TestOpml:
    def test_lists_the_feeds_of_the_settings_without_secrets(self, folder: Folder, run: Run) -> None:
        result = run("export", "--format", "opml")
        listed = read_opml(result.out.encode(), Path("out.opml"))

        assert [feed.feed.name for feed in listed.feeds] == ["Metro Herald", "Казанский вестник", "Broken", "A search"]
        assert "s3cret-value" not in result.out
        assert listed.warnings == ()

    @pytest.mark.parametrize(
        ("args", "names"),
        [
            (["--all"], ["A search", "Metro Herald", "Казанский вестник"]),
            (["--language", "ru"], ["Казанский вестник"]),
            (["--outlet", "Reprint Daily"], ["A search"]),
            (["--since", "2030-01-01"], []),
        ],
    )
    def test_with_filters_lists_the_feeds_behind_what_is_chosen(
        self, folder: Folder, run: Run, args: list[str], names: list[str]
    ) -> None:
        listed = read_opml(run("export", "--format", "opml", *args).out.encode(), Path("out.opml"))

        assert [feed.feed.name for feed in listed.feeds] == names


class TestSharedFilters:
    """What `items list` lists is what `export` hands on."""

    @pytest.mark.parametrize(
        "args",
        [
            ["--watch", "default"],
            ["--verdict", "maybe", "--verdict", "likely"],
            ["--all", "--unseen"],
            ["--all", "--seen"],
            ["--all", "--language", "ru"],
            ["--all", "--outlet", "metro"],
            ["--all", "--origin", "seed"],
            ["--all", "--origin", "seed_related", "--limit", "3"],
            ["--all", "--since", "2025-10-30", "--until", "2025-10-30"],
            ["--all", "--search", "камера казань"],
            ["--all", "--search", '"'],
            ["--all", "--limit", "2"],
            ["--all", "--limit", "0"],
        ],
        ids=" ".join,
    )
    def test_choose_the_same(self, folder: Folder, run: Run, args: list[str]) -> None:
        listing = [arg for arg in args if arg != "--all"]
        if "--verdict" not in args and "--all" not in args:
            listing += ["--verdict", "likely"]
        if "--origin" not in args:
            listing += ["--origin", "feed", "--origin", "backfill"]
        wanted = [row["uid"] for row in run("items", "list", *listing, "--json").json]

        lines = run("export", "--format", "jsonl", *args).out.splitlines()
        assert [json.loads(line)["uid"] for line in lines] == wanted
        assert [i["_seedwatch"]["uid"] for i in run("export", "--format", "jsonfeed", *args).json["items"]] == wanted
        assert [e.id.rpartition(":")[2] for e in parsed(run("export", "--format", "atom", *args).out).entries] == wanted
        rows = run("export", "--format", "csv", *args).out.splitlines()
        assert len(rows) - 1 == len(wanted)

    def test_a_search_is_a_list_with_words(self, folder: Folder, run: Run) -> None:
        found = run("items", "search", "facial", "recognition", "--json").json

        assert found == run("items", "list", "--search", "facial recognition", "--json").json
        assert found == run("items", "search", "facial", "--search", "recognition", "--json").json
        assert {row["origin"] for row in found} >= {"seed", "feed"}

    def test_what_only_a_seed_lists_is_marked(self, folder: Folder, run: Run) -> None:
        lines = run("items", "list", "--origin", "seed_related", "--limit", "1").out.splitlines()

        assert "  in a seed  " in lines[1]

    def test_the_reason_is_that_of_the_watch_that_was_asked_for(self, folder: Folder, run: Run) -> None:
        with sqlite3.connect(folder.database) as connection:
            connection.execute(
                "INSERT INTO judgement SELECT article_id, 'moscow', 0.5, 'maybe', 'rule', judged_on, judged_at,"
                " 'For Moscow.', terms, parts, nearest, matcher_version FROM judgement WHERE article_id ="
                " (SELECT id FROM article WHERE title = ?)",
                (KAZAN,),
            )
        (item,) = run("export", "--format", "jsonfeed", "--watch", "moscow", "--verdict", "maybe").json["items"]
        (record,) = run("export", "--format", "jsonl", "--watch", "moscow", "--verdict", "maybe").out.splitlines()

        assert (
            item["_seedwatch"] | {"verdict": "maybe", "relevance": 0.5, "reason": "For Moscow."} == item["_seedwatch"]
        )
        assert item["tags"] == ["default", "moscow"]
        assert json.loads(record)["reason"] == "For Moscow."


@pytest.mark.parametrize(
    "args",
    [
        ["--format", "csv", "--title", "x"],
        ["--format", "csv", "--feed-url", "https://x.example/"],
        ["--format", "atom", "--feed-url", "ftp://x.example/"],
        ["--format", "atom", "--bom"],
        ["--format", "atom", "-o", "seeds"],
    ],
    ids=" ".join,
)
def test_wrong_usage(folder: Folder, run: Run, args: list[str]) -> None:
    assert run("export", *args).code == 2


@pytest.mark.slow
class TestNewsboat:
    """The reader newsboat, without a screen; its cache is a database that can be looked into."""

    @pytest.fixture(autouse=True)
    def _there(self) -> None:
        if not shutil.which("newsboat"):
            pytest.skip("newsboat is not installed")

    def newsboat(self, home: Path, *args: str) -> None:
        home.mkdir(exist_ok=True)
        (home / "config").write_text("auto-reload no\n")
        command = ["newsboat", "-C", home / "config", "-u", home / "urls", "-c", home / "cache.db", *args]
        subprocess.run(command, check=True, timeout=60, capture_output=True, env={"HOME": str(home), "TERM": "dumb"})

    def test_reads_the_atom_feed_in_full(self, folder: Folder, run: Run, tmp_path: Path) -> None:
        run("export", *WATCHED, "-o", "found.xml")
        home = tmp_path / "newsboat"
        home.mkdir()
        with Web() as web:
            url = web.answer(
                "/found.xml", Path("found.xml").read_bytes(), headers={"Content-Type": "application/atom+xml"}
            )
            (home / "urls").write_text(f"{url}\n")
            self.newsboat(home, "-x", "reload")
        with sqlite3.connect(home / "cache.db") as cache:
            rows = {row[0]: row[1:] for row in cache.execute("SELECT guid, title, url, author, content FROM rss_item")}
        entries = parsed(Path("found.xml").read_text("utf-8")).entries

        assert set(rows) == {entry.id for entry in entries}
        for entry in entries:
            title, url, author, content = rows[entry.id]
            assert (" ".join(title.split()), url) == (" ".join(entry.title.split()), entry.link)
            assert author == entry.author
            assert "related" in content or "Related" in content

    def test_imports_the_list_of_feeds(self, folder: Folder, run: Run, tmp_path: Path) -> None:
        run("export", "--format", "opml", "-o", "feeds.opml")
        home = tmp_path / "newsboat"
        home.mkdir()
        (home / "urls").write_text("")
        self.newsboat(home, "-i", str(Path("feeds.opml").absolute()))
        urls = (home / "urls").read_text("utf-8")

        assert [line.split()[0].strip('"') for line in urls.splitlines()] == [
            "https://metro.example/feed.xml",
            "https://kazan.example/rss?token=${KAZAN_TOKEN}",
            "https://broken.example/feed.xml",
            "https://news.google.com/rss/search?q=facial%20recognition",
        ]
