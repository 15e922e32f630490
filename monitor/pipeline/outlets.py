"""Which outlet an entry comes from, from what its source and the entry itself say."""

from __future__ import annotations

from dataclasses import dataclass

from db.rows import Snapshot, Source
from seeds import address


@dataclass(frozen=True, slots=True)
class Named:
    """An outlet's name and registrable domain, as far as known."""

    name: str | None
    domain: str | None


def outlet_of(source: Source, snapshot: Snapshot) -> Named:
    """The outlet of an entry: the `<source>` it names, else the one at its address, else the feed's own.

    The feed's name is that of an address elsewhere only where nearly all its entries lead there (`outlet_names`).
    """
    data = snapshot.data
    if "record" in data:
        provider = data["record"].get("provider") or {}
        return Named(provider.get("name"), domain_of(provider.get("domain")) or domain_of(snapshot.link))
    named = domain_of(data.get("provider_url"))
    if data.get("provider_name") or named:
        return Named(data.get("provider_name"), named or domain_of(snapshot.link))
    at_link = domain_of(snapshot.link)
    home = domain_of(source.link) or domain_of(source.address)
    if at_link is None or at_link in {home, source.outlet_domain}:
        # Saved documents are named after their files.
        own = source.title if source.kind == "backfill" else source.name or source.title
        return Named(source.outlet_name or own, at_link or home)
    return Named(None, at_link)


def domain_of(address_or_host: str | None) -> str | None:
    """The registrable domain of an address or a bare host name."""
    if not address_or_host:
        return None
    parsed = address.parse(address_or_host if "://" in address_or_host else f"https://{address_or_host}/")
    return parsed.outlet if parsed else None
