"""The usual markup of feeds, read without an HTML parser: whole tags of the commonest elements and nothing else.

Making a document costs an HTML parser ten times what reading a paragraph does. What is read here is read as the HTML
standard says; whatever could be read otherwise (a comment, a table, a script, a stray `<`, an odd attribute) is left
to the parser.
"""

from __future__ import annotations

import re
from html import unescape

_NAME = r"[a-zA-Z_][\w:.-]*+"
_VALUE = r"\"[^\"<>]*+\"|'[^'<>]*+'|[^\s\"'<>=`/]++"
_ATTRIBUTES = rf"(?:\s++{_NAME}(?:=(?:{_VALUE}))?+)*+\s*+"
_BLOCKS = "p|div|br|hr|li|ul|ol|dl|dt|dd|h[1-6]|blockquote|section|article|header|footer|figure|figcaption|center"
_INLINE = "a|b|i|em|strong|u|s|small|big|span|font|sup|sub|code|cite|q|abbr|time|mark|tt|del|ins|strike"
_TAG = re.compile(rf"<(?:(/?(?:{_BLOCKS}))|(img)|/?(?:{_INLINE})){_ATTRIBUTES}/?>", re.IGNORECASE | re.ASCII)
_IMAGE = re.compile(rf"<img({_ATTRIBUTES})/?>", re.IGNORECASE | re.ASCII)
_ATTRIBUTE = re.compile(rf"({_NAME})(?:=(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'<>=`/]++)))?+", re.ASCII)
_CUT_REFERENCE = re.compile(r"&[#\w]{1,32}<", re.ASCII)
"""A reference without its semicolon would go on with the text after the tag."""


def text_of(html: str) -> str | None:
    """The text of simple markup, a line break for each tag of a block; None when a parser is needed."""
    if "<!" in html or ("&" in html and _CUT_REFERENCE.search(html)):
        return None
    text = _TAG.sub(_instead, html)
    return None if "<" in text else resolved(text)


def resolved(text: str) -> str:
    """Text with its references resolved, once; quick for the one reference that all addresses and most names need."""
    return text.replace("&amp;", "&") if text.count("&") == text.count("&amp;") else unescape(text)


def images_of(html: str) -> list[dict[str, str]] | None:
    """The attributes of each picture in simple markup; None when a parser is needed, as for references in them."""
    images = []
    for tag in _IMAGE.findall(html):
        if "&" in tag:
            return None
        values: dict[str, str] = {}
        for name, *quoted in _ATTRIBUTE.findall(tag):
            values.setdefault(name.lower(), "".join(quoted))
        images.append(values)
    return images


def _instead(tag: re.Match[str]) -> str:
    return "\n" if tag[1] else " " if tag[2] else ""
