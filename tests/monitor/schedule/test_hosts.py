"""Whose turn it is: no host is asked by more requests at once, or more often, than it should be."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from db.rows import Feed, Source
from monitor.normalise.hosts import host_of
from monitor.schedule.hosts import HostQueue
from tests.monitor.schedule.test_timing import FEED


def feeds(*urls: str) -> list[Feed]:
    return [replace(FEED, source=Source(n, "feed", url)) for n, url in enumerate(urls)]


async def test_one_host_gets_one_request_at_a_time_while_others_go_on() -> None:
    queue = HostQueue(1, 0.0, lambda: 0.0)
    await queue.put(feeds("https://a.example/1", "https://www.a.example/2", "https://b.example/1"))
    first, second = await queue.get(), await queue.get()
    assert first is not None
    assert second is not None
    assert [f.source.address for f in (first, second)] == ["https://a.example/1", "https://b.example/1"]
    third = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    assert not third.done()
    await queue.done(first)
    got = await third
    assert got is not None
    assert got.source.address == "https://www.a.example/2"


async def test_two_requests_to_a_host_are_apart_by_the_gap() -> None:
    time = [0.0]
    queue = HostQueue(5, 10.0, lambda: time[0])
    await queue.put(feeds("https://a.example/1", "https://a.example/2"))
    await queue.get()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await queue.get()
    time[0] = 10.0
    assert await queue.get() is not None


async def test_files_are_read_without_a_gap() -> None:
    queue = HostQueue(5, 10.0, lambda: 0.0)
    await queue.put(feeds("one.xml", "saved/two.xml", "file:///three.xml"))
    async with asyncio.timeout(5):
        got = [await queue.get() for _ in range(3)]
    assert None not in got


async def test_when_all_is_done_every_worker_hears_of_it() -> None:
    queue = HostQueue(1, 0.0, lambda: 0.0)
    await queue.put(feeds("https://a.example/1"))
    feed = await queue.get()
    waiting = [asyncio.create_task(queue.get()) for _ in range(3)]
    await asyncio.sleep(0)
    await queue.close()
    assert feed is not None
    await queue.done(feed)
    assert await asyncio.gather(*waiting) == [None, None, None]


async def test_what_was_not_begun_is_given_back() -> None:
    queue = HostQueue(1, 0.0, lambda: 0.0)
    await queue.put(feeds("https://a.example/1", "https://a.example/2", "https://b.example/1"))
    await queue.get()
    assert sorted(f.source.address for f in await queue.drop()) == ["https://a.example/2", "https://b.example/1"]
    await queue.close()
    assert await queue.get() is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://news.bbc.co.uk/feed", "bbc.co.uk"),
        ("http://127.0.0.1:8000/a", "127.0.0.1"),
        ("http://[::1]:80/a", "::1"),
        ("feeds/saved.xml", "file"),
        ("file:///home/me/saved.xml", "file"),
    ],
)
def test_a_host_is_a_registrable_domain_or_an_address(url: str, host: str) -> None:
    assert host_of(url) == host


async def test_a_turn_waits_for_the_request_before_it_and_for_the_gap() -> None:
    time = [0.0]
    queue = HostQueue(1, 0.05, lambda: time[0])
    await queue.put(feeds("https://a.example/1"))
    feed = await queue.get()
    assert feed is not None
    order: list[str] = []

    async def page() -> None:
        async with queue.turn("https://www.a.example/page"):
            order.append("page")

    async with queue.turn("https://b.example/page"):
        order.append("another host")
    waiting = asyncio.create_task(page())
    await asyncio.sleep(0.01)
    assert order == ["another host"]
    time[0] = 10.0
    order.append("feed")
    await queue.done(feed)
    await asyncio.sleep(0.1)
    assert order == ["another host", "feed"]
    time[0] = 10.05
    async with asyncio.timeout(5):
        await waiting
    assert order == ["another host", "feed", "page"]


async def test_a_gap_begins_when_a_request_is_over() -> None:
    time = [0.0]
    queue = HostQueue(1, 10.0, lambda: time[0])
    await queue.put(feeds("https://a.example/1", "https://a.example/2"))
    first = await queue.get()
    assert first is not None
    time[0] = 30.0  # a slow server
    await queue.done(first)
    time[0] = 39.9
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await queue.get()
    time[0] = 40.0
    assert await queue.get() is not None


async def test_feeds_that_wait_go_before_pages() -> None:
    queue = HostQueue(1, 0.0, lambda: 0.0)
    await queue.put(feeds("https://a.example/1", "https://a.example/2"))
    first = await queue.get()
    order: list[str] = []

    async def page() -> None:
        async with queue.turn("https://a.example/page"):
            order.append("page")

    waiting = asyncio.create_task(page())
    await asyncio.sleep(0)
    assert first is not None
    await queue.done(first)
    second = await queue.get()
    order.append("feed")
    assert second is not None
    await queue.done(second)
    await waiting
    assert order == ["feed", "page"]


async def test_a_feed_waits_for_the_page_that_is_being_asked() -> None:
    queue = HostQueue(1, 0.0, lambda: 0.0)
    async with queue.turn("https://a.example/page"):
        await queue.put(feeds("https://a.example/1"))
        getting = asyncio.create_task(queue.get())
        await asyncio.sleep(0.01)
        assert not getting.done()
    assert await getting is not None


async def test_whoever_gives_up_waiting_for_a_turn_takes_nothing_along() -> None:
    queue = HostQueue(1, 0.0, lambda: 0.0)
    await queue.put(feeds("https://a.example/1"))
    feed = await queue.get()
    waiting = asyncio.create_task(queue.turn("https://a.example/page").__aenter__())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    assert feed is not None
    await queue.done(feed)
    async with asyncio.timeout(1), queue.turn("https://a.example/other"):
        pass


async def test_a_request_that_is_led_elsewhere_waits_for_that_host_and_leaves_its_own() -> None:
    time = [0.0]
    queue = HostQueue(1, 0.05, lambda: time[0])
    await queue.put(feeds("https://a.example/1", "https://b.example/1", "https://a.example/2"))
    one, other = await queue.get(), await queue.get()
    assert one is not None
    assert other is not None
    moving = asyncio.create_task(queue.move(one, "https://b.example/elsewhere"))
    await asyncio.sleep(0)
    time[0] = 10.0
    third = await queue.get()  # its own host is free again
    assert third is not None
    assert third.source.address == "https://a.example/2"
    await asyncio.sleep(0.01)
    assert not moving.done()
    await queue.done(other)
    time[0] = 10.05
    async with asyncio.timeout(1):
        await moving
    late = asyncio.create_task(queue.move(third, "https://b.example/as-well"))
    await queue.done(one)
    time[0] = 20.0
    async with asyncio.timeout(1):
        await late
    await queue.done(third)


async def test_a_redirect_at_one_host_waits_for_its_gap() -> None:
    time = [0.0]
    queue = HostQueue(1, 0.05, lambda: time[0])
    await queue.put(feeds("https://a.example/1"))
    feed = await queue.get()
    assert feed is not None
    moving = asyncio.create_task(queue.move(feed, "https://a.example/elsewhere"))
    await asyncio.sleep(0)
    assert not moving.done()
    time[0] = 0.05
    async with asyncio.timeout(1):
        await moving
    await queue.done(feed)


async def test_two_that_are_led_to_each_other_do_not_wait_for_ever() -> None:
    queue = HostQueue(1, 0.0, lambda: 0.0)
    await queue.put(feeds("https://a.example/1", "https://b.example/1"))
    one, other = await queue.get(), await queue.get()
    assert one is not None
    assert other is not None
    async with asyncio.timeout(1):
        await asyncio.gather(queue.move(one, other.source.address), queue.move(other, one.source.address))
    await queue.done(one)
    await queue.done(other)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://feeds.a.example/x", "feeds.a.example"),
        ("https://A.example./x", "a.example"),
        ("/home/x.xml", "file"),
        ("http://[::1]:80/", "::1"),
    ],
)
def test_each_host_by_itself(url: str, host: str) -> None:
    assert host_of(url, "host") == host
