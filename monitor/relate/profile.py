"""What the seeds of a watch have in common, and what of it an article has.

A term is worth its rarity times the share of seeds that have it, so that what several seeds share counts and the odd words
of one do not. Seeds that share a country have two sides, what and where; the terms here are those of the first.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from statistics import fmean

from monitor.relate.languages import Languages
from monitor.relate.letters import Letters, letters_of
from monitor.relate.rarity import STOP_STEMS
from monitor.relate.types import SeedText, Taught
from monitor.relate.vocabulary import Reading, Vocabulary
from seeds import text

_TITLE, _EXCERPT, _BODY, _RELATED = 1.0, 0.6, 0.4, 0.25
"""What a term counts by where in a seed it stands; in `related` titles and topics it is weak evidence."""
_AGAIN = 0.75
_ODD_IN_PROSE = 0.3
_LONE_SEED = 0.6
_YES = 1.0
"""What a yes of the user counts, beside a seed."""
_SHARE_OF_PLACE = 0.5
_SHARE_OF_CORE = 0.6
_SHARE_OF_FIELD = 0.3
_BODY_WORDS = 200
_RARE_AS_NAMES = 0.6
_WORD = re.compile(r"[^\W_]+")
_LEAST_REFERENCE = 0.15
_TYPICAL_LENGTH, _LONG = 8.0, 10.0
"""Words that say something in a headline, and in one so long that more make no difference."""
_LENGTH_MATTERS = 0.5


@dataclass(frozen=True, slots=True)
class Said:
    """A text as terms: how much it says each (1 in the headline, less further down), where, and of what field."""

    terms: Mapping[str, float]
    places: frozenset[str]
    fields: Mapping[str, str]
    length: float
    homes: frozenset[str] = frozenset()
    """Countries that those whom it names are of."""


def combined(parts: Iterable[tuple[Reading, float]]) -> Said:
    """Texts of one article, each with what its terms count, as one."""
    terms: dict[str, float] = {}
    places: set[str] = set()
    homes: set[str] = set()
    fields: dict[str, str] = {}
    length = 0.0
    for reading, share in parts:
        places |= reading.places
        homes |= reading.homes
        for name, words in reading.fields.items():
            fields.setdefault(name, words)
        for place in reading.places:
            terms[place] = max(share, terms.get(place, 0.0))
        for term, times in Counter(reading.terms).items():
            if term not in STOP_STEMS:
                # What a text is on, it says more than once.
                terms[term] = max(terms.get(term, 0.0), min(1.0, share * (1 + _AGAIN * (times - 1))))
                length += share * share
    return Said(terms, frozenset(places), fields, length, frozenset(homes))


@dataclass(frozen=True, slots=True)
class Profile:
    """What the seeds of a watch have in common."""

    weights: Mapping[str, float]
    counts: Mapping[str, int]
    """Term → how many seeds have it."""
    names: Mapping[str, str]
    """Term → how a person would write it."""
    reference: float
    """What a seed's headline scores by the other seeds."""
    heaviest: float
    core: frozenset[str]
    """Terms that most seeds have: what the matter cannot do without."""
    place: str | None
    """The country that they share."""
    fields: frozenset[str]
    vectors: Mapping[str, tuple[tuple[int, float], ...]]
    """Term → (number of a seed, what it adds to the likeness of its headline)."""
    against: Mapping[str, float]
    """What speaks against an article: terms of what the user said no to, beyond those of seeds and of what was a yes."""
    letters: Letters
    """What their headlines are made of."""
    aside: frozenset[str]
    """Terms that are the country, or names in it: they say where, not what."""
    rarity: Callable[[str], float]
    languages: Languages
    """How texts are read for seeds in other languages."""


