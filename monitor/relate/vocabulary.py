"""What the words of a text mean: one term for all that mean it, the countries it names, the fields it is of.

A text is given as stems. A known phrase becomes its term, longest phrase first; the names of places and the words of a field
stay as they are, and say where a text happens and what it is of.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import product
from types import MappingProxyType

from monitor.relate import places
from monitor.relate.rarity import rarity
from seeds import text

Phrase = tuple[str, ...]
GAP = "…"
_LONGEST_GAP = 4
_COMMON = 0.5
_CONSONANTS = frozenset("бвгджзклмнпрстфхцчшщ")
_PLAIN_NUMBER = 0.4
"""How many there were of something says less than a rare word does."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase stands for."""

    terms: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()
    """The countries that whoever is named is of: it says where, and is no name of a place."""

    def also(self, other: Meaning) -> Meaning:
        """Both meanings."""
        return Meaning(
            tuple(dict.fromkeys(self.terms + other.terms)),
            tuple(dict.fromkeys(self.places + other.places)),
            tuple(dict.fromkeys(self.fields + other.fields)),
            tuple(dict.fromkeys(self.homes + other.homes)),
        )


@dataclass(slots=True)
class Reading:
    """A text as the vocabulary reads it."""

    terms: list[str] = field(default_factory=list)
    """In their order: terms, and the stems that are none."""
    places: set[str] = field(default_factory=set)
    fields: dict[str, str] = field(default_factory=dict)
    """Field → the words that say so, as stems."""
    homes: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Together:
    """Words that say a term together, in whatever order: one of each group."""

    term: str
    groups: tuple[frozenset[str], ...]
    """Stems."""

    def said(self, stems: AbstractSet[str]) -> bool:
        """Whether a text with these stems says the term."""
        return all(not group.isdisjoint(stems) for group in self.groups)


class Vocabulary:
    """Phrases, as tuples of stems, and their meanings."""

    def __init__(
        self,
        phrases: Mapping[Phrase, Meaning],
        common: AbstractSet[str] = frozenset(),
        version: str = "",
        together: Sequence[Together] = (),
    ) -> None:
        self.phrases = MappingProxyType(dict(phrases))
        self.together = tuple(together)
        self._needed = frozenset().union(*(one.groups[0] for one in together))
        self.version = version
        """Changes with what the vocabulary says."""
        self.longest: dict[str, int] = {}
        """First stem of a phrase → length of the longest that begins with it."""
        self._single: dict[str, list[str]] = {}
        self._rarity: dict[str, float] = {}
        self._common = common
        self._apart: dict[str, list[tuple[tuple[Phrase, ...], Meaning]]] = {}
        for phrase, meaning in phrases.items():
            if GAP in phrase:
                self._apart.setdefault(phrase[0], []).append((_split(phrase), meaning))
            else:
                self.longest[phrase[0]] = max(self.longest.get(phrase[0], 0), len(phrase))
            if len(phrase) == 1:
                for term in meaning.terms:
                    self._single.setdefault(term, []).append(phrase[0])
        self._reach = max((_length(parts) for apart in self._apart.values() for parts, _ in apart), default=0)
        """Stems that a phrase with gaps takes up at most."""
        self.terms = frozenset(term for meaning in phrases.values() for term in meaning.terms).union(
            one.term for one in self.together
        )
        self.places = frozenset(place for meaning in phrases.values() for place in meaning.places)
        self.begin = frozenset(self.longest.keys() | self._apart.keys())
        """Stems with which a phrase begins."""

    def rarity(self, term: str) -> float:
        """How rare a term is: as its commonest word is, when it stands for several."""
        known = self._rarity.get(term)
        if known is None:
            among = [rarity(term), *map(rarity, self._single.get(term, ()))]
            known = self._rarity[term] = min(among) * (
                _PLAIN_NUMBER if term.isdigit() else _COMMON if term in self._common else 1.0
            )
        return known

    def read(self, stems: Sequence[str], among: AbstractSet[str] | None = None) -> Reading:
        """What a text says.

        `among` holds those of the stems that may begin a phrase, when that is known.
        """
        found = Reading()
        position = 0
        for start in places_of(self.begin.intersection(stems if among is None else among), stems):
            if start < position or (match := self.match(stems, start)) is None:
                continue
            length, inside, meaning = match
            found.terms += stems[position:start]
            found.terms += meaning.terms or stems[start : start + length]
            if inside:
                within = self.read(inside)
                found.terms += within.terms
                found.places |= within.places
                found.homes |= within.homes
                found.fields = {**within.fields, **found.fields}
            found.places.update(meaning.places)
            found.homes.update(meaning.homes)
            for name in meaning.fields or self._fields_within(stems[start : start + length]):
                found.fields.setdefault(name, " ".join(stems[start : start + length]))
            position = start + length
        found.terms += stems[position:]
        if not self._needed.isdisjoint(stems):
            there = frozenset(stems)
            found.terms += [one.term for one in self.together if one.said(there) and one.term not in found.terms]
        return found

    def _fields_within(self, phrase: Sequence[str]) -> Iterator[str]:
        """The fields of the words of a phrase: to pay by face is paying as well."""
        for stem in phrase if len(phrase) > 1 else ():
            if (meaning := self.phrases.get((stem,))) is not None:
                yield from meaning.fields

    def match(self, stems: Sequence[str], start: int) -> tuple[int, Sequence[str], Meaning] | None:
        """The phrase that begins at `start`: its length, the other words inside, its meaning."""
        first = stems[start]
        apart = self._match_apart(stems, start)
        for length in range(self.longest.get(first, 0), 0, -1):
            meaning = self.phrases.get(tuple(stems[start : start + length]))
            if meaning is not None:
                return apart if apart is not None and apart[0] > length else (length, (), meaning)
        return apart

    def _match_apart(self, stems: Sequence[str], start: int) -> tuple[int, Sequence[str], Meaning] | None:
        if (phrases := self._apart.get(stems[start])) is None:
            return None
        # Of the hundred phrases that begin with a common word hardly any ends with one that stands near.
        near = frozenset(stems[start : start + self._reach])
        for parts, meaning in phrases:
            if parts[-1][0] in near and (found := _apart(stems, start, parts)) is not None:
                return found[0] - start, found[1], meaning
        return None


