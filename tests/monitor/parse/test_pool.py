"""Parsing in processes that may hang, burst and die."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from monitor.parse import frames, wire
from monitor.parse.feed import parse
from monitor.parse.pool import ParsePool
from monitor.types import Parsed, ParseFailure

URL = "https://example.org/feed"
ROOT = Path(__file__).resolve().parents[3]


def rss(entries: int) -> bytes:
    items = "".join(
        f"<item><title>Новость {i}</title><link>/{i}</link><category>c</category>"
        f"<description>&lt;img src='/{i}.jpg'>Text &amp;amp; more</description>"
        f"<pubDate>Mon, 05 Jan 2026 12:00:00 GMT</pubDate></item>"
        for i in range(entries)
    )
    return f"<rss version='2.0'><channel><ttl>60</ttl><title>News</title>{items}</channel></rss>".encode()


SLOW = b"<rss><channel><item " + b" ".join(b"a%d=''" % i for i in range(50_000)) + b"/></channel></rss>"


@pytest.fixture
async def pool() -> AsyncIterator[ParsePool]:
    async with ParsePool(1, deadline_s=5, memory_mb=400) as made:
        yield made


def children() -> list[str]:
    listed = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "pid=,stat=,args="], capture_output=True, text=True, check=True
    )
    return [line for line in listed.stdout.splitlines() if "monitor.parse.worker" in line or "defunct" in line]


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def worker_pid() -> int:
    (line,) = children()
    return int(line.split()[0])


async def test_the_same_as_parsing_here(pool: ParsePool) -> None:
    for body in (rss(3), b"<html>", b"", "é".encode("latin-1") * 5, rss(0)):
        assert await pool.parse(body, "text/xml", URL) == parse(body, "text/xml", URL)


@pytest.mark.slow
async def test_large_documents_pass_both_ways(pool: ParsePool) -> None:
    parsed = await pool.parse(rss(1_500), "text/xml", URL)

    assert isinstance(parsed, Parsed)
    assert len(parsed.entries) == 1_500


@pytest.mark.slow
async def test_a_document_that_takes_too_long_delays_no_other() -> None:
    async with ParsePool(2, deadline_s=1.0) as pool:
        await asyncio.gather(*(pool.parse(rss(1), "text/xml", URL) for _ in range(2)))
        slow = asyncio.create_task(pool.parse(SLOW, "text/xml", URL))
        for _ in range(20):
            assert isinstance(await pool.parse(rss(1), "text/xml", URL), Parsed)
        assert not slow.done()

        ended = await slow
        assert isinstance(ended, ParseFailure)
        # On a machine that is busy with something else, four times as long may pass before it has computed so much.
        of_both = (
            "Reading the document took more than 1 seconds of computing.",
            "Reading the document took longer than 4 seconds.",
        )
        assert (ended.kind, ended.message in of_both) == ("timeout", True), ended
        assert isinstance(await pool.parse(rss(1), "text/xml", URL), Parsed)
    assert children() == []


@pytest.mark.slow
async def test_time_in_which_a_document_does_not_compute_is_not_counted() -> None:
    async with ParsePool(1, deadline_s=1.0) as pool:
        await pool.parse(rss(1), "text/xml", URL)
        os.kill(worker_pid(), signal.SIGSTOP)
        running = asyncio.create_task(pool.parse(rss(1), "text/xml", URL))
        await asyncio.sleep(1.5)  # longer than it may compute: a machine that is busy with something else
        os.kill(worker_pid(), signal.SIGCONT)

        assert isinstance(await running, Parsed)


@pytest.mark.slow
async def test_a_document_whose_process_stands_still_is_given_up() -> None:
    async with ParsePool(1, deadline_s=0.3) as pool:
        await pool.parse(rss(1), "text/xml", URL)
        os.kill(worker_pid(), signal.SIGSTOP)

        assert await pool.parse(rss(1), "text/xml", URL) == ParseFailure(
            "timeout", "Reading the document took longer than 1.2 seconds."
        )
    assert children() == []


@pytest.mark.slow
async def test_memory_is_limited() -> None:
    async with ParsePool(1, deadline_s=20, memory_mb=120) as pool:
        failure = await pool.parse(b"<rss><channel>" + b"x" * 30_000_000, "text/xml", URL)

        assert isinstance(failure, ParseFailure)
        assert failure.kind in {"memory", "crashed"}
        assert isinstance(await pool.parse(rss(1), "text/xml", URL), Parsed)


OTHERS = [pytest.param(number, marks=pytest.mark.slow) for number in (signal.SIGSEGV, signal.SIGTERM)]


@pytest.mark.parametrize("number", [signal.SIGKILL, *OTHERS])
async def test_a_worker_that_dies_is_replaced(pool: ParsePool, number: signal.Signals) -> None:
    await pool.parse(rss(1), "text/xml", URL)
    running = asyncio.create_task(pool.parse(SLOW, "text/xml", URL))
    await asyncio.sleep(0.05)
    os.kill(worker_pid(), number)

    failure = await running

    assert isinstance(failure, ParseFailure)
    assert failure.kind == "crashed"
    assert isinstance(await pool.parse(rss(1), "text/xml", URL), Parsed)


async def test_a_worker_that_died_idle_costs_nothing(pool: ParsePool) -> None:
    await pool.parse(rss(1), "text/xml", URL)
    os.kill(worker_pid(), signal.SIGKILL)
    for _ in range(500):
        await asyncio.sleep(0.01)
        if not children():
            break

    results = [await pool.parse(rss(1), "text/xml", URL) for _ in range(3)]

    assert all(isinstance(result, Parsed) for result in results)


async def test_ctrl_c_is_not_for_workers(pool: ParsePool) -> None:
    await pool.parse(rss(1), "text/xml", URL)
    pid = worker_pid()
    os.kill(pid, signal.SIGINT)

    assert isinstance(await pool.parse(rss(1), "text/xml", URL), Parsed)
    assert worker_pid() == pid


async def test_cancelling_frees_the_slot(pool: ParsePool) -> None:
    await pool.parse(rss(1), "text/xml", URL)
    running = asyncio.create_task(pool.parse(SLOW, "text/xml", URL))
    await asyncio.sleep(0.05)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert isinstance(await pool.parse(rss(1), "text/xml", URL), Parsed)


@pytest.mark.slow
async def test_nothing_is_left_behind() -> None:
    before = open_files()
    for _ in range(2):
        async with ParsePool(2, deadline_s=0.2) as pool:
            await asyncio.gather(*(pool.parse(body, "text/xml", URL) for body in (rss(1), SLOW, rss(1))))
    await asyncio.sleep(0)

    assert children() == []
    assert open_files() <= before + 1  # the watcher of processes may keep one


async def test_a_closed_pool_says_so(pool: ParsePool) -> None:
    await pool.aclose()

    with pytest.raises(RuntimeError, match="closed"):
        await pool.parse(rss(1), "text/xml", URL)


async def test_nothing_starts_before_it_is_needed(pool: ParsePool) -> None:
    assert children() == []


async def test_processes_come_up_before_the_documents_that_are_expected() -> None:
    async with ParsePool(2) as pool:
        pool.expect(5)
        parsed = await asyncio.gather(*(pool.parse(rss(1), "text/xml", URL) for _ in range(3)))

        assert len(children()) == 2
    assert all(isinstance(one, Parsed) for one in parsed)
    assert children() == []


async def test_what_is_coming_up_when_the_pool_closes_is_ended() -> None:
    async with ParsePool(2) as pool:
        pool.expect(1)
        await asyncio.sleep(0)
    assert children() == []


def test_a_worker_ends_with_its_input_and_keeps_its_output_clean(tmp_path: Path) -> None:
    # A folder that is called like one of the program's must not be taken for it.
    (tmp_path / "feedparser.py").write_text("raise SystemExit('wrong module')")
    head = frames.frame(b'["text/xml", "https://example.org/feed"]')

    done = subprocess.run(
        [sys.executable, "-P", "-m", "monitor.parse.worker", "1024", "20"],
        input=head + frames.frame(rss(1)),
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=20,
        check=True,
    )

    ready = frames.frame(b"ready")
    assert done.stdout.startswith(ready)
    answer = done.stdout.removeprefix(ready)
    assert wire.result_from_json(answer[4:]) == parse(rss(1), "text/xml", URL)
    assert done.stderr == b""


Make = Callable[[], Parsed | ParseFailure]


@pytest.mark.parametrize("make", [lambda: parse(rss(3), "text/xml", URL), lambda: ParseFailure("empty", "x")])
def test_the_wire_loses_nothing(make: Make) -> None:
    assert wire.result_from_json(wire.result_to_json(make())) == make()
