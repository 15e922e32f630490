"""A watch on one matter: what all its headlines say makes no story of them."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from monitor.relate.shared_terms import SharedTerms
from monitor.relate.types import SeedText
from monitor.stories.wording import beside
from seeds.shipped import corpus
from seeds.text import stems

SEEDS = (
    SeedText("a", "Moscow subway to deploy facial recognition surveillance system"),
    SeedText("b", "Murmansk gets comprehensive facial recognition surveillance system"),
    SeedText("c", "Unregulated facial recognition spreads across Russia"),
)
HEADLINES = (
    "Kazan court fines a man found by facial recognition in the metro",
    "Man fined by Kazan court after metro cameras recognised his face",
    "Omsk buses get facial recognition cameras",
    "Murmansk doubles its facial recognition cameras",
    "Novosibirsk schools to get facial recognition",
    "Суд в Перми оштрафовал мужчину, которого нашли по распознаванию лиц",
    "В школах Тюмени введут распознавание лиц",
)


def test_the_words_of_the_matter_are_known_in_both_languages() -> None:
    matcher = SharedTerms("default", SEEDS)

    found = matcher.matter(stems(HEADLINES[0]))
    assert set(stems("facial recognition")) <= found
    assert found.isdisjoint(stems("Kazan court fines a man"))
    assert matcher.matter(stems("Rail fares rise in Kazan")) == set()
    assert set(stems("распознавание лиц")) <= matcher.matter(stems("В школах Тюмени введут распознавание лиц"))


def test_they_are_worth_little_beside_what_tells_the_event() -> None:
    worth = beside({"facial": 1.0, "kazan": 0.8}, {"facial"})

    assert worth["facial"] < worth["kazan"] == 0.8


@pytest.mark.slow
def test_events_of_one_matter_are_stories_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    for name, document in corpus():
        (tmp_path / "seeds" / name).write_bytes(document)
    feeds = []
    for n, headline in enumerate(HEADLINES):
        item = f"<item><title>{headline}</title><link>https://o{n}.example/{n}</link><pubDate>Fri, 20 Nov 2026 0{n}:00:00 GMT</pubDate></item>"
        feed = (
            f"<rss version='2.0'><channel><title>O{n}</title><link>https://o{n}.example/</link>{item}</channel></rss>"
        )
        (tmp_path / f"{n}.xml").write_text(feed, encoding="utf-8")
        feeds.append(f'[[feeds]]\nurl = "{n}.xml"\n')
    (tmp_path / "seedwatch.toml").write_text("".join(feeds), encoding="utf-8")

    command = [sys.executable, "-m", "monitor", "poll", "--all", "--no-read"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)

    with closing(sqlite3.connect(tmp_path / "seedwatch.db")) as connection:
        rows = connection.execute("SELECT story_uid, title FROM items WHERE origin = 'feed' AND story_uid IS NOT NULL")
        told: dict[str, set[str]] = {}
        for story, title in rows:
            told.setdefault(story, set()).add(title)
    assert list(told.values()) == [set(HEADLINES[:2])]
