"""The text of a notice: what is new and likely related, with the reason for each; feeds that need a look. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo

from db.health import Health
from db.notices import FeedTrouble
from monitor.deliver.explanation import percent
from monitor.deliver.moments import day, exact, parse, since
from monitor.deliver.plaintext import plain
from monitor.deliver.unseen import NewArticle, Row
from monitor.deliver.verdict import verdict

SHOWN = 20
"""Articles that a notice describes; of more it gives the number."""
_OUTLETS = 5
_STATES = {"failing": "is broken", "parked": "is gone", "silent": "is silent"}


def title(articles: Sequence[NewArticle]) -> str:
    """The first line: how many stories, or the headline where it is one."""
    if len(articles) == 1:
        return f"seedwatch: {plain(articles[0].row['title'])}"
    return f"seedwatch: {len(articles)} new stories, likely related"


def body(articles: Sequence[NewArticle], zone: tzinfo | None) -> str:
    """The notice as plain text, a story a paragraph."""
    parts = ["\n".join(_lines(article, zone)) for article in articles[:SHOWN]]
    if len(articles) > SHOWN:
        parts.append(f"… and {len(articles) - SHOWN} more: `seedwatch new` lists them.")
    return "\n\n".join(parts) + "\n"


def feeds_title(troubles: Sequence[FeedTrouble]) -> str:
    """The first line of a notice of feeds."""
    if len(troubles) == 1:
        return f"seedwatch: {_called(troubles[0])} {_STATES.get(troubles[0].state, troubles[0].state)}"
    return f"seedwatch: {len(troubles)} feeds need a look"


def feeds_body(troubles: Sequence[FeedTrouble], now: datetime) -> str:
    """What is the matter with feeds, one a line."""
    lines = [_feed_line(trouble, now) for trouble in troubles[:SHOWN]]
    if len(troubles) > SHOWN:
        lines.append(f"… and {len(troubles) - SHOWN} more: `seedwatch feeds list` has all.")
    return "\n".join(lines) + "\n"


def summary_title(articles: Sequence[NewArticle], health: Health) -> str:
    """The first line of the summary of a time of day, which is sent even when there is nothing."""
    new = title(articles) if articles else "seedwatch: nothing new"
    return f"{new}, {healthy(health)}"


def summary_body(articles: Sequence[NewArticle], troubles: Sequence[FeedTrouble], health: Health, now: datetime) -> str:
    """What is new, and how the feeds are."""
    parts = [body(articles, now.tzinfo) if articles else "Nothing new is likely related.\n"]
    if troubles:
        parts.append(feeds_body(troubles, now))
    parts.append(f"{verdict(health, now).line}\n")
    return "\n".join(parts)


def healthy(health: Health) -> str:
    """How many feeds are well: neither broken nor silent nor never asked."""
    count = health.feeds - health.doubled
    well = count - health.broken - health.silent - health.empty - health.untried
    return (
        f"{well} of {count} feeds healthy"
        if count != 1
        else ("the feed is healthy" if well else "the feed is not healthy")
    )


def uids(articles: Sequence[NewArticle]) -> list[str]:
    """The articles of a notice, and the copies of their texts."""
    each = [one for article in articles for one in (article, *article.others)]
    return [row["uid"] for article in each for row in (article.row, *article.copies)]


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
    for other in article.others[:_OUTLETS]:
        outlet = other.row["provider_name"] or other.row["provider_domain"]
        yield plain(f"The same story: “{other.row['title']}”{f', {outlet}' if outlet else ''}")
    if len(article.others) > _OUTLETS:
        yield f"… and {len(article.others) - _OUTLETS} more texts of it"


def _date(row: Row, zone: tzinfo | None) -> str:
    """When it was published, to the day where no more is known; else when it was found."""
    if row["published_at"] and row["date_quality"] == "day":
        return day(parse(row["published_at"]), UTC)
    return f"{'' if row['published_at'] else 'found '}{exact(parse(row['sort_at']), zone)}"


def _called(trouble: FeedTrouble) -> str:
    return plain(trouble.name)


def _feed_line(trouble: FeedTrouble, now: datetime) -> str:
    start = f" since {since(parse(trouble.since), now)}" if trouble.since else ""
    return f"{_called(trouble)} {_STATES.get(trouble.state, trouble.state)}{start}. {plain(trouble.reason)}"
