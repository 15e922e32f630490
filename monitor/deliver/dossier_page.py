"""The readable page of a dossier: one file of HTML that needs nothing else, and in which nothing runs. Pure.

Whatever outlets wrote is escaped; links are those of http and https alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urlsplit

from db.matters import Change
from db.shown import Item
from monitor.deliver.differences import differences
from monitor.deliver.explanation import percent
from monitor.deliver.moments import day, exact, parse
from seeds.text import clean

_STYLE = """
:root { color-scheme: light dark; --quiet: #57606a; --line: #d8dee4; --link: #0b57b0; --new: #e9f5ed; --old: #fdecec; }
@media (prefers-color-scheme: dark) {
  :root { --quiet: #a3adb7; --line: #333a42; --link: #8dbdff; --new: #16291d; --old: #3b171b; }
}
body { margin: 0 auto; padding: 1rem; max-width: 50rem; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; } h3 { font-size: 1rem; margin: 0; }
a { color: var(--link); } p { margin: 0 0 .4rem; } .quiet { color: var(--quiet); font-size: .875rem; }
ol { list-style: none; padding: 0; } li { border-top: 1px solid var(--line); padding: .6rem 0; }
li.copy { margin-left: 1.5rem; } ins { background: var(--new); } del { background: var(--old); }
@media print { a { color: inherit; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class About:
    """What a dossier is of, and when it was made; the zone of `now` is that of its times."""

    kind: str
    name: str
    title: str
    now: datetime
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An article of a dossier, how its headline changed, and its captures."""

    item: Item
    changes: tuple[Change, ...] = ()
    captures: tuple[Mapping[str, Any], ...] = ()


def page(about: About, entries: Sequence[Entry]) -> str:
    """The whole page; `entries` in the order of their dates."""
    return "".join(_page(about, entries))


def _page(about: About, entries: Sequence[Entry]) -> Iterator[str]:
    title = _text(about.title, 300)
    yield f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title} – dossier</title>\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="referrer" content="no-referrer">\n'
    yield f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
    yield f'<p class="quiet">Dossier of a {escape(about.kind)}</p>\n<h1 dir="auto">{title}</h1>\n'
    yield f"<p>{_summary(entries)}</p>\n"
    yield (
        f'<p class="quiet">Made by seedwatch on {escape(exact(about.now, about.now.tzinfo))} from what was found by then.'
        ' Beside this page: <a href="articles.csv">articles.csv</a>, the articles as seed documents in <code>records/</code>,'
        ' captures in <code>captures/</code> where there are any, and <a href="manifest.json">manifest.json</a> with lengths'
        " and sums.</p>\n"
    )
    for note in about.notes:
        yield f"<p>Note: {_text(note, 500)}.</p>\n"
    yield "<h2>Outlets, by who was first</h2>\n<ol>\n"
    yield from _outlets(entries, about.now)
    yield "</ol>\n<h2>Timeline</h2>\n<ol>\n"
    for entry in entries:
        yield from _entry(entry, about.now)
    yield "</ol>\n</main>\n</body>\n</html>\n"


def _summary(entries: Sequence[Entry]) -> str:
    texts = [entry.item for entry in entries if entry.item.root_title is None]
    outlets = {item.outlet for item in texts if item.outlet}
    reprints = len(entries) - len(texts)
    said = (
        f"{len(texts)} text{'s' if len(texts) != 1 else ''} of {len(outlets)} outlet{'s' if len(outlets) != 1 else ''}"
    )
    said += f" and {reprints} reprint{'s' if reprints != 1 else ''}" if reprints else ""
    return f"{said}. A text of an outlet's own is not independent reporting: who asked whom is for people to judge."


def _outlets(entries: Iterable[Entry], now: datetime) -> Iterator[str]:
    first: dict[str, Item] = {}
    count: dict[str, int] = {}
    reprinted: dict[str, int] = {}
    for entry in entries:
        name = entry.item.outlet or "an outlet without a name"
        first.setdefault(name, entry.item)
        count[name] = count.get(name, 0) + 1
        reprinted[name] = reprinted.get(name, 0) + (entry.item.root_title is not None)
    for name, item in first.items():
        many = f", {count[name]} articles" if count[name] > 1 else ""
        if reprinted[name] == count[name]:
            many = ", only a reprint" if count[name] == 1 else f", {count[name]} articles, all of them reprints"
        yield f'<li><b>{_text(name, 80)}</b> <span class="quiet">{escape(_when(item, now))}{many}</span></li>\n'


def _entry(entry: Entry, now: datetime) -> Iterator[str]:
    item = entry.item
    yield f'<li id="{escape(item.uid)}"{" class=copy" if item.root_title is not None else ""}>\n'
    lang = f' lang="{escape(item.language)}"' if item.language else ""
    headline = _text(item.title, 400) or "(without a headline)"
    address = item.url if item.url and _is_link(item.url) else None
    linked = f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{headline}</a>' if address else headline
    yield f'<h3 dir="auto"{lang}>{linked}</h3>\n'
    about = [_text(item.outlet, 80), escape(_when(item, now)), _judged(item), escape(item.uid)]
    yield f'<p class="quiet">{" · ".join(part for part in about if part)}</p>\n'
    if item.root_title is not None:
        root = item.copy_of_uid or ""
        yield f'<p class="quiet">The same text as “<a href="#{escape(root)}">{_text(item.root_title, 200)}</a>”</p>\n'
    if item.excerpt:
        yield f'<p dir="auto"{lang}>{_text(item.excerpt, 600)}</p>\n'
    for change in entry.changes:
        seen = escape(exact(parse(change.seen_at), now.tzinfo))
        yield f'<p class="quiet">Headline changed, seen {seen}: {_changed(change)}</p>\n'
    for reason in item.reasons:
        yield f'<p class="quiet">Why, for {_text(reason.watch or "the seeds", 60)}: {_text(reason.words, 400)}</p>\n'
    for capture in entry.captures:
        taken = escape(exact(parse(capture["captured_at"]), now.tzinfo))
        file, digest = escape(str(capture["file"])), escape(str(capture["sha256"]))
        yield f'<p class="quiet">Captured {taken}: <a href="{file}">{file}</a>, SHA-256 of the answer {digest}</p>\n'
    yield "</li>\n"


def _changed(change: Change) -> str:
    tags = {"old": "del", "new": "ins"}
    told = []
    for piece in differences(change.old, change.new):
        tag = tags.get(piece.kind)
        told.append(f"<{tag}>{_text(piece.text, 400)}</{tag}>" if tag else escape(piece.text))
    return "".join(told)


def _when(item: Item, now: datetime) -> str:
    if item.published_at is None:
        return f"undated, found {exact(parse(item.first_seen_at), now.tzinfo)}"
    moment = parse(item.published_at)
    return day(moment, UTC) if item.date_quality == "day" else exact(moment, now.tzinfo)


def _judged(item: Item) -> str:
    if item.origin not in {"feed", "backfill"}:
        return "a seed" if item.origin == "seed" else "listed in a seed"
    return f"{escape(item.verdict)} {percent(item.relevance)}"


def _is_link(url: str) -> bool:
    if not url.startswith(("http://", "https://")) or any(c.isspace() or not c.isprintable() for c in url):
        return False
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _text(value: str, longest: int) -> str:
    return escape(clean(value, longest))
