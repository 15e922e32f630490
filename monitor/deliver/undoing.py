"""Taking decisions back, and what was decided so far."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path

from db import rulings
from db.rulings import Stored
from monitor.deliver.deciding import CannotDecide, decide
from monitor.deliver.moments import ending
from monitor.pipeline.workspace import Workspace
from seeds.rulings import STORY_PAIRS, Ruling

_ASIDE = ".undone"
"""What is put behind the name of a seed document that was added and taken back; only .md and .txt are read."""


@dataclass(frozen=True, slots=True)
class Made:
    """A decision as people look back on it."""

    id: str
    at: str
    do: str
    words: str
    """What was decided, in words."""
    state: str
    """standing, pending (its article is not known yet), undone, superseded or expired."""
    batch: str = ""
    who: str = ""
    """The name it is signed with; empty of what was decided on the command line."""


@dataclass(frozen=True, slots=True)
class Undone:
    """A decision that was taken back, or (`again`) one that holds again since its undoing was."""

    id: str
    of: Made
    again: bool
    moved: tuple[str, str] | None = None
    """A seed document that was put aside or back: from, to."""


def undo(workspace: Workspace, names: Sequence[str], now: str, zone: tzinfo | None = UTC) -> list[Undone]:
    """Take back the last decision that holds, or those named by their ids (or starts of them).

    What one command decided goes together. An undo is only taken back when it is named, so that one `undo` after another
    goes further back.

    Raises:
        CannotDecide: there is none, no such one, or it is taken back already; then none is.
        OSError: the file of decisions cannot be written, or a document not moved.
    """
    with workspace.store.transaction() as connection:
        stored = rulings.everything(connection)
        first = [_named(stored, name) for name in names] if names else [_last(stored)]
        chosen = [other for one in first for other in _together(stored, one, whole=not names)]
        each = list({one.ruling.id: one for one in chosen}.values())
        made = decide(workspace, connection, [{"do": "undo", "of": one.ruling.id} for one in each], now)
        after = {one.ruling.id: one for one in rulings.everything(connection)}
        ends = [_end(after, one.ruling) for one in each]
        titles = _Titles(connection, zone)
        done = []
        for ruling, end in zip(made, ends, strict=True):
            again = after[end.id].state == "standing"
            moved = _move(workspace, end, again=again) if end.do == "add" else None
            done.append(Undone(ruling.id, _made(after[end.id], titles, after), again, moved))
        return done


def made(
    connection: sqlite3.Connection, limit: int | None = None, *, every: bool = False, zone: tzinfo | None = UTC
) -> list[Made]:
    """What can be taken back, the latest first; with `every`, what was decided at all, undos among it.

    Words name times in `zone`; None is the machine's own.
    """
    titles = _Titles(connection, zone)
    stored = rulings.everything(connection)
    shown = stored if every else [one for one in stored if _can_be_undone(one)]
    by_id = {one.ruling.id: one for one in stored}
    return [_made(one, titles, by_id) for one in list(reversed(shown))[:limit]]


def said_of(connection: sqlite3.Connection, article_id: int, zone: tzinfo | None = UTC) -> list[Made]:
    """What was decided on an article and can be taken back, the latest first."""
    titles = _Titles(connection, zone)
    found = [one for one in rulings.speaking_of(connection, (article_id,)) if _can_be_undone(one)]
    return [
        _made(one, titles, {}) for one in sorted(found, key=lambda one: (one.ruling.at, one.ruling.id), reverse=True)
    ]


def latest(connection: sqlite3.Connection, limit: int, zone: tzinfo | None = UTC) -> list[Made]:
    """The latest that was decided, holds, and is more than a mark that something was seen; the latest first."""
    titles = _Titles(connection, zone)
    return [_made(one, titles, {}) for one in reversed(rulings.latest(connection, limit))]


class _Titles:
    """Headlines by article, asked when they are needed; and the zone in which words name times."""

    def __init__(self, connection: sqlite3.Connection, zone: tzinfo | None) -> None:
        self._connection = connection
        self.zone = zone

    def of(self, article_id: int | None, fallback: str) -> str:
        row = self._connection.execute("SELECT title FROM article WHERE id = ?", (article_id,)).fetchone()
        return str(row[0]) if row else fallback


def _last(stored: Sequence[Stored]) -> Stored:
    standing = [one for one in stored if _can_be_undone(one)]
    if not standing:
        raise CannotDecide("nothing was decided that could be undone")
    return standing[-1]


def _can_be_undone(one: Stored) -> bool:
    return one.state == "standing" and one.ruling.do != "undo"


def _together(stored: Sequence[Stored], one: Stored, *, whole: bool) -> list[Stored]:
    """What goes with a decision: all of its command, unless it was named and is not the first of it."""
    first = one.ruling.batch or one.ruling.id
    if not whole and one.ruling.id != first:
        return [one]
    return [s for s in stored if (s.ruling.batch or s.ruling.id) == first and s.state == "standing"]


def _named(stored: Sequence[Stored], name: str) -> Stored:
    wanted = name.strip().lower()
    fits = [one for one in stored if one.ruling.id == wanted] or [
        one for one in stored if len(wanted) >= 4 and one.ruling.id.startswith(wanted)
    ]
    if not fits:
        raise CannotDecide(f"no decision is called {name!a}; `seedwatch undo --list` lists them")
    if len(fits) > 1:
        raise CannotDecide(f"several decisions begin with {name!a}; write more of it")
    if fits[0].state != "standing":
        of = fits[0].ruling.id
        by = next((one.ruling.id for one in stored if one.ruling.of == of and one.state == "standing"), None)
        again = f"; `seedwatch undo {by}` makes it hold again" if by else ""
        raise CannotDecide(f"the decision {of} holds no longer ({fits[0].state}){again}")
    return fits[0]


def _end(stored: dict[str, Stored], ruling: Ruling) -> Ruling:
    """What was decided in the first place: of an undo, what that took back."""
    seen = {ruling.id}
    while ruling.do == "undo" and ruling.of in stored and ruling.of not in seen:
        ruling = stored[ruling.of].ruling
        seen.add(ruling.id)
    return ruling


def _made(one: Stored, titles: _Titles, stored: Mapping[str, Stored]) -> Made:
    ruling = one.ruling
    state = "pending" if one.pending else one.state
    words = _words(one, titles)
    if ruling.do == "undo":
        of = stored.get(ruling.of)
        words = (
            f"undo of {ruling.of}: {_words(of, titles)}" if of and of.ruling.do != "undo" else f"undo of {ruling.of}"
        )
    return Made(ruling.id, ruling.at, ruling.do, words, state, ruling.batch, str(ruling.line.get("who") or ""))


def _words(one: Stored, titles: _Titles) -> str:
    ruling = one.ruling
    because = f" because {ruling.because}" if ruling.because else ""
    of_a = ruling.a.title or ruling.a.uid if ruling.a else ""
    a = titles.of(one.a_id, of_a)
    if ruling.do in {"same", "different"}:
        of_b = ruling.b.title or ruling.b.uid if ruling.b else ""
        b = titles.of(one.b_id, of_b)
        if one.a_id == one.b_id:
            a, b = of_a or a, of_b or b  # they are one article now, with one headline
        return f"{ruling.do}: “{a}” and “{b}”{because}"
    if ruling.do in STORY_PAIRS:
        b = titles.of(one.b_id, ruling.b.title or ruling.b.uid if ruling.b else "")
        return f"{'same' if ruling.do == 'together' else 'different'} story: “{a}” and “{b}”{because}"
    if ruling.do == "mute":
        until = f" until {ending(ruling.until, titles.zone)}" if ruling.until else ""
        return f"mute {ruling.what} “{ruling.target or a}”{until}{because}"
    watch = f" for {', '.join(ruling.watches)}" if ruling.watches else ""
    return f"{ruling.do}{watch}: “{a}”{because}"


def _move(workspace: Workspace, added: Ruling, *, again: bool) -> tuple[str, str] | None:
    """Put the document of a seed aside, or back where it was; nothing is written over."""
    path = str(added.line.get("path") or "")
    if not path or Path(path).is_absolute() or ".." in Path(path).parts:
        return None
    document = workspace.journal.parent / path
    aside = document.with_name(document.name + _ASIDE)
    source, target = (aside, document) if again else (document, aside)
    if not source.is_file() or target.exists():
        return None
    source.rename(target)
    return str(source), str(target)
