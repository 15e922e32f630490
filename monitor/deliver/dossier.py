"""A dossier: all there is on a story, a seed or a watch in one folder, to keep and to pass on.

    index.html      a readable page: summary, timeline, every article with its reasons
    articles.csv    the same as a table
    records/        each article as a seed document
    captures/       what servers answered, as WARC files, where captures were kept
    manifest.json   what it is of, when it was made, and length and SHA-256 of every file
    SHA256SUMS      the same sums for `sha256sum --check`

The folder appears when it is whole.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from db import matters, pages, shown
from db.exports import COLUMNS, record_rows, table_rows
from db.queries import Filter, Found, UnknownUid, resolve_uid, watches
from db.shown import Item
from monitor import __version__
from monitor.clock import stamp
from monitor.deliver.dossier_page import About, Entry, page
from monitor.deliver.export import csv_lines, write_documents
from monitor.deliver.worth import with_worth

MOST = 5_000
"""Articles in a dossier; of more, the latest."""
_PART = 1 << 20


class NoSuchMatter(Exception):
    """What a dossier is asked of is no story, seed or watch; `str()` says what there is."""


class Occupied(Exception):
    """There is something where the folder is to be; `str()` says what to do."""


@dataclass(slots=True)
class Made:
    """A dossier that was written, and what could not be put into it."""

    folder: Path
    kind: str
    title: str
    articles: int
    captures: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Matter:
    kind: str
    name: str
    title: str
    wanted: Filter


def write(connection: sqlite3.Connection, of: str, wanted: Filter, folder: Path, captures: Path, now: datetime) -> Made:
    """Write the dossier of a story (its uid), a seed (its uid or path) or a watch (its name) into a new folder.

    Args:
        connection: only reads.
        of: what it is of.
        wanted: which of a watch's or seed's articles; verdicts are likely and maybe where none are named.
        folder: made here; nothing may be there but an empty folder.
        captures: where the captures of the database are.
        now: its zone is the one in which times are written.

    Raises:
        NoSuchMatter: there is nothing of that name.
        Occupied: the folder is not empty.
        OSError: something cannot be written; then there is no folder.
    """
    matter = _matter(connection, of, wanted)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Occupied(f"{folder} is there already and not empty; name a new folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name[:50]}.", dir=folder.parent))
    try:
        made = _fill(connection, matter, part, captures, now)
        part.chmod(0o755)
        part.replace(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    made.folder = folder
    return made


def _matter(connection: sqlite3.Connection, of: str, wanted: Filter) -> _Matter:
    verdicts = wanted.verdicts or ("likely", "maybe")
    if of in watches(connection):
        return _Matter("watch", of, of, replace(wanted, watch=of, verdicts=verdicts))
    story = matters.story(connection, of)
    if story is not None:
        ids = tuple(item.id for item in story.items)
        return _Matter("story", story.uid, story.title, replace(wanted, ids=ids))
    seed = _seed(connection, of)
    if seed is None:
        known = ", ".join(watches(connection)) or "none yet"
        raise NoSuchMatter(f"{of!a} is no story, no seed, and no watch (there are: {known})")
    watch = matters.watch_of(connection, seed) or ""
    ids = (seed.id, *matters.nearest(connection, watch, seed.id))
    title = connection.execute("SELECT title FROM article WHERE id = ?", (seed.id,)).fetchone()[0]
    return _Matter("seed", seed.uid, title, replace(wanted, ids=ids))


def _seed(connection: sqlite3.Connection, of: str) -> Found | None:
    """A seed by the path of its document or by its uid."""
    named = next((d.uid for d in matters.seed_documents(connection) if d.path == of), of)
    try:
        found = resolve_uid(connection, named)
    except UnknownUid:
        return None
    return found if matters.watch_of(connection, found) is not None else None


def _fill(connection: sqlite3.Connection, matter: _Matter, folder: Path, captures: Path, now: datetime) -> Made:
    rows = list(table_rows(connection, replace(matter.wanted, limit=MOST + 1)))
    uids = [row[0] for row in rows[:MOST]]
    ids = [resolve_uid(connection, uid).id for uid in uids]
    chosen = Filter(ids=tuple(ids), watch=None)
    items = sorted(shown.items(connection, ids), key=lambda item: (item.sort_at, item.id))
    made = Made(folder, matter.kind, matter.title, len(items))
    if len(rows) > MOST:
        made.notes.append(f"there are more; only the latest {MOST} are in it")
    kept = _captures(connection, items, captures, folder / "captures", made)
    write_documents(with_worth(record_rows(connection, chosen), now), folder / "records")
    with (folder / "articles.csv").open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(COLUMNS, rows[:MOST], bom=True))
    about = About(matter.kind, matter.name, matter.title, now, tuple(made.notes))
    entries = _entries(connection, items, kept)
    (folder / "index.html").write_text(page(about, entries), encoding="utf-8")
    _seal(folder, about, entries)
    return made


def _entries(
    connection: sqlite3.Connection, items: Sequence[Item], kept: dict[int, list[dict[str, Any]]]
) -> list[Entry]:
    changed: dict[int, list[matters.Change]] = {}
    for change in matters.changes(connection, [item.id for item in items]):
        changed.setdefault(change.article_id, []).append(change)
    return [Entry(item, tuple(changed.get(item.id, ())), tuple(kept.get(item.id, ()))) for item in items]


def _captures(
    connection: sqlite3.Connection, items: Sequence[Item], source: Path, folder: Path, made: Made
) -> dict[int, list[dict[str, Any]]]:
    """Copy the captures of articles, a WARC file for each article: records of the originals are whole members of gzip."""
    uid_of = {item.id: item.uid for item in items}
    kept: dict[int, list[dict[str, Any]]] = {}
    for capture in pages.captures_of(connection, list(uid_of)):
        data = _record(source / capture["file"], capture["offset"], capture["length"])
        if data is None:
            made.notes.append(f"the capture of {capture['url']} of {capture['captured_at']} is missing")
            continue
        folder.mkdir(exist_ok=True)
        name = f"{uid_of[capture['article_id']]}.warc.gz"
        with (folder / name).open("ab") as file:
            file.write(data)
        told = {key: capture[key] for key in ("captured_at", "url", "status", "sha256")}
        kept.setdefault(capture["article_id"], []).append({**told, "file": f"captures/{name}"})
        made.captures += 1
    return kept


def _record(path: Path, offset: int, length: int) -> bytes | None:
    """One record as it stands in a file of captures; None where it is not there, or not whole."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            data = file.read(length)
        gzip.decompress(data)
    except (OSError, EOFError):
        return None
    return data if len(data) == length else None


