"""Texts are cleaned, folded, cut into words and stemmed."""

from __future__ import annotations

import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.text import STOP, clean, fold, is_cyrillic, lemma_text, stem, stems, terms, title_key, words


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  a \n\t b\u00a0c\u2028d  ", "a b c d"),
        ("e\u0301", "é"),
        ("и\u0306", "й"),
        ("a\x00b\x1b[31mc\x07\x9bd", "ab[31mcd"),
        ("zero\u200bwidth\ufeff soft\u00adhyphen", "zerowidth softhyphen"),
        ("\u202eevil\u2066\u2069\u061c", "evil"),
        ("lone\ud83d surrogate", "lone surrogate"),
        ("👩\u200d💻 works", "👩\u200d💻 works"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200db\u200cc", "abc"),
        ("Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307algo", "Z\u0300\u0301\u0302\u0303algo"),
        ("tag\U000e0041", "tag"),
        ("顔認証", "顔認証"),
        ("", ""),
        (" \t ", ""),
    ],
)
def test_clean_leaves_what_can_be_seen(text: str, cleaned: str) -> None:
    assert clean(text, 100) == cleaned


@pytest.mark.parametrize(
    ("text", "limit", "cleaned"),
    [
        ("Cameras in the metro", 20, "Cameras in the metro"),
        ("Cameras in the metro", 19, "Cameras in the…"),
        ("Cameras, cameras", 10, "Cameras…"),
        ("Unbrokenword", 6, "Unbro…"),
        ("word", 1, "…"),
        ("word", 0, ""),
    ],
)
def test_clean_cuts_between_words(text: str, limit: int, cleaned: str) -> None:
    assert clean(text, limit) == cleaned


@given(st.text(), st.integers(0, 60))
def test_cleaning_is_bounded_and_settled(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert clean(cleaned, limit) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode()


def test_cleaning_ten_megabytes_is_quick() -> None:
    began = time.process_time()
    assert len(clean("слово " * 1_700_000, 500)) <= 500
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Ёлка", "елка"), ("е\u0308ж", "еж"), ("за\u0301мок", "замок"), ("Straße", "strasse"), ("ﬁne", "fine")],
)  # fmt: skip
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_is_settled(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Facial-recognition cameras", ["facial", "recognition", "cameras"]),
        ("Russia's Moscow’s don't we'll", ["russia", "moscow", "do", "we"]),
        ("O’Brien зв'язок", ["obrien", "звязок"]),
        ("Санкт-Петербург, ещё раз", ["санкт", "петербург", "еще", "раз"]),
        ("1,658 cameras, 1,4 млрд", ["1658", "cameras", "1.4", "млрд"]),
        ("COVID-19, 5G", ["covid", "19", "5g"]),
        ("snake_case #hashtag @name", ["snake", "case", "hashtag", "name"]),
        ("顔認証カメラ in Tokyo", ["顔", "認", "証", "カ", "メ", "ラ", "in", "tokyo"]),
        ("हिन्दी समाचार", ["हिन्दी", "समाचार"]),
        ("الكاميرات في موسكو", ["الكاميرات", "في", "موسكو"]),
        ("Überwachung café", ["überwachung", "café"]),
        ("«Безопасный город»", ["безопасный", "город"]),
        ("!!! — …", []),
    ],
)  # fmt: skip
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    "forms",
    [
        "камера камер камеры камерами камеру камерой",
        "лицо лиц лица лицам лицом",
        "распознавание распознавания распознаванию распознавать распознает",
        "слежка слежки слежку слежение слежения",
        "видеонаблюдение видеонаблюдения видеонаблюдением",
        "отслеживать отслеживание",
        "recognition recognise recognize recognised recognizing",
        "camera cameras",
        "surveillance surveil surveilled",
        "identify identified identifies",
        "centre center centers",
        "organisation organization",
        "programme programs",
    ],
)
def test_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({stem(word) for word in words(forms)}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("police", "policy"), ("rise", "riz"), ("камера", "камень"), ("facial", "face"), ("город", "горе")],
)
def test_different_words_keep_their_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_stems_are_safe_in_threads() -> None:
    some = [f"{word}{n}" for n in range(3000) for word in ("распознавание", "recognition")]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: [stem(word) for word in some], range(2)))
    assert found[0] == found[1]


