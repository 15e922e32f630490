"""Settings, seeds and database, kept in step: what every command that writes works on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from config.feeds import Written
from config.load import Loaded
from config.model import Feed, Settings
from db import facts, feed_state, grouping, rulings
from db.store import Store
from monitor.clock import stamp, utc_now
from monitor.normalise.hosts import host_of
from monitor.pipeline import outlet_names, rules, settling
from monitor.pipeline import seeds as seed_store
from monitor.pipeline.grouping import settle
from monitor.pipeline.judging import Judge, Thresholds
from monitor.pipeline.rebuilding import Rebuilt, remake
from monitor.pipeline.rekeying import Rekeyed, keyed_by, rekey
from monitor.pipeline.rescoring import Moved, compare, rescore
from monitor.pipeline.surroundings import Surroundings
from monitor.pipeline.teaching import matchers
from monitor.relate.vocabulary import extended
from seeds import address, decisions, outlets
from seeds.document import read_document
from seeds.folder import Scan, fingerprint, scan
from seeds.rulings import Ruling, ruling_of, union
from seeds.shipped import corpus

_JUDGED_BY = "judged by"
_THRESHOLDS = "thresholds"
_FEW = 3


@dataclass(slots=True)
class SeedState:
    """The seeds as last read: good ones, what is wrong with the others, and warnings."""

    files: list[seed_store.SeedFile] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    """Documents and folders that cannot be read just now, as documents are stored."""
    scan: Scan | None = None
    fingerprint: str = ""


@dataclass(slots=True)
class Replayed:
    """What the file of decisions brought: how many were new here, and which lines are not used, and why."""

    added: int = 0
    problems: list[str] = field(default_factory=list)


class Workspace:
    """One database with the settings and seeds that rule it.

    Raises:
        StoreError: the database cannot be used.
    """

    def __init__(self, loaded: Loaded, path: Path) -> None:
        self.loaded = loaded
        self.path = path
        self.store = Store(path)
        self.seeds = SeedState()
        self.who = ""  # signs decisions with this name, where several people decide
        relevance = loaded.settings.relevance
        self.judge = Judge((), Thresholds(relevance.likely, relevance.maybe))
        self._surroundings = Surroundings()
        self._know_outlets()
        self._decisions_seen: tuple[int, ...] | None = None

    def close(self) -> None:
        """Close the database."""
        self.store.close()

    def take(self, loaded: Loaded) -> None:
        """Let other settings rule from now on; the database stays the same."""
        self.loaded = loaded
        self._know_outlets()
        self.sync_seeds()

    # --- outlets

    def _know_outlets(self) -> None:
        """Let the outlets' mirrors and tags be those of the settings."""
        listed = self.loaded.settings.outlets
        address.use_mirrors(mirrors_of(self.loaded.settings))
        outlets.use_syndicators(outlet.domain for outlet in listed if "aggregator" in outlet.tags)

    def keyed_otherwise(self) -> bool:
        """Whether keys of addresses that are stored were made by other rules, or with other mirrors, than are in force."""
        return not keyed_by(self.store.connection, self._rules)

    def rekey(self, done: Rekeyed) -> Iterator[int]:
        """Make all keys by the rules and mirrors in force; gives the id of the article it has come to, after each few."""
        yield from rekey(self.store, self.judge, self._rules, done)

    @property
    def _rules(self) -> str:
        return address.rules_with(mirrors_of(self.loaded.settings))

    # --- feeds

    def sync_feeds(self) -> Written:
        """Make the stored feeds those of the settings, and return them as they are written."""
        now = stamp(utc_now())
        wanted = {feed.public_url: feed for feed in self.loaded.settings.feeds if feed.enabled}
        with self.store.transaction() as connection:
            facts.set_outlets(
                connection,
                {
                    o.domain: (o.name, json.dumps(list(o.tags), ensure_ascii=False))
                    for o in self.loaded.settings.outlets
                },
            )
            known = feed_state.configured(connection)
            changed = []
            for url, feed in wanted.items():
                before = known.get(url)
                host = host_of(url, self.loaded.settings.poll.host_scope)
                source_id = self._sync_feed(connection, feed, host, before, now)
                if before is None or before.name != (feed.name or None) or not before.placed:
                    changed.append(source_id)
            gone = [old.source_id for url, old in known.items() if url not in wanted]
            for source_id in gone:
                facts.remove_source(connection, source_id, now)
            if gone:
                feed_state.wake_twins(connection, now)
            outlet_names.place_all(connection, [*changed, *gone])
        return Written(wanted, self.loaded.base)

    @staticmethod
    def _sync_feed(
        connection: sqlite3.Connection, feed: Feed, host: str, before: feed_state.Configured | None, now: str
    ) -> int:
        """Store what the settings say of a feed, where that is not what is stored; returns its id."""
        name, seconds = feed.name or None, int(feed.interval.total_seconds()) if feed.interval else None
        tags = json.dumps(list(feed.tags), ensure_ascii=False) if feed.tags else "[]"
        if before is not None and before[1:5] == (name, tags, seconds, host):
            return before.source_id
        source_id = facts.ensure_source(connection, "feed", feed.public_url, now, name=name, tags=tags).id
        first = {"next_poll_at": now} if before is None else {}
        feed_state.set_feed(connection, source_id, interval_s=seconds, host=host, **first)
        return source_id

    # --- seeds

    def sync_seeds(self) -> seed_store.Synced:
        """Read the seeds, store what changed, and make the matchers anew when anything did."""
        self.seeds = self._read_seeds()
        synced = seed_store.sync(self.store, self.seeds.files, self.judge, stamp(utc_now()), kept=self.seeds.broken)
        self.judge = self._judge()
        return synced

    def seeds_changed(self) -> bool:
        """Whether a seed document was added, changed or removed since they were last read."""
        paths = self.loaded.settings.seeds.paths
        return bool(paths) and fingerprint(paths) != self.seeds.fingerprint

    def _read_seeds(self) -> SeedState:
        paths = self.loaded.settings.seeds.paths
        if self.loaded.builtin:
            return SeedState(files=list(_shipped()))
        seen = fingerprint(paths)  # before reading, so that what changes meanwhile is noticed the next time
        found = scan(paths, self.seeds.scan)
        state = SeedState(warnings=[f"{w.path}: {w.message}" for w in found.warnings], scan=found)
        state.problems += [f"{p.path}: {p.message}" for p in found.problems]
        state.broken |= {_relative(p.path, self.loaded.base) for p in found.problems}
        for file in found.files:
            wrong = file.document.problems
            state.problems += [f"{file.path}:{p.line}: {p.message}" for p in wrong[:_FEW]]
            if len(wrong) > _FEW:
                state.problems.append(f"{file.path}: {len(wrong) - _FEW} more; `seedwatch seeds check` says all")
            if not file.document.ok:
                state.broken.add(_relative(file.path, self.loaded.base))
        for file in found.good:
            if file.document.record is not None:
                relative = _relative(file.path, self.loaded.base)
                state.files.append(seed_store.SeedFile(relative, file.watch, file.document.record))
        state.fingerprint = seen
        return state

    def _judge(self, without: AbstractSet[str] = frozenset()) -> Judge:
        """The matchers made from the stored seeds and the user's verdicts, but for those on the articles `without`."""
        relevance = self.loaded.settings.relevance
        found = matchers(self.store.connection, relevance.glossary, without)
        own = self.loaded.settings.rules
        limits = Thresholds(relevance.likely, relevance.maybe)
        return Judge(found, limits, rules.made(own.keep, own.drop), extended(relevance.glossary))

    def judge_without(self, uids: AbstractSet[str]) -> Judge:
        """The matchers as they would be had the user said nothing of these articles."""
        return self._judge(uids)

    def uid_of_seed(self, path: Path) -> str | None:
        """The uid of the article whose seed document is at `path`."""
        row = self.store.connection.execute(
            "SELECT a.uid FROM source s JOIN entry e ON e.source_id = s.id AND e.role = 'self'"
            " JOIN article a ON a.id = e.article_id WHERE s.kind = 'seed' AND s.address = ?",
            (_relative(path.absolute(), self.loaded.base),),
        ).fetchone()
        return None if row is None else str(row[0])

    def recall_seeds(self) -> None:
        """Judge by the seeds as they were last stored, without reading them."""
        self.judge = self._judge()

    # --- decisions

    @property
    def journal(self) -> Path:
        """The file of decisions."""
        return decisions.journal(self.loaded.settings.seeds.paths, self.path)

    def sync_decisions(self) -> Replayed:
        """Take up decisions that the file has and the database has not, and end what is over."""
        now = stamp(utc_now())
        # Before reading, so that what is added meanwhile is noticed the next time.
        self._decisions_seen = decisions.fingerprint(self.journal)
        try:
            new, problems = read_rulings(self.journal)
        except OSError as error:  # what the database has of it goes on to hold
            new, problems = [], [f"{self.journal} cannot be read ({error.strerror}); correct its permissions"]
        connection = self.store.connection
        lacking = {ruling.id for ruling in new} - rulings.known(connection)
        if not lacking and not rulings.waiting(connection).pending and not rulings.over(connection, now):
            return Replayed(problems=problems)
        self.judge.forget()
        with self.store.transaction():
            added = settling.take_up(connection, self.judge, new, now)
        self.judge = self._judge()  # it learns from verdicts
        return Replayed(len(added), problems)

    def decisions_changed(self) -> bool:
        """Whether the file of decisions is not as it was last read, or a decision is over by now."""
        changed = decisions.fingerprint(self.journal) != self._decisions_seen
        return changed or rulings.over(self.store.connection, stamp(utc_now()))

    # --- stories

    def tell_stories(self) -> bool:
        """Put some of the articles that wait into stories, then work out what company they keep; says whether more may wait."""
        in_stories, heard = grouping.waits(self.store.connection), self._surroundings.wait(self.store.connection)
        if not in_stories and not heard:
            return False
        with self.store.transaction() as connection:
            more = in_stories and settle(connection, self.judge, stamp(utc_now()))
            return more or (heard and self._surroundings.hear(connection, self.judge, stamp(utc_now())))

    # --- judging again

    def stale(self) -> bool:
        """Whether what is stored was judged by other seeds, another method or other thresholds."""
        connection = self.store.connection
        return facts.get_state(connection, _JUDGED_BY) != self.judge.version or facts.get_state(
            connection, _THRESHOLDS
        ) != _thresholds(self.judge)

    def rebuild(self, done: Rebuilt) -> Iterator[int]:
        """Make the projection anew from facts and decisions; gives how many articles are done, after each few."""
        yield from remake(self.store, self.judge, done)
        yield from self.rescore(Moved())

    def catch_up(self, moved: Moved) -> Iterator[int]:
        """Make what is stored what it would be now, at no more cost than that takes; gives how many are done after each."""
        judge = self.judge
        if facts.get_state(self.store.connection, _JUDGED_BY) != judge.version:
            yield from self.rescore(moved)
            return
        yield from compare(self.store, judge, moved)
        with self.store.transaction() as connection:
            facts.set_state(connection, _THRESHOLDS, _thresholds(judge))

    def rescore(self, moved: Moved) -> Iterator[int]:
        """Judge everything again, in short transactions; gives how many are done after each."""
        judge = self.judge  # another takes its place when seeds change meanwhile; then this is to be done again
        yield from rescore(self.store, judge, self._surroundings, moved)
        with self.store.transaction() as connection:
            facts.set_state(connection, _JUDGED_BY, judge.version)
            facts.set_state(connection, _THRESHOLDS, _thresholds(judge))


