"""Simple markup is read as the HTML parser reads it, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from monitor.normalise import simple

INLINE = ("<b>", "</b>", "<a href='/x?a=1&b=2'>", "</a>", "<span class=lead>", "</span>", "<em\n>", "<i/>")
BLOCKS = ("<p>", "</p>", "<div>", "</div>", "<br/>", "<BR>", "<li>", "</ul>", "<h2 id=a-1 hidden>", "</h2>")
IMAGES = ('<img src="/1.jpg" width=5>', "<IMG alt='a \"b\"' SRC=2.png src=3.png />", "<img>", '<img data-src="4" alt>')
TEXTS = (
    "one",
    " ",
    "€ ü Ж",
    "&amp;",
    "&nbsp;",
    "&#8217;",
    "&copy",
    "&",
    ";",
    "&lt;b&gt;",
    "'",
    '"',
    "=",
    "/",
    ">",
    "n",
)
ODD = ("<", "<!--", "-->", "<script>", "</script>", "<table>", "<td>", "<pre>", '<a title=">">', "<b c=d'e>", "<p<p>")


def letters(text: str) -> str:
    """Without spaces, as tags of blocks and pictures put some in."""
    return "".join(text.split())


@given(st.lists(st.sampled_from(INLINE + BLOCKS + IMAGES + TEXTS + ODD), max_size=12).map("".join))
def test_what_is_read_is_what_the_parser_reads(html: str) -> None:
    text = simple.text_of(html)
    if text is None:
        return
    tree = LexborHTMLParser(html)
    images = simple.images_of(html)

    assert letters(text) == letters(tree.body.text())
    if images is not None:
        parsed = [{name: value or "" for name, value in node.attributes.items()} for node in tree.tags("img")]
        assert images == parsed


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>two &amp; three</p>", ["One", "two & three"]),
        ('a <a href="https://x.example/?q=1&amp;r=2" target=_blank>link</a>', ["a link"]),
        ("x<br>y<br/>z<hr />", ["x", "y", "z"]),
        ("one<img src=a.jpg>two", ["one two"]),
        ("&lt;b&gt; stays", ["<b> stays"]),
        ("AT&amp;T &euro;5 &#x2019;", ["AT&T €5 ’"]),
    ],
)
def test_texts(html: str, text: list[str]) -> None:
    assert [line for line in (simple.text_of(html) or "").split("\n") if line] == text


@pytest.mark.parametrize(
    "html",
    [
        "a < b",
        "<!-- no --> text",
        "<script>x</script>",
        "<table><tr><td>x</table>",
        "<noscript><img src=x></noscript>",
        '<a title="a > b">x</a>',
        "<a title=it's>x</a> it's",
        '<a b=x"y c="z>">t</a>',
        "<p",
        "<p-x>y</p-x>",
        "&am<b>p;</b>",
        "<svg><title>x</title></svg>",
    ],
)
def test_left_to_the_parser(html: str) -> None:
    assert simple.text_of(html) is None


def test_references_in_attributes_are_left_to_the_parser() -> None:
    assert simple.images_of('<img src="/?a=1&copy=2">') is None


def test_long_nonsense_takes_no_longer_than_its_length() -> None:
    for html in (
        "<a " * 50_000,
        "<img " + "a=b " * 50_000,
        "<p " + "a" * 200_000,
        "&a" * 100_000 + "<",
        "<b" + " " * 200_000,
    ):
        assert simple.text_of(html) is None
