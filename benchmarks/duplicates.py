"""How well one article is recognised, beside simple methods, on labelled data.

    python -m benchmarks.duplicates [--data FOLDER] [--failures]

Everything goes through the pipeline into a database of its own and is read from the views. The simple methods get the threshold
that is best on the same data, which flatters them. Intervals are of 95 %, by bootstrap over groups of pairs that share an
article. Without data only the edits and texts that the benchmark itself writes are measured.
"""

from __future__ import annotations

import argparse
import difflib
import json
import random
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

from benchmarks.duplicate_cases import EDITS, KEPT_ASIDE, NEGATIVES, Item
from db import facts
from db.store import Store
from monitor.identify import keys
from monitor.pipeline.ingest import Ingest
from monitor.pipeline.judging import Judge, Thresholds
from monitor.types import Entry
from seeds import text
from seeds.address import outlet_of

DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "eval"
_START = datetime(2026, 3, 1, 8, tzinfo=UTC)
Rows = list[dict[str, Any]]
Alike = Callable[[Item, Item], float]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument(
        "--data", type=Path, default=DATA, help="folder with addresses.jsonl, stream.jsonl, duplicate_pairs.jsonl"
    )
    options.add_argument("--failures", action="store_true", help="print what was judged wrong")
    arguments = options.parse_args()
    for file in sorted(arguments.data.glob("addresses*.jsonl")):
        addresses(_rows(file), file.name, failures=arguments.failures)
    stream, pairs = arguments.data / "stream.jsonl", arguments.data / "duplicate_pairs.jsonl"
    if not stream.exists() or not pairs.exists():
        print(f"{arguments.data}: no labelled data; only what the benchmark itself writes is measured", file=sys.stderr)
        written([], failures=arguments.failures)
        return
    articles = {row["id"]: _item(row) for row in _rows(stream)}
    labelled(articles, _rows(pairs), failures=arguments.failures)
    written(list(articles.values()), failures=arguments.failures)


# --- through the pipeline