def score(said: Said, weights: Mapping[str, float]) -> float:
    """The worth of what a text has of the weighty terms; of a long text somewhat less."""
    total = math.fsum(weights[term] * share for term, share in said.terms.items() if term in weights)
    return total / (1 - _LENGTH_MATTERS + _LENGTH_MATTERS * min(said.length, _LONG) / _TYPICAL_LENGTH)


def profile_of(seeds: Sequence[SeedText], vocabulary: Vocabulary, taught: Sequence[Taught] = ()) -> Profile:
    """The profile of a watch, with what the user's verdicts on other articles add."""
    words = _Words(vocabulary, Languages(seeds))
    read = [_Seed(seed, words) for seed in seeds]
    total = max(1, len(read))
    counts = Counter(term for seed in read for term in seed.own)
    place = _place(read, total)
    aside = frozenset() if place is None else _names_of(place, vocabulary)
    shares: dict[str, float] = {}
    for seed in read:
        for term, share in seed.shares.items():
            shares[term] = shares.get(term, 0.0) + share
    titled = {term for seed in read for term in seed.title.terms}
    factors = {term: _factor(share, counts[term], total, term, titled) for term, share in shares.items()}
    yes, no = ([_said_of(one, words) for one in taught if one.yes is which] for which in (True, False))
    factors = _with_yes(factors, yes, total)
    weights = {term: words.rarity(term) * factor for term, factor in factors.items() if term not in aside}
    weights = {term: weight for term, weight in weights.items() if weight > 0}
    return Profile(
        weights=weights,
        counts=dict(counts),
        names=_names(seeds, words),
        reference=_reference(read, shares, words, aside, total),
        heaviest=max(weights.values(), default=1.0),
        core=frozenset(t for t in weights if counts[t] >= max(2, _SHARE_OF_CORE * total) or total == 1),
        place=place,
        fields=frozenset(
            f for f, n in Counter(f for seed in read for f in seed.fields).items() if n >= _SHARE_OF_FIELD * total
        ),
        vectors=_vectors(read, words),
        against=_against(factors, no, words),
        letters=letters_of(words.languages.terms(text.stems(seed.title)) for seed in seeds),
        aside=aside,
        rarity=words.rarity,
        languages=words.languages,
    )


class _Words:
    """How the words of seeds are read, and how rare they are."""

    def __init__(self, vocabulary: Vocabulary, languages: Languages) -> None:
        self.languages = languages
        self._vocabulary = vocabulary

    def read(self, stems: Sequence[str]) -> Reading:
        return self._vocabulary.read(self.languages.terms(stems))

    def rarity(self, term: str) -> float:
        otherwise = self._vocabulary.rarity(term)
        return self.languages.rarity(term, otherwise) if self.languages else otherwise


class _Seed:
    """A seed as terms."""

    def __init__(self, seed: SeedText, words: _Words) -> None:
        title, excerpt = (words.read(text.stems(part)) for part in (seed.title, seed.excerpt))
        body = words.read(text.first_stems(seed.body, _BODY_WORDS))
        around = [words.read(text.stems(part)) for part in (*seed.related_titles, *seed.topics)]
        self.title = combined([(title, _TITLE)])
        self.own = combined([(title, _TITLE), (excerpt, _EXCERPT), (body, _BODY)]).terms
        self.shares = combined(
            [(title, _TITLE), (excerpt, _EXCERPT), (body, _BODY), *((part, _RELATED) for part in around)]
        ).terms
        self.places = title.places | excerpt.places | body.places
        self.fields = title.fields.keys() | excerpt.fields.keys()


def _factor(share: float, count: int, total: int, term: str, titled: AbstractSet[str]) -> float:
    if total == 1:
        return _LONE_SEED * share
    if count == 1 and term.isdigit():
        return 0.0
    if count > 1 or term in titled:
        return share / total
    return _ODD_IN_PROSE * share / total


def _said_of(one: Taught, words: _Words) -> Said:
    parts = ((one.title, _TITLE), (one.excerpt, _EXCERPT))
    return combined([(words.read(text.stems(said)), share) for said, share in parts if said])


