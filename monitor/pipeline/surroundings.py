"""The company that articles keep, worked out as reports come in: what was reported in like words.

    what came ─► which articles it stands near ─► what all that stands near them scores by itself ─► judged again in that company

Only articles that say something of a matter, and what stands near such, are looked at; of all others one look at their words
says that they stand near none. What an article scores by itself is kept apart, so company never feeds on company.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from db import articles, verdicts
from db import company as stored
from db.rows import Subject
from monitor.pipeline.judging import Judge, companies
from monitor.pipeline.overrule import document_of, project
from monitor.relate.company import Reported, company, report
from monitor.relate.types import Company, Matcher

WITHIN = 6_000
"""How many of the latest articles are looked at beside a new one."""
AT_ONCE = 2_000
"""Articles that are taken in in one transaction."""
_IN_ONE_LOOK = 100
"""Articles of which it is known at one time what stands near them."""
_LEAST = 0.05
"""An article that scores less by itself says nothing of the matter."""
_SAYS = 0.4
"""One that scores more speaks for what stands near it, even if that shares no word with the seeds."""

Note = Callable[[Subject, str, float, str], None]
"""Told of each article whose verdict changed: its verdict before, its score and verdict now."""


class Surroundings:
    """The latest headlines, and which of them say something of a matter, in step with the database."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._all, self._telling = Reported(WITHIN), Reported(WITHIN)
        self._upto = 0
        self._read_by = ""

    def begin_again(self, connection: sqlite3.Connection) -> None:
        """Let the company of all articles be worked out again, inside the caller's transaction."""
        self._clear()
        stored.set_heard(connection, 0)

    @staticmethod
    def wait(connection: sqlite3.Connection) -> bool:
        """Whether anything came since."""
        return stored.heard(connection) < stored.last_id(connection) or bool(stored.judged_again(connection))

    def hear(self, connection: sqlite3.Connection, judge: Judge, now: str, note: Note | None = None) -> bool:
        """Take in some of what came, inside the caller's transaction; says whether there was anything."""
        heard, last = stored.heard(connection), stored.last_id(connection)
        again = stored.judged_again(connection)
        if heard >= last and not again:
            return False
        upto = min(last, heard + AT_ONCE)
        if judge.matchers:
            if self._read_by != judge.vocabulary.version:
                self._clear()
                self._read_by = judge.vocabulary.version
            came = self._take_in(connection, judge, heard, upto)
            came |= self._take_up(judge, stored.headlines_of(connection, [n for n in again if n in self._all]))
            _judge(connection, judge, self._changed(connection, judge, came), now, note)
        stored.set_heard(connection, max(heard, upto))
        return True

    def _take_in(self, connection: sqlite3.Connection, judge: Judge, heard: int, upto: int) -> set[int]:
        """Add what is not here yet; gives what came after `heard`."""
        first = heard if self._upto >= heard else max(self._upto, heard - WITHIN)
        found = self._take_up(judge, stored.headlines(connection, first, upto))
        self._upto = max(self._upto, upto)
        return {n for n in found if n > heard}

    def _take_up(self, judge: Judge, headlines: Iterable[stored.Headline]) -> set[int]:
        found = set()
        for one in headlines:
            read = report(one.id, one.title, judge.vocabulary)
            self._all.add(read)
            if one.relevance >= _LEAST:
                self._telling.add(read)
            found.add(one.id)
        return found

    def _changed(
        self, connection: sqlite3.Connection, judge: Judge, came: Collection[int]
    ) -> dict[int, dict[str, Company]]:
        """Article → watch → its company, where that is not what is stored."""
        here = [n for n in came if n in self._all]
        asked = {n for n in here if n in self._telling}
        for n in here:
            asked.update(other for other in self._telling.near(self._all[n]) if other in self._all)
        look = _Look(connection, judge, self._all)
        found: dict[int, dict[str, Company]] = {}
        drawn: set[int] = set()
        for part in _parts(asked):
            near = look.near(part)
            found |= look.companies(near)
            drawn |= look.drawn(near)
        for part in _parts(drawn - asked):
            found |= look.companies(look.near(part))
        before = companies(connection, found.keys())
        return {n: kept for n, kept in found.items() if kept != before.get(n, {})}


