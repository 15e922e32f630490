"""Which decisions hold: what was undone, contradicted or is over does not, whatever the order of lines."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.decisions import id_of, new_ids
from seeds.rulings import Ref, Ruling, holding, ref_line, ruling_of, union

NOW = "2026-11-30T00:00:00Z"


def made(number: int, do: str, **said: Any) -> Ruling:
    said = {"uid": "u", **said} if do in {"yes", "no", "seen"} else said
    ruling = ruling_of(
        {"at": f"2026-11-21T12:{number // 60:02}:{number % 60:02}Z", "id": f"d{number}", "do": do, **said}
    )
    assert isinstance(ruling, Ruling), ruling
    return ruling


def pair(number: int, do: str, a: str, b: str) -> Ruling:
    return made(number, do, key=a, other={"key": b})


def states(*rulings: Ruling) -> dict[str, str]:
    return {name: str(state) for name, state in holding(union(rulings), NOW).items()}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"do": "praise"}, "does not know"),
        ({"do": 1}, "does not know"),
        ({"do": "yes", "uid": "u"}, "does not say when"),
        ({"do": "yes", "uid": "u", "at": "yesterday"}, "does not say when"),
        ({"do": "yes", "at": NOW}, "names no article"),
        ({"do": "yes", "at": NOW, "uid": 7, "key": ["x"]}, "names no article"),
        ({"do": "same", "at": NOW, "uid": "u"}, "names one article alone"),
        ({"do": "different", "at": NOW, "uid": "u", "other": "v"}, "names one article alone"),
        ({"do": "mute", "at": NOW, "what": "all"}, "mutes neither"),
        ({"do": "mute", "at": NOW, "what": "phrase", "target": " "}, "does not say what is muted"),
        ({"do": "mute", "at": NOW, "what": "story"}, "names no article"),
        ({"do": "mute", "at": NOW, "what": "outlet", "target": "x", "until": "soon"}, "until when"),
        ({"do": "undo", "at": NOW}, "does not say what is undone"),
        ({"do": "yes", "at": NOW, "uid": "u", "because": "\ud800"}, "half characters"),
    ],
)
def test_a_line_that_decides_nothing_says_why(line: dict[str, Any], words: str) -> None:
    fault = ruling_of(line)

    assert isinstance(fault, str)
    assert words in fault


def test_an_article_is_named_as_it_was_written() -> None:
    ref = Ref("u", "Title", ("a.example/1", "a.example/2"), (("https://a.example/feed", "guid:1"),))
    ruling = ruling_of({"do": "yes", "at": NOW, **ref_line(ref)})

    assert isinstance(ruling, Ruling)
    assert ruling.a == ref


class TestHolding:
    def test_undo_and_undo_of_undo(self) -> None:
        yes, undo, again = made(1, "yes"), made(2, "undo", of="d1"), made(3, "undo", of="d2")

        assert states(yes) == {"d1": "standing"}
        assert states(yes, undo) == {"d1": "undone", "d2": "standing"}
        assert states(yes, undo, again) == {"d1": "standing", "d2": "undone", "d3": "standing"}

    def test_an_undo_that_comes_before_by_a_wrong_clock_counts(self) -> None:
        assert states(made(5, "yes"), made(1, "undo", of="d5"))["d5"] == "undone"

    def test_undos_of_each_other_or_of_nothing_do_no_harm(self) -> None:
        circle = [made(1, "undo", of="d2"), made(2, "undo", of="d1"), made(3, "undo", of="d3"), made(4, "undo", of="x")]

        assert states(*circle, made(5, "yes"))["d5"] == "standing"

    def test_thousands_of_undos_in_a_row(self) -> None:
        chain = [made(0, "yes"), *(made(n, "undo", of=f"d{n - 1}") for n in range(1, 3_000))]

        assert states(*chain)["d0"] == "undone"

    def test_a_mute_ends(self) -> None:
        mute = made(1, "mute", what="phrase", target="x", until="2026-11-30T00:00:00Z")

        assert states(mute) == {"d1": "expired"}
        assert holding([mute], "2026-11-29T23:59:59Z") == {"d1": "standing"}

    @pytest.mark.parametrize(
        ("said", "superseded"),
        [
            ([("same", "a", "b"), ("different", "a", "b")], {"d0"}),
            ([("different", "a", "b"), ("same", "b", "a")], {"d0"}),
            ([("same", "a", "b"), ("different", "c", "d")], set()),
            ([("same", "a", "b"), ("same", "b", "c"), ("different", "a", "c")], {"d0"}),
            ([("different", "a", "c"), ("same", "a", "b"), ("same", "b", "c")], {"d0"}),
            ([("same", "a", "b"), ("different", "a", "b"), ("same", "a", "b")], {"d1"}),
        ],
    )
    def test_the_newest_word_holds(self, said: list[tuple[str, str, str]], superseded: set[str]) -> None:
        found = states(*(pair(number, *one) for number, one in enumerate(said)))

        assert {name for name, state in found.items() if state == "superseded"} == superseded

    @given(st.data())
    def test_the_order_of_lines_makes_no_difference(self, data: st.DataObject) -> None:
        names = st.sampled_from("abcd")
        rulings = []
        for number in range(data.draw(st.integers(0, 12))):
            do = data.draw(st.sampled_from(["same", "different", "undo", "yes"]))
            if do == "undo":
                rulings.append(made(number, do, of=f"d{data.draw(st.integers(0, 12))}"))
            elif do == "yes":
                rulings.append(made(number, do))
            else:
                a = data.draw(names)
                rulings.append(pair(number, do, a, data.draw(names.filter(lambda b, a=a: b != a))))
        shuffled = data.draw(st.permutations(rulings))

        assert states(*shuffled, *rulings) == states(*rulings)


class TestIds:
    def test_new_ones_sort_by_time_and_order(self) -> None:
        ids = [*new_ids(3), *new_ids(2)]

        assert sorted(ids[:3]) == ids[:3]
        assert ids[0][:5] == ids[3][:5]
        assert len({*ids}) == 5
        assert {len(name) for name in ids} == {13}

    def test_a_line_without_one_is_named_by_what_it_says(self) -> None:
        line = {"at": NOW, "do": "seen", "uid": "u"}

        assert id_of(line) == id_of({**line, "key": "k", "title": "T", "by": "user"})
        assert id_of(line) != id_of({**line, "uid": "v"})
        assert id_of({**line, "id": "given"}) == "given"
