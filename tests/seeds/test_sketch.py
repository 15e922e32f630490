"""Samples of texts: what two texts must have in common to meet again, and what they need not."""

from hypothesis import given
from hypothesis import strategies as st

from seeds import sketch
from seeds.traces import of_article, of_texts, together

WORDS = st.lists(st.text("abcdefgklmnoprstuvкамерлицо", min_size=1, max_size=9), min_size=60, max_size=400)
PASSAGE = (
    "The ministry of transport said on Monday that gates with cameras would open at forty more stations of the underground"
    " before the end of the year, and that passengers who do not wish to be recognised may still pay with a card"
)


@given(WORDS)
def test_the_same_words_meet_whatever_stands_between_them(words: list[str]) -> None:
    plain, other = " ".join(words), ",  ".join(words).upper()

    assert sketch.lead(plain) == sketch.lead(other)
    assert sketch.body(plain) == sketch.body(other)


@given(st.lists(st.sampled_from(["Moscow.", "Update:", "Yesterday", "It became known:"]), max_size=2))
def test_a_passage_is_met_again_behind_other_words(before: list[str]) -> None:
    assert set(sketch.lead(PASSAGE)) & set(sketch.lead(" ".join([*before, PASSAGE])))


def test_a_few_words_are_not_worth_being_met_again() -> None:
    assert sketch.lead("Read the whole story on our site.") == ()


@given(st.text(max_size=300), st.text(max_size=900))
def test_traces_of_texts_are_the_same_worked_out_before_or_now(excerpt: str, body: str) -> None:
    known = together("Gates open", "gates open", of_texts(excerpt, body), ())

    assert known == of_article("Gates open", "gates open", excerpt, body, None)