class _Look:
    """One look at what stands near articles; of what many of them stand near, the database is asked once."""

    def __init__(self, connection: sqlite3.Connection, judge: Judge, reported: Reported) -> None:
        self._connection = connection
        self._reported = reported
        self._stands = {matcher.watch: _Stands(matcher, reported) for matcher in judge.matchers}
        self._roots: dict[int, int] = {}
        self._own: dict[str, dict[int, float]] = {}
        self._known: set[int] = set()

    def near(self, article_ids: Collection[int]) -> dict[int, dict[int, float]]:
        """What stands near these, but for copies of the same text and what is no longer there."""
        near = {n: self._reported.near(self._reported[n]) for n in sorted(article_ids)}
        self._learn({*near}.union(*near.values()))
        roots = self._roots
        return {
            n: {other: like for other, like in beside.items() if roots.get(other, roots[n]) != roots[n]}
            for n, beside in near.items()
            if n in roots
        }

    def _learn(self, article_ids: set[int]) -> None:
        """Look up of what text these are, and what they score by themselves."""
        new = article_ids - self._known
        self._known |= new
        self._roots.update((one.id, one.root_id) for one in stored.headlines_of(self._connection, new))
        for watch, scores in stored.own_scores(self._connection, new).items():
            self._own.setdefault(watch, {}).update(scores)

    def companies(self, near: Mapping[int, Mapping[int, float]]) -> dict[int, dict[str, Company]]:
        """Article → watch → its company."""
        found: dict[int, dict[str, Company]] = {n: {} for n in near}
        for watch, stands in self._stands.items():
            scores = self._own.get(watch, {})
            for n, beside in near.items():
                if not scores.keys().isdisjoint({n, *beside}) and stands[n]:
                    kept = company({other: like for other, like in beside.items() if stands[other]}, scores)
                    if kept is not None and (scores.get(n, 0.0) >= _LEAST or kept.share >= _LEAST):
                        found[n][watch] = kept
        return found

    def drawn(self, near: Mapping[int, Mapping[int, float]]) -> set[int]:
        """What stands near an article that says much of a matter by itself."""
        saying = {n for scores in self._own.values() for n in near.keys() & scores.keys() if scores[n] >= _SAYS}
        return {beside for n in saying for beside in near[n]}


def _parts(article_ids: Collection[int]) -> Iterator[list[int]]:
    """Some at a time: where all headlines are alike, each stands near all others."""
    ids = sorted(article_ids)
    return (ids[start : start + _IN_ONE_LOOK] for start in range(0, len(ids), _IN_ONE_LOOK))


class _Stands(dict[int, bool]):
    """Article → whether it is company for a watch, worked out once."""

    def __init__(self, matcher: Matcher, reported: Reported) -> None:
        super().__init__()
        self._matcher, self._reported = matcher, reported

    def __missing__(self, article_id: int) -> bool:
        self[article_id] = found = self._matcher.stands(self._reported[article_id].title)
        return found


def _judge(
    connection: sqlite3.Connection,
    judge: Judge,
    kept: Mapping[int, Mapping[str, Company]],
    now: str,
    note: Note | None,
) -> None:
    """Judge articles again in the company they keep, and let the user's word hold over that."""
    before = verdicts.subjects(connection, sorted(kept))
    scores = articles.verdicts(connection, [article.id for article in before])
    judged = [
        (article.id, row)
        for article in before
        for row in judge.judge(replace(document_of(article), company=kept[article.id]))
    ]
    articles.set_judgements(connection, judged, now)
    articles.refresh_verdicts(connection, kept)
    project(connection, judge, kept.keys(), now)
    if note is not None:
        after = articles.verdicts(connection, [article.id for article in before])
        for article in before:
            if after[article.id][1] != scores[article.id][1]:
                note(article, scores[article.id][1], *after[article.id])