def _split(phrase: Phrase) -> tuple[Phrase, ...]:
    """The parts of a phrase between its gaps."""
    parts: list[list[str]] = [[]]
    for stem in phrase:
        if stem == GAP:
            parts.append([])
        else:
            parts[-1].append(stem)
    return tuple(tuple(part) for part in parts if part)


def _length(parts: Sequence[Phrase]) -> int:
    return sum(map(len, parts)) + _LONGEST_GAP * (len(parts) - 1)


def _apart(stems: Sequence[str], start: int, parts: Sequence[Phrase]) -> tuple[int, Sequence[str]] | None:
    """Where the parts of a phrase end that begins at `start`, each soon after the one before, and the words between."""
    end, inside = start, list[str]()
    for number, part in enumerate(parts):
        last = start if number == 0 else min(end + _LONGEST_GAP, len(stems) - len(part))
        at = next((at for at in range(end, last + 1) if tuple(stems[at : at + len(part)]) == part), None)
        if at is None:
            return None
        inside += stems[end:at]
        end = at + len(part)
    return end, inside


def places_of(wanted: AbstractSet[str], stems: Sequence[str]) -> list[int]:
    """Where any of `wanted`, all of which are among the stems, stands; quicker than looking at each when few are."""
    found = []
    for stem in wanted:
        at = -1
        for _ in range(stems.count(stem)):
            at = stems.index(stem, at + 1)
            found.append(at)
    found.sort()
    return found


@dataclass(slots=True)
class Lines:
    """What the lines of a vocabulary say."""

    phrases: dict[Phrase, Meaning] = field(default_factory=dict)
    common: set[str] = field(default_factory=set)
    together: list[Together] = field(default_factory=list)
    version: str = ""


def parse(lines: Iterable[str]) -> Lines:
    """Read the lines of a vocabulary: the file that is shipped, or what a user adds.

    Raises:
        ValueError: a line that is neither a comment nor of one of the forms; the message has its number.
    """
    found = Lines()
    for number, line in enumerate(lines, 1):
        content = line.split("#", 1)[0].strip()
        if content.startswith("!"):
            found.common.update(stem for word in content[1:].split(",") for stem in (word.strip(), *text.stems(word)))
        elif "&" in content:
            found.together.append(_together(number, content))
        elif content:
            for phrase, meaning in _line(number, content):
                known = found.phrases.get(phrase)
                found.phrases[phrase] = known.also(meaning) if known is not None else meaning
    return found


