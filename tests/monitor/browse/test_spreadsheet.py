"""CSV without formulas, as a stream in pieces of any size."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.browse.spreadsheet import Neutraliser
from monitor.deliver.export import harmless


def through(text: str, size: int) -> str:
    stream, data = Neutraliser(), text.encode()
    parts = [data[place : place + size] for place in range(0, len(data), size)] or [b""]
    return b"".join(stream.feed(part, last=place == len(parts) - 1) for place, part in enumerate(parts)).decode()


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("plain", "plain"),
        ("=1+1", "'=1+1"),
        ('"=HYPERLINK(""x"",""y"")"', '"\'=HYPERLINK(""x"",""y"")"'),
        ('" @SUM(1)"', '"\' @SUM(1)"'),
        ("-2+3", "'-2+3"),
        ("-0.5", "-0.5"),
        ("+7", "+7"),
        ("1e-07", "1e-07"),
        ('"\ttab"', '"\' tab"'),
        ("", ""),
        ('""', '""'),
    ],
)
def test_what_could_be_a_formula_gets_an_apostrophe(cell, safe):
    assert f"a,{safe},b\r\n" == through(f"a,{cell},b\r\n", 1000)


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=2, max_size=4), max_size=5
    ),
    st.integers(1, 9),
)
def test_the_rest_comes_through_as_it_is(rows, size):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    got = list(csv.reader(io.StringIO(through(out.getvalue(), size), newline="")))

    assert [len(row) for row in rows] == [len(row) for row in got]
    for row, safe in zip(rows, got, strict=True):
        assert all(cell in {str(harmless(value)), value} for value, cell in zip(row, safe, strict=True))
        assert not any(cell.lstrip().startswith(("=", "@")) for cell in safe)
