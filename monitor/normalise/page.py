"""An article's page as a seed record: what its head says, in the shape of the seed format."""

from __future__ import annotations

from datetime import datetime

from selectolax.lexbor import LexborHTMLParser

from monitor.normalise.dates import Date
from monitor.normalise.encoding import html_text
from monitor.normalise.head import head_of
from seeds import address
from seeds.record import Provider, Record


def read_page(body: bytes, url: str, content_type: str = "", now: datetime | None = None) -> Record | None:
    """The record of the article at `url`, or None when the page does not even have a title."""
    head = head_of(LexborHTMLParser(html_text(body, content_type)), url, now)
    if not head.title:
        return None
    parsed = address.parse(head.canonical or head.og_url or url) or address.parse(url)
    return Record(
        title=head.title,
        category="news",
        excerpt=head.excerpt or None,
        published_date_time=_written(head.published),
        updated_date_time=_written(head.updated),
        original_url=url,
        web_url=parsed.web_url if parsed else url,
        amp_web_url=head.amp,
        type="article",
        published=False,
        locale=head.language,
        provider=Provider(name=head.site, domain=parsed.outlet if parsed else None),
        images=head.images,
    )


def _written(date: Date) -> str | None:
    """A date as the seed format has it: of a day no more than the day."""
    return date.at[: len("2026-03-01")] if date.at and date.quality == "day" else date.at
