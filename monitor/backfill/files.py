"""`files`: saved feed documents, single ones and folders of them. Each is stored whole or not at all, and only once.

What has been read is remembered by content, so the same command again, or after it was killed, goes on where it was, also
when files were moved.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path

from monitor.backfill.types import Cursor, Document, Failed, Origin, Step, World

MAX_FILE = 50_000_000


class Files:
    """The documents at some paths."""

    kind = "files"

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(paths)
        self.what = " ".join(str(path.absolute()) for path in paths)

    def tells(self) -> Sequence[str]:
        """Nobody learns anything."""
        return ()

    async def steps(self, world: World, cursor: Cursor | None) -> AsyncGenerator[Step, None]:  # noqa: ARG002  content says what is done
        """A document for each file, in a fixed order."""
        found = await asyncio.to_thread(lambda: list(documents(self._paths)))
        for number, path in enumerate(found, 1):
            brings = await asyncio.to_thread(_read, path)
            unit = brings.origin.address if isinstance(brings, Document) else None
            yield Step({}, brings, label=str(path), unit=unit, done=number, total=len(found))


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


def _read(path: Path) -> Document | Failed:
    try:
        if path.stat().st_size > MAX_FILE:
            return Failed(str(path), f"is larger than {MAX_FILE // 1_000_000} MB")
        body = path.read_bytes()
    except OSError as error:
        return Failed(str(path), f"cannot be read ({error.strerror})")
    fingerprint = hashlib.blake2b(body, digest_size=16).hexdigest()
    return Document(body, path.resolve().as_uri(), Origin(f"file:{fingerprint}", name=path.name))
