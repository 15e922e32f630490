"""Which addresses of a page identify its article."""

from __future__ import annotations

import pytest

from monitor.identify.pages import addresses_of

HERE = "https://example.org/2026/11/metro-cameras-watch-everyone"
SLUG = "metro-cameras-watch-everyone"


def sorted_out(asked: str, *links: tuple[str, str]) -> tuple[set[str], set[str], str | None]:
    """Keys that identify, keys that are only said, and the key of an original elsewhere."""
    said = addresses_of(asked, links)
    own = {known.key for known in said.own if not known.weak}
    weak = {known.key for known in said.own if known.weak}
    return own, weak, said.original and said.original.key


@pytest.mark.parametrize(
    "links",
    [
        [(f"{HERE}?utm_source=x", "canonical")],
        [(f"https://www.example.org/culture/{SLUG}", "canonical")],
        [(f"https://example.org/{SLUG}.html", "canonical")],
        [("https://example.org/story/4711234", "canonical"), ("https://example.org/story/4711234", "og")],
        [("https://example.org/story/4711234", "canonical"), ("https://example.org/story/4711234", "data")],
        [("https://amp.example.org/8812345", "amp")],
        [(f"https://example.org/2026/11/{SLUG}", "og")],
        [(f"https://example.org/culture/{SLUG}", "final")],
        [("https://example.org/story/4711234", "final")],
    ],
)
def test_addresses_of_the_article_itself(links: list[tuple[str, str]]) -> None:
    own, weak, original = sorted_out(HERE, *links)

    assert own
    assert not weak
    assert original is None


@pytest.mark.parametrize(
    "links",
    [
        [("https://example.org/2026/11", "canonical")],
        [("https://example.org/news", "canonical")],
        [
            ("https://example.org/news", "canonical"),
            ("https://example.org/news", "og"),
            ("https://example.org/news", "data"),
        ],
        [("https://example.org/news/quite-another-story-here", "canonical")],
        [("https://example.org/story/4711234", "canonical")],
        [("https://example.org/amp", "amp")],
        [("https://example.org/search?q=metro", "canonical")],
        [("https://example.org/news", "final"), ("https://example.org/news", "canonical")],
    ],
)
def test_what_a_broken_template_says_identifies_nothing(links: list[tuple[str, str]]) -> None:
    own, _, original = sorted_out(HERE, *links)

    assert not own
    assert original is None


@pytest.mark.parametrize("home", ["https://example.org/", "https://www.example.org", "https://example.org/en/", "https://wire.example/"])  # fmt: skip
@pytest.mark.parametrize("relation", ["canonical", "og", "final", "amp"])
def test_a_home_page_is_not_even_kept(home: str, relation: str) -> None:
    said = addresses_of(HERE, [(home, relation)])

    assert said.own == ()
    assert said.original is None


def test_a_canonical_address_that_drops_the_number_is_not_the_articles() -> None:
    asked = "https://example.org/article.php?id=12345"

    assert sorted_out(asked, ("https://example.org/article.php", "canonical"))[0] == set()
    assert sorted_out(asked, ("https://example.org/article.php?id=12345", "canonical"))[0] == {
        "example.org/article.php?id=12345"
    }


def test_a_canonical_address_elsewhere_names_an_original_and_is_no_identity() -> None:
    own, weak, original = sorted_out(HERE, (f"https://wire.example/{SLUG}", "canonical"))

    assert (own, weak) == (set(), set())
    assert original == f"wire.example/{SLUG}"
    assert sorted_out(HERE, ("https://wire.example/news", "canonical"))[2] is None


def test_where_a_hidden_redirect_ends_is_the_article() -> None:
    own, _, original = sorted_out("https://t.co/abc", ("https://example.org/story/4711234?utm_source=t", "final"))

    assert own == {"example.org/story/4711234"}
    assert original is None


def test_nonsense_is_left_out() -> None:
    links = [("javascript:alert(1)", "canonical"), ("http://[", "og"), ("", "amp"), ("x" * 5000, "data")]

    assert addresses_of(HERE, links).own == ()
    assert addresses_of("nonsense", [(HERE, "canonical")]).own == ()
