"""Two versions of a text, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.differences import differences


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("", "", []),
        ("same", "same", [("same", "same")]),
        ("all schools", "most schools", [("old", "all"), ("new", "most"), ("same", " schools")]),
        ("", "new", [("new", "new")]),
        ("Ёлка, 5 %", "Ёлка, 6 %", [("same", "Ёлка, "), ("old", "5"), ("new", "6"), ("same", " %")]),
    ],
)
def test_only_words_that_changed_are_told(old, new, pieces):
    assert pieces == [(piece.kind, piece.text) for piece in differences(old, new)]


@given(st.text(max_size=200), st.text(max_size=200))
def test_both_versions_are_in_the_pieces(old, new):
    pieces = differences(old, new)

    assert old == "".join(p.text for p in pieces if p.kind in {"same", "old"})
    assert new == "".join(p.text for p in pieces if p.kind in {"same", "new"})


def test_of_a_long_text_only_what_is_around_a_change_is_kept():
    words = [f"word{n}" for n in range(400)]
    old = " ".join(words)
    words[200] = "changed"
    shown = differences(old, " ".join(words), whole=False)

    assert [piece.kind for piece in shown] == ["left out", "same", "old", "new", "same", "left out"]
    assert len("".join(piece.text for piece in shown)) < 250