def _seal(folder: Path, about: About, entries: Sequence[Entry]) -> None:
    """Write the manifest of all files, and their sums."""
    files: list[dict[str, Any]] = [
        {"path": path.relative_to(folder).as_posix(), "bytes": path.stat().st_size, "sha256": _sum(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    manifest = {
        "kind": "seedwatch dossier",
        "version": 1,
        "made_at": stamp(about.now),
        "made_by": f"seedwatch {__version__}",
        "of": {"kind": about.kind, "name": about.name, "title": about.title},
        "notes": list(about.notes),
        "articles": [_article(entry) for entry in entries],
        "files": files,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    sums: list[dict[str, Any]] = [*files, {"path": "manifest.json", "sha256": _sum(folder / "manifest.json")}]
    lines = "".join(f"{one['sha256']}  {one['path']}\n" for one in sums)
    (folder / "SHA256SUMS").write_text(lines, encoding="utf-8")


def _article(entry: Entry) -> dict[str, Any]:
    item = entry.item
    return {
        "uid": item.uid,
        "title": item.title,
        "outlet": item.outlet,
        "web_url": item.url,
        "published_at": item.published_at,
        "date_quality": item.date_quality,
        "first_seen_at": item.first_seen_at,
        "verdict": item.verdict if item.origin in {"feed", "backfill"} else None,
        "copy_of": item.copy_of_uid,
        "captures": list(entry.captures),
    }


def _sum(path: Path) -> str:
    digest = hashlib.sha256()
    for data in _parts(path):
        digest.update(data)
    return digest.hexdigest()


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while data := file.read(_PART):
            yield data
