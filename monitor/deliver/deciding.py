"""What people decide: over verdicts, identity and copies, what is muted or seen, and what they take back.

Each decision is a line of `decisions.jsonl` beside the seeds and a row of the database. The line is on the disk before the
row is committed: a decision that is in the file alone is taken up again, one in the database alone could be lost.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Literal

from db import articles, marks, outlets, queries, rulings
from db.queries import Found
from monitor.pipeline import mutes, settling
from monitor.pipeline.workspace import Workspace
from seeds import decisions, text
from seeds.rulings import Ref, Ruling, ref_line, ruling_of

_LONGEST = 500
Line = Mapping[str, Any]


class CannotDecide(Exception):
    """A decision that makes no sense as asked for; `str()` says why, and what to do. Nothing was decided."""


@dataclass(frozen=True, slots=True)
class Overruled:
    """A verdict on one article; `id` is None when it had been said before."""

    id: str | None
    uid: str
    title: str
    watches: tuple[str, ...]
    was: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Muted:
    """What was muted, until when, and how many articles are judged no because of that.

    `unknown`: it is an outlet of which nothing was seen yet; then `near` are outlets called nearly so.
    """

    id: str
    what: str
    target: str
    until: str | None
    articles: int
    unknown: bool = False
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What marking did: uids that were marked, and uids that were seen before."""

    marked: tuple[str, ...]
    already: tuple[str, ...]
    id: str | None = None
    """By which all of it is taken back; None when nothing was marked."""


def overrule(
    workspace: Workspace, do: Literal["yes", "no"], uids: Sequence[str], watch: str | None, because: str, now: str
) -> list[Overruled]:
    """Say of articles that they are, or are not, on the matter of a watch, or of all they are judged for; all or none.

    Raises:
        UnknownUid: one of them names no article.
        CannotDecide: one is a seed, is no longer kept, or is judged for no watch.
        OSError: the file of decisions cannot be written.
    """
    with workspace.store.transaction() as connection:
        found = {one.id: one for one in (queries.resolve_uid(connection, uid) for uid in uids)}
        judged = {one.id: _watches(connection, one, watch) for one in found.values()}
        was = {i: verdict for i, (_, verdict) in articles.verdicts(connection, found).items()}
        standing = rulings.verdicts(connection, list(found))
        new = [one for one in found.values() if not _said_before(standing.get(one.id, ()), do, judged[one.id], because)]
        lines = [
            {"do": do, **ref_line(marks.named(connection, one)), **_watch_key(judged[one.id]), "because": because}
            for one in new
        ]
        made = {one.id: ruling.id for one, ruling in zip(new, decide(workspace, connection, lines, now), strict=True)}
        verdicts, titles = articles.verdicts(connection, found), articles.titles(connection, found)
        return [
            Overruled(made.get(i), one.uid, titles[i], judged[i], was[i], verdicts[i][1]) for i, one in found.items()
        ]


def mute(workspace: Workspace, what: str, target: str, until: str | None, because: str, now: str) -> Muted:
    """Judge everything of a story, an outlet or with a phrase as not related from now on, until a time or for good.

    Raises:
        UnknownUid, CannotDecide, OSError: nothing was decided.
    """
    target = text.clean(target, _LONGEST)
    with workspace.store.transaction() as connection:
        line: dict[str, Any] = {"do": "mute", "what": what, "until": until, "because": because}
        if what == "story":
            story = _story(connection, target)
            line |= ref_line(marks.named(connection, story))
            target = articles.titles(connection, [story.id])[story.id]
        elif not text.words(target):
            raise CannotDecide(f"{target!a} has no word or number to go by")
        else:
            line["target"] = target
        made = decide(workspace, connection, [line], now)[0]
        muted = Muted(made.id, what, target, until, len(rulings.muted_by(connection, made.id)))
        return replace(muted, **_if_unknown(connection, made)) if what == "outlet" and not muted.articles else muted


def mark(workspace: Workspace, uids: Sequence[str], now: str) -> Seen:
    """Mark the articles with these uids, and the copies of their texts, as seen; all or none.

    Raises:
        UnknownUid: one of them names no article; then none is marked.
        OSError: the file of decisions cannot be written; then none is marked.
    """
    with workspace.store.transaction() as connection:
        found = {one.id: one for one in (queries.resolve_uid(connection, uid) for uid in uids)}
        return _mark(workspace, connection, list(found.values()), now)


