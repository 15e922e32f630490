"""What is shown of articles in lists: on the front page, in search, on the pages of a watch, a story or an outlet.

They ask by indices alone, so that a large database is as quick as a small one. Every function takes a connection that may be
read-only. Times are as stored, UTC.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from db.outlets import shared_host

Verdict = Literal["likely", "maybe"]
_MOST_COPIES = 500
"""Rows looked at beyond those shown, when nearly all of them are copies of one text."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an article is thought to be on the matter of one watch."""

    watch: str
    verdict: str
    score: float
    words: str


@dataclass(frozen=True, slots=True)
class Namesake:
    """Another article, of another text and story, under the same headline."""

    uid: str
    outlet: str


@dataclass(frozen=True, slots=True)
class Item:
    """An article in a list."""

    id: int
    uid: str
    title: str
    excerpt: str
    url: str | None
    outlet: str
    language: str | None
    published_at: str | None
    date_quality: str
    first_seen_at: str
    sort_at: str
    origin: str
    verdict: str
    relevance: float
    root_id: int
    """The article whose text it is; its own id when the text is its own."""
    root_title: str | None
    root_origin: str | None
    root_outlet: str | None
    reprints: int
    domain: str | None
    name: str | None
    seen: bool
    copy_of_uid: str | None
    story_id: int | None
    title_key: str
    story_uid: str | None
    story_title: str | None
    story_texts: int
    """Texts of their own in its story, this one among them; 0 where it is in none."""
    story_outlets: int
    was: str | None = None
    """Its headline before the last change of that."""
    reasons: tuple[Reason, ...] = ()
    also: tuple[str, ...] = ()
    """Outlets whose articles of the same story are folded under this one."""
    namesakes: tuple[Namesake, ...] = ()
    """Articles that are folded under this one for their headline alone."""

    @property
    def group(self) -> int:
        """What articles are folded by: the story, else the text."""
        return -self.story_id if self.story_id is not None else self.root_id

    @property
    def outlet_key(self) -> tuple[str, str]:
        """What tells its outlet from others: domain, and name where many share the host or there is none."""
        domain = self.domain or ""
        return domain, (self.name or "") if not domain or shared_host(domain) else ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A feed that somebody should look at."""

    name: str
    url: str
    state: Literal["failing", "parked", "silent", "same", "no_entries", "degraded", "moved"]
    reason: str
    since: str | None
    failures: int
    next_at: str


@dataclass(frozen=True, slots=True)
class Seed:
    """A seed document's article."""

    uid: str
    watch: str
    title: str
    url: str | None
    outlet: str
    published_at: str | None
    date_quality: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Midnight:
    """When a day begins: the moment, for what is dated to the minute, and its date, for what is dated to the day."""

    moment: str
    day: str


@dataclass(frozen=True, slots=True)
class Page:
    """The start of a list, and whether there is more."""

    items: tuple[Item, ...] = ()
    more: bool = False
    passed: tuple[Item, ...] = ()
    """What was left out since its headline stands in another list."""


ITEM = """
SELECT a.id, a.uid, a.title, a.excerpt, a.web_url AS url, coalesce(a.provider_name, a.provider_domain, '') AS outlet,
    a.language, a.published_at, a.date_quality, a.first_seen_at, a.sort_at, a.origin, a.verdict, a.relevance,
    coalesce(a.copy_of_id, a.id) AS root_id, r.title AS root_title, r.origin AS root_origin,
    coalesce(r.provider_name, r.provider_domain) AS root_outlet,
    (SELECT count(*) FROM article c WHERE c.copy_of_id = coalesce(a.copy_of_id, a.id)) AS reprints,
    a.provider_domain AS domain, a.provider_name AS name, a.seen_at IS NOT NULL AS seen, r.uid AS copy_of_uid, a.story_id,
    a.title_key, s.uid AS story_uid, s.title AS story_title, coalesce(s.articles - s.reprints, 0) AS story_texts,
    coalesce(s.own_text_outlets, 0) AS story_outlets
"""
"""The columns of `Item`; to be followed by `JOINS`."""
JOINS = "LEFT JOIN article r ON r.id = a.copy_of_id LEFT JOIN story s ON s.id = a.story_id"

