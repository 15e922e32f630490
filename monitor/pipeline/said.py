"""What stored facts say of identity, as the entries they came as: a seed's record, a snapshot of a feed's entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from db.rows import EntryHistory, Snapshot, Source
from monitor.identify import keys, ladder
from monitor.types import DateQuality, Entry, Link, LinkRole
from seeds import text
from seeds.record import Record
from seeds.shape import record_from_dict


def said_by(history: EntryHistory, snapshot: Snapshot) -> Entry:
    """What an entry said at one time, as far as it bears on identity."""
    data = snapshot.data
    if history.source.kind == "seed":
        return entry_of(record_from_dict(data["record"]))
    return Entry(
        guid=history.guid,
        link=snapshot.link,
        title=snapshot.title,
        excerpt=snapshot.excerpt,
        published_at=snapshot.published_at,
        provider_name=data.get("provider_name"),
        provider_url=data.get("provider_url"),
        links=tuple(Link(link["url"], link["role"]) for link in data.get("links", ())),
    )


def known_addresses(history: EntryHistory) -> list[keys.Known]:
    """All addresses an entry ever gave, its own first."""
    return [known for _, snapshot in history.snapshots for known in keys.addresses(said_by(history, snapshot))]


def identities(history: EntryHistory) -> list[str]:
    """From what the uid of an article that began with this entry would be made, the likeliest first."""
    found = []
    for _, snapshot in history.snapshots:
        entry = said_by(history, snapshot)
        known = keys.addresses(entry)
        found += [f"address:{a.key}" for a in known if not a.weak]
        found.append(seed_identity(entry, known) if history.source.kind == "seed" else "")
    found.append(feed_identity(history.source, history.entry_key, ()))
    return [name for name in dict.fromkeys(found) if name]


def feed_identity(source: Source, entry_key: str, known: Sequence[keys.Known]) -> str:
    """What a new article gets its uid from: its first identifying address, else its place in its source."""
    strong = next((a.key for a in known if not a.weak), None)
    return f"address:{strong}" if strong else f"entry:{source.address}\x1f{entry_key}"


def seed_identity(entry: Entry, known: Sequence[keys.Known]) -> str:
    """The same of a seed: its first identifying address, else its title and outlet."""
    strong = next((a.key for a in known if not a.weak), None)
    title = text.title_key(entry.title)
    return f"address:{strong}" if strong else f"seed:{title}\x1f{ladder.bare(entry.provider_name or '')}"


def entry_of(record: Record) -> Entry:
    """A record as the entry it would be in a feed."""
    roles: list[tuple[str | None, LinkRole]] = [
        (record.original_url, "original"),
        (record.amp_web_url, "amp"),
        (record.cdn_amp_web_url, "cdn_amp"),
    ]
    published, quality = _date(record.published_date_time)
    domain = record.provider.domain if record.provider else None
    return Entry(
        guid=None,
        link=record.web_url or record.original_url or record.amp_web_url or record.cdn_amp_web_url,
        title=text.clean(record.title, 500),
        excerpt=text.clean(record.excerpt or "", 5000),
        text=text.clean(record.body, 100_000),
        published_at=published,
        published_raw=record.published_date_time or "",
        date_quality=quality,
        provider_name=record.provider.name if record.provider else None,
        provider_url=domain if domain is None or "://" in domain else f"https://{domain}/",
        language=(record.locale or "")[:2].lower() or None,
        links=tuple(Link(url, role) for url, role in roles if url),
    )


def _date(written: str | None) -> tuple[str | None, DateQuality]:
    """A record's date in UTC with its quality; one without zone is taken as UTC, and says so."""
    if not written:
        return None, "none"
    try:
        parsed = datetime.fromisoformat(written.strip())
    except ValueError:
        return None, "implausible"
    quality: DateQuality = "day" if len(written.strip()) <= 10 else "exact"
    if parsed.tzinfo is None:
        quality = "zone_assumed" if quality == "exact" else quality
        parsed = parsed.replace(tzinfo=UTC)
    return parsed.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), quality