def _together(number: int, content: str) -> Together:
    term, separator, rest = content.partition("=")
    groups = tuple(frozenset(text.stems(group.replace("|", " "))) for group in rest.split("&"))
    if not separator or not term.strip() or not all(groups):
        raise ValueError(f"line {number}: expected `a = b | c & d | e`, found {content!r}")
    return Together(term.strip(), groups)


def _line(number: int, content: str) -> Iterator[tuple[Phrase, Meaning]]:
    separator = next((s for s in _MEANT if s in content), "")
    term, _, rest = content.partition(separator or "=")
    term = term.strip()
    words = [term, *rest.split("=")] if separator == "=" else rest.split(",")
    if not separator or not term:
        raise _wrong(number, content)
    meaning = _MEANT[separator](term)
    if separator == ">":
        words.append(term)
    for word in words:
        for one in _each(word):
            for form in _cases(one.strip()) if separator in ">^" else (one,):
                phrase = phrase_of(form)
                if not phrase:
                    raise _wrong(number, content)
                yield phrase, meaning


def _wrong(number: int, content: str) -> ValueError:
    return ValueError(f"line {number}: expected `a = b`, `a > b, c`, `a ^ b, c` or `a ~ b, c`, found {content!r}")


_MEANT: Mapping[str, Callable[[str], Meaning]] = MappingProxyType(
    {
        ">": lambda term: Meaning(places=(term,)),
        "^": lambda term: Meaning(homes=(term,)),
        "~": lambda term: Meaning(fields=(term,)),
        "=": lambda term: Meaning((term,)),
    }
)
"""What stands between a term and phrases → what these mean."""


def _each(written: str) -> Iterable[str]:
    """A phrase with each of its alternatives: `(a|b) c` is `a c` and `b c`."""
    if "(" not in written:
        return (written,)
    parts = [part.split("|") for part in re.split(r"[()]", written)]
    return map(" ".join, product(*parts))


def _cases(name: str) -> Iterator[str]:
    """A name, and its cases where these may be cut to another stem: Казахстан and Казахстане."""
    yield name
    if text.is_cyrillic(name) and " " not in name and name[-1] in _CONSONANTS:
        yield from (f"{name}{ending}" for ending in ("а", "у", "ом", "е"))
    if text.is_cyrillic(name) and " " not in name and name[-1] == "а":
        yield from (f"{name[:-1]}{ending}" for ending in ("ы", "е", "у", "ой"))


def phrase_of(written: str) -> Phrase:
    """The stems of a phrase; `…` stands for itself."""
    parts = written.split(GAP)
    stems = list(text.stems(parts[0]))
    for part in parts[1:]:
        stems += [GAP, *text.stems(part)]
    return tuple(stems)


@cache
def shipped() -> Vocabulary:
    """The vocabulary that comes with the program."""
    return extended(())


@cache
def extended(lines: tuple[str, ...]) -> Vocabulary:
    """The vocabulary that comes with the program, and lines beside it.

    Raises:
        ValueError: a line that is none; the message has its number.
    """
    own, added = _shipped(), parse(lines)
    known = dict(own.phrases)
    for phrase, meaning in added.phrases.items():
        known[phrase] = meaning.also(known.get(phrase, Meaning()))
    said = "\n".join((own.version, *lines))
    version = hashlib.blake2b(said.encode(), digest_size=4).hexdigest()
    return Vocabulary(known, own.common | added.common, version, own.together + added.together)


@cache
def _shipped() -> Lines:
    written = (files(__package__) / "vocabulary.txt").read_text(encoding="utf-8")
    own = parse(written.splitlines())
    known = {phrase: Meaning(places=(country,)) for phrase, country in places.countries().items()}
    for phrase, meaning in own.phrases.items():  # what is said by hand of a place counts for more than the table
        known[phrase] = meaning if meaning.places or phrase not in known else meaning.also(known[phrase])
    version = hashlib.blake2b(written.encode(), digest_size=8).hexdigest() + places.digest()
    return Lines(known, own.common, own.together, version)
