"""A stand-in for the DOC 2.0 API of GDELT: as it is documented, and as it is known to answer when something is wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.past import query
from tests.web import Answer, Hit, Web

PATH = "/api/v2/doc/doc"
LIMITED = b"Please limit requests to one every 5 seconds or contact kalev.leetaru5@gmail.com for larger queries.\n"
PAGE = b"<!DOCTYPE html><html><head><title>Error</title></head><body>Unknown error</body></html>"
_WINDOW = "%Y%m%d%H%M%S"


@dataclass(frozen=True)
class Article:
    """What GDELT says of one."""

    url: str
    title: str
    seen: datetime
    language: str = "English"
    mobile: str = ""

    def as_json(self) -> dict[str, str]:
        return {
            "url": self.url,
            "url_mobile": self.mobile,
            "title": self.title,
            "seendate": self.seen.strftime("%Y%m%dT%H%M%SZ"),
            "socialimage": f"{self.url}.jpg",
            "domain": self.url.split("/")[2],
            "language": self.language,
            "sourcecountry": "Russia",
        }


def hourly(count: int, since: datetime, every: timedelta = timedelta(hours=1)) -> list[Article]:
    """Articles at regular times."""
    return [
        Article(
            f"https://outlet{n % 7}.example/news/{n}",
            f"Report {n} on cameras in the metro , and faces",
            since + n * every,
        )
        for n in range(count)
    ]


@dataclass
class Gdelt:
    """Answers queries over its articles; `wrong` are answers that come first, `reach` is before what it has nothing."""

    web: Web
    articles: Sequence[Article]
    reach: datetime = datetime(2017, 1, 1, tzinfo=UTC)
    wrong: list[Answer | bytes] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.web.serve(PATH, self.answer)

    @property
    def base(self) -> str:
        return self.web.url(PATH)

    def answer(self, hit: Hit) -> Answer | bytes:
        asked = query(hit)
        self.asked.append(asked)
        if self.wrong:
            return self.wrong.pop(0)
        if len(asked["query"]) < 5:
            return Answer(b"The specified phrase is too short.\n", headers={"Content-Type": "text/html; charset=utf-8"})
        begin, end = (
            datetime.strptime(asked[n], _WINDOW).replace(tzinfo=UTC) for n in ("startdatetime", "enddatetime")
        )
        found = [a for a in self.articles if max(begin, self.reach) <= a.seen <= end]
        found.sort(key=lambda a: a.seen, reverse=asked["sort"] == "datedesc")
        listed = [a.as_json() for a in found[: min(250, int(asked.get("maxrecords", 75)))]]
        body = json.dumps({"articles": listed} if listed else {}, ensure_ascii=False).encode()
        return Answer(body, headers={"Content-Type": "application/json; charset=utf-8"})
