"""What people type into a search box, and what is looked for."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.searching import sought

SYNTAX = st.lists(
    st.sampled_from(["камера", "a-b", "AND", "OR", "NOT", "-", '"', "“", "*", "(", "x*", "-y", " "]), max_size=12
)


@pytest.mark.parametrize(
    ("typed", "match"),
    [
        ("city", '("citi" OR "city")'),
        ("city city", '("citi" OR "city")'),
        ("face-scan", '("face") AND ("scan")'),
        ("“face scan” city", '"face scan" AND ("citi" OR "city")'),
        ("face OR city scan", '(("face") OR ("citi" OR "city")) AND ("scan")'),
        ("face AND scan", '("face") AND ("scan")'),
        ("face -scan", '(("face")) NOT ("scan")'),
        ("face NOT “a scan”", '(("face")) NOT "a scan"'),
        ("scan*", '"scan" *'),
        ("OR face", '("or") AND ("face")'),
        ("face OR", '("face") AND ("or")'),
        ("face – scan", '("face") AND ("scan")'),
        ("-face", ""),
        ("*", ""),
        ("", ""),
    ],
)
def test_what_is_typed_is_understood(typed, match):
    assert match == sought(typed, 10).match


def test_more_than_is_looked_for_is_said():
    assert sought("a b c", 2).cut
    assert not sought("a b c", 3).cut


@given(st.one_of(st.text(max_size=60), SYNTAX.map(" ".join)))
def test_nothing_that_is_typed_is_an_error(typed):
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE f USING fts5(lemmas)")
        match = sought(typed, 16).match
        assert not match or database.execute("SELECT * FROM f WHERE f MATCH ?", (match,)).fetchall() == []
