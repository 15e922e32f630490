"""How rare words are: the shipped tables are those of their source."""

from __future__ import annotations

import gzip
from importlib.resources import files

import pytest
from wordfreq import zipf_frequency

from benchmarks.word_frequencies import table
from monitor.relate import rarity
from seeds.text import stem


@pytest.mark.parametrize("language", rarity.LANGUAGES)
def test_the_shipped_table_is_what_its_source_gives(language: str) -> None:
    shipped = (files("monitor.relate") / rarity.TABLE.format(language=language)).read_bytes()
    assert gzip.decompress(shipped).decode() == table(language)


@pytest.mark.parametrize(
    ("word", "language"), [("the", "en"), ("camera", "en"), ("recognition", "en"), ("камера", "ru"), ("москва", "ru")]
)
def test_a_word_is_no_rarer_than_its_source_says_since_its_forms_count_together(word: str, language: str) -> None:
    zipf = zipf_frequency(word, language, wordlist="small")
    alone = max(0.0, (6.5 - zipf) / 3.5)
    assert alone - 0.3 < rarity.rarity(stem(word)) <= alone + 0.01


def test_unknown_words_are_the_rarest_and_a_phrase_is_rarer_than_its_words() -> None:
    assert rarity.rarity("ntechlab") == rarity.rarity("qqqqzz") > rarity.rarity("recogn") > rarity.rarity("polic")
    assert rarity.rarity("police") == rarity.rarity("polic")
    assert rarity.rarity("facial recognition") > rarity.rarity("facial")
    assert rarity.rarity("ее") < rarity.rarity("камер")
