"""History from saved feed documents: files and folders. Each document is stored whole or not at all, and only once.

What has been read is remembered by content, so the same command again, or after it was killed, goes on where it was.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from db import facts
from monitor.clock import stamp, utc_now
from monitor.identify import keys
from monitor.parse.pool import ParsePool
from monitor.pipeline.ingest import Ingest
from monitor.pipeline.workspace import Workspace
from monitor.types import Parsed, ParseFailure

MAX_FILE = 50_000_000
_AHEAD = 4
"""Documents that are parsed while one is stored."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What one file brought."""

    path: Path
    entries: int = 0
    new: int = 0
    known: bool = False
    """It was read before, by this or an earlier run."""
    error: str | None = None


def documents(paths: Sequence[Path]) -> Iterator[Path]:
    """All files below `paths`, in a fixed order; hidden ones and links aside."""
    for path in paths:
        if path.is_file():
            yield path
            continue
        for found in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in found.relative_to(path).parts)
            if found.is_file() and not found.is_symlink() and not hidden:
                yield found


async def backfill(workspace: Workspace, paths: Sequence[Path], *, dry_run: bool = False) -> AsyncIterator[FileReport]:
    """Read saved feed documents, in order; gives a report for each file."""
    pool = ParsePool(size=2)
    waiting: list[tuple[Path, str, asyncio.Task[Parsed | ParseFailure]]] = []
    try:
        for path in documents(paths):
            body = _read(path)
            if isinstance(body, FileReport):
                yield body
                continue
            fingerprint = hashlib.blake2b(body, digest_size=16).hexdigest()
            if _is_known(workspace, fingerprint):
                yield FileReport(path, known=True)
                continue
            waiting.append((path, fingerprint, asyncio.create_task(pool.parse(body, "", path.resolve().as_uri()))))
            if len(waiting) > _AHEAD:
                yield await _next(workspace, waiting, dry_run=dry_run)
        while waiting:
            yield await _next(workspace, waiting, dry_run=dry_run)
    finally:
        await pool.aclose()


def _read(path: Path) -> bytes | FileReport:
    try:
        if path.stat().st_size > MAX_FILE:
            return FileReport(path, error=f"is larger than {MAX_FILE // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        return FileReport(path, error=f"cannot be read ({error.strerror})")


def _is_known(workspace: Workspace, fingerprint: str) -> bool:
    row = workspace.store.connection.execute(
        "SELECT 1 FROM source WHERE kind = 'backfill' AND address = ?", (f"file:{fingerprint}",)
    ).fetchone()
    return row is not None


async def _next(
    workspace: Workspace, waiting: list[tuple[Path, str, asyncio.Task[Parsed | ParseFailure]]], *, dry_run: bool
) -> FileReport:
    path, fingerprint, task = waiting.pop(0)
    parsed = await task
    if isinstance(parsed, ParseFailure):
        return FileReport(path, error=parsed.message)
    if dry_run or _is_known(workspace, fingerprint):
        return FileReport(path, len(parsed.entries), known=not dry_run)
    now = stamp(utc_now())
    with workspace.store.transaction() as connection:
        columns = {"name": path.name, "title": parsed.title or None, "link": parsed.link}
        source = facts.ensure_source(connection, "backfill", f"file:{fingerprint}", now, **columns)
        policy = keys.policy_for(parsed.entries, "guid")
        outcome = Ingest(connection, workspace.judge, now).document(source, parsed.entries, policy)
    return FileReport(path, outcome.entries, len(outcome.new))
