"""Where more of a feed is, as its document says (RFC 5005; Atom's `rel=next`, also in RSS)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.normalise.address import web_address
from monitor.types import Further
from seeds.text import clean

_IANA = "http://www.iana.org/assignments/relation/"
_GENERATOR = 200


def further_of(feed: Mapping[str, Any], base: str) -> Further:
    """The next page, the archive before, whether this is all there is, and what made it."""
    found: dict[str, str] = {}
    for link in feed.get("links") or ():
        relation = str(link.get("rel") or "").lower().removeprefix(_IANA)
        if relation in {"next", "prev-archive"} and (url := web_address(link.get("href"), base)):
            found.setdefault(relation, url)
    maker = dict(feed.get("generator_detail") or {})
    named = " ".join(str(maker.get(key) or "") for key in ("name", "href"))
    return Further(
        next=found.get("next"),
        previous_archive=found.get("prev-archive"),
        # The element is empty, and its prefix is the publisher's choice.
        complete=any(key.endswith("_complete") and not value for key, value in feed.items()),
        generator=clean(named, _GENERATOR),
    )
