"""Finding feeds over real servers: few requests, each candidate really read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from config.model import Network, Poll, Settings
from monitor.schedule.discovery import Discovery, discover
from tests.program import item, rss
from tests.web import Answer, Hit, Web


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as served:
        yield served


def settings(*pairs: str, gap: float = 0) -> Settings:
    poll = Poll(host_gap=timedelta(seconds=gap), timeout=timedelta(seconds=5))
    return Settings(poll=poll, network=Network(allow_private=pairs))


async def look(url: str, *pairs: str, named: bool = True) -> Discovery:
    return await discover(settings(*pairs), url, Path(), lambda asked: None, named=named)


def feed(name: str, count: int = 3) -> bytes:
    return rss(*(item(f"{name} {n}", f"https://{name}.example/{n}") for n in range(count)), title=f"The {name}")


def page(*links: str, title: str = "News") -> bytes:
    return f"<html><title>{title}</title>{''.join(links)}</html>".encode()


def declared(href: str) -> str:
    return f'<link rel="alternate" type="application/rss+xml" href="{href}">'


async def test_an_address_that_is_a_feed_is_one_and_nothing_else_is_asked(web: Web) -> None:
    web.answer("/feed", feed("one"))
    done = await look(web.url("/feed"))

    (one,) = done.found
    assert (one.how, one.url, one.trial.title, one.trial.entries) == ("itself", web.url("/feed"), "The one", 3)
    assert len(web.hits) == 1


async def test_what_the_page_declares_is_read_and_ranked(web: Web) -> None:
    web.answer("/", page(*map(declared, ("/comments/feed", "/empty", "/gone", "/articles", "/same"))))
    web.answer("/comments/feed", feed("comments"))
    web.answer("/empty", rss(title="Empty"))
    web.answer("/articles", feed("articles"))
    web.answer("/same", feed("articles"))
    done = await look(web.url("/"))

    assert [one.url for one in done.found] == [web.url(path) for path in ("/articles", "/empty", "/comments/feed")]
    assert done.found[0].also == (web.url("/same"),)
    assert done.found[1].trial.problem == "no_entries"
    assert [(trial.feed_url, trial.error) for trial in done.tried] == [
        (web.url("/"), "not_a_feed"),
        (web.url("/gone"), "not_found"),
    ]
    assert web.count("/feed/") == 0, "where the page says it, nothing is guessed"


async def test_links_on_the_page_and_on_a_page_of_feeds_are_followed(web: Web) -> None:
    web.answer("/", page('<a href="/rss/">RSS</a><a href="/about">About</a>'))
    web.answer("/rss/", page('<a href="/rss/world.xml">World</a><a href="/rss/local.xml">Local</a>'))
    for name in ("world", "local"):
        web.answer(f"/rss/{name}.xml", feed(name))
    done = await look(web.url("/"))

    assert [(one.how, one.trial.title) for one in done.found] == [("linked", "The world"), ("linked", "The local")]
    assert web.count("/about") == 0


async def test_an_article_leads_to_its_front_page(web: Web) -> None:
    web.answer("/2026/article", page(title="Something happened"))
    web.answer("/", page(declared("/feed")))
    web.answer("/feed", feed("front"))

    assert [one.url for one in (await look(web.url("/2026/article"))).found] == [web.url("/feed")]


async def test_the_usual_places_are_tried_last_and_only_until_one_answers(web: Web) -> None:
    web.answer("/", page())
    web.answer("/rss.xml", feed("usual"))
    done = await look(web.url("/"))

    assert [(one.how, one.url) for one in done.found] == [("usual", web.url("/rss.xml"))]
    assert [hit.path for hit in web.hits] == ["/", "/robots.txt", "/feed/", "/rss", "/rss.xml"]


async def test_robots_are_obeyed_where_nobody_invited_us(web: Web) -> None:
    web.answer("/robots.txt", b"User-agent: *\nDisallow: /feed/\nDisallow: /rss\nDisallow: /mine\n")
    web.answer("/", page(declared("/mine"), '<a href="/rss/all">RSS</a>'))
    for path in ("/rss", "/rss/all", "/feed/"):
        web.answer(path, feed("hidden"))
    done = await look(web.url("/"))

    assert done.found == ()
    assert web.count("/mine") == 1, "a declared feed is an invitation"
    assert web.count("/rss") + web.count("/rss/all") + web.count("/feed/") == 0


async def test_a_site_whose_rules_cannot_be_had_is_left_alone(web: Web) -> None:
    web.answer("/robots.txt", b"", 503)
    web.answer("/", page('<a href="/rss">RSS</a>'))
    web.answer("/rss", feed("hidden"))

    assert (await look(web.url("/"))).found == ()
    assert [hit.path for hit in web.hits] == ["/", "/robots.txt"]


async def test_requests_are_bounded_whatever_a_site_says(web: Web) -> None:
    def maze(hit: Hit) -> Answer:
        return Answer(page(*(f'<a href="/rss/{hit.target.count("x")}{n}x">RSS</a>' for n in range(100))))

    web.serve("/", maze)
    for n in range(100):
        web.serve(f"/rss/0{n}x", maze)
    done = await look(web.url("/"))

    assert done.found == ()
    assert len(web.hits) <= 26


@pytest.mark.slow
async def test_there_is_a_pause_between_two_requests_to_a_host(web: Web) -> None:
    times: list[float] = []

    def respond(hit: Hit) -> Answer:
        times.append(time.monotonic())
        return Answer(page(declared("/a"), declared("/b")) if hit.path == "/" else feed(hit.path[1:]))

    for path in ("/", "/a", "/b"):
        web.serve(path, respond)
    await discover(settings(gap=0.5), web.url("/"), Path(), lambda asked: None)

    # Half of it, since what is measured is when requests arrive.
    assert [later - earlier > 0.25 for earlier, later in pairwise(times)] == [True, True]


async def test_no_page_leads_to_a_private_address_or_to_the_environment(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_SECRET", "hush-hush")
    with Web() as other:
        other.answer("/feed", feed("private"))
        web.answer(
            "/", page(declared(other.url("/feed")), declared("/?x=${DESK_SECRET}"), declared("/$%7BDESK_SECRET}"))
        )
        done = await look(web.url("/"))
        assert other.connections == 0

    assert done.found == ()
    assert [trial.error for trial in done.tried if trial.feed_url == other.url("/feed")] == ["blocked_address"]
    assert not [hit for hit in web.hits if "hush-hush" in hit.target]


async def test_an_address_that_nobody_named_is_not_reached_inside(web: Web) -> None:
    web.answer("/", feed("inside"))

    assert (await look(web.url("/"), named=False)).found == ()
    assert web.connections == 0
    assert len((await look(web.url("/"), f"127.0.0.1:{web.port}", named=False)).found) == 1


async def test_a_feed_that_has_moved_is_found_where_it_is(web: Web) -> None:
    web.answer("/", page(declared("/old")))
    web.redirect("/old", "/new", status=301)
    web.answer("/new", feed("moved"))

    assert [one.url for one in (await look(web.url("/"))).found] == [web.url("/new")]
