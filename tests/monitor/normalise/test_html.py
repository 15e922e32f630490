"""Markup to text."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise.html import images_in, looks_like_markup, to_text
from seeds.record import Image


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain  text\n here", "plain text\nhere"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<div>a<div>b</div>c</div>", "a\nb\nc"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("fac<b>ial</b> recog<i>nition</i>", "facial recognition"),
        ("a\n   b\t<em>c</em>", "a b c"),
        ("&lt;b&gt; &amp;amp; &laquo;x&raquo; &#8212; &nbsp;y", "<b> &amp; «x» — y"),
        ("AT&T &copy 2026 &nope;", "AT&T © 2026 &nope;"),
        ("<script>alert(1)</script>a<style>b{}</style><template>c</template><noscript>d</noscript>", "a"),
        ("a<!-- b -->c<![CDATA[d]]>", "ac"),
        ("<img src=x onerror=alert(1)>a<svg onload=alert(1)><text>b</text></svg>", "a"),
        ("<p>unclosed <b>tags", "unclosed tags"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("a\u200bb\u202ec\x07d", "abcd"),
        ("e\u0301", "é"),
        ("&#xD800;&#0;&#x202e;x", "\ufffd\ufffdx"),
        ("", ""),
        ("<p></p>", ""),
    ],
)
def test_text(html: str, text: str) -> None:
    assert to_text(html, 1000) == text


def test_the_limit_cuts_between_words() -> None:
    assert to_text("<p>" + "word " * 100 + "</p>", 22) == "word word word word…"


@pytest.mark.parametrize(
    "piece", ["<div>", "<p>", "<a>", "<b>", "<table><tr><td>", "<ul><li>", "<", "&", "<!--", "<div a='"]
)
def test_hostile_markup_is_read_in_time(piece: str) -> None:
    started = time.monotonic()

    assert len(to_text(piece * 100_000 + "end", 100)) <= 100
    assert time.monotonic() - started < 2


def test_images() -> None:
    html = (
        "<img src='/a.jpg' width=640 height='480px' alt='A  face'><img src='//cdn.example/b.png'><img src='/a.jpg'>"
        "<img src='/pixel.gif' width=1 height=1><img src='data:image/gif;base64,xx'><img src='javascript:x'><img>"
        "<img data-src='c.jpg' width=100% height=-5>"
    )

    assert images_in(html, "https://example.org/news/1") == (
        Image("https://example.org/a.jpg", 640, 480, "A face"),
        Image("https://cdn.example/b.png"),
        Image("https://example.org/news/c.jpg"),
    )


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("AT&amp;T", True), ("<b>x</b>", True), ("a<br>b", True), ("<script>x", True), ("&#8217;", True),
        ("AT&T", False), ("1 < 2 > 0", False), ("<3", False), ("List<String>", False), ("a & b; c", False),
    ],
)  # fmt: skip
def test_markup_is_told_from_text(text: str, markup: bool) -> None:
    assert looks_like_markup(text) is markup


@given(st.text(st.characters() | st.sampled_from("<>&;#/ap\n\x00\ud800\u0301"), max_size=200), st.integers(1, 100))
def test_text_is_always_clean(html: str, limit: int) -> None:
    text = to_text(html, limit)

    assert len(text) <= limit
    assert text == unicodedata.normalize("NFC", text)
    assert all(c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"} for c in text)
