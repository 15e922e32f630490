"""The language of rules: what is one, and where the mistake is in what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.rules import All, Day, Either, Not, RuleError, Words, parse

A, B, C = (Words(None, word) for word in "abc")


@pytest.mark.parametrize(
    ("rule", "means"),
    [
        ("a", A),
        ("a b", All((A, B))),
        ("a AND b OR c", Either((All((A, B)), C))),
        ("a AND (b OR c)", All((A, Either((B, C))))),
        ("a NOT b", All((A, Not(B)))),
        ("a AND NOT (b c)", All((A, Not(All((B, C)))))),
        ('"facial recognition"', Words(None, "facial recognition")),
        (
            'title:"facial recognition" outlet:example.com',
            All((Words("title", "facial recognition"), Words("outlet", "example.com"))),
        ),
        ("url:https://example.com/a", Words("url", "https://example.com/a")),
        ("title:(a OR b) c", All((Either((Words("title", "a"), Words("title", "b"))), C))),
        ("title:(a NOT outlet:b)", All((Words("title", "a"), Not(Words("outlet", "b"))))),
        ("a date:>=2024-05", All((A, Day(">=", "2024-05")))),
        ('"and"', Words(None, "and")),
        ("камера OR rock'n'roll", Either((Words(None, "камера"), Words(None, "rock'n'roll")))),
    ],
)
def test_means(rule: str, means: object) -> None:
    assert parse(rule) == means


@pytest.mark.parametrize(
    ("rule", "says", "at"),
    [
        ("“facial recognition”", 'write " instead of “', 0),
        ("камера «безопасный город»", 'write " instead of «', 7),
        ('a AND "b', "this quote is never closed", 6),
        ("a AND (b OR c", "this bracket is never closed", 6),
        ("a OR b)", "this bracket was never opened", 6),
        ("a AND", "expected a word, a phrase or a bracket here", 5),
        ("OR a", "expected a word, a phrase or a bracket here", 0),
        ("", "expected a word, a phrase or a bracket here", 0),
        ("()", "expected a word, a phrase or a bracket here", 1),
        ("a and b", "write AND in capitals", 2),
        ("titel:a", "unknown field titel:; did you mean title:?", 0),
        ("c titel:(a OR b)", "unknown field titel:; did you mean title:?", 2),
        ("a title: (b OR c)", "expected a word, a phrase or a bracket right after title:", 2),
        ("date:(2024 OR 2025)", "write date: before each day", 0),
        ("title:()", "expected a word, a phrase or a bracket here", 7),
        ("a date:soon", "expected a day such as", 2),
        ("NOT a", "a rule needs something that it is about", 0),
        ("a OR NOT b", "a rule needs something that it is about", 0),
        ("a -- b", "expected a word or a phrase here", 2),
        ("(" * 60 + "a" + ")" * 60, "too many brackets", 51),
    ],
)
def test_a_mistake_is_named_with_a_caret_under_it(rule: str, says: str, at: int) -> None:
    with pytest.raises(RuleError) as raised:
        parse(rule)

    assert raised.value.message.startswith(says)
    assert raised.value.position == at
    _, shown, caret = str(raised.value).split("\n")
    assert shown == f"    {rule}"
    assert caret.index("^") == at + 4


@given(st.text(alphabet='ab AND OR NOT()":“date:title:>=2024', max_size=60))
def test_any_text_is_a_rule_or_a_mistake_inside_of_it(rule: str) -> None:
    wrong = None
    try:
        parse(rule)
    except RuleError as error:
        wrong = error
    assert wrong is None or 0 <= wrong.position <= len(rule)
