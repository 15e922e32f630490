"""What people say of two articles: that they are one or not, that they tell one story or not."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from db import articles, marks, queries, rulings
from db.queries import Found
from db.stories import copy_group
from monitor.deliver.deciding import CannotDecide, Line, decide
from monitor.pipeline import grouping, parting
from monitor.pipeline.workspace import Workspace
from seeds import address
from seeds.rulings import Ref, ref_line

Do = Literal["same", "different"]
Did = Literal["merged", "split", "uncopied", "joined", "parted", "noted"]


@dataclass(frozen=True, slots=True)
class Paired:
    """What was said of two articles, and what that did; nothing but being remembered is `noted`.

    `id` is None when it had been said before.
    """

    id: str | None
    do: Do
    uids: tuple[str, ...]
    did: Did
    stories: tuple[str | None, ...] = ()
    """The uids of the stories these articles are in now."""


def pair(
    workspace: Workspace, do: Do, names: tuple[str, str], because: str, now: str, *, story: bool = False
) -> Paired:
    """Say of two articles, each named by a uid or by the address of a sighting, that they are one, or that they are not.

    With `story`, or where one of them is named by the uid of a story, that they tell one story, or that they do not; of two
    that are one story and no more than that, `different` says so as well.

    Raises:
        UnknownUid, CannotDecide, OSError: nothing was decided.
    """
    with workspace.store.transaction() as connection:
        if story or any(queries.story_root(connection, name) for name in names):
            return _pair_of_a_story(workspace, connection, do, names, because, now)
        (one, a), (other, b) = (_named(connection, name) for name in names)
        if a == b:
            raise CannotDecide(f"both are {names[0]!a}; name two articles")
        copied = one.id in {row[0] for row in copy_group(connection, other.id)}
        if one.id != other.id:
            left, right = parting.full_refs(connection, one.id, other.id)
        elif do == "same":
            left, right = parting.told_apart(connection, one.id, a, b) or (a, b)
        else:
            left, right = _told_apart(connection, one, a, b)
        if _paired_before(connection, do, (one.id, left), (other.id, right), because):
            uids = tuple(dict.fromkeys((one.uid, other.uid)))
            return Paired(None, do, uids, "noted", _stories(connection, uids))
        line = {"do": do, **ref_line(left), "other": ref_line(right), "because": because}
        lines = [line] if one.id != other.id or do == "same" else [line, *_still_seen(connection, one, right)]
        parted = do == "different" and not copied and _in_one_story(connection, one, other)
        if parted:
            lines.append({**line, "do": "apart"})
        made = decide(workspace, connection, lines, now)[0]
        grouping.settle_all(connection, workspace.judge, now)
        found = (rulings.resolve(connection, made.a), rulings.resolve(connection, made.b))
        uids = tuple(dict.fromkeys(articles.uid_of(connection, i) for i in found if i is not None))
        did = _did(do, were_one=one.id == other.id, copied=copied, uids=uids)
        return Paired(made.id, do, uids, "parted" if parted else did, _stories(connection, uids))


def _pair_of_a_story(
    workspace: Workspace, connection: sqlite3.Connection, do: Do, names: tuple[str, str], because: str, now: str
) -> Paired:
    """Say that two articles, or an article and a story, or two stories, are one story, or that they are not."""
    one, other = _sides_of_a_story(connection, do, names)
    if copy_group(connection, one.id) == copy_group(connection, other.id):
        raise CannotDecide(
            f"{one.uid} and {other.uid} are one text, and go together; `seedwatch different` makes them two first"
            if do == "different"
            else f"{one.uid} and {other.uid} are one text already"
        )
    were_one = _in_one_story(connection, one, other)
    left, right = (ref_line(marks.named(connection, side)) for side in (one, other))
    line = {"do": "together" if do == "same" else "apart", **left, "other": right, "because": because}
    made = decide(workspace, connection, [line], now)[0]
    grouping.settle_all(connection, workspace.judge, now)
    changed: Literal["joined", "parted"] = "joined" if do == "same" else "parted"
    uids = (one.uid, other.uid)
    return Paired(made.id, do, uids, changed if were_one != (do == "same") else "noted", _stories(connection, uids))


def _sides_of_a_story(connection: sqlite3.Connection, do: Do, names: tuple[str, str]) -> tuple[Found, Found]:
    """Two articles for what was named; of a story the one whose headline it has, or another where that is the other side."""
    sides: list[Found] = []
    stories = [queries.story_root(connection, name) for name in names]
    for name, root in zip(names, stories, strict=True):
        sides.append(root or _named(connection, name)[0])
    if sides[0].id == sides[1].id and do == "different":
        at = 0 if stories[0] is not None else 1
        rest = queries.others_in_story(connection, sides[at])
        if stories[at] is None or not rest:
            raise CannotDecide(f"{names[0]!a} and {names[1]!a} are one article; name two, or an article and its story")
        sides[at] = rest[0]
    return sides[0], sides[1]


def _in_one_story(connection: sqlite3.Connection, one: Found, other: Found) -> bool:
    first, second = _stories(connection, (one.uid, other.uid))
    return one.id != other.id and first is not None and first == second


def _stories(connection: sqlite3.Connection, uids: Sequence[str]) -> tuple[str | None, ...]:
    """The stories that articles are in."""
    return tuple(queries.story_of(connection, uid) for uid in uids)


def _paired_before(
    connection: sqlite3.Connection, do: str, left: tuple[int, Ref], right: tuple[int, Ref], because: str
) -> bool:
    """Whether the same was said of these two, and holds."""
    those = {left[1].uid, right[1].uid}
    for stored in rulings.speaking_of(connection, (left[0], right[0])):
        said = stored.ruling
        if said.do == do and stored.state == "standing" and said.a and said.b and {said.a.uid, said.b.uid} == those:
            return not because or because == said.because
    return False


def _named(connection: sqlite3.Connection, name: str) -> tuple[Found, Ref]:
    """An article by any uid it ever had, or by an address of one of its sightings."""
    if "://" not in name:
        found = queries.resolve_uid(connection, name)
        return found, Ref(queries.given_uid(connection, name, found))
    key = address.key_of(name.strip())
    at = queries.resolve_address(connection, key) if key else None
    if key is None or at is None:
        raise CannotDecide(
            f"no article is known by the address {name!a}; `seedwatch items search WORDS` finds articles"
        )
    return at, Ref(keys=(key,))


def _told_apart(connection: sqlite3.Connection, one: Found, a: Ref, b: Ref) -> tuple[Ref, Ref]:
    sides = parting.told_apart(connection, one.id, a, b)
    if sides is None:
        raise CannotDecide(
            f"both are {one.uid}, and nothing tells which of its sightings is which; name one by its address, as"
            f" `seedwatch items show {one.uid}` lists them"
        )
    return sides


def _still_seen(connection: sqlite3.Connection, one: Found, new: Ref) -> list[Line]:
    """An article that was seen is no news when it turns out to be two."""
    return [{"do": "seen", **ref_line(new)}] if articles.seen_at(connection, one.id) else []


def _did(do: str, *, were_one: bool, copied: bool, uids: tuple[str, ...]) -> Did:
    if do == "same":
        return "noted" if were_one or len(uids) > 1 else "merged"
    if were_one:
        return "split"
    return "uncopied" if copied else "noted"
