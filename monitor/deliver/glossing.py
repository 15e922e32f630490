"""Suggestions for the user's glossary, from the seed documents and the verdicts. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.load import Loaded
from db.connection import inspect, open_reader
from monitor.deliver.seedbook import seeds_of
from monitor.pipeline.seeds import seed_text
from monitor.pipeline.teaching import taught
from monitor.relate.glossary import Suggestion, languages_in, suggested
from monitor.relate.types import SeedText, Taught
from monitor.relate.vocabulary import extended
from seeds.shape import record_to_dict


class NoSuchWatch(Exception):
    """No seed is of the watch; `str()` says which there are."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The lines, the surest first, and in words what there is to say of them all."""

    lines: list[Suggestion]
    told: str


def suggestions(loaded: Loaded, database: Path, watch: str | None = None) -> Suggestions:
    """Lines that the glossary of the settings lacks, for all watches or one.

    Raises:
        NoSuchWatch: there are no seeds of `watch`.
        StoreError: the database cannot be read.
    """
    watches: dict[str, list[SeedText]] = {}
    for seed in seeds_of(loaded)[0]:
        record = seed.document.record
        if record is not None and seed.document.ok:
            one = seed_text(seed.address, record_to_dict(record), record.body or "")
            watches.setdefault(seed.watch, []).append(one)
    if watch is not None and watch not in watches:
        raise NoSuchWatch(f"there are no seeds of a watch {watch!a}; there are: {', '.join(sorted(watches)) or 'none'}")
    chosen = {name: texts for name, texts in watches.items() if watch in {None, name}}
    verdicts = _verdicts(database, chosen)
    vocabulary = extended(tuple(loaded.settings.relevance.glossary))
    lines: dict[str, Suggestion] = {}
    for name, texts in chosen.items():
        for line in suggested(texts, verdicts.get(name, ()), vocabulary):
            if line.line not in lines or lines[line.line].sure < line.sure:
                lines[line.line] = line
    said = [languages_in(texts, verdicts.get(name, ())) for name, texts in chosen.items()]
    return Suggestions(sorted(lines.values(), key=lambda s: (-s.sure, s.line)), _told(len(lines), said))


def _verdicts(database: Path, watches: Mapping[str, object]) -> Mapping[str, Sequence[Taught]]:
    """What the user said of articles; nothing when there is no database yet."""
    if inspect(database) != "ours":
        return {}
    connection = open_reader(database)
    try:
        return taught(connection, watches.keys())
    finally:
        connection.close()


def _told(lines: int, languages: Sequence[Sequence[str]]) -> str:
    if lines:
        return f"{lines} suggested; copy what is right into relevance.glossary. Nothing was changed."
    if all(len(some) < 2 for some in languages):
        return "Nothing to compare: no watch has seeds, or articles you said yes to, in two languages."
    return "Nothing to suggest. The more seeds there are in each language, the more can be told."
