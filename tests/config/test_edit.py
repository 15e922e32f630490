import os
import threading
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.edit import add_feed, add_feeds, remove_feed
from config.errors import ConfigError
from config.load import check
from config.model import Feed
from config.starter import starter_text

FILE = """\
# mine
[poll]
interval = "2h"   # slow

# Alpha, which is small
[[feeds]]
url = "https://a.org/feed"
name = "A"  # the first

# Beta
[[feeds]]
url = "https://b.org/feed"
tags = ["x",
        "y"]

[browse]
port = 9000
# end
"""
INLINE = """\
feeds = [
    {url = "https://a.org/feed"}, # Alpha
    {url = "https://b.org/feed"},
]

[poll]
interval = "2h"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "seedwatch.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_a_feed_is_added_behind_the_others_and_nothing_else_changes(file: Path) -> None:
    assert add_feed(file, "https://c.org/feed", "Г", "30m", ["ru"])

    block = '[[feeds]]\nurl = "https://c.org/feed"\nname = "Г"\ninterval = "30m"\ntags = ["ru"]\n'
    assert file.read_text(encoding="utf-8") == FILE.replace("\n[browse]", f"\n{block}\n[browse]")


def test_a_feed_is_removed_with_the_comment_above_it(file: Path) -> None:
    assert remove_feed(file, "https://A.org/feed/")

    gone = '# Alpha, which is small\n[[feeds]]\nurl = "https://a.org/feed"\nname = "A"  # the first\n\n'
    assert file.read_text(encoding="utf-8") == FILE.replace(gone, "")


def test_adding_what_is_there_and_removing_what_is_not_write_nothing(file: Path) -> None:
    before = file.stat().st_mtime_ns, file.stat().st_ino

    assert not add_feed(file, "HTTPS://a.org:443/feed/")
    assert not remove_feed(file, "https://a.org/other")
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before


def test_a_list_written_in_one_value_is_edited_in_place(file: Path) -> None:
    file.write_text(INLINE, encoding="utf-8")

    add_feed(file, "https://c.org/", tags=["en"])
    remove_feed(file, "https://b.org/feed")

    text = file.read_text(encoding="utf-8")
    assert "# Alpha" in text
    assert tomllib.loads(text)["feeds"] == [{"url": "https://a.org/feed"}, {"url": "https://c.org/", "tags": ["en"]}]


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet", '[poll]\ninterval = "1h"', "feeds = []\n"])
def test_a_first_feed_and_back(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")

    assert add_feed(file, "https://a.org/")
    assert tomllib.loads(file.read_text(encoding="utf-8"))["feeds"] == [{"url": "https://a.org/"}]
    assert remove_feed(file, "https://a.org/")
    assert file.read_text(encoding="utf-8").strip() == text.strip()


@pytest.mark.parametrize(
    "feed",
    [
        {"url": "javascript:x"},
        {"url": "http://"},
        {"url": "https://c.org/", "interval": "soon"},
        {"url": "https://c.org/", "tags": ["x", "x"]},
        {"url": "https://c.org/${X"},
    ],
)
def test_what_would_not_load_is_not_written(file: Path, feed: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"feeds\[3\]"):
        add_feed(file, **feed)

    assert file.read_text(encoding="utf-8") == FILE
    assert not list(file.parent.glob("*.tmp*"))


def test_a_file_that_does_not_load_is_not_edited(file: Path) -> None:
    file.write_text("[pol]\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=r'did you mean "poll"'):
        add_feed(file, "https://c.org/")

    assert file.read_text(encoding="utf-8") == "[pol]\n"


def test_text_that_is_not_unicode_is_not_written(file: Path) -> None:
    with pytest.raises(ConfigError, match="UTF-8"):
        add_feed(file, "https://c.org/", name="\udcff")

    assert file.read_text(encoding="utf-8") == FILE


@pytest.mark.parametrize("text", [FILE, INLINE])
def test_many_feeds_are_added_in_one_step_without_repeats(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    new = [
        Feed(url="https://c.org/", name="C", interval=timedelta(hours=2), tags=("en",)),
        Feed(url="https://B.org/feed"),
        Feed(url="https://d.org/", enabled=False),
        Feed(url="https://c.org"),
    ]

    assert add_feeds(file, new) == 2

    feeds = check(file.read_text(encoding="utf-8"), file).feeds
    assert feeds[2:] == (new[0], new[2])
    assert add_feeds(file, new) == 0


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        add_feed(tmp_path / "seedwatch.toml", "https://c.org/")

    assert not (tmp_path / "seedwatch.toml").exists()


def test_mode_link_byte_order_mark_and_line_ends_are_kept(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "seedwatch.toml"
    real.write_bytes(b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode())
    real.chmod(0o640)
    link.symlink_to(real)

    add_feed(link, "https://c.org/")
    remove_feed(link, "https://c.org/")

    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert real.read_bytes() == b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode()


def test_nothing_but_the_file_and_a_private_lock_is_left_behind(file: Path) -> None:
    old = os.umask(0)
    try:
        add_feed(file, "https://c.org/")
    finally:
        os.umask(old)

    others = [path for path in file.parent.iterdir() if path != file]
    assert [path.name for path in others] in ([], [".seedwatch.toml.lock"])
    assert all(path.stat().st_mode & 0o077 == 0 for path in others)


def test_edits_at_the_same_time_are_all_kept(file: Path) -> None:
    urls = [f"https://{number}.org/" for number in range(12)]
    threads = [threading.Thread(target=add_feed, args=(file, url)) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    written = {feed["url"] for feed in tomllib.loads(file.read_text(encoding="utf-8"))["feeds"]}
    assert written == {"https://a.org/feed", "https://b.org/feed", *urls}


def test_the_starter_file_can_be_edited_and_comes_back_as_it_was(file: Path) -> None:
    file.write_text(starter_text(), encoding="utf-8")

    add_feed(file, "https://c.org/")
    remove_feed(file, "https://c.org/")

    assert file.read_text(encoding="utf-8") == starter_text()


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
PATHS = st.from_regex(r"[a-z0-9/?=&;'\"%_-]{0,12}", fullmatch=True)


@settings(max_examples=40)
@given(path=PATHS, name=TEXTS, tags=st.lists(TEXTS, unique=True, max_size=3), text=st.sampled_from([FILE, INLINE, ""]))
def test_any_feed_is_added_as_it_is_and_removed_without_a_trace(
    tmp_path_factory: pytest.TempPathFactory, path: str, name: str, tags: list[str], text: str
) -> None:
    file = tmp_path_factory.mktemp("edit") / "seedwatch.toml"
    file.write_text(text, encoding="utf-8")
    before = tomllib.loads(text)
    url = f"https://new.org/{path}"

    add_feed(file, url, name, "1h", tags)
    feed = tomllib.loads(file.read_text(encoding="utf-8"))["feeds"][-1]
    remove_feed(file, url)

    assert (feed["url"], feed.get("name", ""), feed.get("tags", [])) == (url, name, tags)
    assert {"feeds": [], **tomllib.loads(file.read_text(encoding="utf-8"))} == {"feeds": [], **before}
