"""Captures: readable by other programs, whole after every crash, never written behind a torn record."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from db import pages
from db.pages import ReadingRow
from monitor.read import warc
from monitor.types import Exchange
from tests.stores import store_at

AT = datetime(2026, 11, 21, 12, 30, 15, 123456, tzinfo=UTC)
NOW = "2026-11-21T12:30:15Z"


class Archive:
    """A store and its folder of captures."""

    def __init__(self, path: Path) -> None:
        self.store = store_at(path / "seedwatch.db")
        self.folder = warc.folder_of(self.store.path)
        with self.store.transaction() as connection:
            page, _ = pages.ensure_page(connection, "k", "https://example.org/a", "example.org", NOW)
            self.reading = pages.add_reading(connection, ReadingRow(page.id, NOW, "read"))

    def keep(self, *exchanges: Exchange, commit: bool = True, largest: int = warc.LARGEST) -> None:
        with self.store.transaction() as connection:
            rows = warc.keep(connection, self.folder, exchanges, AT, largest)
            if commit:
                pages.add_captures(connection, self.reading, rows)

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.iterdir())

    def rows(self) -> list[dict[str, object]]:
        return [
            dict(row) for row in self.store.connection.execute("SELECT * FROM captures ORDER BY captured_at, offset")
        ]

    def record_at(self, row: dict[str, object]) -> tuple[str, bytes]:
        """The record that an index row points at, read alone."""
        data = (self.folder / str(row["file"])).read_bytes()
        at, length = int(str(row["offset"])), int(str(row["length"]))
        record = next(iter(ArchiveIterator(io.BytesIO(data[at : at + length]), check_digests="raise")))
        return record.rec_headers.get_header("WARC-Target-URI"), record.raw_stream.read()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path)
    yield made
    made.store.close()


def exchange(path: str = "/a", body: bytes = b"<p>hello</p>", status: int = 200) -> Exchange:
    fields = (("Content-Type", "text/html"), ("Transfer-Encoding", "chunked"), ("X-Odd", "caf\xe9"))
    return Exchange(
        f"https://example.org{path}", (("host", "example.org"), ("user-agent", "seedwatch/0")), status, fields, body
    )


def records(path: Path) -> list[tuple[str, str | None, bytes]]:
    with path.open("rb") as file:
        return [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]


def test_another_program_reads_them(archive: Archive) -> None:
    archive.keep(exchange("/old", b"", 301), exchange())
    archive.keep(exchange("/b?c=d", b"\x1f\x8b binary \x00\xff"))

    (path,) = archive.files
    assert records(path) == [
        ("warcinfo", None, b"software: seedwatch/0.1.0\r\nformat: WARC File Format 1.1\r\nrobots: obey\r\n"),
        ("response", "https://example.org/old", b""),
        ("request", "https://example.org/old", b""),
        ("response", "https://example.org/a", b"<p>hello</p>"),
        ("request", "https://example.org/a", b""),
        ("response", "https://example.org/b?c=d", b"\x1f\x8b binary \x00\xff"),
        ("request", "https://example.org/b?c=d", b""),
    ]
    with path.open("rb") as file:
        _, redirect, _, answer, request, *_ = ArchiveIterator(file)
        assert answer.rec_headers.protocol == "WARC/1.1"
        assert answer.rec_headers.get_header("WARC-Date") == "2026-11-21T12:30:15.123456Z"
        assert answer.rec_headers.get_header("WARC-Truncated") is None
        assert redirect.rec_headers.get_header("WARC-Truncated") == "unspecified"
        assert request.rec_headers.get_header("WARC-Concurrent-To") == answer.rec_headers.get_header("WARC-Record-ID")
    assert (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Archive-Orig-Transfer-Encoding: chunked\r\nX-Odd: caf\xe9\r\n\r\n"
        in b"".join(raw_blocks(path))
    )


def raw_blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for record in ArchiveIterator(file, no_record_parse=True):
            yield record.raw_stream.read()


def test_the_index_leads_to_each_answer_with_its_hash(archive: Archive) -> None:
    for number in range(3):
        archive.keep(exchange(f"/{number}", b"body %d" % number))

    for number, row in enumerate(archive.rows()):
        url, body = archive.record_at(row)
        assert url == row["url"] == f"https://example.org/{number}"
        assert row["sha256"] == hashlib.sha256(body).hexdigest() == hashlib.sha256(b"body %d" % number).hexdigest()


def test_nobody_else_may_read_them(archive: Archive) -> None:
    old = os.umask(0)
    try:
        archive.keep(exchange())
    finally:
        os.umask(old)

    assert stat.S_IMODE(archive.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(archive.files[0].stat().st_mode) == 0o600


def test_a_full_file_is_left_for_a_new_one(archive: Archive) -> None:
    for _ in range(3):
        archive.keep(exchange(), largest=1)

    assert len(archive.files) == 3
    assert [len(records(path)) for path in archive.files] == [3, 3, 3]


@pytest.mark.parametrize("torn", [1, 100, -1])
def test_nothing_is_written_behind_a_torn_record(archive: Archive, torn: int) -> None:
    archive.keep(exchange("/1"))
    (first,) = archive.files
    before = first.read_bytes()
    archive.keep(exchange("/2"), commit=False)  # killed before the commit …
    first.write_bytes(
        first.read_bytes()[: len(before) + torn] if torn > 0 else first.read_bytes()[:torn]
    )  # … or amid it
    left = first.read_bytes()

    archive.keep(exchange("/3"))

    assert first.read_bytes() == left
    assert left.startswith(before)
    assert len(archive.files) == 2
    assert records(archive.files[1])[1][1] == "https://example.org/3"
    assert {archive.record_at(row)[0] for row in archive.rows()} == {"https://example.org/1", "https://example.org/3"}


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"")])
def test_a_file_that_was_taken_away_or_emptied_is_not_gone_on_with(archive: Archive, harm: object) -> None:
    archive.keep(exchange("/1"))
    (first,) = archive.files
    harm(first)  # type: ignore[operator]

    archive.keep(exchange("/2"))

    assert records(archive.files[-1])[1][1] == "https://example.org/2"
    assert first != archive.files[-1]


def test_no_link_is_followed(archive: Archive, tmp_path: Path) -> None:
    archive.keep(exchange("/1"))
    (first,) = archive.files
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(first.read_bytes())
    first.unlink()
    first.symlink_to(elsewhere)
    before = elsewhere.read_bytes()

    archive.keep(exchange("/2"))

    assert elsewhere.read_bytes() == before


def test_what_cannot_be_written_leaves_the_file_as_it_was(archive: Archive) -> None:
    import resource

    archive.keep(exchange("/1"))
    (first,) = archive.files
    before = first.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with archive.store.transaction() as connection:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 200, limits[1]))
        try:
            with pytest.raises(OSError, match="File too large"):
                warc.keep(connection, archive.folder, [exchange("/2", os.urandom(5_000))], AT)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert first.read_bytes() == before
    archive.keep(exchange("/3"))
    assert archive.files == [first]
