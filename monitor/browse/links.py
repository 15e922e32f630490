"""Where things are on this server: every page of ours can be shared by its address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

PREFIX = "/-/seedwatch/"
"""What the project's own pages begin with, but for the front page."""
HOME, SEARCH, FEEDS = "/", f"{PREFIX}search", f"{PREFIX}feeds"


@dataclass(frozen=True, slots=True)
class Links:
    """Paths on this server; `root` is what all of them begin with."""

    root: str
    style: str
    database: str

    @property
    def home(self) -> str:
        """The front page."""
        return f"{self.root}{HOME}"

    @property
    def search(self) -> str:
        """Search, and lists with filters."""
        return f"{self.root}{SEARCH}"

    @property
    def feeds(self) -> str:
        """All feeds."""
        return f"{self.root}{FEEDS}"

    @property
    def data(self) -> str:
        """All questions and views, in words."""
        return self.own("data")

    def own(self, page: str, named: str = "", /, **query: str) -> str:
        """A page of ours, about something that has a name."""
        place = f"{self.root}{PREFIX}{page}" + (f"/{quote(named, safe='')}" if named else "")
        return place + _query(query)

    def listed(self, **filters: str) -> str:
        """A list with filters."""
        return f"{self.search}{_query(filters)}"

    def article(self, uid: str) -> str:
        """The page of an article."""
        return self.own("article", uid)

    def story(self, uid: str) -> str:
        """The page of a story."""
        return self.own("story", uid)

    def seed(self, uid: str) -> str:
        """The page of a seed."""
        return self.own("seed", uid)

    def watch(self, name: str) -> str:
        """The page of a watch."""
        return self.own("watch", name)

    def outlet(self, domain: str, name: str = "") -> str:
        """The page of an outlet, by its domain, and its name where that tells it from others."""
        return self.own("outlet", domain=domain, name=name)

    def feed(self, url: str) -> str:
        """The page of a feed."""
        return self.own("feed", url=url)

    def table(self, name: str, **filters: str) -> str:
        """A view or canned query of Datasette, with filters."""
        return f"{self.database}/{name}" + _query(filters)


def _query(parts: dict[str, str]) -> str:
    told = {key: value for key, value in parts.items() if value}
    return f"?{urlencode(told)}" if told else ""