def _with_yes(factors: Mapping[str, float], yes: Sequence[Said], total: int) -> dict[str, float]:
    """The share of seeds that have a term, where each yes counts for a part of a seed."""
    whole = total + _YES * len(yes)
    found = {term: factor * total / whole for term, factor in factors.items()}
    for said in yes:
        for term, share in said.terms.items():
            found[term] = found.get(term, 0.0) + _YES * share / whole
    return found


def _against(factors: Mapping[str, float], no: Sequence[Said], words: _Words) -> dict[str, float]:
    shares: dict[str, float] = {}
    for said in no:
        for term, share in said.terms.items():
            shares[term] = shares.get(term, 0.0) + share / len(no)
    beyond = {term: share - factors.get(term, 0.0) for term, share in shares.items()}
    return {term: words.rarity(term) * more for term, more in beyond.items() if more > 0}


def _place(read: Sequence[_Seed], total: int) -> str | None:
    """The country that at least half of the seeds name, when it is one."""
    named = Counter(place for seed in read for place in seed.places)
    shared = [(count, place) for place, count in named.items() if count >= max(2, math.ceil(total * _SHARE_OF_PLACE))]
    return max(shared)[1] if shared else None


def _names_of(place: str, vocabulary: Vocabulary) -> frozenset[str]:
    """A country, and stems that are the name of a place in it, or part of one."""
    named = (phrase for phrase, meaning in vocabulary.phrases.items() if place in meaning.places and not meaning.terms)
    return frozenset(stem for phrase in named for stem in phrase) | {place}


def _reference(
    read: Sequence[_Seed], shares: Mapping[str, float], words: _Words, aside: frozenset[str], total: int
) -> float:
    """What the headline of a seed scores by the profile of the others, in the mean; `shares` are those of all together."""
    having = Counter(term for seed in read for term in seed.shares)
    found = []
    for seed in read:
        others = {
            term: _LONE_SEED if total == 1 else (shares[term] - seed.shares[term]) / (total - 1)
            for term in seed.title.terms.keys() - aside
            if total == 1 or having[term] > 1
        }
        found.append(score(seed.title, {term: share * words.rarity(term) for term, share in others.items()}))
    return max(_LEAST_REFERENCE, fmean(found)) if found else 1.0


def _names(seeds: Sequence[SeedText], words: _Words) -> dict[str, str]:
    """Term → the word for it that seeds have most; in capitals as they write it, where it is a rare one that is never without."""
    said: dict[str, Counter[str]] = {}
    written: dict[str, Counter[str]] = {}
    for seed in seeds:
        whole = f"{seed.title} {seed.excerpt} {seed.body}"
        for word in text.words(whole):
            for term in words.languages.terms((text.stem(word),)):
                said.setdefault(term, Counter())[word] += 1
        for word in _WORD.findall(whole):
            written.setdefault(text.fold(word), Counter())[word] += 1
    found = {}
    for term, forms in said.items():
        word = forms.most_common(1)[0][0]
        spelt = written.get(word, Counter((word,)))
        is_name = word not in spelt and words.rarity(term) >= _RARE_AS_NAMES
        found[term] = spelt.most_common(1)[0][0] if is_name else word
    return found


def _vectors(read: Sequence[_Seed], words: _Words) -> dict[str, tuple[tuple[int, float], ...]]:
    """Term → the seeds whose headlines have it, and what it adds to their likeness (cosine) with a text."""
    vectors: dict[str, list[tuple[int, float]]] = {}
    for number, seed in enumerate(read):
        own = {term: words.rarity(term) ** 2 for term in seed.title.terms}
        length = math.sqrt(math.fsum(own.values())) or 1.0
        for term, worth in own.items():
            vectors.setdefault(term, []).append((number, worth / length))
    return {term: tuple(found) for term, found in vectors.items()}
