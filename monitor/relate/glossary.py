"""Lines that a glossary lacks: words of one matter in two languages that seem to mean one thing. Pure.

Texts on one matter are no translations of one another. But those that name the same places, people and things known
to the vocabulary are likely to say much the same; what is left in both when the known words are paired, and what most
texts of each language have, is likely the same thing in two languages. How likely is learnt from all pairs of texts together by
IBM's model 1 (Brown et al. 1993), both ways, over words and short phrases. Names are told by how they sound.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import combinations, product
from typing import Literal

from monitor.relate.languages import languages_of
from monitor.relate.rarity import STOP_STEMS
from monitor.relate.transliteration import skeleton
from monitor.relate.types import SeedText, Taught
from monitor.relate.vocabulary import Vocabulary
from seeds import text

How = Literal["name", "words"]
Unit = tuple[str, bool]
"""A stem, or a term of the vocabulary and that it is one."""
Phrase = tuple[Unit, ...]

_BETWEEN: Unit = ("", True)
"""A word without a meaning of its own inside a phrase: `звонки в мессенджерах`."""
LEAST_SURE = 0.2
_LONGEST = 3
_BODY = 1_500
"""Characters of a body that are looked at."""
_MOST_PHRASES, _MOST_PAIRS = 24, 400
_ROUNDS = 6
_FAR = 0.05
"""What two texts count that share nothing known, beside 1 for two that share all."""
_UNFIT = 0.3
_TELLS = 0.35
_PART_OF = 0.75
"""A phrase that is in a longer one so often is part of it."""
_SHORTEST_NAME, _SOUNDS_ALIKE = 4, 0.8
_BREAK = re.compile(r"[.,:;!?()\[\]|«»“”„\"—–…\n]+|\s-\s")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A line for a glossary: how sure it is (0 to 1, for ranking; no probability), and the two titles it is from."""

    line: str
    sure: float
    how: How
    languages: tuple[str, str]
    titles: tuple[str, str]
    texts: tuple[int, int]
    """In how many texts of each language its words are."""


@dataclass(slots=True)
class _Text:
    """One text: what of it is known, and the phrases that hold something unknown, as they are written."""

    title: str
    known: set[str] = field(default_factory=set)
    phrases: dict[Phrase, str] = field(default_factory=dict)
    ahead: set[Phrase] = field(default_factory=set)
    """Those of the title and the excerpt."""
    said: frozenset[Phrase] = frozenset()
    """All of them, also those that are not worth pairing."""
    names: set[str] = field(default_factory=set)
    """Folded words with a capital."""


@dataclass(slots=True)
class _Side:
    """The texts of one language, and of each phrase in how many it is, how it is written and in which it is first."""

    language: str
    texts: list[_Text]
    counts: Counter[Phrase] = field(default_factory=Counter)
    written: dict[Phrase, str] = field(default_factory=dict)
    first: dict[Phrase, str] = field(default_factory=dict)
    names: list[Phrase] = field(default_factory=list)


def suggested(seeds: Sequence[SeedText], taught: Sequence[Taught], vocabulary: Vocabulary) -> list[Suggestion]:
    """Lines that the glossary lacks for these seeds and what the user said yes to, the surest first.

    What the user said no to at least as often as yes is left out.
    """
    yes = [SeedText("", one.title, one.excerpt, one.text) for one in taught if one.yes]
    refused = _refused([one for one in taught if not one.yes], vocabulary)
    sides = [_side(language, some, vocabulary, refused) for language, some in _by_language([*seeds, *yes]).items()]
    found: list[Suggestion] = []
    for one, other in combinations(sides, 2):
        found += _between(one, other, vocabulary)
    return sorted(found, key=lambda s: (-s.sure, s.line))


def languages_in(seeds: Sequence[SeedText], taught: Sequence[Taught]) -> list[str]:
    """The languages that there are to compare."""
    return list(_by_language([*seeds, *(SeedText("", one.title, one.excerpt) for one in taught if one.yes)]))


def _by_language(texts: Sequence[SeedText]) -> dict[str, list[SeedText]]:
    found: dict[str, list[SeedText]] = {}
    for one, foreign in zip(texts, languages_of(texts), strict=True):
        found.setdefault(foreign or ("ru" if text.is_cyrillic(one.title) else "en"), []).append(one)
    return dict(sorted(found.items()))


def _refused(no: Iterable[Taught], vocabulary: Vocabulary) -> Counter[Phrase]:
    return Counter(phrase for one in no for phrase in _read(SeedText("", one.title, one.excerpt), vocabulary).phrases)


