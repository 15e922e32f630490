"""Front matter changed line by line: only the lines of values that differ are replaced, removed or added."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seeds.render import in_order, related_order, render_item, render_key, starts_group
from seeds.yamltext import Path, Tree

_PREFIX = re.compile(r"\s*(?:- +)*")


@dataclass(frozen=True, slots=True)
class Change:
    """Lines `begin` to `end` (exclusive), counted from 0, give way to others."""

    begin: int
    end: int
    lines: tuple[str, ...]


class UnusualFormError(Exception):
    """The lines cannot be told apart by key, as in flow style."""


@dataclass(frozen=True, slots=True)
class Editor:
    """Finds the changes that turn the front matter in `lines` from one state to another."""

    lines: Sequence[str]
    """Of the whole file, without line ends."""
    tree: Tree

    def changes(self, old: Mapping[str, Any], new: Mapping[str, Any], end: int) -> list[Change]:
        """Changes of the top level; `end` is the line after its last. Raises `UnusualFormError`."""
        return list(self._mapping((), old, in_order(new), end))

    def _mapping(self, path: Path, old: Mapping[str, Any], new: Mapping[str, Any], end: int) -> Iterator[Change]:
        regions = self._regions(path, end)
        for key, (begin, stop) in regions.items():
            at = (*path, key)
            if key in new and old.get(key) != new[key]:
                yield from self._value(at, old.get(key), new[key], (begin, stop))
            elif key in old and key not in new:
                yield self._removal(begin, stop)
        for key in new:
            if key not in regions:
                yield self._addition(path, key, new, regions)

    def _regions(self, path: Path, end: int) -> dict[str, tuple[int, int]]:
        """Key → its lines, in the order of the file."""
        depth = len(path)
        keys = [at for at in self.tree.lines if len(at) == depth + 1 and at[:depth] == path]
        return {str(at[-1]): region for at, region in zip(keys, self._spans(keys, end), strict=True)}

    def _spans(self, paths: Sequence[Path], end: int) -> list[tuple[int, int]]:
        begins = [self.tree.lines[path] - 1 for path in paths]
        if len(set(begins)) < len(begins):
            raise UnusualFormError
        return [(begin, self._trimmed(begin, stop)) for begin, stop in zip(begins, [*begins[1:], end], strict=True)]

    def _trimmed(self, begin: int, end: int) -> int:
        """The end of a value without the empty lines and comments before the next."""
        while end - 1 > begin and self.lines[end - 1].strip()[:1] in {"", "#"}:
            end -= 1
        return end

    def _value(self, path: Path, old: Any, new: Any, region: tuple[int, int]) -> Iterator[Change]:
        begin, end = region
        match old, new:
            case {}, {} if isinstance(old, Mapping) and isinstance(new, Mapping) and old and new:
                if not self._below(path, begin) or self._loses_first(path, new):
                    yield self._replacement(path, new, region)
                else:
                    yield from self._mapping(path, old, new, end)
            case [*_], [*_] if old and len(old) == len(new) and self._below(path, begin):
                yield from self._items(path, old, new, end)
            case _:
                yield self._replacement(path, new, region)

    def _items(self, path: Path, old: Sequence[Any], new: Sequence[Any], end: int) -> Iterator[Change]:
        paths = [(*path, at) for at in range(len(old))]
        for at, region, before, after in zip(paths, self._spans(paths, end), old, new, strict=True):
            if before != after:
                ordered = related_order(after) if path[-1] == "related" and isinstance(after, Mapping) else after
                yield from self._value(at, before, ordered, region)

    def _below(self, path: Path, begin: int) -> bool:
        """Whether a key or list item holds values that begin on lines of their own, as in block style."""
        depth = len(path)
        inner = [line - 1 for at, line in self.tree.lines.items() if len(at) == depth + 1 and at[:depth] == path]
        first_below = isinstance(path[-1], int) or (inner and inner[0] > begin)
        return bool(inner) and bool(first_below) and len(set(inner)) == len(inner)

    def _loses_first(self, path: Path, new: Mapping[str, Any]) -> bool:
        """Whether the first key of a list item, which shares its line with the dash, goes."""
        first = next(at[-1] for at in self.tree.lines if len(at) == len(path) + 1 and at[:-1] == path)
        return isinstance(path[-1], int) and first not in new

    def _replacement(self, path: Path, new: Any, region: tuple[int, int]) -> Change:
        begin, end = region
        prefix = _prefix(self.lines[begin])
        if isinstance(path[-1], int):
            prefix = prefix[: prefix.rindex("-")]
            kind = str(path[-2]) if len(path) > 1 else ""
            rendered = render_item(kind, new, prefix)
        else:
            rendered = render_key(path[-1], new, " " * len(prefix))
            rendered[0] = prefix + rendered[0][len(prefix) :]
        return Change(begin, end, tuple(rendered))

    def _removal(self, begin: int, end: int) -> Change:
        """Takes out a value, and the empty line before it when another follows."""
        alone = begin > 0 and not self.lines[begin - 1].strip() and not self.lines[end].strip()
        return Change(begin - 1 if alone or self._last_of_group(begin, end) else begin, end, ())

    def _last_of_group(self, begin: int, end: int) -> bool:
        return not self.lines[begin - 1].strip() and self.lines[end].startswith("---")

    def _addition(self, path: Path, key: str, new: Mapping[str, Any], regions: Mapping[str, tuple[int, int]]) -> Change:
        """Puts a value after the nearest one that comes before it in the format."""
        order = list(new)
        before = [other for other in order[: order.index(key)] if other in regions]
        if not before and path:
            raise UnusualFormError
        at = regions[before[-1]][1] if before else min(begin for begin, _ in regions.values())
        indent = " " * (len(_prefix(self.lines[regions[before[-1]][0]])) if before else 0)
        gap = ("",) if not path and starts_group(key) else ()
        return Change(at, at, (*gap, *render_key(key, new[key], indent)))


def apply(lines: Sequence[str], changes: Sequence[Change], line_end: str) -> list[str]:
    """The lines after all changes; new ones get `line_end`, what stands before the line feed."""
    found = list(lines)
    for change in sorted(enumerate(changes), key=lambda pair: (pair[1].begin, pair[1].end, pair[0]), reverse=True):
        found[change[1].begin : change[1].end] = [line + line_end for line in change[1].lines]
    return found


def _prefix(line: str) -> str:
    match = _PREFIX.match(line)
    return match.group() if match else ""
