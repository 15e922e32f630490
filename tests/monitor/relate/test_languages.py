"""Watches whose seeds are in other languages than English and Russian."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.relate.languages import Languages, languages_of
from monitor.relate.shared_terms import SharedTerms
from monitor.relate.types import Document, SeedText
from seeds import text

GERMAN = (
    "Polizei testet Gesichtserkennung am Bahnhof",
    "Gesichtserkennung: Datenschützer warnen vor neuer Überwachung",
    "Kameras mit Gesichtserkennung sollen den Bahnhof überwachen",
    "Innenminister will mehr Überwachungskameras mit Gesichtserkennung",
)
SPANISH = (
    "La sequía obliga a restringir el agua",
    "Los embalses catalanes caen por la sequía",
    "Restricciones de agua por la sequía en los embalses",
)
UKRAINIAN = (
    "У Києві встановлять камери з розпізнаванням облич",
    "Розпізнавання облич: поліція отримала доступ до камер",
    "Правозахисники критикують систему розпізнавання облич",
)
TURKISH = (
    "Deprem bölgesinde konut teslimleri başladı",
    "Deprem konutlarında kura çekildi",
    "Yeni konutlar depreme dayanıklı olacak",
)
KAZAKH = (
    "Алматыда мектептер құрылысы басталды",
    "Жаңа мектептер салынады: құрылысқа ақша бөлінді",
    "Ауылдағы мектеп құрылысы тоқтап қалды",
)
CHINESE = ("北京地铁启用人脸识别系统", "警方用人脸识别寻找嫌疑人", "人脸识别引发隐私担忧")
JAPANESE = ("駅で顔認証システムの実験が始まる", "顔認証カメラを警察が導入", "空港の顔認証にプライバシーの懸念")


def watch(titles: tuple[str, ...], language: str = "") -> SharedTerms:
    return SharedTerms("default", [SeedText(str(n), title, language=language) for n, title in enumerate(titles)])


@pytest.mark.parametrize(
    ("seeds", "title"),
    [
        (GERMAN, "Gesichtserkennungssysteme an Bahnhöfen: Bundestag streitet"),
        (GERMAN, "Überwachungskamera erkennt Gesichter"),
        (GERMAN, "Videoüberwachung mit Gesichtserkennung wird ausgeweitet"),
        (SPANISH, "Los agricultores piden ayudas por las sequías"),
        (SPANISH, "El embalse catalán se vacía"),
        (UKRAINIAN, "Поліція розпізнаватиме обличчя перехожих"),
        (UKRAINIAN, "Як працює розпізнавання людей за обличчями"),
        (TURKISH, "Depremzedelere konutları verildi"),
        (TURKISH, "Depremde yıkılan binaların yerine konut yapılıyor"),
        (KAZAKH, "Шымкентте мектептердің құрылысын тексерді"),
        (CHINESE, "上海禁止商店使用人脸识别"),
        (JAPANESE, "大阪の地下鉄が顔認証改札を設置"),
    ],
)
def test_the_matter_is_found_in_other_forms_of_its_words(seeds: tuple[str, ...], title: str) -> None:
    assert watch(seeds).judge(Document(title)).score >= 0.4


@pytest.mark.parametrize(
    ("seeds", "title"),
    [
        (GERMAN, "Polizei nimmt am Bahnhof einen Einbrecher fest"),
        (GERMAN, "Die besten Rezepte mit Kartoffeln für den Herbst"),
        (GERMAN, "Der Minister will mehr Geld für die Schulen"),
        (GERMAN, "Best apple pie recipes for autumn"),
        (SPANISH, "El Barcelona gana por la mínima en los penaltis"),
        (SPANISH, "La inflación se modera hasta el tres por ciento"),
        (UKRAINIAN, "Поліція затримала крадія велосипедів"),
        (UKRAINIAN, "У Києві відкрили оновлений театр"),
        (TURKISH, "Dolar yeni haftaya yükselişle başladı"),
        (KAZAKH, "Алматыда жаңбыр жауады"),
        (CHINESE, "北京今天下雪"),
        (JAPANESE, "東京で雪が降る"),
    ],
)
def test_function_words_and_a_word_of_one_seed_are_not_the_matter(seeds: tuple[str, ...], title: str) -> None:
    assert watch(seeds).judge(Document(title)).score < 0.4


def test_why_names_the_word_as_seeds_write_it_and_how_many_have_it() -> None:
    reason = watch(GERMAN).judge(Document("Gesichtserkennungssysteme im Bundestag umstritten")).reason
    assert reason.startswith("Shares “Gesichtserkennung” with 4 of 4 seeds.")


def test_a_declared_language_that_is_wrong_changes_nothing_for_english() -> None:
    titles = ("Facial recognition in the metro", "Cameras with facial recognition in the streets")
    plain = [SeedText(str(n), title) for n, title in enumerate(titles)]
    assert languages_of([SeedText(one.uid, one.title, language="de") for one in plain]) == [None, None]


@pytest.mark.parametrize("title", ["APTA touts 2013 public transit ridership", "Lena Dunham does Lena Dunham on 'SNL'"])
def test_a_language_guessed_for_one_english_headline_is_not_that_of_the_watch(title: str) -> None:
    others = ("New trains for the metro", "Fares of the metro go up again", "The metro is late")
    assert not Languages([SeedText(str(n), one) for n, one in enumerate((title, *others))])


def test_in_a_watch_of_two_languages_each_finds_its_own() -> None:
    both = watch((*GERMAN, "Facial recognition cameras at the station", "Police test facial recognition cameras"))
    assert both.judge(Document("Facial recognition cameras in Berlin")).score >= 0.4
    assert both.judge(Document("Gesichtserkennungssoftware der Polizei")).score >= 0.4
    assert both.judge(Document("Best apple pie recipes for autumn")).score < 0.1


def test_a_story_knows_by_which_words_its_headlines_are_on_the_matter() -> None:
    stems = text.stems("Gesichtserkennungssysteme bleiben umstritten")
    assert stems[0] in watch(GERMAN).matter(stems)
    assert not watch(GERMAN).matter(text.stems("Kartoffeln mit Quark"))


def test_english_and_russian_seeds_are_read_as_ever() -> None:
    seeds = [SeedText("a", "Moscow metro gets new cameras"), SeedText("b", "В метро Москвы появятся новые камеры")]
    stems = text.stems("Kameras am Bahnhof")
    assert Languages(seeds).terms(stems) is stems


@given(st.lists(st.text(max_size=40), max_size=5), st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_judged(seeds: list[str], title: str) -> None:
    judged = watch((*GERMAN, *CHINESE, *seeds)).judge(Document(title))
    assert 0.0 <= judged.score < 1.0