def _side(language: str, seeds: Iterable[SeedText], vocabulary: Vocabulary, refused: Mapping[Phrase, int]) -> _Side:
    """The texts of a language, each with the phrases worth pairing: those that tell, and are no mere part of others."""
    side = _Side(language, [_read(seed, vocabulary) for seed in seeds])
    forms: dict[Phrase, Counter[str]] = defaultdict(Counter)
    called: set[Phrase] = set()
    for one in side.texts:
        one.said = frozenset(one.phrases)
        for phrase, written in one.phrases.items():
            forms[phrase][written] += 1
            side.first.setdefault(phrase, one.title)
            if len(phrase) == 1 and written in one.names:
                called.add(phrase)
    side.counts = Counter({p: n for p, said in forms.items() if (n := said.total()) > refused.get(p, 0)})
    side.written = {phrase: min(said, key=lambda w: (-said[w], len(w), w)) for phrase, said in forms.items()}
    side.names = sorted(called & side.counts.keys())
    worth = _worth(side)
    for one in side.texts:
        there = [phrase for phrase in one.phrases if phrase in worth]
        there.sort(key=lambda p: (p not in one.ahead, -side.counts[p] * len(p), p))
        one.phrases = {phrase: one.phrases[phrase] for phrase in there[:_MOST_PHRASES]}
    return side


def _worth(side: _Side) -> frozenset[Phrase]:
    """What several texts say, and no longer phrase says as often: of a single text nothing tells which words matter."""
    kept = {phrase: n for phrase, n in side.counts.items() if n > 1}
    longer: dict[Phrase, int] = defaultdict(int)
    for phrase, count in kept.items():
        for part in _parts(phrase):
            longer[part] = max(longer[part], count)
    return frozenset(phrase for phrase, count in kept.items() if longer[phrase] < _PART_OF * count)


def _parts(phrase: Phrase) -> Iterator[Phrase]:
    """The shorter phrases in a phrase."""
    for length in range(1, len(phrase)):
        for start in range(len(phrase) - length + 1):
            yield phrase[start : start + length]


def _read(seed: SeedText, vocabulary: Vocabulary) -> _Text:
    found = _Text(seed.title)
    head = (seed.title, seed.excerpt)
    for said in (*head, seed.body[:_BODY], *seed.related_titles):
        for piece in _BREAK.split(said):
            _read_piece(piece, found, vocabulary)
        if said is seed.excerpt:
            found.ahead = set(found.phrases)
    return found


def _read_piece(piece: str, found: _Text, vocabulary: Vocabulary) -> None:
    words = text.words(piece)
    stems = [text.stem(word) for word in words]
    for raw in piece.split():
        if raw[:1].isupper():
            found.names.update(text.words(raw))
    run: list[tuple[Unit, str]] = []
    at = 0
    while at < len(stems):
        match = vocabulary.match(stems, at)
        length, meaning = (match[0], match[2]) if match else (1, None)
        said = " ".join(words[at : at + length])
        if meaning:
            found.known.update(meaning.terms + meaning.places)
        if meaning and meaning.terms and not meaning.places:
            run.append(((meaning.terms[0], True), said))
        elif run and not meaning and words[at] in text.STOP:
            run.append((_BETWEEN, said))
        elif meaning or stems[at] in STOP_STEMS or stems[at].isdigit() or len(stems[at]) < 2:
            _keep(run, found, vocabulary)
            run = []
        else:
            run.append(((stems[at], False), said))
        at += length
    _keep(run, found, vocabulary)


def _keep(run: Sequence[tuple[Unit, str]], found: _Text, vocabulary: Vocabulary) -> None:
    """The phrases of words that stand together, with one among them that is not known and tells something."""
    spans = ((start, start + length) for start in range(len(run)) for length in range(1, _LONGEST + 2))
    for start, end in spans:
        if end > len(run):
            continue
        phrase = tuple(unit for unit, _ in run[start:end] if unit != _BETWEEN)
        ends = (run[start][0], run[end - 1][0])
        if len(phrase) <= _LONGEST and end - start <= len(phrase) + 1 and _BETWEEN not in ends:
            unknown = [stem for stem, known in phrase if not known]
            if unknown and max(map(vocabulary.rarity, unknown)) >= _TELLS:
                found.phrases.setdefault(phrase, " ".join(said for _, said in run[start:end]))


