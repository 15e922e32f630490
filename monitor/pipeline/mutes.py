"""What people do not want to hear of: a story, an outlet, a phrase. Matching is pure."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from db import rulings, verdicts
from db.rows import Subject
from monitor.pipeline.outlets import domain_of
from seeds import text
from seeds.rulings import Ruling


@dataclass(frozen=True, slots=True)
class Mute:
    """One mute, ready to be compared with articles; `story` and `root` are ids of what a muted article belongs to."""

    ruling: Ruling
    stems: tuple[str, ...] = ()
    name: str = ""
    domain: str | None = None
    story: int | None = None
    root: int | None = None

    def covers(self, article: Subject) -> bool:
        """Whether an article is muted by this."""
        if self.ruling.what == "phrase":
            return _holds(article.title, self.stems) or _holds(article.excerpt, self.stems)
        if self.ruling.what == "outlet":
            return self.covers_outlet(article.provider_name, article.provider_domain)
        same_story = self.story is not None and article.story_id == self.story
        return same_story or article.root_id == self.root

    def covers_outlet(self, name: str | None, domain: str | None) -> bool:
        """Whether an outlet is muted by this, as such."""
        by_name = bool(self.name) and text.fold(name or "") == self.name
        return self.ruling.what == "outlet" and (by_name or (self.domain is not None and domain == self.domain))

    @property
    def words(self) -> str:
        """What is muted, for people."""
        if self.ruling.what == "phrase":
            return f"the phrase “{self.ruling.target}”"
        if self.ruling.what == "outlet":
            return f"the outlet {self.ruling.target}"
        return "this story"


def in_force(connection: sqlite3.Connection) -> list[Mute]:
    """What is muted now, the oldest first."""
    return [mute_of(connection, stored.ruling, stored.a_id) for stored in rulings.mutes(connection)]


def mute_of(connection: sqlite3.Connection, ruling: Ruling, article_id: int | None) -> Mute:
    """A decision to mute, ready to be compared; of a story, `article_id` is the article it was named by."""
    if ruling.what == "phrase":
        return Mute(ruling, stems=text.stems(ruling.target))
    if ruling.what == "outlet":
        return Mute(ruling, name=text.fold(ruling.target), domain=_domain(ruling.target))
    found = verdicts.subjects(connection, [article_id] if article_id is not None else [])
    return Mute(ruling, story=found[0].story_id, root=found[0].root_id) if found else Mute(ruling)


def first_covering(mutes: Sequence[Mute], article: Subject) -> Mute | None:
    """The oldest mute that covers an article; of a seed there is none."""
    return next((mute for mute in mutes if mute.covers(article)), None) if article.origin != "seed" else None


def _holds(said: str, stems: tuple[str, ...]) -> bool:
    """Whether the words stand in a text one after the other, in any of their forms."""
    found, length = text.stems(said), len(stems)
    return length > 0 and any(found[at : at + length] == stems for at in range(len(found) - length + 1))


def _domain(target: str) -> str | None:
    return domain_of(target) if "." in target and " " not in target.strip() else None
