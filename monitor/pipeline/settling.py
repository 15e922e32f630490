"""What people decided, brought to bear: on what is stored when it is decided, and on what comes in later.

A decision stands, or it was undone, contradicted or is over (`seeds.rulings`). When one begins or ends to stand, what it
bears on is made anew: articles become one or two, are marked, judged again. One whose article is not known yet waits for it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence

from db import articles, grouping, rulings, verdicts
from db.rulings import Stored
from monitor.pipeline import copies, mutes, parting
from monitor.pipeline.judging import Judge
from monitor.pipeline.overrule import project
from seeds.rulings import PAIRS, STORY_PAIRS, VERDICTS, Ref, Ruling, holding


def settle(connection: sqlite3.Connection, judge: Judge, touched: Collection[int], now: str) -> None:
    """Let what people decided bear on articles that came in or changed; costs one query where nothing was."""
    look = rulings.waiting(connection)
    ids = set(touched)
    if look.pending and ids:
        waiting = rulings.pending(connection, rulings.anchors_of(connection, sorted(ids)))
        ids |= _bring_in(connection, judge, waiting, now)
    if look.mutes or look.verdicts or judge.rules:
        project(connection, judge, ids, now)


def take_up(connection: sqlite3.Connection, judge: Judge, new: Iterable[Ruling], now: str) -> list[Ruling]:
    """Store decisions and let them hold; returns those that were not stored before."""
    known = rulings.known(connection)
    added = [ruling for ruling in new if ruling.id not in known]
    rulings.insert(connection, added)
    restate(connection, judge, now)
    return added


def restate(connection: sqlite3.Connection, judge: Judge, now: str) -> None:
    """Say of every decision whether it stands now, and act on those for which that changed, or whose article came in."""
    stored = rulings.everything(connection)
    states = holding([one.ruling for one in stored], now)
    changed = [one for one in stored if states[one.ruling.id] != one.state]
    for one in changed:
        rulings.set_state(connection, one.ruling.id, states[one.ruling.id])
    ended = [one for one in changed if one.state == "standing"]
    for one in ended:
        rulings.set_articles(connection, one.ruling, one.a_id, one.b_id)
    began = [one for one in changed if states[one.ruling.id] == "standing"]
    waiting = [one for one in stored if one.pending and states[one.ruling.id] == one.state == "standing"]
    _act(connection, judge, [one.ruling for one in (*began, *waiting)], ended, now)


def hold_again(connection: sqlite3.Connection, judge: Judge, now: str) -> None:
    """Act once more on every decision that stands; changes nothing where all is as it should be."""
    restate(connection, judge, now)
    standing = [one.ruling for one in rulings.everything(connection) if one.state == "standing"]
    _act(connection, judge, [ruling for ruling in standing if not _holds(connection, ruling)], [], now)


def _holds(connection: sqlite3.Connection, ruling: Ruling) -> bool:
    """Whether two articles are, or are not, one as was said; of anything else it is not asked."""
    if ruling.do not in PAIRS:
        return ruling.do == "undo"
    one = _resolved(connection, ruling)
    return (one.a_id == one.b_id) == (ruling.do == "same")


def _bring_in(connection: sqlite3.Connection, judge: Judge, waiting: Sequence[Stored], now: str) -> set[int]:
    """Act on decisions that waited for articles which are known now; returns the articles concerned."""
    return _act(connection, judge, [one.ruling for one in waiting], [], now)


def _act(
    connection: sqlite3.Connection, judge: Judge, began: Sequence[Ruling], ended: Sequence[Stored], now: str
) -> set[int]:
    """Make what these decisions bear on anew: first what ended to stand, then what began to."""
    found = [_resolved(connection, ruling) for ruling in began]
    affected: set[int] = set()
    for one in ended:
        if one.ruling.do in PAIRS:
            affected |= _end_pair(connection, judge, one, now)
    for one in found:
        if one.ruling.do in PAIRS:
            affected |= _begin_pair(connection, judge, one.ruling, now)
    for one in (*found, *ended):
        if one.ruling.do in STORY_PAIRS:
            grouping.unsettle(connection, [i for i in (one.a_id, one.b_id) if i is not None])
    affected |= set(judge.waiting)
    judge.flush(connection, now)
    affected |= _follow(connection, affected)
    found = [_resolved(connection, one.ruling) for one in found]
    _mark(connection, [one for one in (*found, *ended) if one.ruling.do == "seen"])
    affected |= _muted(connection, found, ended)
    affected |= {one.a_id for one in (*found, *ended) if one.ruling.do in VERDICTS and one.a_id is not None}
    project(connection, judge, affected, now)
    return affected


def _resolved(connection: sqlite3.Connection, ruling: Ruling) -> Stored:
    """A decision that stands, with the articles it speaks of as far as they are known."""
    a_id, b_id = rulings.resolve(connection, ruling.a), rulings.resolve(connection, ruling.b)
    rulings.set_articles(connection, ruling, a_id, b_id)
    lacking = (ruling.a is not None and a_id is None) or (ruling.b is not None and b_id is None)
    return Stored(ruling, "standing", lacking, a_id, b_id)


def _begin_pair(connection: sqlite3.Connection, judge: Judge, ruling: Ruling, now: str) -> set[int]:
    """Make one article of two, or two of one, and look again whose copies they are."""
    one = _resolved(connection, ruling)
    if one.a_id is None or one.b_id is None or ruling.a is None or ruling.b is None:
        return set()
    if ruling.do == "same":
        changed = parting.unite(connection, judge, one.a_id, one.b_id, now)
    elif one.a_id == one.b_id:
        changed = parting.part(connection, judge, one.a_id, ruling.a, ruling.b, now)
        _resolved(connection, ruling)
    else:
        changed = {one.a_id, one.b_id}
    copies.regroup(connection, changed, now)
    return changed


def _end_pair(connection: sqlite3.Connection, judge: Judge, ended: Stored, now: str) -> set[int]:
    """Make two articles of one, or one of two, as rules would have it without the decision."""
    a, b = ended.ruling.a, ended.ruling.b
    if a is None or b is None or ended.a_id is None or ended.b_id is None:
        return set()
    if ended.ruling.do == "different":
        strong = {*a.keys, *b.keys}
        changed = parting.reunite(connection, judge, ended.a_id, ended.b_id, strong, now)
    elif parting.rules_join(connection, ended.a_id, a, b):
        changed = {ended.a_id}
    else:
        changed = parting.part(connection, judge, ended.a_id, a, b, now)
    copies.regroup(connection, changed, now)
    return changed


def _follow(connection: sqlite3.Connection, changed: Collection[int]) -> set[int]:
    """Let decisions follow their articles where these became one or two; returns the articles they speak of now."""
    found: set[int] = set()
    for one in rulings.speaking_of(connection, changed) if changed else ():
        a_id, b_id = _again(connection, one.ruling.a, one.a_id), _again(connection, one.ruling.b, one.b_id)
        if (a_id, b_id) != (one.a_id, one.b_id):
            rulings.set_articles(connection, one.ruling, a_id, b_id)
        found |= {i for i in (one.a_id, a_id) if i is not None and one.ruling.do in VERDICTS}
    return found


def _again(connection: sqlite3.Connection, ref: Ref | None, known: int | None) -> int | None:
    """The article a reference names now; what was known of it once is not forgotten."""
    found = rulings.resolve(connection, ref)
    return known if found is None else found


def _mark(connection: sqlite3.Connection, changed: Iterable[Stored]) -> None:
    """Mark as seen what people said they saw, and no longer what they took back."""
    for one in changed:
        if one.a_id is None:
            continue
        first = rulings.first_seen(connection, one.a_id)
        before = articles.seen_at(connection, one.a_id)
        if first is None or before is None or first < before:
            articles.set_seen(connection, one.a_id, first)
        if first is None:
            articles.unsee_copies(connection, one.a_id, one.ruling.at)


def _muted(connection: sqlite3.Connection, began: Iterable[Stored], ended: Iterable[Stored]) -> set[int]:
    """The articles that have to be judged again because something was muted, or no longer is."""
    found = {i for one in ended if one.ruling.do == "mute" for i in rulings.muted_by(connection, one.ruling.id)}
    new = [
        mutes.mute_of(connection, one.ruling, one.a_id) for one in began if one.ruling.do == "mute" and not one.pending
    ]
    if new:
        related = verdicts.subjects(connection, verdicts.related_ids(connection))
        found |= {article.id for article in related if mutes.first_covering(new, article) is not None}
    return found