def _between(one: _Side, other: _Side, vocabulary: Vocabulary) -> list[Suggestion]:
    """What seems to mean one thing in two languages; each word is in one line at most."""
    names = _names(one, other)
    pairs = _pairs(one, other, names, vocabulary)
    there, back = _learn(pairs), _learn([(b, a, weight) for a, b, weight in pairs])
    scored: list[tuple[float, How, Phrase, Phrase]] = [(sure, "name", a, b) for (a, b), sure in names.items()]
    for (a, b), chance in there.items():
        both = math.sqrt(chance * back.get((b, a), 0.0))
        # What most texts say stands beside everything, so its chance is spread thin: its share makes up for that.
        share = min(one.counts[a] / len(one.texts), other.counts[b] / len(other.texts))
        sure = both ** (1 - share) * (1 - 0.5 ** min(one.counts[a], other.counts[b]))
        if sure >= LEAST_SURE and (a, b) not in names:
            scored.append((sure, "words", a, b))
    scored.sort(key=lambda s: (-s[0], s[2], s[3]))
    found: list[Suggestion] = []
    used: set[Unit] = set()
    for sure, how, a, b in scored:
        own = {unit for unit in (*a, *b) if not unit[1]}
        if used.isdisjoint(own):
            used |= own
            line = f"{one.written[a]} = {other.written[b]}"
            titles, counts = (one.first[a], other.first[b]), (one.counts[a], other.counts[b])
            found.append(Suggestion(line, round(sure, 2), how, (one.language, other.language), titles, counts))
    return found


def _names(one: _Side, other: _Side) -> dict[tuple[Phrase, Phrase], float]:
    """Single words with a capital that sound alike in both, and how much alike."""
    found = {}
    left, right = ([(phrase, skeleton(phrase[0][0])) for phrase in side.names] for side in (one, other))
    for (a, sound), (b, other_sound) in product(left, right):
        if min(len(sound), len(other_sound)) < _SHORTEST_NAME or a == b:
            continue
        alike = SequenceMatcher(None, sound.replace("c", "k"), other_sound.replace("c", "k")).ratio()
        if alike >= _SOUNDS_ALIKE:
            found[a, b] = alike * (1 - 0.5 ** (one.counts[a] + other.counts[b]))
    return found


def _pairs(
    one: _Side, other: _Side, names: Iterable[tuple[Phrase, Phrase]], vocabulary: Vocabulary
) -> list[tuple[list[Phrase], list[Phrase], float]]:
    """Pairs of texts, what is unknown in both, and how much of what they say they are known to share."""
    same = list(names)
    found = []
    for a, b in product(one.texts, other.texts):
        shared = math.fsum(vocabulary.rarity(term) for term in a.known & b.known)
        shared += sum(left in a.said and right in b.said for left, right in same)
        least = min(math.fsum(map(vocabulary.rarity, side.known)) for side in (a, b))
        weight = _FAR + (1 - _FAR) * min(1.0, shared / max(1.0, least))
        taken = {phrase for left, right in same if left in a.said and right in b.said for phrase in (left, right)}
        found.append(([p for p in a.phrases if p not in taken], [p for p in b.phrases if p not in taken], weight))
    return sorted(found, key=lambda pair: -pair[2])[:_MOST_PAIRS]


def _learn(pairs: Sequence[tuple[list[Phrase], list[Phrase], float]]) -> dict[tuple[Phrase, Phrase], float]:
    """How likely a phrase of the first text is said as one of the second: model 1, with a word for nothing."""
    chance: dict[tuple[Phrase, Phrase], float] = {}
    for _ in range(_ROUNDS):
        counts: dict[tuple[Phrase, Phrase], float] = defaultdict(float)
        totals: dict[Phrase, float] = defaultdict(float)
        for left, right, weight in pairs:
            for b in right:
                may = [(a, chance.get((a, b), 0.0) if chance else _fit(a, b)) for a in (*left, ())]
                total = math.fsum(p for _, p in may)
                for a, p in may if total > 0 else ():
                    counts[a, b] += weight * p / total
                    totals[a] += weight * p / total
        chance = {(a, b): count / totals[a] for (a, b), count in counts.items()}
    return {(a, b): p for (a, b), p in chance.items() if a}


def _fit(one: Phrase, other: Phrase) -> float:
    """What two phrases count at first: more where they hold the same of what is known."""
    return 1.0 if {unit for unit in one if unit[1]} == {unit for unit in other if unit[1]} else _UNFIT
