"""Which article an entry is: the rungs, from the surest to the weakest. All pure.

    key      the entry was here before
    address  one of its addresses identifies a stored article
    title    the same headline, and the outlet says so too: a seed that has no address, or an aggregator's link

A false merge hides reporting, so each rung needs positive evidence, and what speaks against it wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db.rows import KnownEntry, TitleMatch
from monitor.identify.keys import ALIKE, Known, alike
from monitor.types import Entry
from seeds import address, text

SAME_TITLE_DAYS = 3.0
"""How far apart two dates of one article may be when only title and outlet say that it is one."""
COPY_DAYS = 7.0
MIN_TITLE_WORDS = 4
MIN_COPY_EXCERPT = 80


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who an entry comes from: names it goes by, and its registrable domain."""

    names: tuple[str, ...]
    domain: str | None


@dataclass(frozen=True, slots=True)
class Same:
    """An entry is a stored article."""

    article_id: int
    method: str
    score: float
    evidence: dict[str, Any] = field(default_factory=dict)


def is_reused(entry: Entry, known: KnownEntry) -> bool:
    """Whether a feed uses the key of an old entry for a new article: another address and another headline."""
    if entry.link and known.link:
        moved = address.key_of(entry.link, keep_fragment=True) != address.key_of(known.link, keep_fragment=True)
    else:
        moved = entry.published_at is not None and known.published_at not in {None, entry.published_at}
    return moved and alike(entry.title, known.title) < ALIKE


def by_address(
    addresses: Sequence[Known], articles: dict[str, int], seeds: AbstractSet[int] = frozenset()
) -> list[Same]:
    """Articles that the addresses of an entry identify, the entry's own link first.

    A weak address identifies nothing, but for articles in `seeds`: what a person listed is known for what it is.
    """
    found: dict[int, Same] = {}
    for known in addresses:
        article_id = articles.get(known.key)
        if article_id is None or article_id in found or (known.weak and article_id not in seeds):
            continue
        evidence = {"key": known.key, "role": known.role, "url": known.url}
        found[article_id] = Same(article_id, "address", 1.0, evidence)
    return list(found.values())


def by_title(
    entry: Entry,
    outlet: Outlet,
    title_key: str,
    candidates: Iterable[TitleMatch],
    *,
    direct: bool,
    now: str,
    timeless: bool = False,
) -> Same | None:
    """The article with the same headline from the same outlet, when at least one of the two has no address there.

    `direct`: the entry has an address of its own; `timeless`: the dates need not agree, since it is a seed without one.
    """
    if not title_key or len(title_key.split()) < MIN_TITLE_WORDS:
        return None
    for match in candidates:
        if direct and match.direct_address:
            continue
        site = same_outlet(outlet, match)
        if site is None:
            continue
        # A seed without an address is recognised whenever its site brings its headline; others only within days.
        by_name_only = match.origin in {"seed", "seed_related"} and not match.direct_address
        days = days_apart(entry.published_at or now, match.published_at or match.first_seen_at)
        if timeless or by_name_only or days <= SAME_TITLE_DAYS:
            evidence = {"title": match.title_key, "outlet": site, "days_apart": round(days, 1)}
            return Same(match.id, "title and outlet", 0.95, evidence)
    return None


def copy_of(
    title_key: str, excerpt: str, published: str, candidates: Iterable[TitleMatch]
) -> tuple[TitleMatch, dict[str, Any]] | None:
    """The article whose text this is: the same headline and the same long excerpt at another address, within days."""
    folded = text.fold(excerpt)
    if len(title_key.split()) < MIN_TITLE_WORDS or len(folded) < MIN_COPY_EXCERPT:
        return None
    for match in candidates:
        days = days_apart(published, match.published_at or match.first_seen_at)
        if days <= COPY_DAYS and text.fold(match.excerpt) == folded:
            return match, {"title": title_key, "excerpt_characters": len(folded), "days_apart": round(days, 1)}
    return None


def same_outlet(outlet: Outlet, match: TitleMatch) -> str | None:
    """The name or domain by which an entry's outlet is that of a stored article, or None."""
    if outlet.domain and outlet.domain == match.provider_domain:
        return outlet.domain
    theirs = {bare(name) for name in (match.provider_name, _label(match.provider_domain)) if name} - {""}
    ours = [*outlet.names, *([_label(outlet.domain) or ""] if outlet.domain else [])]
    for name in ours:
        mine = bare(name)
        if any(mine == other or (len(other) >= 6 and mine.startswith(other)) for other in theirs if mine):
            return name
    return None


def bare(name: str) -> str:
    """A name without case, spaces and punctuation: `IT Russia` and `it-russia` are one."""
    return "".join(character for character in text.fold(name) if character.isalnum())


def days_apart(a: str, b: str) -> float:
    """Days between two times, without sign."""
    return abs((datetime.fromisoformat(a) - datetime.fromisoformat(b)).total_seconds()) / 86400


def _label(domain: str | None) -> str | None:
    """The name in a domain: `itrussia` of `itrussia.example`."""
    return domain.split(".", 1)[0] if domain else None
