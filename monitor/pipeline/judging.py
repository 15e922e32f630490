"""Judging articles for every watch and storing the verdicts."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from db import articles
from db import company as stored
from db.rows import Article, Judged
from monitor.pipeline.rules import Rule
from monitor.relate.types import Company, Document, Judgement, Matcher, Verdict
from monitor.relate.vocabulary import Vocabulary, shipped

_ORDER: dict[str, int] = {"no": 0, "maybe": 1, "likely": 2}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which score on an article is likely, or maybe, on the matter."""

    likely: float
    maybe: float

    def verdict(self, score: float) -> Verdict:
        """The verdict for a score."""
        return "likely" if score >= self.likely else "maybe" if score >= self.maybe else "no"


class Judge:
    """The matchers of all watches, and the articles that wait for their judgement."""

    def __init__(
        self,
        matchers: Sequence[Matcher],
        thresholds: Thresholds,
        rules: Sequence[Rule] = (),
        vocabulary: Vocabulary | None = None,
    ) -> None:
        self.matchers = tuple(matchers)
        self.vocabulary = vocabulary or shipped()
        self.thresholds = thresholds
        self.rules = tuple(rules)
        self._waiting: dict[int, tuple[str, Document]] = {}

    @property
    def version(self) -> str:
        """Changes whenever a stored judgement could be out of date."""
        matchers = sorted(f"{m.watch}={m.version}" for m in self.matchers)
        return " ".join([*matchers, *(f"{rule.do}: {rule.written}" for rule in self.rules)])

    @property
    def waiting(self) -> AbstractSet[int]:
        """Ids of the articles that are to be judged."""
        return self._waiting.keys()

    def later(self, article_id: int, article: Article) -> None:
        """Put an article, new or changed, among those to be judged."""
        self._waiting[article_id] = (article.origin, document_of(article))

    def drop(self, article_id: int) -> None:
        """Take an article that has become one with another from those to be judged."""
        self._waiting.pop(article_id, None)

    def forget(self) -> None:
        """Drop what waits: it belongs to a transaction that was rolled back."""
        self._waiting.clear()

    def flush(self, connection: sqlite3.Connection, now: str) -> None:
        """Judge what waits and store it, inside the caller's transaction."""
        judged = []
        seeds = []
        beside = companies(connection, self._waiting.keys())
        for article_id, (origin, document) in self._waiting.items():
            if origin == "seed":
                seeds.append(article_id)
            else:
                known = replace(document, company=beside[article_id]) if article_id in beside else document
                judged += [(article_id, row) for row in self.judge(known)]
        articles.set_judgements(connection, judged, now)
        articles.refresh_verdicts(connection, self._waiting.keys() - set(seeds))
        if telling := beside.keys() | {article_id for article_id, row in judged if row.score}:
            stored.note_again(connection, telling)
        articles.set_seed_verdicts(connection, seeds)
        self._waiting.clear()

    def matter(self, stems: Collection[str]) -> frozenset[str]:
        """Those of the stems of a text by which it is on the matter of any watch."""
        return frozenset().union(*(matcher.matter(stems) for matcher in self.matchers))

    def judge(self, document: Document) -> list[Judged]:
        """One verdict for each watch."""
        rows = [self._row(matcher, document, matcher.judge(document)) for matcher in self.matchers]
        if not document.read:
            return rows
        return [self._told_by_page(matcher, document, row) for matcher, row in zip(self.matchers, rows, strict=True)]

    def _told_by_page(self, matcher: Matcher, document: Document, row: Judged) -> Judged:
        """A verdict on the text of a page, with the words that say so and what it was without."""
        told = matcher.judge(
            replace(document, text="", stems="", judged_on="excerpt" if document.excerpt else "headline")
        )
        before = self.thresholds.verdict(round(told.score, 4))
        moved = "" if before == row.verdict else f", which moved it from {before} to {row.verdict}"
        return row._replace(reason=f"{row.reason} Judged on the text of its page{moved}.".strip())

    @staticmethod
    def best(rows: Sequence[Judged]) -> tuple[float, str]:
        """The best verdict over all watches, with its score."""
        top = max(rows, key=lambda r: (_ORDER[r.verdict], r.score), default=None)
        return (top.score, top.verdict) if top else (0.0, "no")

    def _row(self, matcher: Matcher, document: Document, judgement: Judgement) -> Judged:
        return Judged(
            watch=matcher.watch,
            score=round(judgement.score, 4),
            verdict=self.thresholds.verdict(round(judgement.score, 4)),
            judged_on=document.judged_on,
            reason=judgement.reason,
            terms=[{"term": t.term, "weight": t.weight, "seeds": t.seeds} for t in judgement.terms],
            parts=dict(judgement.parts),
            nearest=[(uid, round(score, 3)) for uid, score in judgement.nearest],
            matcher_version=matcher.version,
        )


def companies(connection: sqlite3.Connection, article_ids: Collection[int]) -> dict[int, dict[str, Company]]:
    """Article → watch → what was reported in like words, as it was last worked out."""
    return {
        article_id: {watch: Company(*said) for watch, said in by_watch.items()}
        for article_id, by_watch in stored.companies(connection, article_ids).items()
    }


def document_of(article: Article, stems: str = "") -> Document:
    """What of an article is judged; `stems` when they are known already."""
    on = article.judged_on if article.judged_on in {"excerpt", "text"} else "headline"
    return Document(article.title, article.excerpt, article.text, on, stems, article.read)  # type: ignore[arg-type]
