"""The text of an article out of its page: trafilatura's, or the one in linked data; the only module that knows trafilatura.

It runs in a process of its own (`monitor.read.worker`); nothing here bounds time or memory.
"""

from __future__ import annotations

import logging

import trafilatura

from monitor.normalise.html import looks_like_markup, paragraphs, to_text
from seeds import text

TEXT = 100_000
_DECLARED_SHARE = 0.8
"""Of the words of trafilatura's text, how many linked data must have to be taken for the same text, more of it."""

_ABOVE = 4
"""Lines among which the headline may stand; what is above it is the name of the site, a section or a date."""
_SCRAPS = 250
"""Characters below which what was found may be a footer, where linked data has a longer text."""

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def body_of(html: str, declared: str, title: str) -> str:
    """The text: a line for each paragraph, without the headline and what stands above, 100,000 characters at most."""
    found = _found(html)
    said = _declared(declared)
    if said and len(said) > len(found) and (len(found) < _SCRAPS or _covers(said, found)):
        found = said
    lines = found.split("\n")
    headline = text.fold(title)
    at = next((number for number, line in enumerate(lines[:_ABOVE]) if text.fold(line) == headline), -1)
    return "\n".join(lines[at + 1 :])


def _found(html: str) -> str:
    """What trafilatura takes for the text, in its careful mode: without comments, and nothing rather than everything."""
    try:
        document = trafilatura.bare_extraction(
            html, include_comments=False, include_tables=False, favor_precision=True, with_metadata=False
        )
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - hostile markup finds errors in it; then there is no text
        return ""
    written = getattr(document, "text", None)
    return paragraphs(written, TEXT) if isinstance(written, str) else ""


def _declared(body: str) -> str:
    if not body:
        return ""
    return to_text(body, TEXT) if looks_like_markup(body) else paragraphs(body, TEXT)


def _covers(larger: str, smaller: str) -> bool:
    words = set(text.words(smaller[: text.SEARCHED]))
    return len(words & set(text.words(larger))) >= _DECLARED_SHARE * len(words)
