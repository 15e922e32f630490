"""Polls of one project over many feeds with faults, and the oracle that each of them has to pass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.hostile import Case, serve
from tests.program import TRACEBACK, Done, Project, item, rss
from tests.web import Web

HEALTHY = ("/healthy-a", "/healthy-b")
TIMEOUT_S = 2.0
LONGEST_REASON = 300


@dataclass(frozen=True)
class Poll:
    """What one poll came to."""

    done: Done
    health: dict[str, dict[str, Any]]
    fetches: dict[str, dict[str, Any]]
    titles: dict[str, list[str]]


class Rounds:
    """A project over the feeds of `cases` and two healthy ones, polled twice or more often."""

    def __init__(self, path: Path, web: Web, cases: Iterable[Case], polls: int = 2, timeout: float = TIMEOUT_S) -> None:
        self.web = web
        self.cases = {case.name: case for case in cases}
        self.urls = {name: case.extra.get("url") or serve(web, case) for name, case in self.cases.items()}
        for number, feed in enumerate(HEALTHY):
            web.answer(feed, rss(item(f"Healthy {number}", f"https://healthy{number}.example/1")))
        settings = f'timeout = "{timeout:g}s"\n'
        self.project = Project(path, [*self.urls.values(), *map(web.url, HEALTHY)], settings)
        self.polls: list[Poll] = []
        for _ in range(polls):
            self.again()

    def again(self) -> Poll:
        """Poll all feeds once more."""
        done = self.project.run("poll", "--all")
        rows = self.project.rows
        health = {row["feed_url"]: row for row in rows("SELECT * FROM feed_health")}
        fetches = {row["feed_url"]: row for row in rows("SELECT * FROM fetches ORDER BY rowid")}
        if not fetches:
            raise AssertionError(done)
        titles = {url: self.project.titles(url) for url in self.urls.values()}
        self.polls.append(Poll(done, health, fetches, titles))
        return self.polls[-1]

    def health(self, name: str, poll: int = 0) -> dict[str, Any]:
        return self.polls[poll].health[self.urls[name]]

    def fetch(self, name: str, poll: int = 0) -> dict[str, Any]:
        return self.polls[poll].fetches[self.urls[name]]

    def titles(self, name: str, poll: int = 0) -> list[str]:
        return self.polls[poll].titles[self.urls[name]]

    def check(self, name: str) -> None:
        """A feed came out as its case says, and recovered at the next good answer."""
        self.rest_is_well()
        case, health, fetch = self.cases[name], self.health(name), self.fetch(name)
        if case.error:
            assert (health["state"], health["consecutive_failures"], fetch["outcome"]) == ("failing", 1, "failed")
            assert fetch["error_code"] in case.error, fetch
            assert self.titles(name) == []
        else:
            # Some documents are old, and their feeds silent from the first visit on.
            assert health["state"] in {"ok", "quiet", "silent"}, health
            assert health["consecutive_failures"] == 0, health
            assert self.titles(name) == sorted(case.titles)
        reason = health["reason"]
        assert reason
        assert reason.isprintable()
        assert len(reason) <= LONGEST_REASON
        assert case.words in reason
        after = self.health(name, -1)
        assert (after["state"], after["consecutive_failures"], after["failing_since"]) == ("ok", 0, None), after
        assert f"Recovered {name}" in self.titles(name, -1)

    def rest_is_well(self) -> None:
        """The healthy feeds came through, the program ended well and said nothing it should not, the database is whole."""
        for poll in self.polls:
            assert poll.done.code == 0
            assert TRACEBACK not in poll.done.err
            assert "critical" not in poll.done.err
            for feed in HEALTHY:
                assert poll.health[self.web.url(feed)]["state"] == "ok"
        healthy = [self.project.titles(self.web.url(feed)) for feed in HEALTHY]
        assert healthy == [["Healthy 0"], ["Healthy 1"]]
        self.project.assert_sound()
