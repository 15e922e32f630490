"""The matcher: what an article shares with several seeds, weighted by rarity, on both sides of the matter.

What a text is about and where it happens are two sides: when the seeds share a country, an article without it is at most
maybe, and the country alone is nothing. `profile` says what the seeds have in common, `evidence` what an article has of it,
`calibration` how sure that makes, `reasons` why, in words.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import astuple, dataclass, replace

from monitor.relate import calibration
from monitor.relate.calibration import log_odds
from monitor.relate.evidence import Evidence, evidence
from monitor.relate.profile import Profile, Said, combined, profile_of
from monitor.relate.rarity import rarity
from monitor.relate.reasons import Beside, Found, beside, country, named, nothing, reason
from monitor.relate.transliteration import Alike
from monitor.relate.types import Company, Document, Judgement, SeedText, Taught, Term
from monitor.relate.vocabulary import GAP, Reading, Vocabulary, shipped
from seeds import text

METHOD = "shared-terms 5"
FEWEST_VERDICTS = 4
"""Verdicts of the user from which on they teach."""

_TITLE, _EXCERPT, _TEXT = 1.0, 0.6, 0.4
"""What a term counts by where in an article it stands."""
_ONLY_BELOW = 1.0
"""What only the excerpt says is less sure, in log odds, than what the headline says."""
_TELLING = 0.06
"""A term that alone would be a smaller part of what a seed's headline scores does not make a text worth a second look."""
_LEAST_LIKENESS = 0.05
_NEAR = 0.05
_FEW = 3
_HOME_OF_CYRILLIC = "russia"
"""Reporting in Russian seldom says that a thing happened in Russia."""
_STATE = frozenset(("authorities", "police"))
"""What agents of a state do is no matter of goods, shops or animals, whatever else a headline names."""
_NOT_RUSSIAN = frozenset("іїєґўјљњђћќѓқғңөұүһәӣӯ")


