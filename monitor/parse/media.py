"""Media RSS kept apart from the article: a caption is no summary, and a credit belongs to a picture.

feedparser takes `media:description` for the entry's own description, so that a photo's caption becomes the summary, or the
text, of an article. Here captions and credits become keys of the entry: `media_description` and `media_credit`, lists of
dictionaries with `content` and `after`, the number of `media:content` elements before it.
"""

from __future__ import annotations

from typing import Any

from feedparser.namespaces.mediarss import Namespace
from feedparser.util import FeedParserDict


def keep_apart() -> None:
    """Teaches this process's feedparser the difference; to be called once."""
    Namespace._start_media_description = _start_description  # noqa: SLF001  feedparser finds its handlers by name
    Namespace._end_media_description = _end_description  # noqa: SLF001
    Namespace._start_media_credit = _start_credit  # noqa: SLF001


def _start_description(parser: Any, attributes: dict[str, str]) -> None:
    _add(parser, "media_description", attributes)
    parser.push("media_caption", 1)


def _end_description(parser: Any) -> None:
    text = parser.pop("media_caption")
    context = parser._get_context()  # noqa: SLF001  as feedparser's own handlers do
    context.pop("media_caption", None)
    if text and context.get("media_description"):
        context["media_description"][-1]["content"] = text


def _start_credit(parser: Any, attributes: dict[str, str]) -> None:
    _add(parser, "media_credit", attributes)
    parser.push("credit", 1)


def _add(parser: Any, key: str, attributes: dict[str, str]) -> None:
    context = parser._get_context()  # noqa: SLF001  see above
    after = len(dict.get(context, "media_content") or ())
    dict.setdefault(context, key, []).append(FeedParserDict(attributes, after=after))
