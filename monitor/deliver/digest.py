"""The text of a notice: what is new and likely related, with the reason for each. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo

from monitor.deliver.explanation import percent
from monitor.deliver.moments import day, exact, parse
from monitor.deliver.plaintext import plain
from monitor.deliver.unseen import NewArticle, Row

SHOWN = 20
"""Articles that a notice describes; of more it gives the number."""
_OUTLETS = 5


def title(articles: Sequence[NewArticle]) -> str:
    """The first line: how many, or the headline where it is one."""
    if len(articles) == 1:
        return f"seedwatch: {plain(articles[0].row['title'])}"
    return f"seedwatch: {len(articles)} new articles, likely related"


def body(articles: Sequence[NewArticle], zone: tzinfo | None) -> str:
    """The notice as plain text, an article a paragraph."""
    parts = ["\n".join(_lines(article, zone)) for article in articles[:SHOWN]]
    if len(articles) > SHOWN:
        parts.append(f"… and {len(articles) - SHOWN} more: `seedwatch new` lists them.")
    return "\n\n".join(parts) + "\n"


def uids(articles: Sequence[NewArticle]) -> list[str]:
    """The articles of a notice, and the copies of their texts."""
    return [row["uid"] for article in articles for row in (article.row, *article.copies)]


def _lines(article: NewArticle, zone: tzinfo | None) -> Iterator[str]:
    row = article.row
    about = [row["provider_name"] or row["provider_domain"], _date(row, zone)]
    if set(article.watches) != {"default"}:
        about.append(f"for {', '.join(article.watches)}")
    yield plain(row["title"])
    yield " · ".join(plain(part) for part in (*about, percent(row["relevance"]), row["uid"]) if part)
    yield plain(row["reason"])
    if row["web_url"]:
        yield plain(row["web_url"])
    outlets = [copy["provider_name"] or copy["provider_domain"] or copy["uid"] for copy in article.copies]
    if outlets:
        more = f" and {len(outlets) - _OUTLETS} more" if len(outlets) > _OUTLETS else ""
        yield f"The same text: {plain(', '.join(outlets[:_OUTLETS]))}{more}"


def _date(row: Row, zone: tzinfo | None) -> str:
    """When it was published, to the day where no more is known; else when it was found."""
    if row["published_at"] and row["date_quality"] == "day":
        return day(parse(row["published_at"]), UTC)
    return f"{'' if row['published_at'] else 'found '}{exact(parse(row['sort_at']), zone)}"