@dataclass(frozen=True, slots=True)
class _Part:
    """Headline, excerpt or text: as the vocabulary reads it, what its terms count by, and its stems."""

    reading: Reading
    share: float
    stems: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A text with its evidence and the log odds that it makes."""

    said: Said
    found: Evidence
    logit: float


class SharedTerms:
    """Judges articles by the terms they share with the seeds of one watch."""

    def __init__(
        self,
        watch: str,
        seeds: Sequence[SeedText],
        vocabulary: Vocabulary | None = None,
        taught: Sequence[Taught] = (),
    ) -> None:
        self.watch = watch
        self._seeds = tuple(seeds)
        self._vocabulary = vocabulary or shipped()
        taught = taught if len(taught) >= FEWEST_VERDICTS else ()
        self._profile = profile_of(self._seeds, self._vocabulary, taught)
        self._curve = self._moved(taught)
        self._weighty = _weighty(self._profile)
        self._ways = _ways(self._weighty, self._vocabulary)
        self._together = [one for one in self._vocabulary.together if one.term in self._weighty]
        self._needed = frozenset().union(*(one.groups[0] for one in self._together))
        self._telling = frozenset(self._ways)
        self._alike = Alike(self._profile.weights.keys() - self._vocabulary.terms)
        self._languages = self._profile.languages
        self._scripts = {term.isascii() for term in self._profile.weights}
        said = repr((METHOD, self._seeds, self._vocabulary.version, tuple(taught)))
        self.version = f"{METHOD} {hashlib.blake2b(said.encode(), digest_size=4).hexdigest()}"

    def judge(self, document: Document) -> Judgement:
        """Judge one article."""
        lines = self._lines(document)
        read = [self._vocabulary.read(stems) if self._may_tell(stems) else None for stems in lines]
        if all(reading is None or self._weighty.isdisjoint(reading.terms) for reading in read):
            return self._nothing(document, in_place=False)  # as nearly all of what the world reports
        return self._judge(document, self._parts(document, lines, read))

    def stands(self, title: str) -> bool:
        """Whether an article with this headline is company to others that do, and they to it.

        Where a matter has a country, headlines may be alike in what they say and tell of different places.
        """
        if self._profile.place is None:
            return True
        document = Document(title)
        return bool(self._in_place(document, _said(*self._parts(document, self._lines(document)))))

    def matter(self, stems: Collection[str]) -> frozenset[str]:
        """Those of the stems of a text by which it is on the matter."""
        there = frozenset(stems)
        ways = (way for stem in self._telling & there for way in self._ways[stem] if way <= there)
        found = frozenset().union(*ways)
        for one in self._together:
            if one.said(there):
                found = found.union(*(group & there for group in one.groups))
        if not self._languages:
            return found
        return found | {stem for stem in there if not self._weighty.isdisjoint(self._languages.terms((stem,)))}

    def _may_tell(self, stems: Sequence[str]) -> bool:
        """Whether these stems can hold any weighty term: all words of it are there, in whatever order."""
        there = frozenset(stems)
        if any(way <= there for stem in self._telling & there for way in self._ways[stem]):
            return True
        return not self._needed.isdisjoint(there) and any(one.said(there) for one in self._together)

    def instead(self, document: Document) -> list[tuple[str, float]]:
        """What else the article might have said, or left out, as a condition in words, and its score then."""
        parts = self._parts(document, self._lines(document))
        place = self._profile.place
        found = []
        if place is not None and not self._in_place(document, _said(*parts)):
            there = [replace(p, reading=replace(p.reading, places=p.reading.places | {place})) for p in parts]
            found.append((f"If it were about {country(place)}", self._judge(document, there).score))
        for term in self._judge(document, parts).terms[:_FEW]:
            stems = {t for t in self._profile.weights if self._name(t) == term.term}
            without = [self._without(part, stems) for part in parts]
            found.append((f"Without “{term.term}”", self._judge(document, without).score))
        if self.watch in document.company:
            alone = self._judge(replace(document, company={}), parts).score
            found.append(("Without what was reported in like words", alone))
        return found

    def _lines(self, document: Document) -> list[list[str]]:
        """The stems of headline, excerpt and text."""
        said = document.stems or text.said(document.title, document.excerpt, document.text)
        lines = [
            line.split() if line.isascii() in self._scripts else self._in_our_letters(line) for line in said.split("\n")
        ]
        return [list(self._languages.terms(line)) for line in lines] if self._languages else lines

    def _parts(
        self, document: Document, lines: Sequence[list[str]], read: Sequence[Reading | None] = (None, None, None)
    ) -> list[_Part]:
        """Headline, excerpt and text as the vocabulary reads them, as far as that is not known, and what each counts."""
        shares = (_TITLE, _EXCERPT, _TEXT if document.excerpt else _EXCERPT)
        return [
            _Part(reading or self._vocabulary.read(stems), share, stems)
            for stems, reading, share in zip(lines, read, shares, strict=False)
            if stems
        ]

    def _without(self, part: _Part, terms: Collection[str]) -> _Part:
        """A part as if it did not say these terms, nor the words that mean them."""
        said = frozenset(part.stems)
        words = {stem for term in terms for way in self._of_term(term) if way <= said for stem in way}
        reading = replace(part.reading, terms=[t for t in part.reading.terms if t not in terms])
        return _Part(reading, part.share, [stem for stem in part.stems if stem not in words])

    def _of_term(self, term: str) -> Iterator[frozenset[str]]:
        """The sets of words by which a text says a term."""
        yield frozenset((term,))
        for phrase, meaning in self._vocabulary.phrases.items():
            if term in meaning.terms:
                yield frozenset(phrase) - {GAP}

    def _judge(self, document: Document, parts: Sequence[_Part]) -> Judgement:
        whole = _said(*parts)
        in_place = self._in_place(document, whole)
        best = max(
            (self._weigh(said, of, less, in_place=in_place) for said, of, less in _readings(parts, whole)),
            key=lambda one: one.logit,
        )
        if best.found.likeness < _LEAST_LIKENESS:
            return self._nothing(document, in_place=bool(in_place) and self._profile.place in whole.places)
        by_language = bool(in_place) and self._profile.place not in whole.places | whole.homes
        return self._judged(document, best, in_place=in_place, by_language=by_language)

    def _in_our_letters(self, line: str) -> list[str]:
        """Stems, with names that seeds spell in other letters as seeds spell them."""
        alike = self._alike
        return [alike[stem] or stem for stem in line.split()]

    def _moved(self, taught: Sequence[Taught]) -> calibration.Curve:
        """The curve, moved by verdicts; each counts with the log odds that it has without any of them."""
        if not taught:
            return calibration.Curve()
        untaught = SharedTerms(self.watch, self._seeds, self._vocabulary)
        documents = [Document(one.title, one.excerpt, one.text) for one in taught]
        odds = [float(str(untaught.judge(one).parts.get("log_odds", calibration.NOTHING))) for one in documents]
        return calibration.moved([(logit, one.yes) for logit, one in zip(odds, taught, strict=True)])

    def _weigh(self, said: Said, of: _Part, less: float, *, in_place: bool | None) -> _Weighed:
        found = evidence(said, self._profile, self._profile.letters.alike(of.stems))
        there = self._profile.place in said.places | said.homes and found.second >= calibration.LEAST_OF_SECOND
        if found.foreign and (there or not _STATE.isdisjoint(said.terms)):
            found = replace(found, foreign=0.0)
        return _Weighed(said, found, log_odds(found, in_place=in_place) - less)

    def _judged(self, document: Document, best: _Weighed, *, in_place: bool | None, by_language: bool) -> Judgement:
        profile, found = self._profile, best.found
        company = document.company.get(self.watch)
        alone = self._score(best, best.logit, in_place=in_place)
        score = alone
        if company is not None:
            logit = calibration.in_company(best.logit, company, sided=self._profile.place is not None)
            score = self._score(best, logit, in_place=in_place)
        around = in_place is not None and _is_around(found, in_place=in_place)
        shared = {t: profile.weights[t] * share for t, share in best.said.terms.items() if t in profile.weights}
        terms = [Term(self._name(t), round(w, 3), profile.counts.get(t, 0)) for t, w in shared.items()]
        if profile.place and profile.place in best.said.places:
            terms.append(Term(named(profile.place), 0.0, profile.counts.get(profile.place, 0)))
        terms.sort(key=lambda t: (-t.weight, t.term))
        nearest = self._nearest(best.said)
        place = profile.place
        labels = {seed.uid: seed.label for seed in self._seeds}
        told = Found(
            document,
            terms,
            nearest,
            labels,
            place,
            in_place,
            by_language,
            len(self._seeds),
            around,
            self._foreign(best.said) if found.foreign else None,
            None if company is None else Beside(company, alone, score),
        )
        parts: dict[str, object] = {
            "what": round(found.likeness, 3),
            "covered": round(found.covered, 3),
            "log_odds": round(best.logit, 3),
        }
        if in_place is not None:
            parts["where"] = float(in_place)
        if company is not None:
            parts |= _beside(company, alone)
        return Judgement(score, reason(told), terms=tuple(terms[:12]), parts=parts, nearest=nearest)

    def _score(self, best: _Weighed, logit: float, *, in_place: bool | None) -> float:
        """The probability at these log odds, and no more than the sides of the matter allow."""
        score = self._curve.probability(logit)
        if in_place is None:
            return score
        if not in_place:
            score *= calibration.MOST_ELSEWHERE
        if best.found.foreign or _is_around(best.found, in_place=in_place):
            score = min(score, calibration.MOST_AROUND)
        return score

    def _foreign(self, said: Said) -> tuple[str, str] | None:
        """The field of a text, and the word that says so, when no seed is of it."""
        return next(((name, words) for name, words in said.fields.items() if name not in self._profile.fields), None)

    def _name(self, term: str) -> str:
        """A term as a person would write it."""
        return self._profile.names.get(term) or (named(term) if term in self._vocabulary.places else term)

    def _in_place(self, document: Document, said: Said) -> bool | None:
        """Whether a text names the country of the watch, or is in its language and names no other."""
        if self._profile.place is None:
            return None
        if self._profile.place in said.places | said.homes:
            return True
        at_home = self._profile.place == _HOME_OF_CYRILLIC and text.is_cyrillic(document.title)
        return at_home and not said.places and not said.homes and _NOT_RUSSIAN.isdisjoint(document.title.lower())

    def _nearest(self, said: Said) -> tuple[tuple[str, float], ...]:
        near: dict[int, float] = {}
        for term in sorted(said.terms.keys() & self._profile.vectors.keys()):
            for number, worth in self._profile.vectors[term]:
                near[number] = near.get(number, 0.0) + worth * said.terms[term]
        length = math.sqrt(math.fsum((self._profile.rarity(t) * share) ** 2 for t, share in said.terms.items())) or 1.0
        nearest = sorted(((s / length, n) for n, s in near.items()), key=lambda found: (-found[0], found[1]))
        return tuple((self._seeds[number].uid, min(1.0, score)) for score, number in nearest[:3] if score >= _NEAR)

    def _nothing(self, document: Document, *, in_place: bool) -> Judgement:
        said = nothing(self._profile.place if in_place else None)
        company = document.company.get(self.watch)
        if company is None:
            return Judgement(0.0, said)
        sided = self._profile.place is not None
        most = calibration.MOST_AROUND if sided else calibration.MOST_BY_COMPANY
        logit = calibration.in_company(calibration.NOTHING, company, sided=sided)
        score = min(most, self._curve.probability(logit))
        return Judgement(score, f"{said} {beside(Beside(company, 0.0, score))}".strip(), parts=_beside(company, 0.0))


def _readings(parts: Sequence[_Part], whole: Said) -> Iterator[tuple[Said, _Part, float]]:
    """What of an article may say it all where the rest goes on about other things, and how much less sure that makes."""
    yield whole, parts[0] if parts else _Part(Reading(), 0.0, ()), 0.0
    if len(parts) > 1:
        yield _said(parts[0]), parts[0], 0.0
        yield combined([(parts[1].reading, _TITLE)]), parts[1], _ONLY_BELOW


def _said(*parts: _Part) -> Said:
    return combined((part.reading, part.share) for part in parts)


def _is_around(found: Evidence, *, in_place: bool) -> bool:
    """Whether an article on a matter with a country has only lesser terms."""
    return found.best < (calibration.LEAST_OF_HEAVIEST if in_place else calibration.LEAST_ELSEWHERE)


def _beside(company: Company, alone: float) -> dict[str, object]:
    """What is kept of an article's company, and what the article scores without it."""
    return {"alone": round(alone, 4), "company": list(astuple(company))}


def _weighty(profile: Profile) -> frozenset[str]:
    """Terms without any of which a text has nothing of the matter."""
    least = _TELLING * profile.reference
    return frozenset(term for term, weight in profile.weights.items() if weight >= least)


def _ways(terms: frozenset[str], vocabulary: Vocabulary) -> dict[str, list[frozenset[str]]]:
    """Stem → the sets of stems, each with that one in it, without any of which a text has none of the terms."""
    ways = {term: [frozenset((term,))] for term in terms}
    for phrase, meaning in vocabulary.phrases.items():
        if not terms.isdisjoint(meaning.terms):
            words = frozenset(phrase) - {GAP}
            # Of a phrase, all words must be there; the rarest of them is there least often without the others.
            ways.setdefault(max(words, key=lambda stem: (rarity(stem), stem)), []).append(words)
    return ways
