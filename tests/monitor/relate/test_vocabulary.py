"""What words mean: terms across languages, places and their countries, fields of reporting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.relate import places
from monitor.relate.transliteration import skeleton
from monitor.relate.vocabulary import Vocabulary, extended, parse, shipped
from seeds import text


def read(title: str, vocabulary: Vocabulary | None = None):
    return (vocabulary or shipped()).read(text.stems(title))


@pytest.mark.parametrize(
    "title",
    [
        "Facial recognition in schools",
        "Cameras that recognise pupils' faces",
        "В Казани камеры научат искать преступников по лицам",
        "Система, распознающая лица разыскиваемых",
        "FindFace maker wins contract",
        "Police scan the faces of passers-by",
    ],
)
def test_recognising_faces_is_one_term_however_it_is_said(title: str) -> None:
    assert "facial recognition" in read(title).terms


@pytest.mark.parametrize(
    "title",
    [
        "Russia faces gas shortage",
        "Юридические лица отчитаются позже",
        "Ударил соседа по лицу",
        "Image recognition sorts recycling",
        "Face masks mandatory again",
    ],
)
def test_faces_alone_are_not(title: str) -> None:
    assert "facial recognition" not in read(title).terms


@pytest.mark.parametrize(
    ("title", "country"),
    [
        ("Murmansk gets snow", "russia"),
        ("В Новосибирске сгорел склад", "russia"),
        ("Мурманская область", "russia"),
        ("Суд в Ростове", "russia"),
        ("NtechLab opens an office", "russia"),
        ("Hyderabad police", "india"),
        ("Лукашенко подписал указ", "belarus"),
        ("NYPD used it", "united states"),
        ("Minneapolis votes", "united states"),
        ("Полиция Лондона", "united kingdom"),
        ("Huawei sells cameras", "china"),
    ],
)
def test_places_bodies_and_makers_belong_to_countries(title: str, country: str) -> None:
    assert read(title).places == {country}


@pytest.mark.parametrize(
    "title",
    [
        "Камеры передадут данные",
        "Рост цен на газ",
        "Дело передано в суд",
        "The main thing",
        "A nice day for reading",
        "Орёл",
    ],
)
def test_ordinary_words_are_no_places(title: str) -> None:
    assert not read(title).places


def test_the_name_of_a_place_stays_a_word_of_its_own() -> None:
    assert read("Moscow metro").terms == ["moscow", "metro"]


def test_a_phrase_may_be_of_two_terms_and_hide_a_shorter_one() -> None:
    assert read("CCTV").terms == ["surveillance", "camera"]
    assert "camera" not in read("Камера хранения на вокзале").terms


def test_fields_say_by_which_words() -> None:
    assert read("Airline boards passengers by face scan").fields == {"paying and shopping": "airlin"}


def test_lines_of_a_user_add_to_what_is_shipped() -> None:
    added = extended(("walrus cam = моржовая камера", "russia > Wrangel Island"))
    found = read("Моржовая камера на Wrangel Island", added)
    assert "walrus cam" in found.terms
    assert found.places == {"russia"}
    assert added.version != shipped().version
    assert "facial recognition" in read("распознавание лиц", added).terms


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["a = b", "nonsense"], "line 2"),
        (["x = "], "line 1"),
        (["", "# fine", "> b"], "line 3"),
    ],
)
def test_a_wrong_line_is_named(lines: list[str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse(lines)


@given(
    st.lists(
        st.sampled_from(
            ["facial", "recognition", "camera", "moscow", "metro", "by", "face", "scan", "the", "cctv", "of"]
        ),
        max_size=12,
    )
)
def test_reading_loses_no_word_that_is_in_no_phrase(words: list[str]) -> None:
    found = shipped().read([text.stem(w) for w in words])
    assert set(words) & {"the", "of"} <= set(found.terms)
    assert ("russia" in found.places) == ("moscow" in words)


def test_the_table_of_places_has_what_it_is_for() -> None:
    table = places.countries()
    assert table[("khabarovsk",)] == table[("хабаровск",)] == "russia"
    assert len(table) > 4000
    assert ("nice",) not in table


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("собянин", "sobyanin"),
        ("нтехлаб", "ntechlab"),
        ("хабаровск", "khabarovsk"),
        ("зеленский", "zelenskyy"),
        ("щукин", "shchukin"),
        ("чехов", "chekhov"),
    ],
)
def test_names_sound_alike_in_both_alphabets(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


def test_other_names_do_not() -> None:
    assert skeleton("собянин") != skeleton("собакин")


@pytest.mark.parametrize("said", ["В Казахстане", "Казахстану", "из Узбекистана", "с Таджикистаном"])
def test_a_country_is_known_in_all_its_cases(said: str) -> None:
    assert shipped().read(text.stems(said)).places & {"kazakhstan", "uzbekistan", "tajikistan"}


def test_a_phrase_may_have_several_gaps() -> None:
    own = extended(("drone strike = drone … hits … depot",))

    assert "drone strike" in own.read(text.stems("Drone from the north hits a fuel depot")).terms
    assert "drone strike" not in own.read(text.stems("Drone hits a bridge and then, much later on, a depot")).terms
    assert "north" in own.read(text.stems("Drone from the north hits a fuel depot")).terms


def test_what_stands_in_a_gap_says_its_field() -> None:
    assert shipped().read(text.stems("Вход в приложение по лицу")).fields


@pytest.mark.parametrize(
    "title", ["Teachers face pay cut", "Drivers face checks at border", "Распознавание речи в колл-центре"]
)
def test_faces_that_are_none(title: str) -> None:
    assert "facial recognition" not in shipped().read(text.stems(title)).terms
