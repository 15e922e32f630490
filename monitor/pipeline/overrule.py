"""The word of people over the rules': a verdict on one article, and what is muted.

A verdict on the article itself counts more than a mute, the newest more than an older one; a seed is on its matter by
definition.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from db import articles, rulings, verdicts
from db.rows import Judged, Subject
from monitor.pipeline import mutes, rules
from monitor.pipeline.judging import Judge, companies
from monitor.pipeline.mutes import Mute
from monitor.pipeline.rules import Rule
from monitor.relate.types import Company, Document, JudgedOn
from seeds import text
from seeds.rulings import Ruling

_LONGEST_REASON = 500
_BY_RULE = {"keep": "likely", "drop": "no"}


@dataclass(frozen=True, slots=True)
class Words:
    """What people said that may bear on some articles."""

    verdicts: Mapping[int, Sequence[Ruling]]
    mutes: Sequence[Mute]
    rules: Sequence[Rule] = ()
    now: str = ""

    @classmethod
    def on(
        cls, connection: sqlite3.Connection, article_ids: Sequence[int], these: Sequence[Rule] = (), now: str = ""
    ) -> Words:
        """All there is on these articles, and the rules of the settings."""
        return cls(rulings.verdicts(connection, article_ids), mutes.in_force(connection), these, now)

    def bear_on(self, article: Subject) -> bool:
        """Whether rules alone may not have the last word."""
        if article.id in self.verdicts or mutes.first_covering(self.mutes, article) is not None:
            return True
        return rules.first_covering(self.rules, article) is not None

    def over(self, article: Subject, rows: Sequence[Judged]) -> list[tuple[Judged, str]]:
        """The judgements that people's words replace: as they are then, and since when."""
        if article.origin == "seed":
            return []
        by_watch = {row.watch: row for row in rows}
        said: dict[str, Ruling] = {}
        for ruling in self.verdicts.get(article.id, ()):
            said.update(dict.fromkeys(ruling.watches or by_watch, ruling))
        mute = mutes.first_covering(self.mutes, article)
        rule = rules.first_covering(self.rules, article)
        found = []
        for watch in sorted(by_watch.keys() | said.keys()):
            row = by_watch.get(watch) or _unjudged(watch, article)
            if watch in said:
                found.append((_said(row, said[watch], judged=watch in by_watch), said[watch].at))
            elif mute is not None and row.verdict != "no":
                found.append((_muted(row, mute), mute.ruling.at))
            elif mute is None and rule is not None and row.verdict != _BY_RULE[rule.do]:
                found.append((_by_rule(row, rule), self.now))
        return found

    def instead(self, article: Subject, rows: Sequence[Judged]) -> list[Judged]:
        """The judgements with people's words over them."""
        over = {row.watch: row for row, _ in self.over(article, rows)}
        return [row for row in rows if row.watch not in over] + list(over.values())


def project(connection: sqlite3.Connection, judge: Judge, article_ids: Collection[int], now: str) -> None:
    """Make the verdicts on these articles what rules say of them, and people over the rules."""
    ids = sorted(article_ids)
    words = Words.on(connection, ids, judge.rules, now)
    ruled = verdicts.ruled(connection, ids)
    if not words.verdicts and not words.mutes and not words.rules and not ruled:
        return
    changed = []
    beside = companies(connection, ids)
    for article in verdicts.subjects(connection, ids):
        if article.id not in ruled and not words.bear_on(article):
            continue
        rows = [] if article.origin == "seed" else judge.judge(document_of(article, beside.get(article.id)))
        over = words.over(article, rows)
        watches = {row.watch for row, _ in over}
        verdicts.forget_ruled(connection, [(article.id, w) for w in ruled.get(article.id, set()) - watches])
        articles.set_judgements(connection, [(article.id, row) for row in rows if row.watch not in watches], now)
        verdicts.set_ruled(connection, [(article.id, row, at) for row, at in over])
        if article.origin != "seed":
            changed.append(article.id)
    articles.refresh_verdicts(connection, changed)


def document_of(article: Subject, beside: Mapping[str, Company] | None = None) -> Document:
    """What of an article is judged, with what was reported in like words."""
    on = cast("JudgedOn", article.judged_on)
    return Document(article.title, article.excerpt, article.text, on, read=article.read, company=beside or {})


def _unjudged(watch: str, article: Subject) -> Judged:
    """What stands for a judgement where no rule judges."""
    return Judged(watch, 0.0, "no", article.judged_on, "", [], {}, [], "")


def _said(row: Judged, ruling: Ruling, *, judged: bool) -> Judged:
    because = f", because {_sentence(ruling.because)}" if ruling.because else ""
    reason = f"You said so{because or '.'}{_rules_say(row) if judged else ''}"
    yes = ruling.do == "yes"
    return _over(row, "likely" if yes else "no", 1.0 if yes else 0.0, reason, {"ruling": ruling.id}, judged=judged)


def _muted(row: Judged, mute: Mute) -> Judged:
    ruling = mute.ruling
    because = f", because {_sentence(ruling.because)}" if ruling.because else "."
    reason = f"You muted {mute.words}{because}{_rules_say(row)}"
    return _over(row, "no", 0.0, reason, {"mute": ruling.id}, judged=True)


def _by_rule(row: Judged, rule: Rule) -> Judged:
    kept = rule.do == "keep"
    reason = f"Your rule to {rule.do} {rule.written} decides.{_rules_say(row, 'Without it')}"
    return _over(row, _BY_RULE[rule.do], 1.0 if kept else 0.0, reason, {"rule": rule.written}, judged=True)


def _over(row: Judged, verdict: str, score: float, reason: str, parts: Mapping[str, object], *, judged: bool) -> Judged:
    rules = {"rules_verdict": row.verdict, "rules_relevance": row.score} if judged else {}
    return row._replace(verdict=verdict, score=score, reason=reason, parts={**row.parts, **rules, **parts})


def _rules_say(row: Judged, who: str = "The rules say") -> str:
    # Rounded down, as everywhere: what is below a threshold is not shown as at it.
    says = who if who.endswith("say") else f"{who}:"
    return f" {says} {row.verdict} ({int(row.score * 100 + 1e-9)} %): {row.reason}"


def _sentence(because: str) -> str:
    said = text.clean(because, _LONGEST_REASON)
    return said if said.endswith((".", "!", "?", "…")) else f"{said}."
