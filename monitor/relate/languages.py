"""Seeds in other languages than English and Russian: their words in all their forms, and what these are worth.

Stored stems are by the rules of English or Russian, whatever a text is in: one word has one stem wherever it stands. A watch
whose seeds are in other languages cuts them further, by Snowball's rules for the languages of its seeds, and takes a word for
one of the seeds' that is written alike: the same beginning, a compound with it, or, where nothing stands between words,
the same two characters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from threading import Lock
from types import MappingProxyType

from Stemmer import Stemmer

from monitor.normalise.language import language_of
from monitor.relate.rarity import OTHERS, commonest, frequencies, rarity
from monitor.relate.types import SeedText
from seeds import text

_SNOWBALL: Mapping[str, str] = MappingProxyType(
    {
        "ar": "arabic",
        "ca": "catalan",
        "cs": "czech",
        "da": "danish",
        "de": "german",
        "el": "greek",
        "es": "spanish",
        "et": "estonian",
        "eu": "basque",
        "fi": "finnish",
        "fr": "french",
        "ga": "irish",
        "hi": "hindi",
        "hu": "hungarian",
        "hy": "armenian",
        "id": "indonesian",
        "it": "italian",
        "lt": "lithuanian",
        "nb": "norwegian",
        "ne": "nepali",
        "nl": "dutch",
        "pl": "polish",
        "pt": "portuguese",
        "ro": "romanian",
        "sv": "swedish",
        "ta": "tamil",
        "tr": "turkish",
        "yi": "yiddish",
    }
)
"""Languages for which Snowball has rules; which of them a release has differs."""
_SAME: Mapping[str, str] = MappingProxyType(
    {"bs": "sh", "hr": "sh", "iw": "he", "nn": "nb", "no": "nb", "sr": "sh", "tl": "fil"}
)
_COMPOUNDING = "af da de et fi hu is lb nb nl sv"
_AGGLUTINATIVE = "az ba et eu fi hu hy ka kk ko ky mn ta tk tr tt ug uz"
_COMPOUNDS = frozenset(_COMPOUNDING.split())
"""Languages that write compounds as one word."""
_ENDINGS_ON_ENDINGS = frozenset(_AGGLUTINATIVE.split())
_IN_PAIRS = frozenset(("ja", "zh"))
_VOWEL = "(?=[haeiouyâàáäæèéêëîïíòóôöœùúûü])"
_ELIDED: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "ca": re.compile(f"[dlmnst]{_VOWEL}"),
        "fr": re.compile(f"(?:qu|[cdjlmnst]){_VOWEL}"),
        "it": re.compile(f"(?:d?all|dell|nell|sull|un|[dl]){_VOWEL}"),
    }
)
"""Articles and the like that an apostrophe ties to a word."""
_SHORTEST, _SHORTEST_KOREAN = 4, 2
_BEGINNING = 5
"""Letters with which both words begin, at the least, to be taken for one; less only where words are built of parts."""
_OF_THE_LONGER = 0.65
_REST_OF_SHORT = 4
"""Letters that must be left of a compound when its part is as short as can be: more is needed to tell it from chance."""
_TELLS = 0.3
_LEAST_KNOWN = 0.5
_ZIPF_OF_NOTHING = 2.5
_COMMON, _SCALE = 6.5, 3.5
_MOST = 100_000
_LOCK = Lock()  # Snowball's objects must not be used by two threads at once


@dataclass(frozen=True, slots=True)
class _Language:
    """One language: its frequencies by the stems that a watch has, and its rules."""

    code: str
    zipf: Mapping[str, float]
    stemmer: Stemmer | None

    def stem(self, word: str) -> str:
        """The stem of what is a stem by the rules of English or Russian."""
        form = _stemmed(self.stemmer, word)
        if form not in self.zipf and self.code in _ELIDED and (article := _ELIDED[self.code].match(word)):
            # `l'eau` is kept as `leau`; a word that no table knows is cut so in seeds and articles alike.
            return _stemmed(self.stemmer, word[article.end() :])
        return form


class Languages:
    """How texts are read for a watch with seeds in other languages; for English and Russian ones it changes nothing."""

    def __init__(self, seeds: Sequence[SeedText]) -> None:
        found = languages_of(seeds)
        self.codes = tuple(sorted({code for code in found if code}))
        self._languages = [_language(code) for code in self.codes]
        self._pairs = not _IN_PAIRS.isdisjoint(self.codes)
        self._terms: dict[str, tuple[str, ...]] = {}
        self._parts: frozenset[str] = frozenset()
        self._beginnings: dict[str, list[str]] = {}
        self._learn(seed for seed, code in zip(seeds, found, strict=True) if code)

    def __bool__(self) -> bool:
        return bool(self.codes)

    def terms(self, stems: Sequence[str]) -> Sequence[str]:
        """The stems of a text as the watch reads them."""
        if not self.codes:
            return stems
        known = self._terms
        found: list[str] = []
        for stem in _in_pairs(stems) if self._pairs else stems:
            cut = known.get(stem)
            found += self._cut(stem) if cut is None else cut
        return found

    def rarity(self, term: str, otherwise: float) -> float:
        """How rare a term is: by the tables of the languages of seeds, `otherwise` where these do not have it."""
        known = [language.zipf[term] for language in self._languages if term in language.zipf]
        return max(0.0, (_COMMON - max(known)) / _SCALE) if known else otherwise

    def _learn(self, seeds: Iterable[SeedText]) -> None:
        """Take the words of seeds for those that others are read as; of two that are alike, the shorter."""
        said = {
            self._own(stem)
            for seed in seeds
            for part in (seed.title, seed.excerpt)
            for stem in (_in_pairs(text.stems(part)) if self._pairs else text.stems(part))
        }
        shortest = _SHORTEST_KOREAN if "ko" in self.codes else _SHORTEST
        telling = (t for t in said if len(t) >= shortest and not t.isdigit() and self.rarity(t, rarity(t)) >= _TELLS)
        for term in sorted(telling, key=lambda one: (len(one), one)):
            if self._alike(term) is None:
                self._beginnings.setdefault(term[:shortest], []).append(term)
                self._parts |= {term}
        self._terms.clear()

    def _cut(self, stem: str) -> tuple[str, ...]:
        if len(self._terms) >= _MOST:
            self._terms.clear()
        self._terms[stem] = found = self._read(stem)
        return found

    def _read(self, stem: str) -> tuple[str, ...]:
        own = self._own(stem)
        if stem.isdigit() or own in commonest():
            return (own,)
        parts = () if _COMPOUNDS.isdisjoint(self.codes) else self._compound(own)
        if own in self._parts:
            return (own, *parts)
        return parts or (self._alike(own) or own,)

    def _own(self, stem: str) -> str:
        """A stem as the first of the languages cuts it that knows the word; the first one otherwise."""
        if stem.isdigit() or not self._languages:
            return stem
        forms = [language.stem(stem) for language in self._languages]
        known = (form for form, language in zip(forms, self._languages, strict=True) if form in language.zipf)
        return next((form for form in forms if form in self._parts), None) or next(known, forms[0])

    def _alike(self, word: str) -> str | None:
        """The word of the seeds that begins as this one does."""
        shortest = _SHORTEST_KOREAN if "ko" in self.codes else _SHORTEST
        ends = not _ENDINGS_ON_ENDINGS.isdisjoint(self.codes)
        for term in self._beginnings.get(word[:shortest], ()):
            if ends and word.startswith(term) and (len(term) >= _BEGINNING or not self._has_rules()):
                return term
            same = _same_beginning(term, word)
            if same >= _BEGINNING and same >= _OF_THE_LONGER * max(len(term), len(word)):
                return term
        return None

    def _has_rules(self) -> bool:
        return any(language.stemmer for language in self._languages)

    def _compound(self, word: str) -> tuple[str, ...]:
        """The words of the seeds that a compound begins and ends with."""
        head = next((word[:at] for at in range(len(word) - 3, 3, -1) if word[:at] in self._parts), "")
        tail = next((word[at:] for at in range(max(3, len(head)), len(word) - 3) if word[at:] in self._parts), "")
        rest = len(word) - len(head) - len(tail)
        if head and tail:
            return (head, tail)
        one = head or tail
        return (one,) if one and (len(one) > _SHORTEST or rest >= _REST_OF_SHORT) else ()


def languages_of(seeds: Sequence[SeedText]) -> list[str | None]:
    """The language of each seed as the tables name it; None for English and Russian, and where none is certain.

    Of a headline alone a language is not told surely, so a language is that of a seed only if its words are likelier in
    it than in English or Russian, or in the language of another seed.
    """
    said = [" ".join(filter(None, (seed.title, seed.excerpt, seed.body, *seed.related_titles))) for seed in seeds]
    found = [_foreign(one, seed.language) for one, seed in zip(said, seeds, strict=True)]
    votes = Counter(filter(None, found))
    # A rare language that is guessed for one headline of several is a wrong guess.
    among = sorted(code for code, count in votes.items() if code in OTHERS or 2 * count >= len(seeds))
    if not among:
        return [None] * len(seeds)
    return [_likeliest(one, code, among) for one, code in zip(said, found, strict=True)]


def _likeliest(said: str, guessed: str | None, among: Sequence[str]) -> str | None:
    if guessed in among and guessed not in OTHERS:
        return guessed
    known = {code: _known(said, code) for code in among}
    best = max(known, key=lambda code: (known[code], code == guessed, code))
    if guessed and text.is_cyrillic(said):
        return best  # by its letters it is not Russian
    return best if known[best] > _known(said, "ru" if text.is_cyrillic(said) else "en") else None


def _foreign(said: str, declared: str) -> str | None:
    """The language that a text is in by its letters and words, or as it is declared; None for English and Russian."""
    code = language_of(said, declared or None)
    if code in {None, "en", "ru"}:
        return None
    code = _SAME.get(str(code), str(code))
    here, there = (_known(said, language) for language in ("en", code))
    if text.is_cyrillic(said):
        # Letters that Russian lacks prove another language; its words alone are in many.
        here = 0.0 if code not in {"bg", "mk"} else _known(said, "ru")
    return code if there > here or (code not in OTHERS and here < _LEAST_KNOWN) else None


def _known(said: str, language: str) -> float:
    """How common the words of a text are in a language, in the mean, of those that may say which it is."""
    if language not in OTHERS and language not in {"en", "ru"}:
        return 0.0
    table = frequencies(language)
    zipf = [table.get(stem, _ZIPF_OF_NOTHING) for stem in text.first_stems(said, 300) if not stem.isdigit()]
    return (sum(zipf) / len(zipf) - _ZIPF_OF_NOTHING) / (_COMMON - _ZIPF_OF_NOTHING) if zipf else 0.0


@cache
def _language(code: str) -> _Language:
    stemmer = _stemmer(code)
    zipf: dict[str, float] = {}
    for stem, seen in (frequencies(code) if code in OTHERS else {}).items():
        form = _stemmed(stemmer, stem)
        zipf[form] = max(seen, zipf.get(form, 0.0))
    return _Language(code, zipf, stemmer)


def _stemmed(stemmer: Stemmer | None, word: str) -> str:
    if stemmer is None:
        return word
    with _LOCK:
        found: str = stemmer.stemWord(word)
    return found or word


def _stemmer(code: str) -> Stemmer | None:
    try:
        return Stemmer(_SNOWBALL[code], 0) if code in _SNOWBALL else None
    except KeyError:  # an older release of Snowball has no rules for it
        return None


def _in_pairs(stems: Sequence[str]) -> list[str]:
    """Characters that are words by themselves, each with the one that follows."""
    found: list[str] = []
    for alone, run in groupby(stems, key=text.is_spaceless):
        some = list(run)
        found += [a + b for a, b in pairwise(some)] if alone and len(some) > 1 else some
    return found


def _same_beginning(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
