"""Finding the articles of an outlet, by its domain or part of its name."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.outlets import articles_of, known_outlets
from db.queries import Filter, conditions, prepare
from db.store import Store
from monitor.clock import stamp

NAMES = st.sampled_from([None, "", "Медуза", "МЕДУЗА (English)", "Ёлка", "елка", "Rare\nPaper", "paper", "a", "%_"])
DOMAINS = st.sampled_from([None, "", "meduza.io", "Paper.example", "a"])
NOW = stamp(datetime(2026, 11, 21, tzinfo=UTC))


@pytest.fixture(scope="module")
def connection(tmp_path_factory) -> sqlite3.Connection:
    path: Path = tmp_path_factory.mktemp("outlets") / "seedwatch.db"
    store = Store(path)
    yield store.connection
    store.close()


def wrote(connection: sqlite3.Connection, outlets: list[tuple[str | None, str | None]]) -> None:
    connection.executemany(
        "INSERT INTO article (uid, origin, title, title_key, first_seen_at, sort_at, provider_name, provider_domain)"
        " VALUES (?, 'feed', 'Title', 'title', ?, ?, ?, ?)",
        [(f"u{number}", NOW, NOW, name, domain) for number, (name, domain) in enumerate(outlets)],
    )


@given(
    st.lists(st.tuples(NAMES, DOMAINS), max_size=12),
    st.lists(st.sampled_from(["медуза", "MEDUZA.IO", "ЕЛ", "paper", "a", "%", "nobody", ""]), min_size=1, max_size=2),
)
def test_the_index_finds_what_looking_at_each_article_finds(connection, outlets, wanted):
    connection.execute("BEGIN")
    try:
        wrote(connection, outlets)
        prepare(connection)
        where, values = conditions(Filter(outlets=tuple(wanted)))
        each = [row[0] for row in connection.execute(f"SELECT i.id FROM items i WHERE {where} ORDER BY 1", values)]

        assert each == sorted(articles_of(connection, wanted, 100) or ())
        assert not each or articles_of(connection, wanted, len(each) - 1) is None
        assert {(name or None, domain or None) for name, domain in outlets} == known_outlets(connection)
    finally:
        connection.execute("ROLLBACK")
