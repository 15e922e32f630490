from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.feeds import feed_key, local_path


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.org/feed", "HTTPS://A.ORG/feed"),
        ("https://a.org/feed", "https://a.org:443/feed"),
        ("http://a.org/feed", "http://a.org:80/feed/"),
        ("https://a.org", "https://a.org/"),
        ("https://a.org/feed", "https://a.org/feed#x"),
        ("https://a.org?x=1", "https://a.org/?x=1"),
        ("https://a.org./feed", "https://a.org/feed"),
        ("big.xml", "./big.xml"),
        ("feeds/big.xml", "./feeds//./big.xml"),
    ],
)
def test_two_ways_to_write_one_address(one: str, other: str) -> None:
    assert feed_key(one) == feed_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.org/feed", "https://a.org/Feed"),
        ("https://a.org/feed", "http://a.org/feed"),
        ("https://a.org/feed", "https://www.a.org/feed"),
        ("https://a.org/?id=1", "https://a.org/?id=2"),
        ("https://a.org/?q=a/", "https://a.org/?q=a"),
        ("https://a.org:444/", "https://a.org/"),
        ("https://u@a.org/", "https://U@a.org/"),
        ("feed.xml", "Feed.xml"),
        ("../feed.xml", "feed.xml"),
        ("link/../feed.xml", "feed.xml"),
        ("${FEED}", "${feed}"),
    ],
)
def test_addresses_that_may_lead_elsewhere_stay_apart(one: str, other: str) -> None:
    assert feed_key(one) != feed_key(other)


@given(st.text())
def test_a_key_of_any_text_is_stable(text: str) -> None:
    assert feed_key(feed_key(text)) == feed_key(text)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("feeds/a.xml", "/base/feeds/a.xml"),
        ("../a.xml", "/base/../a.xml"),
        ("/srv/a.xml", "/srv/a.xml"),
        ("file:///srv/a%20b.xml", "/srv/a b.xml"),
        ("file:a.xml", "/base/a.xml"),
        ("лента.xml", "/base/лента.xml"),
        ("https://a.org/a.xml", None),
        ("${WHOLE_ADDRESS}", None),
    ],
)
def test_feeds_that_are_files(url: str, path: str | None) -> None:
    assert local_path(url, Path("/base")) == (Path(path) if path else None)