def mark_all(workspace: Workspace, watch: str | None, now: str) -> Seen:
    """Mark everything that is new (for one watch, or for any) as seen; raises OSError like `mark`."""
    with workspace.store.transaction() as connection:
        return _mark(workspace, connection, queries.unseen(connection, watch), now)


def note_seed(workspace: Workspace, seed: Ref, watch: str | None, path: str, now: str) -> None:
    """Write down that an article was made a seed by its document at `path`, beside the file of decisions.

    Raises:
        OSError: the file of decisions cannot be written.
    """
    line = {"do": "add", **ref_line(seed), "watch": watch or "", "path": path}
    with workspace.store.transaction() as connection:
        decide(workspace, connection, [line], now)


def decide(workspace: Workspace, connection: sqlite3.Connection, lines: Sequence[Line], now: str) -> list[Ruling]:
    """Decide what the lines say, inside the caller's transaction; raises OSError when they cannot be written."""
    ids = decisions.new_ids(len(lines))
    batch = {"batch": ids[0]} if len(ids) > 1 else {}
    signed = {"by": "user", "who": workspace.who}
    whole = [{"at": now, "id": name, **_clean(line), **signed, **batch} for name, line in zip(ids, lines, strict=True)]
    whole = [{key: value for key, value in line.items() if value not in ("", None, [])} for line in whole]
    made = [_ruling(line) for line in whole]
    settling.take_up(connection, workspace.judge, made, now)
    decisions.append_all(workspace.journal, whole)
    return made


def _clean(line: Line) -> dict[str, Any]:
    """A line in which what people wrote can be stored and printed."""
    written = {key: text.clean(str(line[key]), _LONGEST) for key in ("because", "target") if line.get(key)}
    return {**line, **written}


def _ruling(line: Line) -> Ruling:
    ruling = ruling_of(line)
    if isinstance(ruling, Ruling):
        return ruling
    raise AssertionError(f"{line} {ruling}")


def _mark(workspace: Workspace, connection: sqlite3.Connection, wanted: Sequence[Found], now: str) -> Seen:
    unseen = marks.to_mark(connection, wanted)
    each = {one.id: one for _, members in unseen for one in members}
    lines = [{"do": "seen", **ref_line(marks.named(connection, one))} for one in each.values()]
    made = decide(workspace, connection, lines, now)
    names = tuple(one.uid for one, _ in unseen)
    already = tuple(one.uid for one in wanted if one.uid not in names)
    return Seen(names, already, made[0].id if made else None)


def _watches(connection: sqlite3.Connection, one: Found, watch: str | None) -> tuple[str, ...]:
    """The watches that a verdict on an article is for."""
    article = queries.origin_of(connection, one)
    if article == "seed":
        raise CannotDecide(f"{one.uid} is a seed, which is on its matter; remove its document if it should not be")
    if one.deleted_by is not None:
        raise CannotDecide(f"{one.uid} is no longer kept ({one.deleted_by})")
    if watch is not None:
        return (queries.storable(watch),)
    judged = queries.judged_for(connection, one)
    if not judged:
        raise CannotDecide(f"{one.uid} is judged for no watch, as there are no seeds yet; name one with --watch")
    return judged


def _watch_key(watches: tuple[str, ...]) -> dict[str, Any]:
    return {"watch": watches[0] if len(watches) == 1 else list(watches)}


def _said_before(standing: Sequence[Ruling], do: str, watches: tuple[str, ...], because: str) -> bool:
    """Whether the last word on all these watches is the same already."""
    last = {watch: ruling for ruling in standing for watch in (ruling.watches or watches)}
    return all(
        watch in last and last[watch].do == do and (not because or last[watch].because == because) for watch in watches
    )


def _if_unknown(connection: sqlite3.Connection, made: Ruling) -> dict[str, Any]:
    """Whether nothing was seen yet of a muted outlet, and what is called nearly so."""
    muted = mutes.mute_of(connection, made, None)
    known = outlets.known_outlets(connection)
    if any(muted.covers_outlet(name, domain) for name, domain in known):
        return {}
    names = {text.fold(name): name for pair in known for name in pair if name}
    return {"unknown": True, "near": tuple(names[n] for n in get_close_matches(text.fold(made.target), names, 3))}


def _story(connection: sqlite3.Connection, written: str) -> Found:
    """The article that a story is named for, or any article by its uid."""
    found = queries.story_root(connection, written)
    return found if found is not None else queries.resolve_uid(connection, written)
