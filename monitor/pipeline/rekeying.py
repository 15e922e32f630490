"""Keys of stored addresses made anew, when the rules for addresses or the mirrors in the settings are others than before.

    pages ─► articles: keys ─► two of one whose entries nothing joins any more ─► one of two that one key identifies

What comes in meanwhile is known by the new rules already; what it did not find becomes one with it here. Which rules all keys
are made by stands in the database, and how far that has come, so that it goes on where it was broken off.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from db import articles, facts, feed_state, keyed, outlets, rulings
from db.histories import histories, uids
from db.rows import Decision, EntryHistory
from db.store import Store
from monitor.clock import stamp, utc_now
from monitor.identify import keys
from monitor.pipeline import copies, outlet_names, settling
from monitor.pipeline.judging import Judge
from monitor.pipeline.outlets import domain_of
from monitor.pipeline.paging import page_keys
from monitor.pipeline.parting import split, unite
from monitor.pipeline.refold import keys_of_others, refold, relearn
from monitor.pipeline.said import known_addresses
from seeds import address

KEYED_BY = "keyed by"
_GOING_ON = "keying"
_LOOK = 2_000
"""Addresses that are looked at together."""
_CHANGE = 10
"""Articles that are changed in one transaction."""
METHOD = "same address"


@dataclass(slots=True)
class Rekeyed:
    """What other keys came to."""

    articles: int = 0
    """Articles with an address that has another key now."""
    joined: int = 0
    parted: int = 0


def keyed_by(connection: sqlite3.Connection, rules: str) -> bool:
    """Whether all keys that are stored were made by these rules (`address.rules_with`)."""
    return facts.get_state(connection, KEYED_BY) == rules


def rekey(store: Store, judge: Judge, rules: str, done: Rekeyed) -> Iterator[int]:
    """Make all keys by the rules in force, which are `rules`; gives the id of the article it has come to, after each few."""
    last = _begin(store, rules)
    while found := keyed.addresses_after(store.connection, last, _LOOK):
        changed = sorted({i for i, url, key in found if address.key_of(url) not in {key, None}})
        for start in range(0, len(changed), _CHANGE):
            ids = changed[start : start + _CHANGE]
            before = {one: {key for i, _, key in found if i == one} for one in ids}
            with store.transaction() as connection:
                _articles(connection, judge, _still_there(connection, before), done)
                _go_on(connection, rules, ids[-1])
            yield ids[-1]
        last = found[-1][0]
    with store.transaction() as connection:
        facts.set_state(connection, KEYED_BY, rules)
        facts.forget_state(connection, _GOING_ON)
    yield last


def _still_there(connection: sqlite3.Connection, before: Mapping[int, Collection[str]]) -> dict[int, Collection[str]]:
    """Without those that became one with another, or were given up, since they were looked at."""
    there = articles.titles(connection, before)
    return {one: had for one, had in before.items() if one in there}


def _begin(store: Store, rules: str) -> int:
    """Make keys of pages and decisions anew, unless that was done; returns the article up to which all was done."""
    broken_off = facts.get_state(store.connection, _GOING_ON)
    if broken_off is not None and json.loads(broken_off)[0] == rules:
        return int(json.loads(broken_off)[1])
    last = 0
    while found := keyed.pages_after(store.connection, last, _LOOK):
        last = found[-1][0]
        other = {i: now for i, url, key in found if (now := address.key_of(url) or key) != key}
        named = {i: address.key_now(key) for i, key in keyed.originals(store.connection, [i for i, _, _ in found])}
        with store.transaction() as connection:
            keyed.rekey_originals(connection, named)
            keyed.rekey_pages(connection, other)
    with store.transaction() as connection:
        rulings.anchor_anew(connection)
        _place_feeds(connection)
        _go_on(connection, rules, 0)
    return 0


def _go_on(connection: sqlite3.Connection, rules: str, last: int) -> None:
    facts.set_state(connection, _GOING_ON, json.dumps([rules, last]))


def _place_feeds(connection: sqlite3.Connection) -> None:
    """Let feeds at mirrors be feeds of the outlet."""
    moved = []
    for feed in feed_state.feeds(connection):
        domain = feed.source.outlet_domain
        if domain is not None and (now := domain_of(domain)) != domain:
            outlets.place(connection, feed.source.id, now)
            moved.append(feed.source.id)
    outlet_names.place_all(connection, moved)


def _articles(
    connection: sqlite3.Connection, judge: Judge, before: Mapping[int, Collection[str]], done: Rekeyed
) -> None:
    """Give articles their keys, and make two or one of those that this tells apart or together; `before`: their keys so far."""
    now = stamp(utc_now())
    judge.forget()
    left: dict[int, Collection[str]] = {}
    for article_id, had in before.items():
        done.articles += 1
        _entries(connection, article_id)
        parts = _parted(connection, judge, article_id, now)
        done.parted += len(parts) - 1
        if len(parts) == 1:
            weak = articles.weak_addresses(connection, article_id)
            relearn(connection, article_id, weak, others=keys_of_others(connection, article_id))
            refold(connection, article_id, judge, now)
        left |= {part: had if part == article_id else () for part in parts}
    keyed.trace_anew(connection, left)
    concerned = set(left)
    for article_id, had in left.items():
        concerned |= _united(connection, judge, article_id, had, done, now)
    stayed = articles.titles(connection, sorted(concerned)).keys()
    copies.regroup(connection, stayed, now)
    judge.flush(connection, now)
    settling.settle(connection, judge, stayed, now)


def _entries(connection: sqlite3.Connection, article_id: int) -> None:
    """Let entries that their feed tells apart by address be known again by the keys that these have now."""
    found = {}
    for entry_id, policy, said in keyed.linked_entries(connection, article_id):
        told_by = policy if policy in keys.POLICIES else "guid"
        key = keys.key_of(
            said["guid"], said["link"], said["title"], said["published_raw"], said["content_hash"], told_by
        )
        of_its_own = "\x1fparts:" in said["entry_key"]  # its guid was another article's before
        if key != said["entry_key"] and not of_its_own:
            found[entry_id] = key
    facts.rekey_entries(connection, found)


# --- two of one


def _parted(connection: sqlite3.Connection, judge: Judge, article_id: int, now: str) -> set[int]:
    """Make articles of their own of entries that came to this one by an address and have none in common with it now."""
    said = histories(connection, article_id)
    if len(said) < 2 or _said_to_be_one(connection, article_id):
        return {article_id}
    names = [*(f"entry:{h.entry_id}" for h in said), *(f"article:{uid}" for uid in uids(connection, article_id))]
    decisions = keyed.identity_decisions(connection, names)
    groups = _groups(connection, said, decisions)
    if len(groups) == 1:
        return {article_id}
    found = split(connection, judge, article_id, groups, now)
    gone = {f"entry:{h.entry_id}" for part in found - {article_id} for h in histories(connection, part)}
    undone = [d.id for d in decisions if d.method == METHOD or (d.method == "address" and d.a in gone)]
    keyed.undo(connection, undone, now)
    return found


def _said_to_be_one(connection: sqlite3.Connection, article_id: int) -> bool:
    return any(
        one.ruling.do == "same" and one.state == "standing" for one in rulings.speaking_of(connection, [article_id])
    )


def _groups(
    connection: sqlite3.Connection, said: Sequence[EntryHistory], decisions: Sequence[keyed.IdentityDecision]
) -> list[list[EntryHistory]]:
    """The entries of one article by what still joins them: an address, their page's too, or anything but an address."""
    by_other = {d.a for d in decisions if d.method != "address" and d.a.startswith("entry:")}
    pages_joined = any(d.method == "page address" for d in decisions)
    held: list[tuple[list[EntryHistory], set[str]]] = []
    for at, history in enumerate(said):
        own = page_keys(connection, {known.key for known in known_addresses(history)})
        elsewise = at > 0 and (pages_joined or not own or f"entry:{history.entry_id}" in by_other)
        together = [group for group in held if group[1] & own or (elsewise and group is held[0])]
        entries, shared = [history], own
        for group in together:
            entries, shared = [*group[0], *entries], shared | group[1]
        first = held[0] if held else None
        held = [group for group in held if group not in together]
        place = 0 if first in together else len(held)
        held.insert(place, (entries, shared))
    return [entries for entries, _ in held]


# --- one of two


def _united(
    connection: sqlite3.Connection, judge: Judge, article_id: int, had: Collection[str], done: Rekeyed, now: str
) -> set[int]:
    """Make one of this article and those that a key identifies too which it did not have before; returns what is left."""
    new = sorted(set(articles.identifying_keys(connection, article_id)) - set(had))
    by_key = keyed.holders(connection, new)
    for key, other in ((key, other) for key, ids in by_key.items() for other in ids):
        kept = article_id
        if other == kept or not articles.titles(connection, [other]):  # it is this one by now
            continue
        if other in rulings.apart_from(connection, kept):
            continue
        one, two = (articles.uid_of(connection, i) for i in (kept, other))
        (article_id,) = unite(connection, judge, kept, other, now)
        ours, theirs = (one, two) if article_id == kept else (two, one)
        evidence = {"key": key, "rules": address.RULES_VERSION}
        decision = Decision("identity", f"article:{ours}", f"article:{theirs}", "same", METHOD, 1.0, evidence)
        facts.record_decision(connection, decision, now)
        done.joined += 1
    return {article_id}
