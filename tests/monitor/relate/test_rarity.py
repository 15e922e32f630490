"""How rare words are: the shipped tables are those of their source."""

from __future__ import annotations

import gzip
from importlib.resources import files

import pytest
from wordfreq import zipf_frequency

from benchmarks.word_frequencies import table
from monitor.relate import rarity


@pytest.mark.parametrize("language", rarity.LANGUAGES)
def test_the_shipped_table_is_what_its_source_gives(language: str) -> None:
    shipped = (files("monitor.relate") / rarity.TABLE.format(language=language)).read_bytes()
    assert gzip.decompress(shipped).decode() == table(language)


@pytest.mark.parametrize(
    ("word", "language"), [("the", "en"), ("police", "en"), ("recognition", "en"), ("камера", "ru"), ("москва", "ru")]
)
def test_a_word_is_as_rare_as_its_source_says(word: str, language: str) -> None:
    zipf = zipf_frequency(word, language, wordlist="small")
    assert rarity.rarity(word) == pytest.approx(max(0.0, (6.5 - zipf) / 3.5))


def test_unknown_words_are_the_rarest_and_a_phrase_is_rarer_than_its_words() -> None:
    assert rarity.rarity("ntechlab") == rarity.rarity("qqqqzz") > rarity.rarity("recognition") > rarity.rarity("police")
    assert rarity.rarity("facial recognition") > rarity.rarity("facial")
    assert rarity.rarity("её") == rarity.rarity("ее") < rarity.rarity("камера")
