"""Markup to plain text, and the pictures in it, through a real HTML parser under bounds."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser

from monitor.normalise import simple
from monitor.normalise.address import web_address
from seeds.record import Image
from seeds.text import clean

_LONGEST = 1_000_000
_DEEPEST = 2_000
_MOST_IMAGES = 50
_BREAK = re.compile(
    r"<(?=/?(?:p|div|br|hr|li|ul|ol|dl|dt|dd|h[1-6]|blockquote|pre|table|tr|section|article|header|footer|aside|nav|main"
    r"|figure|figcaption|form|fieldset|details|summary|address|center|caption|option)\b)",
    re.IGNORECASE,
)
_CELL = re.compile(r"<(?=(?:td|th|img|video|audio|iframe)\b)", re.IGNORECASE)
_UNREAD_TAG = re.compile(r"<(?:script|style|template|noscript|head|title|textarea|select|svg|math)\b", re.IGNORECASE)
_UNREAD = ["script", "style", "template", "noscript", "head", "title", "textarea", "select", "svg", "math"]
# These two must stay linear on text without a single `>`.
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})")
_ANY_TAG = re.compile(r"<[^<>]*>?")
_PIXELS = re.compile(r"\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*$", re.ASCII)
_VOID = frozenset(
    {"br", "img", "hr", "input", "meta", "link", "source", "wbr", "area", "base", "col", "embed", "track"}
)
_MARKUP = re.compile(
    r"</?(?:a|abbr|acronym|address|article|aside|audio|b|base|bdi|bdo|big|blockquote|body|br|button|center|cite|code"
    r"|del|details|dfn|div|dl|dt|dd|em|embed|figure|figcaption|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img"
    r"|input|ins|kbd|label|li|link|main|mark|math|meta|nav|object|ol|p|pre|q|s|samp|script|section|select|small|span"
    r"|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|th|thead|time|tr|tt|u|ul|var|video|wbr)"
    r"(?:[\s/][^<>]*)?/?>|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});",
    re.IGNORECASE,
)


class Markup:
    """A piece of HTML, parsed once for its text and its pictures."""

    def __init__(self, html: str) -> None:
        self._html = html[:_LONGEST]
        self._is_plain = "<" not in html and "&" not in html

    @cached_property
    def text(self) -> str:
        """All that a reader sees: one line for each paragraph, entities resolved once."""
        if self._is_plain:
            return self._html
        flat = self._flat
        if "<" not in flat:
            return entities.unescape(flat)
        if is_deep(flat):
            return entities.unescape(_ANY_TAG.sub(" ", flat))
        return self._text_of_tree() if self._simple is None else self._simple

    def _text_of_tree(self) -> str:
        if _UNREAD_TAG.search(self._flat):
            self._tree.strip_tags(_UNREAD)
        body = self._tree.body
        return body.text() if body is not None else ""

    @cached_property
    def _simple(self) -> str | None:
        return simple.text_of(self._flat)

    @cached_property
    def _tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(_CELL.sub(" <", _BREAK.sub("\n<", self._flat)))

    @cached_property
    def _flat(self) -> str:
        """On one line, as line ends mean nothing in HTML; those that are put in later do."""
        is_flat = self._html.isprintable() and "  " not in self._html
        return self._html if is_flat else " ".join(self._html.split())

    def images(self, base: str) -> tuple[Image, ...]:
        """The pictures, with absolute addresses; tracking pixels are left out."""
        if "<img" not in self._html.lower() or is_deep(self._html):
            return ()
        found: dict[str, Image] = {}
        for values in self._image_attributes()[: 4 * _MOST_IMAGES]:
            url = web_address(values.get("src") or values.get("data-src"), base)
            width, height = pixels(values.get("width")), pixels(values.get("height"))
            if url and not (width is not None and height is not None and max(width, height) <= 3):
                title = clean(values.get("alt") or values.get("title") or "", 500) or None
                found.setdefault(url, Image(url, width, height, title))
        return tuple(found.values())[:_MOST_IMAGES]

    def _image_attributes(self) -> Sequence[Mapping[str, str | None]]:
        found = None if self._simple is None else simple.images_of(self._flat)
        return [node.attributes for node in self._tree.tags("img")] if found is None else found


def to_text(html: str, limit: int) -> str:
    """Plain text of a piece of HTML: paragraphs on lines of their own, NFC, at most `limit` characters."""
    return paragraphs(Markup(html).text, limit)


def images_in(html: str, base: str) -> tuple[Image, ...]:
    """The pictures in a piece of HTML, with addresses made absolute against `base`."""
    return Markup(html).images(base)


def paragraphs(text: str, limit: int) -> str:
    """Text with one clean line for each paragraph, at most `limit` characters, cut between words."""
    lines: list[str] = []
    left = limit
    for line in text[: 8 * limit].split("\n"):
        if left <= 0:
            break
        if (line and not line.isspace()) and (cleaned := clean(line, left)):
            lines.append(cleaned)
            left -= len(cleaned) + 1
    return "\n".join(lines)


def looks_like_markup(text: str) -> bool:
    """Whether a text of no declared type holds HTML tags or entities."""
    return ("<" in text or "&" in text) and _MARKUP.search(text) is not None


def pixels(value: object) -> int | None:
    """A size in pixels, from an attribute such as `640` or `640px`."""
    match = _PIXELS.match(value) if isinstance(value, str) else None
    return int(match[1]) if match and int(match[1]) > 0 else None


def is_deep(html: str) -> bool:
    """Whether elements are nested so deeply that a parser would take quadratic time."""
    if html.count("<") <= _DEEPEST:
        return False
    depth = deepest = 0
    for match in _TAG.finditer(html):
        if match[1]:
            depth = max(0, depth - 1)
        elif match[2].lower() not in _VOID:
            depth += 1
            deepest = max(deepest, depth)
    return deepest > _DEEPEST
