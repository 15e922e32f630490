from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import queries
from db.connection import open_reader
from db.queries import Filter
from tests.fill import Folder, fill
from tests.stores import store_at


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return fill(tmp_path_factory.mktemp("queries") / "folder")


@pytest.fixture
def connection(filled: Folder) -> Iterator:
    opened = open_reader(filled.database)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    """A database with more articles than any index would be ignored for."""
    path: Path = tmp_path_factory.mktemp("many") / "many.db"
    store = store_at(path)
    with store.transaction() as writing:
        writing.execute(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
            INSERT INTO article (id, uid, origin, title, title_key, first_seen_at, sort_at, verdict, relevance)
            SELECT i, printf('uid%07d', i), 'feed', 'Title ' || i, 'title ' || i, '2026-01-01T00:00:00Z',
                strftime('%Y-%m-%dT%H:%M:%SZ', 1767225600 + i * 60, 'unixepoch'),
                CASE WHEN i % 100 = 0 THEN 'likely' WHEN i % 50 = 0 THEN 'maybe' ELSE 'no' END, 0.5 FROM n
            """
        )
        writing.execute(
            "INSERT INTO judgement (article_id, watch, score, verdict, judged_on, judged_at, reason, matcher_version)"
            " SELECT id, 'default', 0.5, verdict, 'headline', sort_at, '', 'x' FROM article"
        )
    store.connection.execute("ANALYZE")
    store.close()
    opened = open_reader(path)
    yield opened
    opened.close()


def plan(connection, statement: tuple[str, tuple]) -> str:
    sql, values = statement
    return "\n".join(row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values))


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Filter(), "article_sort"),
        (Filter(since="2026-01-02T00:00:00Z"), "article_sort (sort_at>?)"),
        (Filter(seen=False), "article_sort"),
        (Filter(verdicts=("likely",)), "article_verdict (verdict=?"),
        (Filter(verdicts=("likely", "maybe")), "article_related"),
    ],
    ids=str,
)
@pytest.mark.parametrize("limit", [None, 50])
def test_lists_use_an_index(many, wanted: Filter, index: str, limit: int | None) -> None:
    used = plan(many, queries.items_sql(replace(wanted, limit=limit)))

    assert f"USING INDEX {index}" in used
    assert len(wanted.verdicts) > 1 or "TEMP B-TREE" not in used


def test_a_search_reads_what_the_index_finds_alone(many) -> None:
    used = plan(many, queries.items_sql(Filter(words="wombat", limit=50)))

    assert "SEARCH a USING INTEGER PRIMARY KEY (rowid=?)" in used
    assert "SCAN a " not in used


def test_what_is_new_reads_the_related_alone(many) -> None:
    used = plan(many, queries.new_sql("default"))

    # All that an index has which is made of related articles alone.
    assert any(
        f"SCAN a USING INDEX {index}" in used for index in ("article_related", "article_verdict", "article_found")
    )


def test_lists_stream(many) -> None:
    rows = queries.items(many, Filter())

    assert next(rows)["uid"] == "uid0003000"
    assert sum(1 for _ in rows) == 2999


@given(st.text(max_size=60))
def test_any_text_is_a_query(query: str) -> None:
    from sqlite3 import connect

    database = connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE f USING fts5(lemmas)")
    match = queries.match_expression(query)
    assert not match or database.execute("SELECT * FROM f WHERE f MATCH ?", (match,)).fetchall() == []
    database.close()


def test_every_uid_is_found_and_so_is_its_shortest_start(connection, filled: Folder) -> None:
    for uid in filled.uids.values():
        assert queries.resolve_uid(connection, uid).uid == uid
        assert queries.resolve_uid(connection, f" {uid[:6].upper()}").uid == uid


@pytest.mark.parametrize("uid", ["", "   ", "abc", "nonsense", "x" * 100_000, "\ud800\udfff", "a\0b", "'; --"])
def test_an_unknown_uid_says_what_to_do(connection, uid: str) -> None:
    with pytest.raises(queries.UnknownUid, match="no article has this uid"):
        queries.resolve_uid(connection, uid)


def test_a_record_for_a_new_seed_lists_no_other_seeds(connection, filled: Folder) -> None:
    uid = filled.uids["Moscow metro adds facial recognition cameras at every station"]
    record = queries.seed_record(connection, queries.resolve_uid(connection, uid))

    assert "related" not in record
    assert record["webUrl"] == "https://metro.example/news/cameras"
    assert record["provider"] == {"name": "Metro Herald", "domain": "metro.example"}
