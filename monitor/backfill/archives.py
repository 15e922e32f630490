"""Zip and tar archives, member by member, in the order in which they stand there. Nothing is unpacked onto the disk.

A member's name is only ever shown, so that one which leads out of the archive leads nowhere; links, devices and the like
are passed over. What an archive comes to is counted while it is read, whatever it says of itself.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO, Protocol, cast

from monitor.backfill.members import LARGEST, MOST_MEMBERS, Damaged, Flaw, Member, Position
from monitor.backfill.streams import BROKEN, Meter, why

_ENCRYPTED = 1
_MOST_NAME = 300
_BROKEN = (*BROKEN, Damaged, zipfile.BadZipFile, tarfile.TarError, NotImplementedError, RuntimeError, KeyError)


class Inside(Protocol):
    """Reads what a member is or holds."""

    def __call__(self, stream: BinaryIO, meter: Meter, depth: int, /) -> Iterator[Member | Flaw]:
        """Give what is there; raises for what is damaged."""


def zipped(
    file: BinaryIO | io.BytesIO, start: Position, meter: Meter, inside: Inside, depth: int = 1
) -> Iterator[Member | Flaw]:
    """The members of a zip file from the one with the number `start.at` on."""
    try:
        archive = zipfile.ZipFile(file)
        listed = archive.infolist()
    except _BROKEN as error:
        yield Flaw(
            f"is no zip file that can be read ({_word(error)}); what is cut off, `zip -FF` may mend", Position(1)
        )
        return
    with archive:
        for number, info in enumerate(listed[: MOST_MEMBERS + 1]):
            then = Position(number + 1)
            if number < start.at or info.is_dir() or _is_hidden(info.filename):
                continue
            if info.flag_bits & _ENCRYPTED:
                yield Flaw("is encrypted", then, _shown(info.filename))
                continue
            try:
                with archive.open(info) as stream:
                    yield from _placed(inside(cast(BinaryIO, stream), meter, depth + 1), info.filename, then)
            except _BROKEN as error:
                yield Flaw(_word(error), then, _shown(info.filename))
                if _is_over(error):
                    return


def tarred(stream: BinaryIO, start: Position, meter: Meter, inside: Inside, depth: int = 1) -> Iterator[Member | Flaw]:
    """The members of a tar file behind the first `start.passing`; it is read once from its beginning to its end."""
    number = 0
    try:
        with tarfile.open(fileobj=stream, mode="r|", errorlevel=0, ignore_zeros=True) as archive:
            for info in archive:
                cast(Any, archive).members.clear()  # it would remember all of them
                number += 1
                then = Position(0, number)
                if number <= start.passing or not info.isreg() or _is_hidden(info.name):
                    continue
                if number > MOST_MEMBERS:
                    yield Flaw("has more members than are read", then)
                    return
                if info.size > LARGEST and not info.name.lower().endswith(
                    (".warc", ".gz", ".arc", ".jsonl", ".ndjson")
                ):
                    yield Flaw(f"is larger than {LARGEST // 1_000_000} MB", then, _shown(info.name))
                    continue
                opened = archive.extractfile(info)
                if opened is None:
                    continue
                try:
                    yield from _placed(inside(cast(BinaryIO, opened), meter, depth + 1), info.name, then)
                except _BROKEN as error:
                    yield Flaw(_word(error), then, _shown(info.name))
                    if _is_over(error):
                        return
    except _BROKEN as error:
        yield Flaw(f"{_word(error)} behind its member {number}", Position(0, number + 1))


def _placed(found: Iterator[Member | Flaw], name: str, then: Position) -> Iterator[Member | Flaw]:
    """What was found in a member, under its name; only behind the last of it one can go on with the next member.

    So what stands before is read again after a kill, and is known then.
    """
    before: Member | Flaw | None = None
    for one in found:
        if before is not None:
            yield before
        inside = f"{_shown(name)}: {one.inside}" if one.inside else _shown(name)
        before = replace(one, inside=inside, then=Position(then.at - 1 if then.at else 0, max(0, then.passing - 1)))
    if before is not None:
        yield replace(before, then=then)


def _is_hidden(name: str) -> bool:
    return any((part.startswith(".") and part not in {".", ".."}) or part == "__MACOSX" for part in name.split("/"))


def _shown(name: str) -> str:
    return name if len(name) <= _MOST_NAME else f"…{name[-_MOST_NAME:]}"


def _is_over(error: BaseException) -> bool:
    """Whether what comes behind is not to be read either."""
    return isinstance(error, Damaged) and "rest of it" in str(error)


def _word(error: BaseException) -> str:
    if isinstance(error, NotImplementedError):
        return "is packed in a way that cannot be read"
    if isinstance(error, RuntimeError):
        return "is encrypted"
    if isinstance(error, (zipfile.BadZipFile, tarfile.TarError, KeyError, zlib.error)):
        return "is damaged"
    return why(error)
