"""A feed in which little is new is stored as if all of it had been read."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.program import Project
from tests.web import Web

pytestmark = pytest.mark.slow

TABLES = {
    "entry": "source_id, entry_key, guid, role, snapshots, withdrawn_at",
    "snapshot": "entry_id, content_hash, link, title, excerpt, text, published_at, published_raw, language, data",
    "article": "uid, title, title_key, excerpt, text, lemmas, web_url, published_at, provider_name, record, verdict",
    "address": "article_id, url, role, key, weak",
    "feed": "entry_policy, longest_gap_s, problem",
    "fetch": "outcome, entries, new_items",
    "revision": "article_id, field, old, new",
}


def item(number: int, title: str = "", link: str = "", more: str = "") -> str:
    return (
        f"<item><title>{title or f'Report number {number} on the city'}</title><guid isPermaLink='false'>{number}</guid>"
        f"<link>{link or f'https://a.example/news/{number}'}</link><pubDate>Mon, {number:02} Jun 2026 08:00:00 GMT</pubDate>"
        f"<category>News</category><description>What happened on day {number}, told at some length.</description>{more}</item>"
    )


def feed(*items: str) -> bytes:
    return (
        "<rss version='2.0'><channel><title>A</title><link>https://a.example/</link>"
        + "".join(items)
        + "</channel></rss>"
    ).encode()


ROUNDS = {
    "one new": [feed(*map(item, range(1, 8))), feed(item(8), *map(item, range(1, 8)))],
    "one changed": [feed(*map(item, range(1, 8))), feed(item(1, "Report, corrected"), *map(item, range(2, 8)))],
    "one new, one gone": [feed(*map(item, range(1, 8))), feed(*map(item, range(2, 9)))],
    "only the feed changed": [feed(*map(item, range(1, 8))), feed(*map(item, range(1, 8)), "<ttl>60</ttl>")],
    "a link that two share": [feed(item(1), item(2)), feed(item(3, link="https://a.example/news/1"), item(1), item(2))],
    "guids that repeat": [
        feed(item(1), item(1, "Another"), item(2)),
        feed(item(3), item(1), item(1, "Another"), item(2)),
    ],
    "a guid used again": [
        feed(item(1), item(2)),
        feed(item(1, "Something else altogether happened here", "https://a.example/news/new"), item(2)),
        feed(item(1, "Something else altogether happened here", "https://a.example/news/new"), item(2), item(3)),
    ],
}


@pytest.mark.parametrize("rounds", ROUNDS.values(), ids=ROUNDS)
def test_nothing_is_stored_otherwise(tmp_path: Path, rounds: list[bytes]) -> None:
    with Web() as web:
        known = polled(tmp_path / "known", web, rounds, forget=False)
        read = polled(tmp_path / "read", web, rounds, forget=True)

    assert known == read


def polled(path: Path, web: Web, rounds: list[bytes], *, forget: bool) -> dict[str, list[tuple[object, ...]]]:
    project = Project(path, [web.url("/feed")])
    for document in rounds:
        web.answer("/feed", document)
        assert project.run("poll", "--all").code == 0
        if forget:
            with closing(sqlite3.connect(project.database)) as connection, connection:
                assert connection.execute("DELETE FROM document").rowcount == 1
    with closing(sqlite3.connect(project.database)) as connection:
        return {
            table: sorted(connection.execute(f"SELECT {columns} FROM {table}"), key=repr)
            for table, columns in TABLES.items()
        }


def test_entries_given_up_come_not_back(tmp_path: Path) -> None:
    with Web() as web:
        web.answer("/feed", feed(*map(item, range(1, 8))))
        project = Project(tmp_path, [web.url("/feed")])
        project.run("poll", "--all")
        with closing(sqlite3.connect(project.database)) as connection, connection:
            connection.execute("UPDATE snapshot SET text = '', excerpt = '' WHERE entry_id < 4")
        web.answer("/feed", feed(item(8), *map(item, range(1, 8))))
        done = project.run("poll", "--all", "--json")

    assert (done.json["new"], project.rows("SELECT count(*) AS n FROM items")) == (1, [{"n": 8}])
