"""Lines of `decisions.jsonl` as typed records, and which of them hold. All pure, and the same in any order of lines.

    yes, no            uid, key, title; watch (one or a list), because
    same, different    uid, key, title, keys, entries of one side; `other`: the same of the other; because
    together, apart    the same: that two articles tell one story, or two
    mute               what (story, outlet, phrase); of a story uid, key, title, else `target`; until
    seen, add          uid, key, title; of a seed that was added: `path`, its document
    undo               of: the id of what no longer holds, another undo perhaps

An article is named by what survives in another database: keys of its addresses, its entries (source and key within it),
its uid. A line may have a `batch`: the id of the first line of the same command.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from graphlib import CycleError, TopologicalSorter
from typing import Any, Literal, cast

from seeds.address import key_now
from seeds.decisions import id_of

Kind = Literal["yes", "no", "same", "different", "together", "apart", "mute", "seen", "add", "undo"]
State = Literal["standing", "undone", "superseded", "expired"]
KINDS: tuple[Kind, ...] = ("yes", "no", "same", "different", "together", "apart", "mute", "seen", "add", "undo")
PAIRS = frozenset({"same", "different"})
STORY_PAIRS = frozenset({"together", "apart"})
VERDICTS = frozenset({"yes", "no"})
MUTED = ("story", "outlet", "phrase")
_ONE = frozenset({"same", "together"})
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Ref:
    """An article by what finds it in any database, the surest first."""

    uid: str = ""
    title: str = ""
    keys: tuple[str, ...] = ()
    """Keys of addresses."""
    entries: tuple[tuple[str, str], ...] = ()
    """(address of a source, key of an entry in it)."""

    @property
    def anchors(self) -> tuple[str, ...]:
        """The same as texts that can be compared and looked up."""
        named = [address_anchor(key) for key in self.keys] + [entry_anchor(*entry) for entry in self.entries]
        return (*named, uid_anchor(self.uid)) if self.uid else tuple(named)


@dataclass(frozen=True, slots=True)
class Ruling:
    """One decision of a person."""

    id: str
    at: str
    do: Kind
    line: Mapping[str, Any]
    """The whole line, as it was written."""
    a: Ref | None = None
    b: Ref | None = None
    watches: tuple[str, ...] = ()
    """For which watches a verdict is; none: for those the article is judged for."""
    what: str = ""
    target: str = ""
    until: str | None = None
    of: str = ""
    because: str = ""
    batch: str = ""

    @property
    def order(self) -> tuple[str, str]:
        """What decisions are put in order by."""
        return self.at, self.id


def address_anchor(key: str) -> str:
    """An article by the key of an address."""
    return f"address:{key}"


def entry_anchor(source: str, key: str) -> str:
    """An article by an entry of a source."""
    return f"entry:{source}{_SEPARATOR}{key}"


def uid_anchor(uid: str) -> str:
    """An article by a uid it was given."""
    return f"uid:{uid}"


def ref_line(ref: Ref) -> dict[str, Any]:
    """An article in the keys of a line, without empty ones."""
    first, rest = ref.keys[:1], ref.keys[1:]
    line = {"uid": ref.uid, "key": first[0] if first else "", "title": ref.title, "keys": list(rest)}
    return {k: v for k, v in {**line, "entries": [list(e) for e in ref.entries]}.items() if v}


def ruling_of(line: Mapping[str, Any]) -> Ruling | str:
    """The decision that a line holds, or what is wrong with it."""
    do, at = line.get("do"), line.get("at")
    if do not in KINDS:
        return f"decides {str(do)[:40]!a}, which this version does not know"
    if not isinstance(at, str) or not _is_moment(at):
        return "does not say when; `at` must be like 2026-11-21T12:00:00Z"
    if not _storable(line):
        return "holds half characters (lone surrogates), which cannot be kept"
    a, b = _ref(line), _ref(line.get("other"))
    fault = _fault(cast("Kind", do), line, a, b)
    if fault:
        return fault
    watch = line.get("watch")
    until = line.get("until")
    return Ruling(
        id=id_of(line),
        at=at,
        do=cast("Kind", do),
        line=line,
        a=a,
        b=b if do in PAIRS | STORY_PAIRS else None,
        watches=tuple(map(str, watch)) if isinstance(watch, list) else (str(watch),) if watch else (),
        what=str(line.get("what") or ""),
        target=str(line.get("target") or ""),
        until=until if isinstance(until, str) else None,
        of=str(line.get("of") or ""),
        because=str(line.get("because") or ""),
        batch=str(line.get("batch") or ""),
    )


def union(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Each decision once, in their order."""
    # Should two lines share an id, which must not be, the choice is the same wherever they stand.
    once: dict[str, Ruling] = {}
    for ruling in sorted(rulings, key=lambda r: (r.order, repr(sorted(r.line.items(), key=repr)))):
        once.setdefault(ruling.id, ruling)
    return sorted(once.values(), key=lambda r: r.order)


