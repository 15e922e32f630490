"""Archives and files: what they hold, in order, bounded, with a place to go on behind each thing, and nothing on the disk."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.backfill import archives, containers
from monitor.backfill.containers import files_below
from monitor.backfill.members import Flaw, Member, Position
from tests.bombs import gzip_bomb
from tests.warcs import Answer, rss, warc

RECORDS = b'{"title": "One", "webUrl": "https://e.example/1"}\n\n{"title": "Two"}\n'


START = Position()


def read(path: Path, start: Position = START) -> list[Member | Flaw]:
    return list(containers.members(path, lambda _: start))


def shown(found: list[Member | Flaw]) -> list[tuple[str, str]]:
    return [(one.kind if isinstance(one, Member) else one.message, one.inside) for one in found]


def zip_of(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return out.getvalue()


def tar_of(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, body in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return out.getvalue()


FILES = {
    "a/one.xml": rss("one"),
    "records.jsonl": RECORDS,
    "w.warc.gz": warc([Answer("https://e.example/f", rss("w"), "text/xml")] * 2),
}
HELD = [
    ("document", "a/one.xml"),
    ("record", "records.jsonl: line 1"),
    ("record", "records.jsonl: line 3"),
    ("feed", "w.warc.gz: https://e.example/f"),
    ("feed", "w.warc.gz: https://e.example/f"),
]
PACKED: dict[str, Callable[[], bytes]] = {
    "a.zip": lambda: zip_of(FILES),
    "a.tar": lambda: tar_of(FILES),
    "a.tar.gz": lambda: gzip.compress(tar_of(FILES)),
    "a.tar.bz2": lambda: bz2.compress(tar_of(FILES)),
    "a.tar.xz": lambda: lzma.compress(tar_of(FILES)),
}


@pytest.mark.parametrize("name", PACKED)
def test_archives_give_their_members_and_go_on_behind_each(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(PACKED[name]())

    found = read(path)

    assert [(kind, inside.partition(" (")[0]) for kind, inside in shown(found)] == HELD
    for done, one in enumerate(found, 1):
        rest = read(path, one.then)
        assert rest == found[len(found) - len(rest) :]
        assert len(rest) >= len(found) - done  # within a member it begins again


def test_names_that_lead_elsewhere_and_things_that_are_no_files_lead_nowhere(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
            info = tarfile.TarInfo("x")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    (tmp_path / "links.tar").write_bytes(out.getvalue())
    names = {
        "../../up.xml": rss("a"),
        "/etc/root.xml": rss("b"),
        "C:\\x.xml": rss("c"),
        "__MACOSX/x": b"",
        "a/.b/c": b"",
    }
    (tmp_path / "names.zip").write_bytes(zip_of(names))
    before = sorted(tmp_path.rglob("*"))

    assert read(tmp_path / "links.tar") == []
    assert [inside for _, inside in shown(read(tmp_path / "names.zip"))] == list(names)[:3]
    assert sorted(tmp_path.rglob("*")) == before
    assert not (tmp_path.parent.parent / "up.xml").exists()


@pytest.mark.parametrize("make", [zip_of, tar_of])
def test_a_member_that_is_too_large_is_named_and_the_others_read(
    tmp_path: Path, make: Callable[[dict[str, bytes]], bytes]
) -> None:
    path = tmp_path / "x"
    path.write_bytes(make({"big.xml": bytes(50_000_001), "small.xml": rss("a")}))

    assert shown(read(path)) == [("is larger than 50 MB", "big.xml"), ("document", "small.xml")]


@pytest.mark.slow
def test_an_archive_that_unpacks_to_far_too_much_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "LIGHTEST", 10_000_000)
    path = tmp_path / "bomb.zip"
    path.write_bytes(zip_of({f"{n}.xml": bytes(9_000_000) for n in range(30)} | {"z.xml": rss("a")}))

    found = shown(read(path))

    assert found[-1][0].startswith("unpacks to far more")
    assert len(found) < 15


def test_archives_nested_too_deep_are_not_looked_into(tmp_path: Path) -> None:
    nested = rss("a")
    for depth in range(5):
        nested = zip_of({f"{depth}.zip" if depth else "a.xml": nested})
    (tmp_path / "n.zip").write_bytes(nested)
    (tmp_path / "two.zip").write_bytes(zip_of({"in.tar": tar_of({"a.xml": rss("a")})}))

    assert shown(read(tmp_path / "n.zip"))[0][0].startswith("is an archive within archives")
    assert shown(read(tmp_path / "two.zip")) == [("document", "in.tar: a.xml")]


def test_a_gzip_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "LIGHTEST", 10_000_000)
    path = tmp_path / "b.jsonl.gz"
    path.write_bytes(gzip.compress(RECORDS) + gzip_bomb(100, b"x"))

    found = read(path)

    assert [one.kind for one in found if isinstance(one, Member)] == ["record", "record"]
    assert isinstance(found[-1], Flaw)
    assert found[-1].message.startswith("unpacks to far more")


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_last_line_that_is_too_long_is_named(tmp_path: Path, end: bytes) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"title": "One"}\n' + b"x" * 10_000_001 + end)

    assert shown(read(path)) == [("record", "line 1"), ("is longer than 5 MB", "line 2")]


def broken_zip() -> bytes:
    data = bytearray(zip_of({"a.xml": rss("a" * 400), "b.xml": rss("b"), "c.xml": rss("c")}))
    data[60] ^= 0xFF
    data[61] ^= 0xFF
    return bytes(data)


def test_a_damaged_member_is_named_and_the_others_read(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(broken_zip())
    (tmp_path / "cut.zip").write_bytes(zip_of(FILES)[:-10])
    whole = tar_of({"a.xml": rss("a"), "b.xml": rss("b" * 5000)})
    (tmp_path / "cut.tar").write_bytes(whole[:3000])
    (tmp_path / "cut.tar.gz").write_bytes(gzip.compress(tar_of({str(n): os.urandom(5000) for n in range(20)}))[:60_000])

    assert shown(read(tmp_path / "x.zip")) == [("is damaged", "a.xml"), ("document", "b.xml"), ("document", "c.xml")]
    assert shown(read(tmp_path / "cut.zip"))[0][0].startswith("is no zip file")
    assert shown(read(tmp_path / "cut.tar"))[0] == ("document", "a.xml")
    assert isinstance(read(tmp_path / "cut.tar")[-1], Flaw)
    assert len(read(tmp_path / "cut.tar.gz")) > 5
    assert isinstance(read(tmp_path / "cut.tar.gz")[-1], Flaw)


@pytest.mark.parametrize(
    ("name", "body", "kinds"),
    [
        ("feed.xml", rss("a"), ["document"]),
        ("feed.xml.gz", gzip.compress(rss("a")), ["document"]),
        ("feed.xml.bz2", bz2.compress(rss("a")), ["document"]),
        ("feed.xml.xz", lzma.compress(rss("a")), ["document"]),
        ("empty", b"", ["document"]),
        ("feed.json", b'{"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": []}', ["document"]),
        (
            "feed2.json",
            json.dumps({"version": "https://jsonfeed.org/version/1", "title": "F", "items": []}, indent=1).encode(),
            ["document"],
        ),
        ("r.jsonl", RECORDS, ["record", "record"]),
        ("r.jsonl.gz", gzip.compress(RECORDS), ["record", "record"]),
        ("r.jsonl.xz", lzma.compress(RECORDS), ["record", "record"]),
        ("long.jsonl", b'{"title": "A", "excerpt": "%s"}\n' % (b"x" * 20_000) * 2, ["record", "record"]),
        ("w.warc", warc([Answer("https://e.example/f", rss("w"), "text/xml")], gzip=False), ["feed"]),
        ("w.zst", b"\x28\xb5\x2f\xfd\x04", ["is packed by Zstandard; unpack it first"]),
        ("w.bz2", b"BZh9nonsense", ["is damaged"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_is_known_by_what_it_begins_with(tmp_path: Path, name: str, body: bytes, kinds: list[str]) -> None:
    path = tmp_path / (name.rpartition(".")[0] or name)  # names say nothing
    path.write_bytes(body)

    assert [kind for kind, _ in shown(read(path))] == kinds


def test_a_line_that_is_too_long_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(b'{"title": "A"}\n{"title": "' + b"x" * 11_000_000 + b'"}\n{"title": "B"}\n')

    assert shown(read(path)) == [("record", "line 1"), ("is longer than 5 MB", "line 2"), ("record", "line 3")]


def test_more_members_than_anybody_has_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 5)
    path = tmp_path / "x.tar"
    path.write_bytes(tar_of({f"{n}.xml": rss("a") for n in range(9)}))

    assert [kind for kind, _ in shown(read(path))] == ["document"] * 5 + ["has more members than are read"]


def test_folders_are_read_in_order_without_what_is_hidden_or_a_link(tmp_path: Path) -> None:
    for name in ("b/2", "b/10", "a", "c", ".hidden", "b/.h/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    os.mkfifo(tmp_path / "pipe")

    found = [path.relative_to(tmp_path).as_posix() for path in files_below([tmp_path])]

    assert found == ["a", "b/10", "b/2", "c"]
    assert list(files_below([tmp_path / ".hidden"])) == [tmp_path / ".hidden"]


def test_a_file_that_cannot_be_opened_is_a_flaw(tmp_path: Path) -> None:
    assert shown(read(tmp_path / "none")) == [("cannot be read (No such file or directory)", "")]


def test_positions_survive_being_written_down() -> None:
    for position in (Position(), Position(5), Position(0, 7), Position(3, 4)):
        assert Position.read(str(position)) == position
    with pytest.raises(ValueError):
        Position.read("x")
