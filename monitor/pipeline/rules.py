"""Rules of the user over the matcher: which articles are kept, or dropped, whatever they share with the seeds. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from config import rules
from config.rules import All, Day, Either, Not, Part, Words
from db.rows import Subject
from monitor.pipeline.outlets import domain_of
from seeds import text


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is written, and what it says."""

    do: Literal["keep", "drop"]
    written: str
    means: Part

    def covers(self, article: Subject) -> bool:
        """Whether it speaks of an article."""
        return _holds(self.means, _Asked(article))


def made(keep: Sequence[str], drop: Sequence[str]) -> tuple[Rule, ...]:
    """The rules of the settings, those that drop first."""
    return (
        *(Rule("drop", written, rules.parse(written)) for written in drop),
        *(Rule("keep", written, rules.parse(written)) for written in keep),
    )


def first_covering(these: Sequence[Rule], article: Subject) -> Rule | None:
    """The rule that decides on an article: the first that drops it, else the first that keeps it."""
    return next((rule for rule in these if rule.covers(article)), None) if article.origin != "seed" else None


class _Asked:
    """An article as rules look at it, cut into stems once."""

    def __init__(self, article: Subject) -> None:
        self.article = article

    @cached_property
    def title(self) -> tuple[str, ...]:
        return text.stems(self.article.title)

    @cached_property
    def excerpt(self) -> tuple[str, ...]:
        return text.stems(self.article.excerpt)

    @cached_property
    def text(self) -> tuple[str, ...]:
        return text.stems(self.article.text[: text.SEARCHED])


def _holds(part: Part, asked: _Asked) -> bool:
    match part:
        case Not(inside):
            return not _holds(inside, asked)
        case All(parts):
            return all(_holds(one, asked) for one in parts)
        case Either(parts):
            return any(_holds(one, asked) for one in parts)
        case Day(sign, day):
            return _on(asked.article.published_at, sign, day)
        case Words(field, said):
            return _said(asked, field, said)


def _said(asked: _Asked, field: str | None, said: str) -> bool:
    article = asked.article
    match field:
        case "url":
            return text.fold(said) in text.fold(article.web_url or "")
        case "language":
            return text.fold(said) == text.fold(article.language or "")
        case "outlet":
            domain = domain_of(said) if "." in said and " " not in said else None
            of_name = text.stems(said)
            return (domain is not None and article.provider_domain == domain) or _stands(
                of_name, text.stems(article.provider_name or "")
            )
        case "title" | "excerpt" | "text":
            return _stands(text.stems(said), getattr(asked, field))
        case _:
            stems = text.stems(said)
            return any(_stands(stems, place) for place in (asked.title, asked.excerpt, asked.text))


def _stands(stems: tuple[str, ...], among: tuple[str, ...]) -> bool:
    """Whether the words stand in a text one after the other, in any of their forms."""
    length = len(stems)
    if not length or stems[0] not in among:
        return False
    return any(among[at : at + length] == stems for at in range(len(among) - length + 1))


def _on(published: str | None, sign: str, day: str) -> bool:
    if not published:
        return False
    there = published[: len(day)]
    return {"": there == day, "<": there < day, "<=": there <= day, ">": there > day, ">=": there >= day}[sign]
