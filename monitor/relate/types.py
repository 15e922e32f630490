"""The interface of relevance: what a matcher is made from, what it is asked, what it answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

Verdict = Literal["likely", "maybe", "no"]
JudgedOn = Literal["headline", "excerpt", "text"]


@dataclass(frozen=True, slots=True)
class SeedText:
    """One seed of a watch, as far as it tells what the watch is about."""

    uid: str
    title: str
    excerpt: str = ""
    body: str = ""
    topics: tuple[str, ...] = ()
    related_titles: tuple[str, ...] = ()
    label: str = ""
    """How a person would name it: outlet and date."""
    language: str = ""
    """As it is declared (ISO 639-1); empty when it is not."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A verdict of the user on an article: whether it is on the matter, and what the article says."""

    yes: bool
    title: str
    excerpt: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """What was reported in like words, for one watch."""

    share: float
    """The mean of what these reports score by themselves, the nearer the more."""
    weight: float
    """How near they are altogether."""
    reports: int
    on_it: int
    """How many of them are on the matter by themselves."""


@dataclass(frozen=True, slots=True)
class Document:
    """An article to be judged."""

    title: str
    excerpt: str = ""
    text: str = ""
    judged_on: JudgedOn = "headline"
    stems: str = ""
    """`seeds.text.said` of the three, when it is known already."""
    read: bool = False
    """Whether the text is that of its page, read because headline and excerpt were related."""
    company: Mapping[str, Company] = field(default_factory=dict)
    """Watch → what was reported in like words, as far as that is known."""


@dataclass(frozen=True, slots=True)
class Term:
    """Something an article shares with seeds: how a person would write it, what it weighs, how many seeds have it."""

    term: str
    weight: float
    seeds: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """How sure it is that an article is on the matter (a probability, 0 to 1), and because of what."""

    score: float
    reason: str
    terms: tuple[Term, ...] = ()
    parts: Mapping[str, object] = field(default_factory=dict)
    nearest: tuple[tuple[str, float], ...] = ()
    """Nearest seeds, three at most: uid and how near (0 to 1)."""


class Matcher(Protocol):
    """Judges articles for one watch."""

    watch: str
    version: str
    """Changes whenever a judgement could: with the method and with the seeds."""

    def judge(self, document: Document) -> Judgement:
        """Judge one article."""

    def stands(self, title: str) -> bool:
        """Whether an article with this headline is company to others that do, and they to it."""

    def matter(self, stems: Collection[str]) -> frozenset[str]:
        """Those of the stems of a text by which it is on the matter."""

    def instead(self, document: Document) -> list[tuple[str, float]]:
        """What else an article might have said, or left out, as a condition in words, and its score then."""
