"""One term for all the words that mean it: synonyms, translations, and the country a place lies in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from seeds import text


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Phrases, as tuples of stems, and the terms they stand for."""

    phrases: dict[tuple[str, ...], str]
    """Phrase → its term as a person would write it."""
    places: frozenset[str]
    """Terms that are countries."""
    longest: dict[str, int]
    """First stem of a phrase → length of the longest phrase that begins with it."""

    def terms(self, stems: Sequence[str], among: AbstractSet[str] | None = None) -> list[str]:
        """A text's stems with each known phrase replaced by its term, longest phrase first.

        `among` holds those of the stems that may begin a phrase, when that is known.
        """
        begin = self.longest
        found: list[str] = []
        position = 0
        for start in places_of(begin.keys() & (stems if among is None else among), stems):
            if start < position:
                continue
            for length in range(begin[stems[start]], 0, -1):
                term = self.phrases.get(tuple(stems[start : start + length]))
                if term is not None:
                    found += stems[position:start]
                    found.append(term)
                    position = start + length
                    break
        found += stems[position:]
        return found


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


def parse(lines: Iterable[str]) -> Vocabulary:
    """Read the lines of a vocabulary file.

    Raises:
        ValueError: a line that is neither a comment nor of one of the two forms; the message has its number.
    """
    phrases: dict[tuple[str, ...], str] = {}
    places: set[str] = set()
    for number, line in enumerate(lines, 1):
        content = line.split("#", 1)[0].strip()
        if not content:
            continue
        if ">" in content:
            term, _, inside = content.partition(">")
            words = [term, *inside.split(",")]
            places.add(term.strip())
        elif "=" in content:
            words = content.split("=")
            term = words[0]
        else:
            raise ValueError(f"line {number}: expected `a = b` or `a > b, c`, found {content!r}")
        for word in words:
            phrases.setdefault(tuple(text.stems(word)), term.strip())
    phrases.pop((), None)
    longest: dict[str, int] = {}
    for phrase in phrases:
        longest[phrase[0]] = max(longest.get(phrase[0], 0), len(phrase))
    return Vocabulary(phrases, frozenset(places), longest)


@cache
def shipped() -> Vocabulary:
    """The vocabulary that comes with the program."""
    return parse((files(__package__) / "vocabulary.txt").read_text(encoding="utf-8").splitlines())
