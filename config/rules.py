"""The language of rules: words and phrases, AND, OR, NOT, brackets, fields. Reading only; what a rule means is not known here.

any    := all ("OR" all)*
all    := one (["AND"] one)*
one    := "NOT" one | "(" any ")" | [field ":"] (word | "phrase") | "date:" [< <= > >=] day
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

FIELDS = ("title", "excerpt", "text", "outlet", "language", "url", "date")
OPERATORS = ("AND", "OR", "NOT")
_DEEPEST = 50
_LONGEST = 2000
_TOKEN = re.compile(
    r'\s*(?:(?:(?P<group>\w+):(?=\())?(?P<bracket>[()])|(?:(?P<field>\w+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s()":]+(?::[^\s()"]*)?)))'
)
_DAY = re.compile(r"(?P<sign><=|>=|<|>|)(?P<day>\d{4}(?:-\d\d(?:-\d\d)?)?)")
_SMART = {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'"}


class RuleError(ValueError):
    """What is wrong with a rule, and where: `str()` shows the rule with a caret under the mistake."""

    def __init__(self, message: str, rule: str, position: int) -> None:
        shown = rule.replace("\n", " ").replace("\t", " ")
        super().__init__(f"{message}\n    {shown}\n    {' ' * position}^")
        self.message = message
        self.position = position


@dataclass(frozen=True, slots=True)
class Words:
    """A word or phrase, in one field or (None) in title, excerpt and text."""

    field: str | None
    said: str


@dataclass(frozen=True, slots=True)
class Day:
    """A comparison with the day of publication: `sign` is <, <=, >, >= or nothing (on that day, or in that month or year)."""

    sign: str
    day: str


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be."""

    part: Part


@dataclass(frozen=True, slots=True)
class All:
    """What must all be."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Of which one must be."""

    parts: tuple[Part, ...]


Part = Words | Day | Not | All | Either


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    at: int
    said: str
    field: str | None = None


def parse(rule: str) -> Part:
    """Read a rule.

    Raises:
        RuleError: it is none; the message shows where.
    """
    if len(rule) > _LONGEST:
        raise RuleError(f"a rule has at most {_LONGEST} characters", rule[:60], 59)
    reader = _Reader(rule, _tokens(rule))
    found = reader.any(0)
    reader.end()
    if _says_only_not(found):
        raise RuleError("a rule needs something that it is about, beside what it is not", rule, 0)
    return found


def _tokens(rule: str) -> list[_Token]:
    for at, character in enumerate(rule):
        if character in _SMART and not (character in "‘’" and 0 < at < len(rule) - 1 and rule[at - 1].isalpha()):
            raise RuleError(f"write {_SMART[character]} instead of {character}", rule, at)
    found, position = [], 0
    while rule[position:].strip():
        match = _TOKEN.match(rule, position)
        if match is None:
            at = position + len(rule[position:]) - len(rule[position:].lstrip())
            raise RuleError("this quote is never closed" if '"' in rule[at:] else "expected a word here", rule, at)
        found.append(_token(rule, match))
        position = match.end()
    return found


def _token(rule: str, match: re.Match[str]) -> _Token:
    field, phrase, word = match["field"] or match["group"], match["phrase"], match["word"]
    at = match.end() - len(match[0].lstrip())
    if field is not None and field not in FIELDS:
        near = difflib.get_close_matches(field.lower(), FIELDS, n=1, cutoff=0.5)
        meant = f"; did you mean {near[0]}:?" if near else f"; there are {', '.join(FIELDS)}"
        raise RuleError(f"unknown field {field}:{meant}", rule, at)
    if match["bracket"]:
        if field == "date":
            raise RuleError("write date: before each day", rule, at)
        return _Token(match["bracket"], at, match["bracket"], field)
    if field is None and word is not None and word.endswith(":") and word[:-1] in FIELDS:
        raise RuleError(f"expected a word, a phrase or a bracket right after {word}", rule, at)
    if field is None and word in OPERATORS:
        return _Token(word, at, word)
    if field is None and word is not None and word.upper() in OPERATORS:
        raise RuleError(f'write {word.upper()} in capitals, or "{word}" in quotes for the word', rule, at)
    said = word if word is not None else phrase
    if not any(map(str.isalnum, said)):
        raise RuleError("expected a word or a phrase here", rule, at)
    return _Token("words", at, said, field)


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, rule: str, tokens: list[_Token]) -> None:
        self._rule = rule
        self._tokens = tokens
        self._next = 0

    def _kind(self) -> str:
        return self._tokens[self._next].kind if self._next < len(self._tokens) else "end"

    def _take(self) -> _Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _wrong(self, message: str) -> RuleError:
        rest = self._tokens[self._next :]
        return RuleError(message, self._rule, rest[0].at if rest else len(self._rule.rstrip()))

    def any(self, depth: int) -> Part:
        parts = [self._all(depth)]
        while self._kind() == "OR":
            self._take()
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _all(self, depth: int) -> Part:
        parts = [self._one(depth)]
        while self._kind() in {"AND", "NOT", "(", "words"}:
            if self._kind() == "AND":
                self._take()
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self, depth: int) -> Part:
        if depth > _DEEPEST:
            raise self._wrong("too many brackets inside one another")
        kind = self._kind()
        if kind == "NOT":
            self._take()
            return Not(self._one(depth + 1))
        if kind == "(":
            opened = self._take()
            inside = self.any(depth + 1)
            if self._kind() != ")":
                raise RuleError("this bracket is never closed", self._rule, opened.at)
            self._take()
            return inside if opened.field is None else _within(opened.field, inside)
        if kind != "words":
            raise self._wrong("expected a word, a phrase or a bracket here")
        token = self._take()
        if token.field != "date":
            return Words(token.field, token.said)
        day = _DAY.fullmatch(token.said)
        if day is None:
            raise RuleError("expected a day such as date:2024-05-01 or date:>=2024-05", self._rule, token.at)
        return Day(day["sign"], day["day"])

    def end(self) -> None:
        """Check that nothing is left."""
        if self._kind() == ")":
            raise self._wrong("this bracket was never opened")
        if self._kind() != "end":
            raise self._wrong("expected the end of the rule here")


def _within(field: str, part: Part) -> Part:
    """A part in brackets behind a field: its words are looked for there, but for those with a field of their own."""
    match part:
        case Words(None, said):
            return Words(field, said)
        case Not(inside):
            return Not(_within(field, inside))
        case All(parts):
            return All(tuple(_within(field, one) for one in parts))
        case Either(parts):
            return Either(tuple(_within(field, one) for one in parts))
        case _:
            return part


def _says_only_not(part: Part) -> bool:
    match part:
        case Not():
            return True
        case All(parts):
            return all(map(_says_only_not, parts))
        case Either(parts):
            return any(map(_says_only_not, parts))
        case _:
            return False
