"""YAML read as text: mappings, lists and scalars that stay the text they are, each with its line.

YAML's own typing is not wanted (`no`, `1.10` and `12:30` are texts), nor are tags, anchors and aliases, by which a
document could grow without bound or ask for objects. What is wrong is collected; only broken syntax ends the reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import yaml

Path = tuple[str | int, ...]
"""Keys and indexes from the root to a value."""

MAX_DEPTH = 50

_LOADER = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_HINTS: Mapping[str, str] = {
    "mapping values are not allowed": "put a text that holds ': ' in quotes",
    "cannot start any token": "indent with spaces, and put a text that begins with a special character in quotes",
    "expected <block end>": "check quotes and indentation",
    "did not find expected": "check quotes and indentation",
    "could not find expected ':'": "each line needs `key: value`",
    "unexpected end of stream": "a quotation mark or bracket is not closed",
    "unknown escape character": "write a backslash in double quotes as \\\\",
}
_AT_CONTEXT = ("could not find expected ':'", "unexpected end of stream")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a document, and in which of its lines, counted from 1."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Tree:
    """What was read: `data` of dictionaries, lists, texts and, for an empty value, None."""

    data: Any
    lines: Mapping[Path, int]
    problems: tuple[Problem, ...]

    def line_of(self, path: Path) -> int:
        """The line of a value, or of the nearest thing around it when there is no such value."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _TooDeepError(Exception):
    """Nesting beyond `MAX_DEPTH`; carries the line."""


@dataclass(slots=True)
class _Builder:
    events: Iterator[yaml.Event]
    first_line: int
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, event: yaml.Event) -> int:
        """The line of the file in which an event begins."""
        return (event.start_mark.line if event.start_mark else 0) + self.first_line

    def value(self, event: yaml.Event, path: Path) -> Any:
        """The value that begins with an event."""
        line = self.line(event)
        self.lines.setdefault(path, line)
        if isinstance(event, yaml.AliasEvent):
            self.report(line, f"*{event.anchor} is an alias; write the value out")
            return None
        self.check(event, line)
        if isinstance(event, yaml.ScalarEvent):
            return event.value if event.value or event.style else None
        if len(path) >= MAX_DEPTH:
            raise _TooDeepError(line)
        return self.mapping(path) if isinstance(event, yaml.MappingStartEvent) else self.sequence(path)

    def check(self, event: yaml.Event, line: int) -> None:
        """Reports what plain data does not need."""
        if getattr(event, "anchor", None) is not None:
            self.report(line, f"&{getattr(event, 'anchor', '')} is an anchor; remove it")
        if (tag := getattr(event, "tag", None)) is not None:
            self.report(line, f"{tag.replace('tag:yaml.org,2002:', '!!')} is a tag; remove it")

    def sequence(self, path: Path) -> list[Any]:
        """The items up to the end of a list."""
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.value(event, (*path, len(items))))
        return items

    def mapping(self, path: Path) -> dict[str, Any]:
        """The keys and values up to the end of a mapping; of a key given twice the first counts."""
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            line = self.line(event)
            key = self.value(event, (*path, "?"))
            self.lines.pop((*path, "?"), None)
            if not isinstance(key, str):
                self.report(line, "a key must be plain text")
                key = ""
            if key in found:
                self.report(line, f"{key} is given twice, first in line {self.lines[*path, key]}; keep one")
                self.value(next(self.events), (*path, key))
                continue
            self.lines[*path, key] = line
            found[key] = self.value(next(self.events), (*path, key))
        return found

    def report(self, line: int, message: str) -> None:
        """Remembers a problem."""
        self.problems.append(Problem(line, message))


def parse(text: str, first_line: int = 1) -> Tree:
    """Reads one YAML document; `first_line` is the line of the file in which the text begins."""
    if match := _FORBIDDEN.search(text):
        return _broken(first_line + text.count("\n", 0, match.start()), _forbidden(match.group()))
    events = yaml.parse(_joined(text), Loader=_LOADER)
    builder = _Builder(events, first_line)
    try:
        data = _document(builder)
    except _TooDeepError as error:
        return _broken(int(str(error)), f"nested more than {MAX_DEPTH} deep")
    except yaml.MarkedYAMLError as error:
        return _broken(*_syntax(error, first_line))
    except yaml.YAMLError as error:
        return _broken(first_line, f"not YAML: {str(error).splitlines()[0]}")
    return Tree(data, builder.lines, tuple(builder.problems))


def _document(builder: _Builder) -> Any:
    """The first document of the stream; a second one is reported."""
    data: Any = None
    documents = 0
    for event in builder.events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                builder.report(builder.line(event), "a second YAML document; keep one")
                break
        elif isinstance(event, yaml.NodeEvent):
            data = builder.value(event, ())
    return data


def _joined(text: str) -> str:
    """JSON writes characters beyond U+FFFF as two escapes, which YAML does not know."""
    return _SURROGATE_PAIR.sub(_join, text) if "\\u" in text else text


def _join(match: re.Match[str]) -> str:
    high, low = int(match[2], 16), int(match[3], 16)
    return f"{match[1]}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


def _broken(line: int, message: str) -> Tree:
    return Tree(None, {}, (Problem(line, message),))


def _forbidden(character: str) -> str:
    return f"the character U+{ord(character):04X} is not allowed; remove it"


def _syntax(error: yaml.MarkedYAMLError, first_line: int) -> tuple[int, str]:
    problem = error.problem or "not YAML"
    mark = error.problem_mark or error.context_mark
    if error.context_mark is not None and any(text in problem for text in _AT_CONTEXT):
        mark = error.context_mark
    hint = next((hint for text, hint in _HINTS.items() if text in problem), "check quotes and indentation")
    return (mark.line if mark is not None else 0) + first_line, f"not YAML: {problem}; {hint}"
