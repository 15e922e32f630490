"""Captures: what a server answered, kept as WARC/1.1 (ISO 28500) in files beside the database; only this writes with warcio.

Each record is a gzip member of its own, and all records of a visit are written at once, under the lock of the database's
one writer. A file whose end is not the one the database knows was cut off by a crash, or is not ours: it is left as it is,
and a new one is begun. So nothing is ever written behind a torn record, and what lies before it stays readable.
"""

from __future__ import annotations

import hashlib
import io
import os
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from http.client import responses
from itertools import count
from pathlib import Path

from db import pages
from db.light import without
from db.pages import CaptureRow
from monitor import __version__
from monitor.clock import stamp
from monitor.types import Exchange

with without("fsspec"):  # for files that are elsewhere
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

LARGEST = 256 * 1024 * 1024
"""Bytes from which on a file is not written to any more."""
_VERSION = "WARC/1.1"
_UNDONE = {"transfer-encoding": "X-Archive-Orig-Transfer-Encoding"}
"""The transfer coding is undone before a body is kept, as archives do; its header then must not speak of the body."""


def folder_of(database: Path) -> Path:
    """Where captures of a database are: `seedwatch.captures` beside `seedwatch.db`."""
    return database.with_suffix(".captures")


def keep(
    connection: sqlite3.Connection, folder: Path, exchanges: Sequence[Exchange], at: datetime, largest: int = LARGEST
) -> list[CaptureRow]:
    """Write the exchanges of one visit to the end of the latest file, or of a new one; returns where the answers lie.

    It is on the disk when this returns, all or (on an error) nothing of it. The caller holds a write transaction.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = _open_file(connection, folder, largest)
    head = b"" if name is not None else _info(at)
    name = name or _new_file(connection, folder, at)
    path = folder / name
    start = path.stat().st_size
    data = bytearray(head)
    rows = []
    for exchange in exchanges:
        request, answer = _records(exchange, at)
        offset = start + len(data)
        data += answer
        length = start + len(data) - offset
        data += request
        digest = hashlib.sha256(exchange.body).hexdigest()
        rows.append((exchange, digest, offset, length))
    _append(path, bytes(data))
    ends = start + len(data)
    return [
        CaptureRow(stamp(at), e.url, e.status, digest, name, offset, length, ends) for e, digest, offset, length in rows
    ]


def _open_file(connection: sqlite3.Connection, folder: Path, largest: int) -> str | None:
    """The latest file, when it is whole and has room."""
    name = pages.last_file(connection)
    if name is None:
        return None
    try:
        size = (folder / name).lstat().st_size
    except OSError:
        return None
    return name if size == pages.end_of(connection, name) and size < largest else None


def _new_file(connection: sqlite3.Connection, folder: Path, at: datetime) -> str:
    """Make a file of a name that is free, and was never taken."""
    for number in count(1):
        name = f"seedwatch-{stamp(at).replace('-', '').replace(':', '')}-{number:05d}.warc.gz"
        if pages.end_of(connection, name):
            continue
        try:
            os.close(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600))
        except FileExistsError:
            continue
        return name
    raise AssertionError("numbers do not end")


def _append(path: Path, data: bytes) -> None:
    """Add bytes to a file; it is as before when that fails."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0))
    try:
        length = os.fstat(descriptor).st_size
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, length)
            raise
    finally:
        os.close(descriptor)


def _info(at: datetime) -> bytes:
    writer, out = _writer()
    info = {"software": f"seedwatch/{__version__}", "format": "WARC File Format 1.1", "robots": "obey"}
    record = writer.create_warcinfo_record(None, info)
    record.rec_headers.replace_header("WARC-Date", _date(at))
    writer.write_record(record)
    return out.getvalue()


def _records(exchange: Exchange, at: datetime) -> tuple[bytes, bytes]:
    """The request and the answer as two gzip members."""
    writer, out = _writer()
    line = f"{exchange.status} {responses.get(exchange.status, '')}".rstrip()
    fields = [(_UNDONE.get(name.lower(), name), value) for name, value in exchange.answer]
    named = {
        "WARC-Date": _date(at),
        "WARC-Payload-Digest": f"sha256:{hashlib.sha256(exchange.body).hexdigest()}",
    }
    if not exchange.body and exchange.status not in {204, 304}:
        named["WARC-Truncated"] = "unspecified"  # the bodies of redirects and refusals are not read
    answer = writer.create_warc_record(
        exchange.url,
        "response",
        payload=io.BytesIO(exchange.body),
        length=len(exchange.body),
        http_headers=_Head(f"HTTP/1.1 {line}", fields),
        warc_headers_dict=named,
    )
    writer.write_record(answer)
    answered = out.getvalue()
    writer, out = _writer()
    request = writer.create_warc_record(
        exchange.url,
        "request",
        http_headers=_Head(f"GET {_path(exchange.url)} HTTP/1.1", exchange.request),
        warc_headers_dict={
            "WARC-Date": _date(at),
            "WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID"),
        },
    )
    writer.write_record(request)
    return out.getvalue(), answered


class _Head(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """The head of a message, kept as it was: warcio itself would escape what is not ASCII."""

    def __init__(self, line: str, fields: Iterable[tuple[str, str]]) -> None:
        pairs = list(fields)
        super().__init__(line, pairs)
        self._lines = [line, *(f"{name}: {value}" for name, value in pairs), "", ""]

    def compute_headers_buffer(self, header_filter: object = None) -> None:  # noqa: ARG002  a given signature
        """What warcio writes."""
        self.headers_buff = "\r\n".join(self._lines).encode("latin-1", "replace")


def _writer() -> tuple[WARCWriter, io.BytesIO]:
    out = io.BytesIO()
    return WARCWriter(out, gzip=True, warc_version=_VERSION), out


def _date(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _path(url: str) -> str:
    """The request target of an address (RFC 9112, 3.2.1)."""
    rest = url.partition("://")[2]
    at = min((i for i in (rest.find("/"), rest.find("?")) if i >= 0), default=len(rest))
    path = rest[at:].partition("#")[0]
    return path if path.startswith("/") else f"/{path}"