def mirrors_of(settings: Settings) -> dict[str, str]:
    """Mirror → the domain of the outlet whose it is."""
    return {mirror: outlet.domain for outlet in settings.outlets for mirror in outlet.mirrors}


def read_rulings(path: Path) -> tuple[list[Ruling], list[str]]:
    """The decisions of a file, each once and in their order, and in words which lines are not used.

    Raises:
        OSError: it is there and cannot be read.
    """
    log = decisions.read(path)
    found = [ruling_of(line) for line in log.decisions]
    wrong = [*log.problems, *((n, what) for n, what in zip(log.numbers, found, strict=True) if isinstance(what, str))]
    problems = [f"{path}:{number}: {what}; the line is skipped" for number, what in sorted(wrong)]
    return union(ruling for ruling in found if isinstance(ruling, Ruling)), problems


def _thresholds(judge: Judge) -> str:
    return f"{judge.thresholds.likely:g} {judge.thresholds.maybe:g}"


def _shipped() -> Iterator[seed_store.SeedFile]:
    for name, raw in corpus():
        document = read_document(raw, name)
        if document.record is not None:
            yield seed_store.SeedFile(f"shipped/{name}", "default", document.record)


def _relative(path: Path, base: Path) -> str:
    """A document's path as it is stored: relative to the settings, so that a moved folder keeps its seeds."""
    return str(path.relative_to(base)) if path.is_relative_to(base) else str(path)
