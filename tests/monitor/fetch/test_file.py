"""Feeds in files."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.types import Fetched
from tests.monitor.fetch.conftest import Fetch

FEED = b"<rss version='2.0'/>"
Spelling = Callable[[Path], str]
SPELLINGS: list[Spelling] = [str, Path.as_uri, lambda path: f"file://localhost{path}"]


@pytest.mark.parametrize("spelt", SPELLINGS)
async def test_an_unchanged_file_is_a_304(tmp_path: Path, fetch: Fetch, spelt: Spelling) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(FEED)

    first = await fetch(f"file://{path}")
    second = await fetch(path.as_uri(), first.validators)
    path.write_bytes(FEED + b" ")
    third = await fetch(path.as_uri(), first.validators)

    assert [(f.status, f.body) for f in (first, second, third)] == [(200, FEED), (304, None), (200, FEED + b" ")]
    assert first.final_url == path.as_uri()


async def test_paths_are_read_too(tmp_path: Path, fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = "новости и 100%.xml"
    (tmp_path / name).write_bytes(FEED)

    assert [(await fetch(url)).body for url in (name, (tmp_path / name).as_uri())] == [FEED, FEED]


async def test_a_compressed_file(tmp_path: Path, fetch: Fetch) -> None:
    (tmp_path / "feed.xml.gz").write_bytes(gzip.compress(FEED))

    assert (await fetch((tmp_path / "feed.xml.gz").as_uri())).body == FEED


def failure(fetched: Fetched) -> str | None:
    return fetched.failure and fetched.failure.kind


async def test_what_cannot_be_read(tmp_path: Path, fetch: Fetch) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "big").write_bytes(b"x" * 100_001)

    kinds = [failure(await fetch((tmp_path / name).as_uri())) for name in ("none", "pipe", "big", ".")]

    assert kinds == ["no_file", "unreadable", "too_large", "unreadable"]
    assert failure(await fetch("file:///a%00b")) == "unreadable"
    assert failure(await fetch("file://elsewhere/etc/passwd")) == "network"