def test_terms_leave_function_words_out() -> None:
    assert terms("The cameras are in the metro and they see you") == ["camera", "metro"]
    assert terms("Камеры в метро, и они все видят вас") == list(stems("камеры метро видят"))
    assert all(word == fold(word) for word in STOP)


@pytest.mark.parametrize(
    ("text", "cyrillic"),
    [("Москва", True), ("Moscow", False), ("Камеры FindFace", False), ("Камеры Huawei в метро", True), ("1", False)],
)  # fmt: skip
def test_is_cyrillic(text: str, cyrillic: bool) -> None:
    assert is_cyrillic(text) is cyrillic


@pytest.mark.parametrize(
    ("title", "outlets", "same"),
    [
        ("Russia&#8217;s &quot;Safe City&quot;", [], "Russia’s «Safe City»"),
        ("Cameras &amp;amp; faces", [], "Cameras faces"),
        ("MOSCOW: Metro cameras!", [], "Moscow — metro cameras"),
        ("Ещё камеры", [], "Еще камеры"),
        ("Murmansk gets cameras | Eye on the Arctic", ["Eye on the Arctic"], "Murmansk gets cameras"),
        ("Murmansk gets cameras - rcinet", ["rcinet.ca"], "Murmansk gets cameras"),
        ("Камеры в метро — РИА Новости", ["РИА Новости", "ria.ru"], "Камеры в метро"),
        ("Faces - in the crowd – The Guardian", ["Guardian"], "Faces in the crowd"),
        ("Cameras | Tech | WIRED | WIRED", ["Wired"], "Cameras tech"),
        ("U.S. bans it", [], "US bans it"),
        ("Камеры|RT", ["rt.com"], "Камеры"),
        ("x  |  y", ["y"], "x"),
    ],
)
def test_equal_titles_have_one_key(title: str, outlets: list[str], same: str) -> None:
    assert title_key(title, outlets) == title_key(same)


@pytest.mark.parametrize(
    ("one", "other", "outlets"),
    [
        ("Part I", "Part II", []),
        ("Moscow cameras - Murmansk", "Moscow cameras", ["Meduza"]),
        ("RT", "", ["RT"]),
        ("10 cities", "11 cities", []),
    ],
)
def test_different_titles_have_different_keys(one: str, other: str, outlets: list[str]) -> None:
    assert title_key(one, outlets) != title_key(other, outlets)


@pytest.mark.parametrize(
    ("texts", "lemmas"),
    [
        (("Камеры в метро", "метро"), "камер метр"),
        (("Cameras and a camera",), ""),
        (("Ещё ёлка",), "елк елка ещ еще"),
        (("Many cameras, many faces",), "camera face mani"),
    ],
)
def test_lemmas_are_what_the_texts_do_not_hold_already(texts: tuple[str, ...], lemmas: str) -> None:
    assert lemma_text(*texts) == lemmas


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    lemmas = set(lemma_text(text).split())
    assert lemmas <= {*stems(text), *words(text)}
    assert {*stems(text)} <= lemmas | {*words(text)}
    assert title_key(f"«{text}»!") == title_key(text)
    assert isinstance(is_cyrillic(text), bool)


def test_headlines_are_stemmed_fast() -> None:
    headlines = [
        "Moscow’s leading facial recognition tech to be expanded to 10 other Russian cities",
        "В московском метро появится система распознавания лиц за миллиард рублей",
    ] * 2500
    stems(" ".join(headlines[:2]))
    began = time.process_time()
    for headline in headlines:
        stems(headline)
    assert len(headlines) / (time.process_time() - began) > 20_000
