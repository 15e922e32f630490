"""Which article an entry is: the rungs, from the surest to the weakest. All pure.

    key      the entry was here before
    address  one of its addresses identifies a stored article
    title    the same headline, and the outlet says so too: a seed that has no address, or an aggregator's link
    handle   an address at the same outlet that ends in the same long slug or article number, and the headlines agree

A false merge hides reporting, so each rung needs positive evidence, and what speaks against it wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from db.copies import Compared
from db.rows import KnownEntry, TitleMatch
from monitor.identify import wording
from monitor.identify.keys import ALIKE, Known, alike
from monitor.types import Entry
from seeds import address, outlets, text
from seeds.handles import agree, handles, is_form

SAME_TITLE_DAYS = 3.0
"""How far apart two dates of one article may be when only title and outlet say that it is one."""
MIN_TITLE_WORDS = 4
SAME_HANDLE = 0.6
"""How alike headlines must be where an address only suggests."""


class Outlet(NamedTuple):
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


def renewed(entry: Entry, before: Iterable[KnownEntry]) -> tuple[KnownEntry, Same] | None:
    """The entry of the same feed that this one is under a new guid and a new address, where all of a document is new.

    Its guid is the same but for scheme and host, as when a site moves; or it has the same headline and date to the second.
    """
    tail = _without_host(entry.guid)
    key = text.title_key(entry.title)
    for old in before:
        likeness = alike(entry.title, old.title)
        if tail and tail == _without_host(old.guid) and likeness >= ALIKE:
            evidence = {"guid": tail, "was": old.guid, "headlines_alike": round(likeness, 2)}
            return old, Same(old.article_id, "guid without its host", 0.95, evidence)
        same_time = entry.published_at is not None and entry.published_at == old.published_at
        if same_time and len(key.split()) >= MIN_TITLE_WORDS and key == text.title_key(old.title):
            evidence = {"title": key, "published_at": entry.published_at, "was": old.link}
            return old, Same(old.article_id, "title and date in its feed", 0.9, evidence)
    return None


def _without_host(guid: str | None) -> str:
    """The path and query of a guid that is an address; empty for others, and for one that has neither."""
    _, scheme, rest = (guid or "").partition("://")
    return rest.partition("/")[2] if scheme else ""


def by_handle(entry: Entry, candidates: Iterable[Compared], now: str) -> Same | None:
    """The article at an address of the same outlet that ends alike, where the headline agrees.

    What such an end suggests a headline of a series denies, and so do other dates or article numbers in the address.
    """
    here = address.parse(entry.link) if entry.link else None
    for side in candidates if here is not None else ():
        there = address.parse(side.web_url) if side.web_url else None
        if here is None or there is None or address.outlet_of(here.key_host) != address.outlet_of(there.key_host):
            continue
        shared = agree(handles(here), handles(there))
        likeness = alike(entry.title, side.title)
        days = days_apart(entry.published_at or now, side.at)
        if not shared or likeness < SAME_HANDLE or days > SAME_TITLE_DAYS:
            continue
        if here.outlet in outlets.PLATFORMS or wording.in_series(entry.title, side.title):
            continue
        if wording.template(entry.excerpt, side.excerpt):
            continue
        # One text for many towns has one slug too, under the names of the towns.
        if not shared.isdigit() and not is_form(here, there) and _renamed(entry.title, side.title):
            continue
        evidence = {"ends_in": shared, "outlet": here.outlet, "url": entry.link, "headlines_alike": round(likeness, 2)}
        return Same(side.id, "address and title", 0.9, evidence)
    return None


def _renamed(a: str, b: str) -> bool:
    return bool(wording.disagreement(a, b) or wording.renamed(a, b) or wording.doubtful(a, b))


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
