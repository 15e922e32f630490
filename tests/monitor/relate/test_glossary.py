"""Lines that a glossary lacks, from texts on one matter in two languages."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.relate.glossary import suggested
from monitor.relate.types import SeedText, Taught
from monitor.relate.vocabulary import extended, parse

ENGLISH = (
    "Roskomnadzor slows down messenger calls",
    "Whitelists of sites tested during mobile internet shutdowns",
    "Mobile internet shutdowns spread: whitelists take effect in Ulyanovsk",
    "Vestelcom tells of mobile internet shutdowns in the Urals",
    "Messenger calls blocked as Zubarin praises deep packet inspection",
)
RUSSIAN = (
    "Роскомнадзор замедляет звонки в мессенджерах",
    "Белые списки сайтов испытали при отключениях мобильного интернета",
    "Отключения мобильного интернета: белые списки заработали в Ульяновске",
    "Вестелком рассказал об отключениях мобильного интернета на Урале",
    "Звонки в мессенджерах заблокированы, Зубарин хвалит глубокий анализ трафика",
)
SHIPPED = extended(())


def seeds(*titles: str) -> list[SeedText]:
    return [SeedText(str(n), title) for n, title in enumerate(titles)]


def lines(*titles: str, glossary: tuple[str, ...] = (), taught: tuple[Taught, ...] = ()) -> dict[str, str]:
    return {one.line: one.how for one in suggested(seeds(*titles), taught, extended(glossary))}


def test_terms_are_what_is_left_when_known_words_are_paired_and_names_what_sounds_alike() -> None:
    assert lines(*ENGLISH, *RUSSIAN) == {
        "mobile internet shutdowns = отключениях мобильного интернета": "words",
        "messenger calls = звонки в мессенджерах": "words",
        "whitelists = белые списки": "words",
        "vestelcom = вестелком": "name",
        "zubarin = зубарин": "name",
    }


def test_each_says_from_which_titles_and_how_sure_it_is() -> None:
    one = next(s for s in suggested(seeds(*ENGLISH, *RUSSIAN), [], SHIPPED) if s.line.startswith("mobile"))

    assert one.titles == (ENGLISH[1], RUSSIAN[1])
    assert one.languages == ("en", "ru")
    assert one.texts == (3, 3)
    assert 0.5 < one.sure < 1


def test_the_order_of_seeds_makes_no_difference() -> None:
    assert lines(*ENGLISH, *RUSSIAN) == lines(*reversed(RUSSIAN), *reversed(ENGLISH))


def test_what_the_glossary_says_is_not_said_again() -> None:
    left = lines(*ENGLISH, *RUSSIAN, glossary=("whitelists = белые списки", "zubarin = зубарин"))

    assert not any("whitelists" in line or "zubarin" in line for line in left)
    assert "messenger calls = звонки в мессенджерах" in left


def test_articles_the_user_said_yes_to_are_texts_like_seeds() -> None:
    yes = tuple(Taught(yes=True, title=title) for title in RUSSIAN)

    assert lines(*ENGLISH, taught=yes) == lines(*ENGLISH, *RUSSIAN)


def test_what_the_user_said_no_to_as_often_is_left_out() -> None:
    no = tuple(Taught(yes=False, title=f"Whitelists of {thing}") for thing in ("birds", "flowers"))

    assert "whitelists = белые списки" not in lines(*ENGLISH, *RUSSIAN, taught=no)


def test_one_language_suggests_nothing() -> None:
    assert lines(*ENGLISH) == {}
    assert lines() == {}


def test_other_languages_are_compared_as_well() -> None:
    german = (
        "Netzsperren: Messengerdienste in Uljanowsk nicht erreichbar",
        "Wieder Netzsperren im Ural, sagt die Behörde",
        "Netzsperren werden ausgeweitet und dauern länger",
    )
    english = ("Internet shutdowns in Ulyanovsk", "Internet shutdowns spread to the Urals", "Internet shutdowns again")

    assert "netzsperren = internet shutdowns" in lines(*german, *english)


@given(st.lists(st.text(max_size=60), max_size=8), st.lists(st.text(alphabet="абвгд №-", max_size=40), max_size=8))
@settings(max_examples=100, deadline=None)
def test_every_line_is_one_that_the_glossary_takes(some: list[str], others: list[str]) -> None:
    found = suggested(seeds(*ENGLISH, *RUSSIAN, *some, *others), [], SHIPPED)

    parse([one.line for one in found])
    assert all(0 < one.sure <= 1 for one in found)
