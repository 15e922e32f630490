"""Whether an article is worth more trouble, by what is known of it at first sight: as the seeds judge it, wherever that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from monitor.pipeline.judging import Judge, Thresholds
from monitor.pipeline.seeds import seed_texts
from monitor.pipeline.teaching import taught
from monitor.pipeline.workspace import Workspace
from monitor.relate.shared_terms import SharedTerms
from monitor.relate.types import Document, JudgedOn, SeedText, Taught
from monitor.relate.vocabulary import extended
from monitor.types import Entry

Wanted = Callable[[Entry, str], bool]
"""Whether an entry, with the stems of all that is shown of it, may be related."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What the watches are about, as it can be told to another process or machine."""

    watches: tuple[tuple[str, tuple[SeedText, ...], tuple[Taught, ...]], ...] = ()
    glossary: tuple[str, ...] = ()
    likely: float = 0.8
    maybe: float = 0.4

    @classmethod
    def of(cls, workspace: Workspace) -> Matter:
        """That of the seeds as they are stored, and of what people said."""
        watches = seed_texts(workspace.store.connection)
        said = taught(workspace.store.connection, watches.keys())
        relevance = workspace.loaded.settings.relevance
        return cls(
            tuple((watch, tuple(texts), tuple(said[watch])) for watch, texts in watches.items()),
            tuple(relevance.glossary),
            relevance.likely,
            relevance.maybe,
        )


@lru_cache(1)
def judge_of(matter: Matter) -> Judge:
    """The matchers for a matter, made once in each process."""
    vocabulary = extended(matter.glossary)
    made = [SharedTerms(watch, list(texts), vocabulary, list(said)) for watch, texts, said in matter.watches]
    return Judge(made, Thresholds(matter.likely, matter.maybe))


def wanted_by(matter: Matter) -> Wanted:
    """By the seeds alone: rules of the settings come later, and only on what is stored."""

    def wanted(entry: Entry, shown: str) -> bool:
        judge = judge_of(matter)
        on: JudgedOn = "text" if entry.text else "excerpt" if entry.excerpt else "headline"
        rows = judge.judge(Document(entry.title, entry.excerpt, entry.text, on, shown or entry.stems))
        return judge.best(rows)[1] != "no"

    return wanted
