"""Folding what sources say of an article into the article. Pure, and the same in any order of arrival.

The entry that speaks for an article is a seed's own record, else a listing in a seed, else the entry of a feed that was
seen first; what it leaves out is taken from the others, and then from the article's pages, where those were read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from db.rows import Article, EntryView, Snapshot
from monitor.pipeline.outlets import outlet_of
from seeds import address, text

_RANK = {("seed", "self"): 0, ("seed", "listed"): 1, ("feed", "self"): 2, ("backfill", "self"): 3}
_ORIGIN = ("seed", "seed_related", "feed", "backfill")


def fold(uid: str, entries: Sequence[EntryView], lemmas: str = "", pages: Sequence[Snapshot] = ()) -> Article:
    """The article that these entries, one at least, describe, and what its pages said; `lemmas` when they are known already."""
    ordered = sorted(entries, key=lambda e: (_RANK[e.source.kind, e.role], e.first_seen_at, e.entry_id))
    first = ordered[0]
    fed = [e.snapshot for e in ordered]
    says = [*fed, *pages]
    title = next((_headline(s) for s in says if s.title), "") or _without_title(says)
    pictured = _picture_alone(says)
    excerpt = next((s.excerpt for s in says if s.excerpt), "")
    body = max((s.text for s in fed), key=len)
    page_text = max((s.text for s in pages), key=len, default="")
    read = len(page_text) > max(len(body), len(excerpt))
    body = page_text if read else body
    dated = _dated(fed, pages) or first.snapshot
    seen = min(e.first_seen_at for e in entries)
    name, domain = _provider(ordered)
    name = name or next((str(s.data["provider_name"]) for s in pages if s.data.get("provider_name")), None)
    return Article(
        uid=uid,
        origin=_ORIGIN[_RANK[first.source.kind, first.role]],
        title=pictured or title,
        # Pictures without words have their addresses in common with nothing: what they are called here is no headline.
        title_key=text.title_key(
            title, tuple(dict.fromkeys(n for n in (name, first.source.name, first.source.title) if n))
        ),
        excerpt=excerpt,
        text=body,
        lemmas=(lemmas if title == first.snapshot.title else "")
        or text.lemma_text(title, excerpt, body[: text.SEARCHED]),
        web_url=_web_url(says),
        published_at=dated.published_at,
        date_quality=dated.date_quality,
        first_seen_at=seen,
        sort_at=sort_time(dated.published_at, min([seen, *_captured(fed)])),
        language=next((s.language for s in says if s.language), None),
        provider_name=name,
        provider_domain=domain,
        judged_on="text" if body else "excerpt" if excerpt and excerpt != title else "headline",
        record=_record(ordered, pages),
        read=read,
    )


def _headline(said: Snapshot) -> str:
    """A headline without the name of the outlet behind it that the entry gives as its source, as Google News does."""
    return text.without_outlet(said.title, said.data.get("provider_name") or "")


def _dated(fed: Sequence[Snapshot], pages: Sequence[Snapshot]) -> Snapshot | None:
    """Whoever says when it was published: a feed, unless only a page says it to the second."""
    dated = next((s for s in fed if s.published_at), None)
    at_page = next((s for s in pages if s.published_at), None)
    if dated is None or (dated.date_quality != "exact" and at_page is not None and at_page.date_quality == "exact"):
        return at_page or dated
    return dated


def sort_time(published_at: str | None, seen: str) -> str:
    """When an article stands in a list: its date, or when it was seen where that was still to come."""
    return min(published_at, seen) if published_at else seen


def _captured(says: Sequence[Snapshot]) -> list[str]:
    """When archived copies were made that have it: what has no date is as old at least."""
    return [str(s.data["capture"]["at"]) for s in says if "capture" in s.data]


def _without_title(says: Sequence[Snapshot]) -> str:
    """What stands for a headline where there is none: the start of the text, or the address."""
    words = next((s.excerpt or s.text for s in says if s.excerpt or s.text), "")
    return text.clean(words, 100) or next((s.link for s in says if s.link), None) or "(untitled)"


def _picture_alone(says: Sequence[Snapshot]) -> str:
    """What a post is called that is pictures and not a word, as messengers have them; nothing for all others.

    Not after its channel: a name such as "Cameras of the city" is no word on what the picture shows.
    """
    if any(s.title or s.excerpt or s.text for s in says) or not any(s.data.get("images") for s in says):
        return ""
    day = next((s.published_at[:10] for s in says if s.published_at), "")
    return f"Picture without words, {day}" if day else "Picture without words"


def _web_url(says: Sequence[Snapshot]) -> str | None:
    """The address for people: the first direct one, else the first there is, without tracking and AMP."""
    parsed = [p for p in (address.parse(s.link) for s in says if s.link) if p is not None]
    direct = next((p for p in parsed if not p.opaque and p.role == "web"), None)
    best = direct or (parsed[0] if parsed else None)
    return best.web_url if best else None


def _provider(ordered: Sequence[EntryView]) -> tuple[str | None, str | None]:
    """The outlet's name and domain: as a seed gives them, else as the sources do."""
    for entry in ordered:
        outlet = outlet_of(entry.source, entry.snapshot)
        if outlet.name or outlet.domain:
            return outlet.name, outlet.domain
    return None, None


def _record(ordered: Sequence[EntryView], pages: Sequence[Snapshot]) -> dict[str, Any]:
    """The keys of the seed format that have no column: a seed's own, else what the sources say."""
    own = next((e.snapshot.data["record"] for e in ordered if e.source.kind == "seed" and e.role == "self"), None)
    if own is not None:
        kept = {k: v for k, v in own.items() if k not in {"title", "excerpt", "webUrl"}}
        return {**kept, "related": own.get("related", [])}
    listed = next((e.snapshot.data["record"] for e in ordered if e.source.kind == "seed"), None)
    record: dict[str, Any] = {}
    if listed is not None:
        record = {k: v for k, v in listed.items() if k not in {"title", "excerpt", "webUrl", "related"}}
    for snapshot in [*(entry.snapshot for entry in ordered), *pages]:
        data = snapshot.data
        for key in ("topics", "images", "originalUrl"):
            if data.get(key) and key not in record:
                record[key] = data[key]
        if snapshot.updated_at and "updatedDateTime" not in record:
            record["updatedDateTime"] = snapshot.updated_at
    return record