def holding(rulings: Sequence[Ruling], now: str) -> dict[str, State]:
    """What has become of each decision, by id: what was undone, contradicted later, or is over, no longer holds."""
    states: dict[str, State] = {}
    undone_by: dict[str, list[str]] = defaultdict(list)
    for ruling in rulings:
        if ruling.do == "undo":
            undone_by[ruling.of].append(ruling.id)
    for name in _latest_word_first(rulings, undone_by):
        states[name] = "undone" if any(states.get(u) == "standing" for u in undone_by[name]) else "standing"
    for ruling in rulings:
        if states[ruling.id] == "standing" and ruling.until is not None and ruling.until <= now:
            states[ruling.id] = "expired"
    for kinds in (PAIRS, STORY_PAIRS):
        for ruling in _contradicted([r for r in rulings if r.do in kinds and states[r.id] == "standing"]):
            states[ruling.id] = "superseded"
    return states


def _latest_word_first(rulings: Sequence[Ruling], undone_by: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Ids in an order in which what undoes a decision comes before it; undos that undo each other do nothing."""
    graph = {ruling.id: [u for u in undone_by.get(ruling.id, ()) if u != ruling.id] for ruling in rulings}
    while True:
        try:
            yield from TopologicalSorter(graph).static_order()
        except CycleError as error:
            for name in error.args[1]:
                graph[name] = []
        else:
            return


def _contradicted(pairs: Sequence[Ruling]) -> Iterator[Ruling]:
    """Those of `same` and `different`, or `together` and `apart`, that later ones contradict: the newest always holds."""
    groups = _Groups()
    apart: list[tuple[str, str]] = []
    for ruling in sorted(pairs, key=lambda r: r.order, reverse=True):
        if ruling.a is None or ruling.b is None:
            continue
        left, right = _sides(ruling.a, ruling.b)
        trial = groups.copy()
        trial.join(left)
        trial.join(right)
        if ruling.do in _ONE:
            trial.join((left[0], right[0]))
        new = [*apart, (left[0], right[0])] if ruling.do not in _ONE else apart
        if any(trial.root(a) == trial.root(b) for a, b in new):
            yield ruling
            continue
        groups, apart = trial, new


def _sides(a: Ref, b: Ref) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What names each side alone."""
    left = tuple(n for n in a.anchors if n not in b.anchors) or a.anchors
    right = tuple(n for n in b.anchors if n not in a.anchors) or b.anchors
    return left, right


class _Groups:
    """Names that mean one thing."""

    def __init__(self, parents: dict[str, str] | None = None) -> None:
        self._parents = dict(parents or {})

    def copy(self) -> _Groups:
        return _Groups(self._parents)

    def root(self, name: str) -> str:
        while (parent := self._parents.get(name, name)) != name:
            name = parent
        return name

    def join(self, names: Sequence[str]) -> None:
        first = self.root(names[0])
        for name in names[1:]:
            self._parents[self.root(name)] = first


def _ref(line: object) -> Ref | None:
    if not isinstance(line, Mapping):
        return None
    uid, key, title = (line.get(name) for name in ("uid", "key", "title"))
    keys, entries = line.get("keys"), line.get("entries")
    listed = [key, *(keys if isinstance(keys, list) else ())]
    pairs = [tuple(e) for e in entries if isinstance(e, list) and len(e) == 2] if isinstance(entries, list) else []
    ref = Ref(
        uid=uid if isinstance(uid, str) else "",
        title=title if isinstance(title, str) else "",
        # Written by the rules of its day; what is stored has the keys of today's.
        keys=tuple(dict.fromkeys(key_now(k) for k in listed if isinstance(k, str) and k)),
        entries=tuple((s, k) for s, k in pairs if isinstance(s, str) and isinstance(k, str)),
    )
    return ref if ref.anchors else None


def _fault(do: Kind, line: Mapping[str, Any], a: Ref | None, b: Ref | None) -> str | None:
    if do == "undo":
        return None if isinstance(line.get("of"), str) else "does not say what is undone; it needs the key `of`"
    if do == "mute" and (fault := _fault_of_mute(line)):
        return fault
    if a is None and line.get("what") not in {"outlet", "phrase"}:
        return "names no article; it needs `uid` or `key`"
    if do in PAIRS | STORY_PAIRS and b is None:
        return "names one article alone; it needs the key `other`"
    return None


def _fault_of_mute(line: Mapping[str, Any]) -> str | None:
    if line.get("what") not in MUTED:
        return "mutes neither a story, an outlet nor a phrase; it needs the key `what`"
    until = line.get("until")
    if until is not None and not (isinstance(until, str) and _is_moment(until)):
        return "says until when in another way than 2026-12-01T00:00:00Z"
    target = line.get("target")
    if line["what"] != "story" and not (isinstance(target, str) and target.strip()):
        return "does not say what is muted; it needs the key `target`"
    return None


def _storable(line: Mapping[str, Any]) -> bool:
    try:
        json.dumps(line, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_moment(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")  # noqa: DTZ007  the Z says it
    except ValueError:
        return False
    return True
