"""The page of an article: all that is known of it, and why it was judged as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from db import matters, shown
from db.details import details, story
from db.queries import resolve_uid
from db.shown import Item
from monitor.deliver import kinship, moments, undoing
from monitor.deliver.differences import Piece, differences
from monitor.deliver.explanation import alike_by, sentences
from monitor.deliver.undoing import Made
from monitor.relate.rarity import rarity
from seeds.text import stem, title_key, words

ALIKE = 6
TEXT = 20_000
"""Characters of a text that are shown."""
_RAREST = 4
_SHORT = 400
_SAID_AS_CHANGE = {
    "title": "Headline",
    "excerpt": "Summary",
    "web_url": "Address",
    "published_at": "Date",
    "page": "Page",
    "page_title": "Headline on its page",
    "text": "Text on its page",
}


@dataclass(frozen=True, slots=True)
class Revision:
    """A change as it is shown: of what, when it was seen, and what changed."""

    what: str
    seen_at: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """What the page of an article shows. `about` is what `db.details.details` gives."""

    item: Item | None
    """None of an article that is no longer shown."""
    about: dict[str, Any]
    explanation: Sequence[str]
    revisions: tuple[Revision, ...]
    joined: Sequence[tuple[dict[str, Any], str]] = ()
    story: dict[str, Any] | None = None
    alike: tuple[Item, ...] = ()
    seed_of: str | None = None
    """The watch it is a seed of."""
    paragraphs: tuple[str, ...] = ()
    text_cut: bool = False
    decisions: Sequence[Made] = ()
    """What people decided and can take back, the latest first."""

    @property
    def read(self) -> bool:
        """Whether its text was read anywhere."""
        return bool(self.about["text"]) or any(page["read_at"] for page in self.about["pages"])


def article_page(connection: sqlite3.Connection, uid: str, zone: tzinfo | None) -> ArticlePage:
    """Read the page of an article; raises UnknownUid where no article has, or had, this uid."""
    found = resolve_uid(connection, uid)
    about = details(connection, found)
    told = kinship.why(story(connection, found))
    about["story"] = told
    items = shown.items(connection, [found.id]) if found.deleted_at is None else ()
    text = about["text"]
    decided = [d for d in about["decisions"] if d["kind"] != "seen"]
    return ArticlePage(
        item=items[0] if items else None,
        about=about,
        explanation=sentences(about, zone),
        revisions=tuple(_revision(row, zone) for row in reversed(about["revisions"])),
        joined=[
            (d, alike_by(d["method"], d["evidence"]))
            for d in decided
            if (d["kind"], d["verdict"]) == ("identity", "same")
        ],
        story=told,
        alike=_alike(connection, found.id, about["title"]) if items else (),
        seed_of=matters.watch_of(connection, found),
        paragraphs=tuple(line for line in text[:TEXT].splitlines() if line.strip()),
        text_cut=len(text) > TEXT,
        decisions=undoing.said_of(connection, found.id, zone),
    )


def _revision(row: dict[str, Any], zone: tzinfo | None) -> Revision:
    old, new = row["old"] or "", row["new"] or ""
    if row["field"] == "published_at":
        pieces = _moved(old, new, zone)
    else:
        pieces = differences(old, new, whole=len(old) + len(new) <= _SHORT)
    return Revision(_SAID_AS_CHANGE.get(row["field"], row["field"]), row["seen_at"], pieces)


def _moved(old: str, new: str, zone: tzinfo | None) -> tuple[Piece, ...]:
    """Two dates, each whole: what they share figure by figure says nothing."""
    before, after = moments.written(old, zone), moments.written(new, zone)
    if before == after:
        before, after = old, new
    pieces = (Piece("old", before), Piece("same", " → " if old and new else ""), Piece("new", after))
    return tuple(piece for piece in pieces if piece.text)


def _alike(connection: sqlite3.Connection, article_id: int, title: str) -> tuple[Item, ...]:
    """Articles outside its story whose headlines share its rarest words, those that share most first."""
    own = _stems(title)
    rarest = sorted(own, key=lambda word: (-own[word], word))[:_RAREST]
    if len(rarest) < 2:
        return ()
    pairs = [(a, b) for place, a in enumerate(rarest) for b in rarest[place + 1 :]]
    match = "{title lemmas} : (" + " OR ".join(f'("{a}" AND "{b}")' for a, b in pairs) + ")"
    found = []
    for other, headline in matters.alike(connection, article_id, match):
        shared = own.keys() & _stems(headline).keys()
        if len(shared) > 1:
            found.append((-sum(own[word] for word in shared), -other))
    best = [-other for _, other in sorted(found)[:ALIKE]]
    by_id = {item.id: item for item in shown.items(connection, best)}
    return tuple(by_id[other] for other in best if other in by_id)


def _stems(title: str) -> dict[str, float]:
    """Stem → how rare it is, of the words of a headline that say something."""
    stems = {stem(word) for word in words(title_key(title)) if len(word) > 2}
    return {one: weight for one in stems if (weight := rarity(one)) > 0.25}
