"""Feeds taken from a list that somebody else may have written: only web addresses, and a warning for each that is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from config.errors import one_line
from config.feeds import Listed
from config.model import Feed
from config.secrets import redact
from config.units import describe

_WEB = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedList:
    """The feeds of one list, and a warning for each entry that was left out."""

    feeds: tuple[Listed, ...]
    warnings: tuple[str, ...]


@dataclass
class Taken:
    """What was taken from a list so far."""

    feeds: list[Listed] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def take(self, place: str, url: str, **said: Any) -> None:
        """Take a feed when its address is one on the web and all that is said of it holds; warn otherwise."""
        if not _WEB.match(url):
            self.warnings.append(f"{place}: left out: {describe(redact(url))} is no web address")
            return
        try:
            known = {key: value for key, value in said.items() if value not in {None, ""}}
            self.feeds.append(Listed(Feed(url=url, **known), lambda: place))
        except ValidationError as error:
            reason = error.errors()[0].get("ctx", {}).get("error", "not a feed")
            self.warnings.append(f"{place}: left out: {one_line(str(reason))}")

    @property
    def list(self) -> FeedList:
        """All of it."""
        return FeedList(tuple(self.feeds), tuple(self.warnings))


def switch(written: str) -> bool | None:
    """Whether a list says that a feed is on: None when it does not say so in a word that is known."""
    word = written.strip().lower()
    return True if word in {"true", "yes", "1", "on"} else False if word in {"false", "no", "0", "off"} else None
