"""The matcher: what an article shares with several seeds, weighted by rarity, on both sides of the matter.

A term is worth its rarity times the share of seeds that have it; one seed's odd words are worth next to nothing. What a
text is about and where it happens are two sides: when the seeds share a country, an article without it is at most maybe,
and the country alone is nothing. Scores come from a logistic curve whose coefficients are at the top of this module.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.relate.rarity import rarity
from monitor.relate.types import Document, Judgement, SeedText, Term
from monitor.relate.vocabulary import Vocabulary, places_of, shipped
from seeds import text

METHOD = "shared-terms 1"

_STEEPNESS = 8.0
_MIDDLE = 0.39
_MIDDLE_IN_PLACE = 0.20
_CERTAINTY = 0.97
"""Shared words never make certain."""
_ELSEWHERE = 0.70
_AROUND = 0.6
_CORE = 0.6
"""A term is at the core of the matter when it weighs this share of the weightiest; without one, nothing is likely."""
_BODY_SHARE = 0.5
_LONE_SEED = 0.6
_ODD_WORD = 0.1
_SHARE_OF_PLACE = 0.5
_NEAR = 0.05
_NEXT_TO_NOTHING = 0.05
_HOME_OF_CYRILLIC = "russia"
"""Reporting in Russian seldom says that a thing happened in Russia."""
_STOP_STEMS = frozenset(map(text.stem, text.STOP))


@dataclass(frozen=True, slots=True)
class _Profile:
    """What the seeds of a watch have in common."""

    weights: dict[str, float]
    seeds: dict[str, int]
    names: dict[str, str]
    """Term → how a person would write it."""
    reference: float
    """Weight of what the headline of a typical seed says."""
    core: frozenset[str]
    """The weightiest terms: what the matter cannot do without."""
    place: str | None
    known: frozenset[str]
    """All terms that mean anything here: those with a weight, those of single seeds, and countries."""
    telling: frozenset[str]
    """Stems without any of which a text holds none of those."""
    noticed: frozenset[str]
    """Stems that matter to how a text is cut into terms."""
    paired: frozenset[str]
    """Terms with which a pair begins that several seeds have."""
    vectors: dict[str, tuple[tuple[int, float], ...]]
    """Term → (number of a seed, the term's share of what that seed says)."""


class SharedTerms:
    """Judges articles by the terms they share with the seeds of one watch."""

    def __init__(self, watch: str, seeds: Sequence[SeedText], vocabulary: Vocabulary | None = None) -> None:
        self.watch = watch
        self._seeds = tuple(seeds)
        self._vocabulary = vocabulary or shipped()
        self._profile = _profile(self._seeds, self._vocabulary)
        said = repr((METHOD, self._seeds, sorted(self._vocabulary.phrases.items())))
        self.version = f"{METHOD} {hashlib.blake2b(said.encode(), digest_size=4).hexdigest()}"

    def judge(self, document: Document) -> Judgement:
        """Judge one article."""
        profile = self._profile
        terms = _terms_of(document, self._vocabulary, profile)
        in_place = profile.place is None or self._in_place(document, terms)
        shared = {t: profile.weights[t] for t in (terms & profile.weights.keys()) - self._vocabulary.places}
        what = min(1.0, math.fsum(shared.values()) / profile.reference)
        if what < _NEXT_TO_NOTHING:
            parts = {"what": round(what, 3), "where": float(in_place)}
            return Judgement(round(what / 2, 4), self._nothing(in_place=in_place), parts=parts)
        middle = _MIDDLE_IN_PLACE if profile.place and in_place else _MIDDLE
        score = 1 / (1 + math.exp(-_STEEPNESS * (what - middle)))
        score *= _CERTAINTY if in_place else _ELSEWHERE
        if profile.core.isdisjoint(shared):
            score *= _AROUND
        nearest = self._nearest(terms)
        best = [Term(profile.names.get(t, t), round(w, 3), profile.seeds[t]) for t, w in shared.items()]
        if profile.place and in_place:
            best.append(Term(profile.place.title(), 0.0, profile.seeds.get(profile.place, 0)))
        best.sort(key=lambda t: (-t.weight, t.term))
        return Judgement(
            score=score,
            reason=self._reason(document, best, nearest, in_place=in_place),
            terms=tuple(best[:12]),
            parts={"what": round(what, 3), "where": float(in_place)},
            nearest=nearest,
        )

    def _in_place(self, document: Document, terms: frozenset[str]) -> bool:
        """Whether the text names the country of the watch, or is in its language and names no other."""
        if self._profile.place in terms:
            return True
        at_home = self._profile.place == _HOME_OF_CYRILLIC and text.is_cyrillic(document.title)
        return at_home and not terms & self._vocabulary.places

    def _nearest(self, terms: frozenset[str]) -> tuple[tuple[str, float], ...]:
        near: dict[int, float] = {}
        for term in sorted(terms & self._profile.vectors.keys()):
            for number, share in self._profile.vectors[term]:
                near[number] = near.get(number, 0.0) + share
        nearest = sorted(((s, n) for n, s in near.items() if s >= _NEAR), key=lambda found: (-found[0], found[1]))
        return tuple((self._seeds[number].uid, min(1.0, score)) for score, number in nearest[:3])

    def _nothing(self, *, in_place: bool) -> str:
        if self._profile.place and in_place:
            return f"{self._profile.place.title()}, but nothing else that the seeds are about."
        return "Shares next to nothing with the seeds."

    def _reason(
        self, document: Document, best: Sequence[Term], nearest: Sequence[tuple[str, float]], *, in_place: bool
    ) -> str:
        total = len(self._seeds)
        first, *others = [t for t in best if t.seeds > 1 or total == 1] or best
        parts = [f"Shares “{first.term}” with {first.seeds} of {total} seed{'s' if total > 1 else ''}"]
        # A phrase that holds the first term again says nothing more.
        second = next((t for t in others if t.weight and first.term not in t.term), None)
        parts[0] += f" and “{second.term}” with {second.seeds}." if second else "."
        if self._profile.place:
            name = self._profile.place.title()
            parts.append(f"About {name}." if in_place else f"Nothing about {name}.")
        if nearest:
            label = next(s.label for s in self._seeds if s.uid == nearest[0][0])
            parts.append(f"Nearest: {label}.")
        if document.judged_on == "headline":
            parts.append("Judged on the headline only.")
        return " ".join(parts)


def _terms_of(document: Document, vocabulary: Vocabulary, profile: _Profile) -> frozenset[str]:
    """The terms of a document that mean anything to a watch."""
    found: set[str] = set()
    for line in (document.stems or text.said(document.title, document.excerpt, document.text)).split("\n"):
        stems = line.split()
        if profile.telling.isdisjoint(stems):
            continue  # as nearly all of what the world reports
        stems = vocabulary.terms(stems, profile.noticed.intersection(stems))
        found.update(profile.known.intersection(stems))
        for at in places_of(profile.paired.intersection(stems), stems):
            neighbour = next((t for t in stems[at + 1 :] if t not in _STOP_STEMS), None)
            if neighbour is not None:
                found.add(f"{stems[at]} {neighbour}")
    return frozenset(found)


def _terms(written: str, vocabulary: Vocabulary) -> list[str]:
    """Terms of a text: known phrases, other words, and pairs of neighbours; function words aside."""
    kept = [t for t in vocabulary.terms(text.stems(written)) if t not in _STOP_STEMS]
    return kept + [f"{a} {b}" for a, b in pairwise(kept)]


def _profile(seeds: Sequence[SeedText], vocabulary: Vocabulary) -> _Profile:
    counts: Counter[str] = Counter()
    shares: dict[str, float] = {}
    names: dict[str, Counter[str]] = {}
    said = []
    for seed in seeds:
        head = set(_terms(seed.title, vocabulary)) | set(_terms(seed.excerpt, vocabulary))
        body = set(_terms(seed.body, vocabulary)) - head
        said.append((head, body))
        for term in head | body:
            counts[term] += 1
            shares[term] = shares.get(term, 0.0) + (1.0 if term in head else _BODY_SHARE)
        for word in text.words(f"{seed.title} {seed.excerpt} {seed.body}"):
            names.setdefault(text.stem(word), Counter())[word] += 1
    spoken = {stem: words.most_common(1)[0][0] for stem, words in names.items()}
    total = max(1, len(seeds))
    weights = {}
    for term, share in shares.items():
        name = " ".join(spoken.get(part, part) for part in term.split())
        spoken.setdefault(term, name)
        factor = _LONE_SEED if total == 1 else share / total if counts[term] > 1 else _ODD_WORD / total
        # A pair of words that only one seed has says no more than its words do.
        weights[term] = 0.0 if " " in term and counts[term] < 2 and total > 1 else rarity(name) * factor
    weights = {t: w for t, w in weights.items() if w > 0}
    headlines = [set(_terms(seed.title, vocabulary)) - vocabulary.places for seed in seeds]
    worth = sorted(sum(weights.get(term, 0.0) for term in headline) for headline in headlines)
    reference = worth[len(worth) // 2] if worth else 1.0
    vectors = _vectors(said, weights)
    known = frozenset(weights.keys() | vectors.keys() | vocabulary.places)
    paired = _paired(said, weights)
    heaviest = max((w for t, w in weights.items() if t not in vocabulary.places), default=0.0)
    return _Profile(
        weights=weights,
        core=frozenset(t for t, w in weights.items() if w >= _CORE * heaviest and t not in vocabulary.places),
        seeds=dict(counts),
        names=spoken,
        reference=max(reference, 0.1),
        place=_place(counts, vocabulary, total),
        known=known,
        telling=known | paired | {phrase[0] for phrase, term in vocabulary.phrases.items() if term in known | paired},
        noticed=known | paired | vocabulary.longest.keys(),
        paired=paired,
        vectors=vectors,
    )


def _paired(said: Sequence[tuple[set[str], set[str]]], weights: dict[str, float]) -> frozenset[str]:
    terms = {term for head, body in said for term in head | body}
    pairs = [term for term in terms if term in weights and " " in term]
    return frozenset(term for term in terms if any(pair.startswith(f"{term} ") for pair in pairs))


def _place(counts: Counter[str], vocabulary: Vocabulary, total: int) -> str | None:
    """The country that at least half of the seeds share, when it is one."""
    shared = [(counts[p], p) for p in vocabulary.places if counts[p] >= max(2, math.ceil(total * _SHARE_OF_PLACE))]
    return max(shared)[1] if shared else None


def _vectors(
    said: Sequence[tuple[set[str], set[str]]], weights: dict[str, float]
) -> dict[str, tuple[tuple[int, float], ...]]:
    vectors: dict[str, list[tuple[int, float]]] = {}
    for number, (head, _) in enumerate(said):
        own = {t: max(weights.get(t, 0.0), 0.02) for t in head}
        total = sum(own.values()) or 1.0
        for term, weight in own.items():
            vectors.setdefault(term, []).append((number, weight / total))
    return {term: tuple(found) for term, found in vectors.items()}
