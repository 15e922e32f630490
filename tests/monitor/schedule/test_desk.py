"""Which page is read next: budgets, order, claims; and what of a visit is written down."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog

from config.model import Read
from db import facts, pages
from db.rows import Judged
from monitor.clock import stamp
from monitor.pipeline.ingest import Ingest
from monitor.read.types import Failure, Page, Site, Visit, Wanted
from monitor.schedule.desk import CLAIM_S, Desk
from monitor.types import Exchange, Validators
from tests.world import World, entry

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


class Clerk:
    """A desk with a clock that is set by hand, over articles with verdicts that are given."""

    def __init__(self, world: World, **settings: Any) -> None:
        self.world = world
        self.now = NOW
        self.desk = Desk(world.store, world.judge, Read(**settings), lambda: self.now)
        self.made = 0

    def article(self, url: str, verdict: str = "likely", *, published: datetime = NOW, kind: str = "feed") -> int:
        """An article of that verdict; returns its id."""
        self.made += 1
        said = entry(f"Article number {self.made} at {url}", url, published_at=stamp(published), date_quality="exact")
        with self.world.store.transaction() as connection:
            source = facts.ensure_source(connection, kind, f"{kind}-{self.made}", self.world.now)  # type: ignore[arg-type]
            (article_id,) = Ingest(connection, self.world.judge, self.world.now).document(source, [said], "guid").new
            self.verdict(connection, article_id, verdict)
        return article_id

    def verdict(self, connection: Any, article_id: int, verdict: str) -> None:
        from db import articles

        score = {"likely": 0.9, "maybe": 0.5, "no": 0.1}[verdict]
        judged = Judged("default", score, verdict, "headline", "", [], {}, [], "test")
        articles.set_judgements(connection, [(article_id, judged)], self.world.now)
        articles.refresh_verdicts(connection, [article_id])

    def choose(self, room: int = 100, busy: Collection[str] = ()) -> list[str]:
        return [wanted.url for wanted in self.desk.choose(room, busy)]

    def wanted(self) -> Wanted:
        (wanted,) = self.desk.choose(1, ())
        return wanted

    def visited(self, wanted: Wanted, result: Page | Failure | None = None, **more: Any) -> Any:
        return self.desk.record(
            Visit(wanted, self.now, result or Page(title=wanted.title), final_url=wanted.url, **more)
        )

    def read_all(self) -> list[str]:
        """Read until nothing is left now."""
        found: list[str] = []
        while chosen := self.desk.choose(100, ()):
            for wanted in chosen:
                found.append(wanted.url)
                self.visited(wanted)
        return found


@pytest.fixture
def clerk(world: World) -> Clerk:
    return Clerk(world)


def url(host: str, number: int = 1) -> str:
    return f"https://{host}.example/article-number-{number}"


def test_the_latest_likely_one_of_a_feed_comes_first(clerk: Clerk) -> None:
    day = timedelta(days=1)
    clerk.article(url("a"), "likely", published=NOW - 3 * day)
    clerk.article(url("b"), "maybe", published=NOW)
    clerk.article(url("c"), "likely", published=NOW - day)
    clerk.article(url("d"), "likely", published=NOW, kind="backfill")
    clerk.article(url("e"), "no", published=NOW)

    assert clerk.choose() == [url("c"), url("a"), url("b"), url("d")]
    assert clerk.choose() == []


@pytest.mark.parametrize(
    ("settings", "expected"),
    [({}, ["a", "b"]), ({"verdicts": ("likely",)}, ["a"]), ({"verdicts": ("maybe",)}, ["b"])],
)
def test_only_the_verdicts_that_are_wanted(world: World, settings: dict[str, Any], expected: list[str]) -> None:
    clerk = Clerk(world, **settings)
    for host, verdict in (("a", "likely"), ("b", "maybe"), ("c", "no")):
        clerk.article(url(host), verdict)

    assert clerk.choose() == [url(host) for host in expected]


def test_an_article_whose_verdict_changes_is_read_then(clerk: Clerk) -> None:
    article_id = clerk.article(url("a"), "no")
    assert clerk.choose() == []
    with clerk.world.store.transaction() as connection:
        clerk.verdict(connection, article_id, "maybe")

    assert clerk.choose() == [url("a")]


def test_one_page_of_a_host_at_a_time_and_none_of_busy_ones(clerk: Clerk) -> None:
    for number in (1, 2):
        for host in ("a", "b"):
            clerk.article(url(host, number))

    assert clerk.choose(busy={"b.example"}) == [url("a", 2)]
    assert clerk.choose(room=1) == [url("b", 2)]
    assert len(clerk.choose()) == 2


def test_an_hours_budget_holds_for_all_and_for_each_host(world: World) -> None:
    clerk = Clerk(world, pages_per_hour=5, host_pages_per_hour=2)
    for number in range(10):
        clerk.article(url("a", number))
        clerk.article(url("b", number))
        clerk.article(url("c", number))

    assert len(clerk.read_all()) == 5
    assert clerk.choose() == []
    hosts = [row["url"].split("/")[2] for row in world.rows("SELECT url FROM pages WHERE state = 'read'")]
    assert max(hosts.count(host) for host in hosts) <= 2
    clerk.now += timedelta(hours=1, seconds=1)
    assert len(clerk.read_all()) == 5


def test_a_flood_of_history_waits_behind_the_news(world: World) -> None:
    clerk = Clerk(world, pages_per_hour=3)
    for number in range(20):
        clerk.article(url(f"old{number}"), kind="backfill")
    assert len(clerk.read_all()) == 3
    clerk.article(url("news"), "maybe")
    clerk.now += timedelta(hours=1, seconds=1)

    assert clerk.read_all()[0] == url("news")


def test_what_is_claimed_is_not_chosen_again_until_the_claim_is_over(clerk: Clerk) -> None:
    clerk.article(url("a"))
    assert clerk.choose() == [url("a")]
    assert clerk.choose() == []
    clerk.now += timedelta(seconds=CLAIM_S + 1)
    assert clerk.choose() == [url("a")]


def test_what_was_released_is_chosen_at_once(clerk: Clerk) -> None:
    clerk.article(url("a"))
    wanted = clerk.wanted()
    clerk.desk.release([wanted.page_id])

    assert clerk.choose() == [url("a")]


@pytest.mark.parametrize(
    "address", ["https://a.example/", "https://news.google.com/rss/articles/CBMiX2h0dHBz", "https://a.example/en"]
)
def test_home_pages_and_hidden_addresses_are_no_pages(clerk: Clerk, address: str) -> None:
    clerk.article(address)

    assert clerk.choose() == []


def test_an_address_that_several_articles_share_is_not_read(clerk: Clerk) -> None:
    shared = [entry(f"Quite another headline {word}", url("a"), guid=word) for word in ("bees", "metro", "weather")]
    outcome = clerk.world.feed("https://a.example/feed", shared)
    with clerk.world.store.transaction() as connection:
        for article_id in outcome.new:
            clerk.verdict(connection, article_id, "likely")

    assert clerk.choose() == []


def test_two_articles_at_one_page_after_a_merge_are_read_once(clerk: Clerk) -> None:
    clerk.article(url("a"))
    assert len(clerk.read_all()) == 1
    clerk.world.feed(
        "https://other.example/feed", [entry("Another headline of it", f"{url('a')}?utm_source=x", guid="g")]
    )

    assert clerk.choose() == []


def test_a_host_that_asks_for_time_gets_it_for_all_its_pages(clerk: Clerk) -> None:
    clerk.article(url("a", 1))
    clerk.article(url("a", 2))
    clerk.visited(clerk.wanted(), Failure("too_many_requests", "why"), retry_after=7200)
    assert clerk.choose() == []
    clerk.now += timedelta(hours=2, seconds=1)

    assert len(clerk.read_all()) == 2


def test_failures_are_tried_again_and_given_up(clerk: Clerk) -> None:
    clerk.article(url("a"))
    tries = 0
    for _ in range(400):
        for wanted in clerk.desk.choose(1, ()):
            tries += 1
            clerk.visited(wanted, Failure("timeout", "It took too long."))
        clerk.now += timedelta(hours=3)

    assert tries == 6
    (page,) = clerk.world.rows("SELECT state, reason, next_at FROM pages")
    assert page == {"state": "given_up", "reason": "It took too long.", "next_at": None}


def test_a_page_is_looked_at_again_with_its_validators_when_the_settings_say_so(world: World) -> None:
    clerk = Clerk(world, again="7d")
    clerk.article(url("a"))
    first = clerk.wanted()
    assert first.validators is None
    validators = Validators(url("a"), '"1"')
    clerk.visited(first, validators=validators)
    clerk.now += timedelta(days=7)

    assert clerk.wanted().validators == validators


def test_an_article_named_by_a_person_is_read_whatever_its_verdict_and_the_budget(world: World) -> None:
    clerk = Clerk(world, pages_per_hour=1)
    unrelated = clerk.article(url("a"), "no")
    home = clerk.article("https://b.example/")
    clerk.article(url("c"))
    clerk.read_all()

    wanted, refused = clerk.desk.these([unrelated, home])

    assert [one.url for one in wanted] == [url("a")]
    assert refused == [(home, "it has no address of a page of its own")]
    assert clerk.desk.these([unrelated])[1] == [(unrelated, "it is being read just now")]


def test_what_sites_allow_is_remembered_until_it_is_old(clerk: Clerk) -> None:
    clerk.article(url("a"))
    site = Site("https://a.example", "User-agent: *", good_until=stamp(NOW + timedelta(hours=1)), checked_at=stamp(NOW))
    clerk.desk.record(Visit(clerk.wanted(), NOW, Page(title="T")), [site])

    assert clerk.desk.sites() == {"https://a.example": site}
    clerk.now += timedelta(hours=2)
    assert clerk.desk.sites() == {}


def test_captures_are_indexed_and_a_full_disk_loses_no_reading(world: World) -> None:
    clerk = Clerk(world, capture=True)
    clerk.article(url("a"))
    exchange = Exchange(url("a"), (), 200, (), b"<p>x</p>")
    clerk.visited(clerk.wanted(), exchanges=(exchange,))
    clerk.article(url("b"))
    folder = world.path.with_suffix(".captures")
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    folder.write_text("not a folder")
    with structlog.testing.capture_logs() as logged:
        clerk.visited(clerk.wanted(), exchanges=(exchange,))

    assert [line["event"] for line in logged] == ["capture could not be written"]
    assert len(world.rows("SELECT * FROM captures")) == 1
    assert len(world.rows("SELECT * FROM readings WHERE outcome = 'read'")) == 2


def test_claims_of_a_killed_program_are_forgotten(clerk: Clerk) -> None:
    clerk.article(url("a"))
    clerk.wanted()
    with clerk.world.store.transaction() as connection:
        pages.forget_claims(connection, stamp(clerk.now))

    assert clerk.choose() == [url("a")]