# `verdict != 'no'` is what lets SQLite use the partial index. A copy is left out when its root is in the same list or
# in the better one; where the root is a seed, was seen or judged otherwise, one copy stands for all.
_UNSEEN = f"""{ITEM}
FROM article a {JOINS}
WHERE a.verdict = :verdict AND a.verdict != 'no' AND a.seen_at IS NULL AND a.deleted_at IS NULL
    AND a.origin IN ('feed', 'backfill')
    AND (r.id IS NULL OR r.seen_at IS NOT NULL OR r.deleted_at IS NOT NULL OR r.origin NOT IN ('feed', 'backfill')
        OR r.verdict NOT IN (:verdict, 'likely'))
    AND (:watch IS NULL OR EXISTS (SELECT 1 FROM judgement j WHERE j.article_id = a.id AND j.watch = :watch
        AND j.verdict = :verdict))
    AND {{}}
"""
# What is dated to the day alone is of that day in any zone, whose midnight may be hours away from that of UTC.
_ON_OR_AFTER = """a.sort_at >= min(:moment, :day)
    AND (a.sort_at >= :moment OR a.date_quality = 'day' AND a.published_at >= :day)"""
_DATED = " ORDER BY a.sort_at DESC, a.id DESC"
_TROUBLES = """
SELECT coalesce(s.name, s.title, s.address) AS name, s.address AS url,
    CASE WHEN f.state IN ('failing', 'parked') AND f.problem IS NOT 'same' OR f.problem IS NULL THEN f.state
        ELSE f.problem END AS state, f.reason,
    h.problem_since AS since,
    f.consecutive_failures AS failures, f.next_poll_at AS next_at
FROM feed f JOIN source s ON s.id = f.source_id JOIN feed_health h ON h.feed_url = s.address
WHERE s.kind = 'feed' AND s.removed_at IS NULL AND (f.state IN ('failing', 'parked', 'silent') OR f.problem IS NOT NULL)
ORDER BY CASE f.state WHEN 'failing' THEN 0 WHEN 'parked' THEN 1 WHEN 'silent' THEN 2 ELSE 3 END, since, s.id
LIMIT ?
"""
_SEEDS = """
SELECT a.uid, coalesce(s.watch, '') AS watch, a.title, a.web_url AS url,
    coalesce(a.provider_name, a.provider_domain, '') AS outlet, a.published_at, a.date_quality, a.language
FROM source s JOIN entry e ON e.source_id = s.id JOIN article a ON a.id = e.article_id
WHERE s.kind = 'seed' AND s.removed_at IS NULL AND e.role = 'self' AND e.withdrawn_at IS NULL
ORDER BY watch, a.published_at DESC, a.id
"""
_DAILY = """
SELECT j.watch, j.verdict, a.sort_at
FROM article a JOIN judgement j ON j.article_id = a.id
WHERE a.verdict IN ('likely', 'maybe') AND a.verdict != 'no' AND a.sort_at >= ? AND j.verdict != 'no'
    AND a.origin IN ('feed', 'backfill') AND a.copy_of_id IS NULL AND a.deleted_at IS NULL
"""

_REASONS = """
SELECT article_id, watch, verdict, score, reason FROM judgement WHERE verdict != 'no' AND article_id IN (SELECT value FROM json_each(?))
ORDER BY verdict, score DESC
"""
_HEADLINES = """
SELECT article_id, old, max(id) FROM revision WHERE field = 'title' AND old IS NOT NULL AND article_id IN (SELECT value FROM json_each(?))
GROUP BY article_id
"""


def unseen(
    connection: sqlite3.Connection,
    verdict: Verdict,
    limit: int,
    *,
    since: Midnight | None = None,
    until: Midnight | None = None,
    found_since: str | None = None,
    told: Collection[Page] = (),
    watch: str | None = None,
) -> Page:
    """Articles of that verdict that nobody marked as seen, newest first: one for each story, reprints folded.

    Dated `since` or later, or before `until`; `found_since`: found then or later, whatever their date. What stands in the
    lists of `told` is left out: its story, and its headline. No two have the same headline.
    """
    wanted = {_ON_OR_AFTER: since, f"NOT ({_ON_OR_AFTER})": until, "a.first_seen_at >= :found": found_since}
    query = _UNSEEN.format(" AND ".join(condition for condition, bound in wanted.items() if bound) or "1") + _DATED
    day = since or until or Midnight("", "")
    values = {"verdict": verdict, "watch": watch, "moment": day.moment, "day": day.day, "found": found_since}
    without = {item.group for page in told for item in page.items}
    headlines = {item.title_key for page in told for item in page.items if item.title_key}
    groups: dict[int, list[Item]] = {}
    by_headline: dict[str, int] = {}
    passed: list[Item] = []
    for looked_at, item in enumerate(_items(connection.execute(query, values)), 1):
        if item.title_key in headlines and item.group not in without:
            passed.append(item)
        elif item.group not in without:
            group = by_headline.setdefault(item.title_key, item.group) if item.title_key else item.group
            groups.setdefault(group, []).append(item)
        if len(groups) > limit or looked_at > limit + _MOST_COPIES:
            break
    shown = [_folded(group) for group in list(groups.values())[:limit]]
    return Page(with_reasons(connection, shown), more=len(groups) > limit, passed=tuple(passed))


