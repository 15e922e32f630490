"""Folders of seeds: what is found, in which watch, and how changes and copies are noticed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from seeds.folder import fingerprint, scan


def write(path: Path, title: str = "A title", url: str | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    address = f'webUrl: "{url}"\n' if url else ""
    path.write_text(f'---\ntitle: "{title}"\n{address}---\n', encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    seeds = tmp_path / "seeds"
    write(seeds / "b.md", "B")
    write(seeds / "a.TXT", "A")
    write(seeds / "moscow" / "c.md", "C")
    write(seeds / "moscow" / "2020" / "d.md", "D")
    write(seeds / "README.md", "no")
    write(seeds / "moscow" / "Readme.txt", "no")
    write(seeds / ".hidden.md", "no")
    write(seeds / ".git" / "e.md", "no")
    (seeds / "note.pdf").write_bytes(b"no")
    return seeds


def test_documents_and_their_watches(folder: Path) -> None:
    found = scan([folder])
    assert [(file.path.relative_to(folder).as_posix(), file.watch) for file in found.files] == [
        ("a.TXT", "default"),
        ("b.md", "default"),
        ("moscow/2020/d.md", "moscow"),
        ("moscow/c.md", "moscow"),
    ]
    assert found.good == found.files
    assert (found.problems, found.warnings) == ((), ())


def test_a_configured_file_needs_no_suffix(folder: Path) -> None:
    file = write(folder / "saved.page", "S")
    found = scan([file, folder / "moscow"])
    assert [(f.path.name, f.watch) for f in found.files] == [
        ("d.md", "2020"),
        ("c.md", "default"),
        ("saved.page", "default"),
    ]


def test_what_is_missing_is_named(folder: Path) -> None:
    found = scan([folder / "nowhere", folder])
    assert [(notice.path, "does not exist" in notice.message) for notice in found.problems] == [
        (folder / "nowhere", True)
    ]
    assert len(found.files) == 4


def test_links_do_not_go_round(folder: Path) -> None:
    (folder / "moscow" / "loop").symlink_to(folder)
    (folder / "self").symlink_to(folder / "self")
    (folder / "gone.md").symlink_to(folder / "nothing.md")
    found = scan([folder])
    assert len([file for file in found.files if file.document.ok]) == 4
    assert [file.path.name for file in found.files if not file.document.ok] == ["gone.md"]


def test_bad_documents_do_not_hide_good_ones(folder: Path) -> None:
    (folder / "bad.md").write_text("---\ntitle: [\n---\n")
    os.mkfifo(folder / "pipe.md")
    found = scan([folder])
    assert [file.path.name for file in found.files if not file.document.ok] == ["bad.md", "pipe.md"]
    assert len(found.good) == 4


def test_copies_in_a_watch_are_left_out_and_named(folder: Path) -> None:
    first = write(folder / "m.md", "M", "https://example.org/a")
    write(folder / "n.md", "N", "http://www.example.org/a/?utm_source=x")
    write(folder / "o.md", "B")
    write(folder / "moscow" / "p.md", "P", "https://example.org/a")
    found = scan([folder])
    assert [(notice.path.name, str(first) in notice.message) for notice in found.warnings] == [
        ("n.md", True),
        ("o.md", False),
    ]
    assert [file.path.name for file in found.good] == ["a.TXT", "b.md", "m.md", "d.md", "c.md", "p.md"]


def touch(path: Path) -> None:
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: write(folder / "new.md"),
        lambda folder: (folder / "b.md").unlink(),
        lambda folder: (folder / "b.md").rename(folder / "c.md"),
        lambda folder: (folder / "b.md").rename(folder / "moscow" / "b.md"),
        lambda folder: write(folder / "b.md", "Longer title"),
        lambda folder: touch(folder / "b.md"),
        lambda folder: folder.rename(folder.with_name("moved")),
    ],
)
def test_the_fingerprint_notices(folder: Path, change: Callable[[Path], object]) -> None:
    before = fingerprint([folder])
    assert fingerprint([folder]) == before
    change(folder)
    assert fingerprint([folder]) != before


def test_the_fingerprint_ignores_what_is_no_document(folder: Path) -> None:
    before = fingerprint([folder])
    (folder / "other.pdf").write_bytes(b"x")
    touch(folder / "README.md")
    assert fingerprint([folder]) == before


def test_unchanged_documents_are_not_read_again(folder: Path) -> None:
    first = scan([folder])
    write(folder / "b.md", "Changed title")
    second = scan([folder], first)
    same = {file.path.name for file in second.files for old in first.files if file.document is old.document}
    assert same == {"a.TXT", "c.md", "d.md"}
    assert "Changed title" in [file.document.record.title for file in second.files if file.document.record]
    assert scan([folder]).good[1].document.record == second.good[1].document.record


@pytest.mark.slow
@pytest.mark.parametrize("many", [10_000, pytest.param(100_000, marks=pytest.mark.soak)])
def test_very_many_documents(tmp_path: Path, many: int) -> None:
    for n in range(many):
        path = tmp_path / f"w{n % 100}" / f"{n}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'---\ntitle: "Title {n}"\nwebUrl: "https://example.org/{n}"\n---\n')
    first = scan([tmp_path])
    (tmp_path / "w7" / "7.md").write_text('---\ntitle: "Another one"\nwebUrl: "https://example.org/7"\n---\n')
    second = scan([tmp_path], first)
    assert len(first.good) == len(second.good) == many
    again = [new.path for old, new in zip(first.files, second.files, strict=True) if new.document is not old.document]
    assert again == [tmp_path / "w7" / "7.md"], "only what changed is read again"
