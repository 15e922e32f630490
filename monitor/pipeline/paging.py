"""What the pages of an article bring to it: text and the rest to its fold, addresses, copies, and changes over time.

All of it follows from the readings that are stored, so it can be made again at any time.
"""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from db import articles, pages
from db.pages import Attempt
from db.rows import Article, EntryView, Snapshot
from monitor.identify import keys
from monitor.identify.keys import Known
from monitor.identify.pages import Said, addresses_of
from monitor.pipeline.fold import fold
from seeds import text

Change = tuple[str, str | None, str | None]
"""Field, what was there, what is there now."""

_LONGEST = 1_000
"""Characters of what was taken out of a text, and of what was put in, that a revision keeps."""
_LINES = 2_000
"""Paragraphs of a text that are compared; more are hostile."""
_GONE = frozenset({"not_found", "gone"})


def folded(connection: sqlite3.Connection, article_id: int, entries: Sequence[EntryView]) -> Article:
    """Fold entries, one at least, and what the pages of an article said into it; it is still to be judged."""
    said = pages.said_of(connection, article_id)
    uid = articles.uid_of(connection, article_id)
    article = fold(uid, entries, pages=[snapshot for snapshot, _ in said])
    articles.update_article(connection, article_id, article)
    longest = max(said, key=lambda one: len(one[0].text), default=None)
    pages.set_read_at(connection, article_id, longest[1] if longest is not None and article.read else None)
    return article


def named_by(page_url: str, said: Snapshot) -> Said:
    """The addresses that a page gave for its article when it said this."""
    return addresses_of(page_url, [(link["url"], link["relation"]) for link in said.data.get("links", ())])


def page_addresses(connection: sqlite3.Connection, key: str) -> list[Known]:
    """All addresses that the page with this key ever gave for its article; none when it was never read."""
    return [known for url, said in pages.said_under(connection, key) for known in named_by(url, said).own]


def page_keys(connection: sqlite3.Connection, own: Collection[str]) -> set[str]:
    """The keys of an article with these and with those that its pages give it, and that the pages at those give."""
    found = set(own)
    unread = sorted(found)
    while unread:
        given = {known.key for known in page_addresses(connection, unread.pop()) if not known.weak}
        unread += sorted(given - found)
        found |= given
    return found


def copies_by_pages(connection: sqlite3.Connection, article_id: int) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """The articles of one text with this one, as pages show: it names an original elsewhere, is named as one, has its words.

    Gives id, method and evidence of each, the same one perhaps several times.
    """
    for method, key in _same_text(connection, article_id):
        other = pages.article_of(connection, key)
        if other is None or other.id == article_id:
            continue
        likeness = keys.alike(articles.titles(connection, [article_id])[article_id], other.title)
        if method == "same text" or likeness >= keys.ALIKE:
            yield other.id, method, {"key": key, "headlines_alike": round(likeness, 2)}


def _same_text(connection: sqlite3.Connection, article_id: int) -> Iterator[tuple[str, str]]:
    for page_id, text_hash, original_key in pages.texts_of(connection, article_id):
        if original_key is not None:
            yield "canonical address elsewhere", original_key
        if text_hash is not None:
            for key in pages.keys_with_text(connection, text_hash, page_id):
                yield "same text", key
    for key in pages.keys_naming(connection, article_id):
        yield "canonical address elsewhere", key


def page_revisions(connection: sqlite3.Connection, article_id: int) -> list[tuple[str, str, str | None, str | None]]:
    """All changes that the pages of an article went through: (seen at, field, old, new), the earliest first."""
    found = []
    for attempts in pages.attempts_of(connection, article_id):
        before: Attempt | None = None
        was_gone: str | None = None
        for attempt in attempts:
            found += [(attempt.read_at, *change) for change in changes(before, was_gone, attempt)]
            was_gone = gone_by(before, was_gone, attempt)
            before = attempt if attempt.said is not None else before
    return sorted(found)


def changes(before: Attempt | None, was_gone: str | None, now: Attempt) -> list[Change]:
    """What one attempt to read a page shows to be another than it was.

    `before` is the last attempt at which the page said something new; `was_gone` why it was found gone since, if it was.
    """
    if now.outcome == "failed":
        is_new = before is not None and was_gone is None and now.error_code in _GONE
        return [("page", "there", now.message)] if is_new else []
    found: list[Change] = [("page", was_gone, "there again")] if was_gone is not None else []
    if before is not None and before.said is not None and now.said is not None:
        found += _differences(before.said, now.said)
    return found


def gone_by(before: Attempt | None, was_gone: str | None, now: Attempt) -> str | None:
    """Why a page that was read once counts as gone after an attempt; None while it does not."""
    if now.outcome != "failed":
        return None
    if was_gone is None and before is not None and now.error_code in _GONE:
        return now.message
    return was_gone


def _differences(old: Snapshot, new: Snapshot) -> list[Change]:
    """What of a page is another for a reader."""
    found: list[Change] = []
    if text.fold(old.title) != text.fold(new.title):
        found.append(("page_title", old.title, new.title))
    if text.words(old.text) != text.words(new.text):
        before, after = old.text.split("\n")[:_LINES], new.text.split("\n")[:_LINES]
        gone: list[str] = []
        come: list[str] = []
        for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if tag != "equal":
                gone += before[a:b]
                come += after[c:d]
        found.append(("text", text.clean("\n".join(gone), _LONGEST), text.clean("\n".join(come), _LONGEST)))
    return found
