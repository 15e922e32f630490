"""What would have changed a verdict: the article judged again, had it said something else. The connection only reads."""

from __future__ import annotations

import sqlite3
from typing import Any

from config.model import Settings
from db.details import verdicts
from db.queries import Found
from db.verdicts import subjects
from monitor.deliver.explanation import would_change
from monitor.pipeline.judging import companies
from monitor.pipeline.overrule import document_of
from monitor.pipeline.teaching import matchers


def changes(connection: sqlite3.Connection, found: Found, settings: Settings) -> list[dict[str, Any]]:
    """For each watch what would have made another verdict of that of the rules, in sentences; nothing of what people decided."""
    said: list[dict[str, Any]] = []
    by_watch = {matcher.watch: matcher for matcher in matchers(connection, settings.relevance.glossary)}
    articles = subjects(connection, [found.id])
    beside = companies(connection, [found.id]).get(found.id)
    for verdict in verdicts(connection, found) if articles else []:
        matcher = by_watch.get(verdict["watch"])
        if verdict["decided_by"] != "rule" or matcher is None or matcher.version != verdict["matcher_version"]:
            continue  # what is not as it was judged then would mislead
        others = matcher.instead(document_of(articles[0], beside))
        likely, maybe = settings.relevance.likely, settings.relevance.maybe
        if changed := would_change(verdict["verdict"], verdict["relevance"], others, likely, maybe):
            said.append({"watch": verdict["watch"], "sentences": changed})
    return said
