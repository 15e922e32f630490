"""How quick the pages are over a large database, while another process writes: `python -m benchmarks.browse [ARTICLES] [DATABASE]`.

Makes a database of that many articles (200,000), with 500 feeds asked every hour for 30 days, two watches with 60 seeds,
1 % likely and 3 % maybe related, 15 % copies, a third in stories; then asks for each page a number of times, in this process.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from db.store import Store
from monitor.browse.canned import QUESTIONS
from monitor.browse.serve import application
from monitor.clock import stamp

FEEDS, DAYS, ROUNDS = 500, 30, 15
WATCHES = ("facial-recognition", "data-leaks")
WORDS = [
    "камера",
    "город",
    "лица",
    "полиция",
    "метро",
    "система",
    "база",
    "суд",
    "активист",
    "школа",
    "распознавание",
    "видео",
    "Москва",
    "Казань",
    "закон",
    "данные",
    "camera",
    "city",
    "face",
    "police",
    "metro",
    "system",
    "court",
    "activist",
    "school",
    "recognition",
    "video",
    "Moscow",
    "London",
    "law",
    "data",
    "report",
]
PAGES = {
    "front page": "/",
    "search, rare word": "/-/seedwatch/search?q=редкость",
    "search, word in most articles": "/-/seedwatch/search?q=камеры",
    "search, three words": "/-/seedwatch/search?q=камера полиция Moscow",
    "search, phrase": '/-/seedwatch/search?q="камера полиция"',
    "search, either and without": "/-/seedwatch/search?q=камера OR camera -London",
    "search, filtered": "/-/seedwatch/search?q=камеры&verdict=likely",
    "findings": "/-/seedwatch/search?verdict=likely+maybe&origin=feed",
    "all items, page 20": "/-/seedwatch/search?page=20",
    "one language of a watch": "/-/seedwatch/search?watch=facial-recognition&verdict=maybe&language=en",
    "one outlet, one day": "/-/seedwatch/search?outlet=outlet7.example&since=2026-06-01&until=2026-06-01",
    "one tag": "/-/seedwatch/search?tag=wire",
    "article": "/-/seedwatch/article/u0000960",
    "story": "/-/seedwatch/story/s121",
    "watch": "/-/seedwatch/watch/facial-recognition",
    "outlet": "/-/seedwatch/outlet?domain=outlet7.example",
    "feeds": "/-/seedwatch/feeds",
    "feed": "/-/seedwatch/feed?url=https%3A%2F%2Foutlet7.example%2Ffeed",
    "Atom of a watch": "/-/seedwatch/follow?watch=facial-recognition",
    "items": "/{name}/items",
    "related_items": "/{name}/related_items",
    "feed_health": "/{name}/feed_health",
    **{f"query {question}": f"/{{name}}/{question}" for question in QUESTIONS},
}


def fill(path: Path, count: int, days: int = DAYS) -> None:
    """Make the database; `days`: for how long its feeds were asked every hour."""
    chance = random.Random(1)
    now = datetime.now(UTC)
    store = Store(path)
    with store.transaction() as connection:
        sources(connection, now, days)
        connection.execute(
            "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 3 FROM n WHERE n <= ?)"
            " INSERT INTO story (id, uid, title) SELECT n, 's' || n, 'Story ' || n FROM n",
            (count // 8 + 1,),
        )
        connection.executemany(
            "INSERT INTO article (id, uid, origin, title, title_key, excerpt, text, lemmas, web_url, published_at,"
            " first_seen_at, sort_at, language, provider_name, provider_domain, verdict, relevance, copy_of_id, seen_at,"
            " story_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            articles(chance, count, now),
        )
        told(connection)
        connection.executemany(
            "INSERT INTO judgement (article_id, watch, score, verdict, judged_on, judged_at, reason, terms, nearest,"
            " matcher_version) VALUES (?, ?, ?, ?, 'text', ?, 'It shares “camera” with two seeds.', '[]', ?, '1')",
            judgements(connection, chance, now),
        )
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


def sources(connection: sqlite3.Connection, now: datetime, days: int) -> None:
    for n in range(FEEDS):
        source = (f"https://outlet{n}.example/feed", f"Outlet {n}", stamp(now))
        connection.execute("INSERT INTO source (kind, address, name, added_at) VALUES ('feed', ?, ?, ?)", source)
        state = "failing" if n % 50 == 7 else "silent" if n % 50 == 9 else "ok"
        times = (stamp(now - timedelta(minutes=n % 60)), stamp(now + timedelta(minutes=60 - n % 60)))
        connection.execute(
            "INSERT INTO feed (source_id, state, failing_since, last_attempt_at, last_success_at, next_poll_at, reason)"
            " VALUES (?, ?, ?, ?, ?, ?, 'Answers.')",
            (n + 1, state, stamp(now) if state == "failing" else None, times[0], *times),
        )
    connection.executemany(
        "INSERT INTO fetch (source_id, started_at, duration_ms, status, outcome, new_items) VALUES (?, ?, 90, 200, 'new', 1)",
        (
            (n + 1, stamp(now - timedelta(hours=hour, minutes=n % 60)))
            for hour in range(24 * days, 0, -1)
            for n in range(FEEDS)
        ),
    )


def articles(chance: random.Random, count: int, now: datetime) -> Iterator[tuple[Any, ...]]:
    for n in range(1, count + 1):
        words = chance.choices(WORDS, k=45)
        title = f"{' '.join(words[:9])} {n % 9973}"
        when = stamp(now - timedelta(days=365) * (1 - n / count) - timedelta(minutes=1))
        draw = chance.random()
        verdict, relevance = ("likely", 0.9) if draw < 0.01 else ("maybe", 0.5) if draw < 0.04 else ("no", 0.1)
        root = n - chance.randrange(1, 50) if chance.random() < 0.15 and n > 50 else None
        seen = when if chance.random() < 0.9 else None
        # Most feeds give an excerpt; the whole text is there of what is related, whose page was read, and of some others.
        text = " ".join(words * 9) if verdict != "no" or chance.random() < 0.1 else ""
        text += " редкость" if n % 5000 == 0 else ""
        lemmas = " ".join(words).lower().replace("камера", "камер") + (" редкост" if n % 5000 == 0 else "")
        row = (
            n,
            f"u{n:07}",
            "feed",
            title,
            title,
            " ".join(words),
            text,
            lemmas,
            f"https://outlet{n % FEEDS}.example/{n}",
        )
        outlet = (f"Outlet {n % FEEDS}", f"outlet{n % FEEDS}.example")
        story = n // 8 + 1 if n // 8 % 3 == 0 else None
        yield (*row, when, when, when, "ru" if n % 3 else "en", *outlet, verdict, relevance, root, seen, story)


def told(connection: sqlite3.Connection) -> None:
    """By which entry each article came, what stories there are, and how uids and addresses lead to articles."""
    connection.execute(
        "INSERT INTO entry (id, source_id, entry_key, first_seen_at, last_seen_at, snapshot_id, article_id)"
        f" SELECT id, id % {FEEDS} + 1, uid, first_seen_at, first_seen_at, id, id FROM article"
    )
    connection.execute(
        "INSERT INTO snapshot (id, entry_id, seen_at, content_hash, link, title, date_quality)"
        " SELECT id, id, first_seen_at, uid, web_url, title, 'exact' FROM article"
    )
    connection.execute("INSERT INTO alias SELECT uid, id FROM article")
    connection.execute(
        "INSERT INTO address (article_id, url, role, key, rules_version) SELECT id, web_url, 'web', substr(web_url, 9), 1 FROM article"
    )
    connection.execute("DELETE FROM story WHERE id NOT IN (SELECT story_id FROM article WHERE story_id IS NOT NULL)")
    connection.execute(
        "UPDATE story SET (title, first_published_at, last_published_at, articles, reprints, own_text_outlets) = ("
        " SELECT max(title), min(sort_at), max(sort_at), count(*), count(copy_of_id), count(DISTINCT provider_domain)"
        " FROM article WHERE story_id = story.id)"
    )
    connection.execute("UPDATE settled SET value = (SELECT max(id) FROM article)")
    connection.execute("DELETE FROM unsettled")


def judgements(connection: sqlite3.Connection, chance: random.Random, now: datetime) -> Iterator[tuple[Any, ...]]:
    nearest = '[["u0000001",0.7],["u0000002",0.6],["u0000003",0.5]]'
    for article_id, verdict, relevance in connection.execute("SELECT id, verdict, relevance FROM article").fetchall():
        yield article_id, WATCHES[0], relevance + 0.1 * chance.random(), verdict, stamp(now), nearest
        yield article_id, WATCHES[1], 0.3 * chance.random(), "no", stamp(now), nearest


async def measure(path: Path) -> None:
    datasette = application(path)
    await datasette.invoke_startup()
    print(f"{'page':34} {'median':>9} {'slowest':>9} {'CPU':>9}  status  bytes")
    for page, address in PAGES.items():
        times, spent, response = [], [], None
        for _ in range(ROUNDS):
            start, cpu = time.perf_counter(), time.process_time()
            response = await datasette.client.get(address.format(name=path.stem))
            times.append(1000 * (time.perf_counter() - start))
            spent.append(1000 * (time.process_time() - cpu))
        median, slowest, cpu = statistics.median(times), max(times), statistics.median(spent)
        print(
            f"{page:34} {median:6.0f} ms {slowest:6.0f} ms {cpu:6.0f} ms  {response.status_code}  {len(response.content):8}",
            flush=True,
        )


def write(path: str, over: Event) -> None:
    """What a daemon does meanwhile: twenty articles and their requests a second, searched at once, in short transactions."""
    store, chance = Store(Path(path)), random.Random()  # another one each time, since uids are of one article each
    while not over.wait(1.0):
        now = stamp(datetime.now(UTC))
        with store.transaction() as connection:
            for _ in range(20):
                words = " ".join(chance.choices(WORDS, k=40))
                connection.execute(
                    "INSERT INTO article (uid, origin, title, title_key, excerpt, first_seen_at, sort_at, provider_name,"
                    " provider_domain) VALUES (?, 'feed', ?, ?, ?, ?, ?, 'Outlet 1', 'outlet1.example')",
                    (f"w{chance.randrange(10**12)}", words[:80], words[:80], words, now, now),
                )
                connection.execute(
                    "INSERT INTO fetch (source_id, started_at, duration_ms, outcome, new_items) VALUES (1, ?, 90, 'new', 1)",
                    (now,),
                )
    store.close()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder) / "seedwatch.db"
        if not path.exists():
            start = time.perf_counter()
            fill(path, count)
            print(
                f"{count:,} articles in {path.stat().st_size / 1e6:,.0f} MB, made in {time.perf_counter() - start:.0f} s"
            )
        over = multiprocessing.Event()
        writer = multiprocessing.Process(target=write, args=(str(path), over))
        writer.start()
        try:
            asyncio.run(measure(path))
        finally:
            over.set()
            writer.join()


if __name__ == "__main__":
    main()