def _folded(group: list[Item]) -> Item:
    """The latest of a group, with the outlets of the others, and with what has no more in common with it than the headline."""
    first = group[0]
    story = [item.outlet for item in group[1:] if item.group == first.group and item.outlet != first.outlet]
    return _with_namesakes(replace(first, also=tuple(dict.fromkeys(filter(None, story)))), group[1:])


def _with_namesakes(item: Item, others: Iterable[Item]) -> Item:
    found = [Namesake(other.uid, other.outlet) for other in others if other.group != item.group]
    return replace(item, namesakes=tuple(dict.fromkeys((*item.namesakes, *found)))) if found else item


def joined(pages: Sequence[Page]) -> list[Page]:
    """The same lists, where each headline has with it what was left out of the others for it."""
    passed: dict[str, list[Item]] = {}
    for item in (item for page in pages for item in page.passed):
        passed.setdefault(item.title_key, []).append(item)
    return [
        replace(page, items=tuple(_with_namesakes(item, passed.get(item.title_key, ())) for item in page.items))
        for page in pages
    ]


def without_reprints(found: Sequence[Item]) -> tuple[tuple[Item, ...], Mapping[int, tuple[str, ...]]]:
    """A list in which each text stands once: as its root where that is in it, else as the first; and what is folded.

    That is given as the id of a text's root → the outlets of the others, in their order. Pure.
    """
    heads = {item.root_id: item.id for item in reversed(found)}
    heads.update({item.id: item.id for item in found if item.id == item.root_id})
    folded: dict[int, list[str]] = {}
    for item in found:
        if heads[item.root_id] != item.id:
            folded.setdefault(item.root_id, []).append(item.outlet)
    kept = tuple(item for item in found if heads[item.root_id] == item.id)
    return kept, {root: tuple(outlets) for root, outlets in folded.items()}


def items(connection: sqlite3.Connection, ids: Iterable[int]) -> tuple[Item, ...]:
    """The articles with these ids, newest first, each with its reasons."""
    rows = connection.execute(
        f"{ITEM} FROM article a {JOINS} WHERE a.id IN (SELECT value FROM json_each(?)) ORDER BY a.sort_at DESC, a.id DESC",
        (json.dumps(list(ids)),),
    )
    return with_reasons(connection, list(_items(rows)))


def with_reasons(connection: sqlite3.Connection, found: list[Item]) -> tuple[Item, ...]:
    """The same articles, each with the reasons of the watches it is related to, the surest first, and its former headline."""
    ids = json.dumps([item.id for item in found])
    reasons: dict[int, list[Reason]] = {}
    rows = connection.execute(_REASONS, (ids,))
    for article_id, *rest in rows:
        reasons.setdefault(article_id, []).append(Reason(*rest))
    former = connection.execute(_HEADLINES, (ids,))
    was = {article_id: old for article_id, old, _ in former}
    return tuple(replace(item, reasons=tuple(reasons.get(item.id, ())), was=was.get(item.id)) for item in found)


def troubles(connection: sqlite3.Connection, limit: int) -> tuple[Trouble, ...]:
    """Feeds that are broken, gone, silent, empty, read only in part or moved: the worst first, then the longest."""
    return tuple(Trouble(*row) for row in connection.execute(_TROUBLES, (limit,)))


def seeds(connection: sqlite3.Connection) -> Mapping[str, tuple[Seed, ...]]:
    """Watch → its seeds, newest first."""
    watches: dict[str, list[Seed]] = {}
    for row in connection.execute(_SEEDS):
        seed = Seed(*row)
        watches.setdefault(seed.watch, []).append(seed)
    return {watch: tuple(found) for watch, found in watches.items()}


def related_since(connection: sqlite3.Connection, start: str) -> list[tuple[str, str, str]]:
    """Watch, verdict and date of every related article that is no copy, dated `start` or later."""
    return [tuple(row) for row in connection.execute(_DAILY, (start,))]


def _items(rows: sqlite3.Cursor) -> Iterator[Item]:
    return (Item(*row) for row in rows)