class Run:
    """A database into which feeds are put; what the views say afterwards."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self._folder.name) / "run.db")
        self.judge = Judge([], Thresholds(0.8, 0.4))

    def feed(self, url: str, entries: Sequence[Entry], title: str = "") -> None:
        """One poll of a feed."""
        now = _stamp(60.0)
        with self.store.transaction() as connection:
            source = facts.ensure_source(connection, "feed", url, now, title=title)
            Ingest(connection, self.judge, now).document(source, entries, keys.policy_for(entries, "guid"))

    def items(self) -> dict[str, str]:
        """Guid → uid of the item."""
        return dict(self.store.connection.execute("SELECT guid, item_uid FROM sightings").fetchall())

    def roots(self) -> dict[str, str]:
        """Guid → uid of the item whose text it is."""
        query = "SELECT s.guid, coalesce(i.copy_of_uid, i.uid) FROM sightings s JOIN items i ON i.uid = s.item_uid"
        return dict(self.store.connection.execute(query).fetchall())

    def methods(self) -> dict[str, int]:
        """By what copies and items were recognised → how often."""
        query = "SELECT kind || ': ' || method, count(*) FROM decisions WHERE kind IN ('identity', 'copy') GROUP BY 1 ORDER BY 1"
        return dict(self.store.connection.execute(query).fetchall())

    def close(self) -> None:
        """Give everything back."""
        self.store.close()
        self._folder.cleanup()


def _by_outlet(items: dict[str, Item]) -> Run:
    """All items as feeds, one for each outlet."""
    run = Run()
    feeds: dict[str, list[Entry]] = defaultdict(list)
    for guid, item in items.items():
        feeds[item.outlet].append(_entry(item, guid))
    for outlet, entries in feeds.items():
        run.feed(f"https://{outlet}/feed.xml", entries, outlet)
    return run


# --- what is measured


def addresses(articles: Rows, name: str, *, failures: bool) -> None:
    """Forms of one address as feeds: the web form under one headline, others with one word of eight changed."""
    run = Run()
    chance = random.Random(1)
    words = [
        f"{a}{b}"
        for a in ("stone", "river", "light", "north", "paper", "silver")
        for b in ("wood", "field", "gate", "house", "ton")
    ]
    feeds: dict[str, list[Entry]] = defaultdict(list)
    for number, article in enumerate(articles):
        title = chance.sample(words, 8)
        for form in article["addresses"]:
            said = title if form["role"] == "web" else [*title[:7], chance.choice(words)]
            item = Item(" ".join(said), "", form["url"], 59.0)
            feeds[form["role"]].append(_entry(item, f"{number}-{form['role']}"))
    for role, entries in feeds.items():
        run.feed(f"https://{role}.example/feed.xml", entries)
    uids, roots = run.items(), run.roots()
    found = {
        f"{n}-{f['role']}": uids[f"{n}-{f['role']}"] == uids.get(f"{n}-web")
        for n, article in enumerate(articles)
        for f in article["addresses"]
        if f["role"] != "web"
    }
    webs = [roots[f"{n}-web"] for n in range(len(articles)) if f"{n}-web" in roots]
    low, high = _interval([[(float(hit), 1.0)] for hit in found.values()], _ratio)
    print(
        f"{name}: {sum(found.values())} of {len(found)} forms recognised: {sum(found.values()) / len(found):.3f} ({low:.3f}-{high:.3f})"
    )
    print(f"  distinct articles merged: {len(webs) - len(set(webs))} of {len(webs)}")
    if failures:
        for key in (key for key, hit in found.items() if not hit):
            number, role = key.split("-", 1)
            print(f"  missed: {next(f['url'] for f in articles[int(number)]['addresses'] if f['role'] == role)}")
    run.close()


def labelled(articles: dict[str, Item], pairs: Rows, *, failures: bool) -> None:
    """Labelled pairs, the whole stream being replayed as feeds of its outlets."""
    run = _by_outlet(articles)
    roots = run.roots()
    print(f"stream: {len(articles)} entries, {len(set(run.items().values()))} items, {len(set(roots.values()))} texts")
    for method, count in run.methods().items():
        print(f"  {method}: {count}")
    groups = _groups(pairs)
    print("labelled pairs, weighted:")
    ours = {(p["a"], p["b"]): roots[p["a"]] == roots[p["b"]] for p in pairs}
    _show("seedwatch", groups, ours)
    for name, alike in SIMPLE.items():
        _show(name, groups, _best(alike, articles, pairs))
    if failures:
        for pair in pairs:
            if ours[pair["a"], pair["b"]] != bool(pair["dup"]):
                print(
                    f"  {'missed' if pair['dup'] else 'false'}: {articles[pair['a']].title} / {articles[pair['b']].title}"
                )
    run.close()


def written(articles: Sequence[Item], *, failures: bool) -> None:
    """Edits of real articles at other outlets, and texts that are alike and not one."""
    fit = [
        item
        for item in articles
        if len(item.excerpt.split()) >= 15 and "youtube" not in item.url and len(item.title.split()) >= 5
    ]
    originals = random.Random(3).sample(fit, min(300, len(fit)))
    if originals:
        print(f"edits of {len(originals)} articles, each at another outlet within a day: share recognised")
    for name, edit in {**EDITS, **KEPT_ASIDE}.items():
        if originals:
            _edited(name, edit, originals, failures=failures, aside=name in KEPT_ASIDE)
    print("texts that are alike and not one: pairs put together")
    for kind, make in NEGATIVES.items():
        items = list(make())
        run = _by_outlet({str(n): item for n, item in enumerate(items)})
        roots = run.roots()
        ours = [(a, b) for a in range(len(items)) for b in range(a) if roots[str(a)] == roots[str(b)]]
        simple = {
            name: sum(alike(items[a], items[b]) >= LIMITS[name] for a in range(len(items)) for b in range(a))
            for name, alike in SIMPLE.items()
        }
        print(
            f"  {kind} ({len(items)} articles): seedwatch {len(ours)}"
            + "".join(f", {n} {c}" for n, c in simple.items())
        )
        if failures:
            for a, b in ours:
                print(f"    false: {items[a].title} / {items[b].title}")
        run.close()


def _edited(name: str, edit: Any, originals: Sequence[Item], *, failures: bool, aside: bool) -> None:
    chance = random.Random(f"edit {name}")
    put: dict[str, Item] = {}
    for number, item in enumerate(originals):
        put[f"{number} original"] = item
        outlet = f"reprint{number % 40}.example"
        copy = Item(item.title, item.excerpt, f"https://{outlet}/{number}", item.day + chance.random(), outlet)
        put[f"{number} copy"] = edit(copy, chance)
    run = _by_outlet(put)
    roots = run.roots()
    hits = [roots[f"{n} original"] == roots[f"{n} copy"] for n in range(len(originals))]
    low, high = _interval([[(float(hit), 1.0)] for hit in hits], _ratio)
    simple = {
        label: sum(alike(put[f"{n} original"], put[f"{n} copy"]) >= LIMITS[label] for n in range(len(originals)))
        / len(hits)
        for label, alike in SIMPLE.items()
    }
    beside = "".join(f", {label} {share:.3f}" for label, share in simple.items())
    print(f"  {name}{' (kept aside)' if aside else ''}: {sum(hits) / len(hits):.3f} ({low:.3f}-{high:.3f}){beside}")
    if failures:
        for n in [n for n, hit in enumerate(hits) if not hit][:5]:
            print(f"    missed: {put[f'{n} original'].title} / {put[f'{n} copy'].title}")
    run.close()


# --- simple methods


def _words(item: Item) -> list[str]:
    return re.findall(r"\w+", f"{item.title} {item.excerpt}".lower())


def _simhash(item: Item) -> int:
    counts = [0] * 64
    for word in _words(item):
        value = crc32(word.encode()) << 32 | crc32(f"~{word}".encode())
        for bit in range(64):
            counts[bit] += 1 if value >> bit & 1 else -1
    return sum(1 << bit for bit in range(64) if counts[bit] > 0)


def _by_simhash(a: Item, b: Item) -> float:
    return 1 - (_simhash(a) ^ _simhash(b)).bit_count() / 64


def _minhash(item: Item) -> list[int]:
    said = " ".join(_words(item))
    grams = {crc32(said[at : at + 4].encode()) for at in range(max(1, len(said) - 3))}
    chance = random.Random(7)
    turns = [(chance.randrange(1, 1 << 32), chance.randrange(1 << 32)) for _ in range(128)]
    return [min((a * gram + b) % 4294967311 for gram in grams) for a, b in turns]


def _by_minhash(a: Item, b: Item) -> float:
    one, other = _minhash(a), _minhash(b)
    return sum(x == y for x, y in zip(one, other, strict=True)) / len(one)


def _by_ratio(a: Item, b: Item) -> float:
    if text.fold(a.title) == text.fold(b.title):
        return 1.0
    return (
        difflib.SequenceMatcher(None, a.excerpt, b.excerpt, autojunk=False).ratio() if a.excerpt and b.excerpt else 0.0
    )


SIMPLE: dict[str, Alike] = {"SimHash": _by_simhash, "MinHash": _by_minhash, "title or excerpt ratio": _by_ratio}
LIMITS = {"SimHash": 0.85, "MinHash": 0.5, "title or excerpt ratio": 0.9}
"""From which likeness on each calls two articles one, where no labels say what is best."""


def _best(alike: Alike, articles: dict[str, Item], pairs: Rows) -> dict[tuple[str, str], bool]:
    """The verdicts at the threshold that has the best F1 on these very pairs."""
    scores = {(p["a"], p["b"]): alike(articles[p["a"]], articles[p["b"]]) for p in pairs}
    limits = sorted(set(scores.values()))
    best = max(limits, key=lambda limit: _f1([_counted(p, scores[p["a"], p["b"]] >= limit) for p in pairs])[2])
    return {pair: score >= best for pair, score in scores.items()}


# --- figures

Count = tuple[float, float, float]


def _counted(pair: dict[str, Any], same: bool) -> Count:
    """Weight as true positive, false positive, false negative."""
    weight, dup = pair["weight"], bool(pair["dup"])
    return weight * (same and dup), weight * (same and not dup), weight * (not same and dup)


def _f1(counts: Iterable[Count]) -> tuple[float, float, float]:
    tp, fp, fn = (sum(column) for column in zip(*counts, strict=True))
    precision, recall = tp / (tp + fp or 1), tp / (tp + fn or 1)
    return precision, recall, 2 * precision * recall / (precision + recall or 1)


def _ratio(counts: Iterable[tuple[float, float]]) -> float:
    hit, of = (sum(column) for column in zip(*counts, strict=True))
    return hit / of


def _show(name: str, groups: Sequence[Rows], same: dict[tuple[str, str], bool]) -> None:
    counted = [[_counted(p, same[p["a"], p["b"]]) for p in group] for group in groups]
    precision, recall, f1 = _f1([count for group in counted for count in group])
    low, high = _interval(counted, lambda some: _f1(some)[2])
    wrong = sum(same[p["a"], p["b"]] and not p["dup"] for group in groups for p in group)
    print(
        f"  {name}: P {precision:.3f} R {recall:.3f} F1 {f1:.3f} ({low:.3f}-{high:.3f}), {wrong} false of {sum(not p['dup'] for g in groups for p in g)} negatives"
    )


def _interval(
    groups: Sequence[list[Any]], figure: Callable[[list[Any]], float], runs: int = 1000
) -> tuple[float, float]:
    chance = random.Random(5)
    drawn = sorted(
        figure([count for _ in groups for count in groups[chance.randrange(len(groups))]]) for _ in range(runs)
    )
    return drawn[int(0.025 * runs)], drawn[int(0.975 * runs) - 1]


def _groups(pairs: Rows) -> list[Rows]:
    """Pairs that share an article, or one of an article they share, together: a story each."""
    home: dict[str, str] = {}

    def find(one: str) -> str:
        while home.setdefault(one, one) != one:
            one = home[one]
        return one

    for pair in pairs:
        home[find(pair["a"])] = find(pair["b"])
    found: dict[str, Rows] = defaultdict(list)
    for pair in pairs:
        found[find(pair["a"])].append(pair)
    return list(found.values())


# --- data


def _rows(file: Path) -> Rows:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _item(row: dict[str, Any]) -> Item:
    at = datetime.fromisoformat(row["publishedDateTime"])
    domain = outlet_of(row["provider"]["domain"])
    return Item(row["title"], row["excerpt"] or "", row["webUrl"], (at - _START).total_seconds() / 86400, domain)


def _entry(item: Item, guid: str) -> Entry:
    return Entry(
        guid=guid,
        link=item.url,
        title=text.clean(item.title, 500),
        excerpt=text.clean(item.excerpt, 5000),
        published_at=_stamp(item.day),
        date_quality="exact",
    )


def _stamp(day: float) -> str:
    return (_START + timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    main()
