"""A small database of findings, written through the store's own doors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from db import articles, facts, feed_state, stories
from db.rows import Article, Decision, Judged, NewArticle, NewEntry, Snapshot
from db.store import next_id
from monitor.clock import stamp, utc_now
from seeds.text import lemma_text, title_key
from tests.stores import store_at

WATCH = "facial-recognition"


@dataclass
class Newsroom:
    """Writes findings; times are given as distances from `now`."""

    path: Path
    now: datetime = field(default_factory=lambda: utc_now().replace(microsecond=0))

    def __post_init__(self) -> None:
        self.store = store_at(self.path)

    def close(self) -> None:
        self.store.close()

    def at(self, back: timedelta | None) -> str | None:
        return None if back is None else stamp(self.now - back)

    def feed(
        self,
        url: str,
        *,
        name: str | None = None,
        every: timedelta = timedelta(hours=1),
        tags: str = "[]",
        **columns: Any,
    ) -> int:
        last = timedelta(minutes=3)
        with self.store.transaction() as connection:
            source = facts.ensure_source(connection, "feed", url, stamp(self.now), name=name, tags=tags)
            defaults = {
                "last_attempt_at": self.at(last),
                "last_success_at": self.at(last),
                "next_poll_at": self.at(last - every),
                "reason": "Answers.",
            }
            feed_state.set_feed(connection, source.id, **{**defaults, **columns})
        return source.id

    def broken(self, url: str, name: str, reason: str, days: float = 3, failures: int = 9) -> int:
        since = self.at(timedelta(days=days))
        return self.feed(
            url, name=name, state="failing", reason=reason, failing_since=since, consecutive_failures=failures
        )

    def fetched(self, feed: int, new_items: int, back: timedelta = timedelta(hours=1)) -> None:
        with self.store.transaction() as connection:
            feed_state.record_fetch(
                connection,
                feed,
                started_at=self.at(back),
                duration_ms=120,
                status=200,
                outcome="new",
                entries=30,
                new_items=new_items,
            )

    def missed(self, feed: int, start: timedelta, end: timedelta) -> None:
        with self.store.transaction() as connection:
            connection.execute(
                "INSERT INTO gap (source_id, missed_from, missed_until, detected_at, reason) VALUES (?, ?, ?, ?, ?)",
                (
                    feed,
                    self.at(start),
                    self.at(end),
                    self.at(end),
                    "The web archive has no copies of the feed from that time.",
                ),
            )

    def seed(self, title: str, *, watch: str = WATCH, **columns: Any) -> int:
        with self.store.transaction() as connection:
            source = facts.ensure_source(connection, "seed", f"{watch}/{title[:40]}.md", stamp(self.now), watch=watch)
            article_id = self._insert(connection, source.id, title, origin="seed", **columns)
            articles.set_seed_verdicts(connection, [article_id])
        return article_id

    def item(
        self,
        title: str,
        *,
        likely: float | None = None,
        maybe: float | None = None,
        watch: str = WATCH,
        reason: str = "It shares “facial recognition” and “Moscow” with five seeds.",
        copy_of: int | None = None,
        seen: bool = False,
        feed: int | None = None,
        nearest: tuple[str, ...] = (),
        score: float = 0.1,
        **columns: Any,
    ) -> int:
        score = likely or maybe or score
        verdict = "likely" if likely else "maybe" if maybe else "no"
        with self.store.transaction() as connection:
            source = feed or facts.ensure_source(connection, "backfill", "an archive", stamp(self.now)).id
            article_id = self._insert(connection, source, title, **columns)
            near = [(uid, score) for uid in nearest]
            judged = Judged(watch, score, verdict, "excerpt", reason, [], {}, near, "1")
            articles.set_judgements(connection, [(article_id, judged)], stamp(self.now))
            articles.refresh_verdicts(connection, [article_id])
            if copy_of is not None:
                articles.set_copies(connection, copy_of, [article_id])
                root = articles.uid_of(connection, copy_of)
                stories.keep_group(connection, copy_of, root)
                pair = (f"article:{articles.uid_of(connection, article_id)}", f"article:{root}")
                facts.record_decision(connection, Decision("copy", *pair, "copy", "same text", 0.98), stamp(self.now))
            if seen:
                connection.execute("UPDATE article SET seen_at = ? WHERE id = ?", (stamp(self.now), article_id))
        return article_id

    def judged(self, article_id: int, watch: str, score: float, verdict: str, reason: str) -> None:
        with self.store.transaction() as connection:
            judged = Judged(watch, score, verdict, "excerpt", reason, [], {}, [], "1")
            articles.set_judgements(connection, [(article_id, judged)], stamp(self.now))
            articles.refresh_verdicts(connection, [article_id])

    def renamed(self, article_id: int, old: str, new: str) -> None:
        with self.store.transaction() as connection:
            articles.add_revision(connection, article_id, "title", old, new, stamp(self.now))

    def uid(self, article_id: int) -> str:
        return articles.uid_of(self.store.connection, article_id)

    def _insert(
        self,
        connection: Any,
        source: int,
        title: str,
        *,
        origin: str = "feed",
        url: str | None = "https://news.example/article",
        outlet: str | None = "Example News",
        excerpt: str = "",
        text: str = "",
        language: str | None = "en",
        age: timedelta = timedelta(hours=3),
        found: timedelta | None = None,
        dated: bool = True,
        day: str | None = None,
    ) -> int:
        article_id = next_id(connection, "article")
        first_seen = self.at(min(age, timedelta(hours=1)) if found is None else found)
        published = f"{day}T00:00:00Z" if day else self.at(age) if dated else None
        article = Article(
            uid=f"u{article_id:04}",
            origin=origin,
            title=title,
            title_key=title_key(title),
            excerpt=excerpt,
            text=text,
            lemmas=lemma_text(f"{title} {excerpt} {text}"),
            web_url=url,
            published_at=published,
            date_quality="day" if day else "exact" if dated else "none",
            first_seen_at=str(first_seen),
            sort_at=str(published or first_seen),
            language=language,
            provider_name=outlet,
            provider_domain=None,
            judged_on="text" if text else "excerpt",
        )
        said = Snapshot(content_hash=title, title=title, link=url)
        entry = NewEntry(source, f"key:{article_id}", None, said, str(first_seen))
        articles.insert_articles(connection, [NewArticle(article_id, article, entry, ())])
        return article_id


def tell(room: Newsroom, *ids: int) -> str:
    """Put articles into one story, which is that of the first; returns its uid."""
    with room.store.transaction() as connection:
        stories.keep_group(connection, ids[0], articles.uid_of(connection, ids[0]))
        story_id = connection.execute("SELECT story_id FROM article WHERE id = ?", (ids[0],)).fetchone()[0]
        connection.executemany("UPDATE article SET story_id = ? WHERE id = ?", [(story_id, i) for i in ids])
        stories.keep_group(connection, ids[0], articles.uid_of(connection, ids[0]))
        return str(connection.execute("SELECT uid FROM story WHERE id = ?", (story_id,)).fetchone()[0])


def believable(path: Path) -> Newsroom:
    """A newsroom that watches facial recognition in Russian cities: everything that the front page can show."""
    room = Newsroom(path)
    meduza = room.feed("https://meduza.example/rss", name="Meduza")
    ap = room.feed("https://ap.example/feed", name="AP News")
    for n in range(6):
        room.feed(f"https://outlet{n}.example/feed.xml", name=f"Outlet {n}")
    room.broken("https://novaya.example/rss", "Novaya Gazeta", "The server answered 403 Forbidden.", days=4)
    room.broken("https://kommersant.example/rss", "Kommersant", "The name kommersant.example does not exist.", days=1.2)
    silent = "Silent: It answers, but has brought nothing for 12 days; usually every day."
    room.feed(
        "https://sova.example/feed",
        name="SOVA Center",
        state="silent",
        problem="silent",
        reason=silent,
        last_new_item_at=room.at(timedelta(12)),
    )
    room.feed(
        "https://tass.example/feed",
        name="TASS",
        problem="degraded",
        reason="Degraded: the document ends in the middle; 14 entries were read.",
    )
    room.fetched(meduza, 208)
    room.fetched(ap, 104, timedelta(hours=5))
    for title, days, language in (
        ("Moscow’s metro starts paying by face", 900, "en"),
        ("В Москве задержали участника протеста по камерам с распознаванием лиц", 700, "ru"),
        ("Russia expands facial recognition to ten more cities", 400, "en"),
    ):
        room.seed(
            title,
            age=timedelta(days=days),
            language=language,
            outlet="Human Rights Watch" if language == "en" else "ОВД-Инфо",
        )
    room.seed("The market for stolen camera footage", watch="data-leaks", age=timedelta(days=200), outlet="MBKh")
    root = room.item(
        "Russian court upholds fine for activist spotted by metro cameras",
        likely=0.93,
        outlet="AP News",
        url="https://ap.example/court",
        age=timedelta(hours=2),
        feed=ap,
        excerpt="A Moscow court has upheld a fine against an activist whom the metro’s facial recognition cameras picked out.",
        reason="It shares “facial recognition”, “metro” and “Moscow” with three seeds, most with “Moscow’s metro pays by face”.",
    )
    for n in range(3):
        room.item(
            "Russian court upholds fine for activist spotted by cameras",
            likely=0.93,
            copy_of=root,
            age=timedelta(hours=1),
            outlet=f"Reprinter {n}",
        )
    room.item(
        "Власти Казани установят 500 камер с распознаванием лиц в школах",
        likely=0.88,
        outlet="Meduza",
        url="https://meduza.example/kazan",
        language="ru",
        age=timedelta(hours=7),
        feed=meduza,
        excerpt="Камеры с системой распознавания лиц появятся в школах Казани до конца года.",
        reason="С пятью исходными материалами общее: «распознавание лиц», «камеры».",
    )
    room.item(
        "Нижний Новгород: город закупит за 800 млн рублей камеры, которые будут сверять лица прохожих с базой МВД",
        likely=0.84,
        outlet="Коммерсантъ",
        url="https://kommersant.example/nn",
        language="ru",
        age=timedelta(days=1, hours=4),
    )
    for n, (title, outlet) in enumerate(
        (
            ("London police to double use of live facial recognition vans", "The Guardian"),
            ("Sberbank tests payment by face in Novosibirsk supermarkets", "RBC"),
            ("Airport in Almaty scans faces of all passengers from Russia", "Tengrinews"),
        )
    ):
        room.item(title, maybe=0.71 - n * 0.1, outlet=outlet, age=timedelta(hours=9 + 11 * n))
    undated = room.item(
        "Как устроена система «Безопасный город»", maybe=0.44, language="ru", outlet="Teplitsa", dated=False
    )
    room.judged(undated, "data-leaks", 0.62, "maybe", "It shares “camera” and “base” with one seed.")
    for n in range(28):
        for k in range((n * 7) % 5):
            room.item(
                f"Report {n}.{k} on camera networks",
                seen=True,
                age=timedelta(days=n, hours=k),
                **{"likely" if k % 3 == 0 else "maybe": 0.85 if k % 3 == 0 else 0.5},
            )
    room.item(
        "Phone maker shows face unlock that works in the dark",
        outlet="Tech Daily",
        reason="It shares only “face” with the seeds.",
    )
    room.renamed(
        root, "Court upholds fine for activist", "Russian court upholds fine for activist spotted by metro cameras"
    )
    return room
