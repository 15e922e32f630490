"""Public Telegram channels through their web preview, `https://t.me/s/NAME`: HTML, the latest twenty posts or so.

Told by its markup, whatever host it comes from. A channel whose owner has switched the preview off, a group, a person and a
name that nobody has all lead to the same card at `https://t.me/NAME`; that card is named for what it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.normalise.address import web_address
from monitor.normalise.entry import LIST, Context, entry_of
from monitor.normalise.html import Markup
from monitor.parse.charset import decoded
from monitor.parse.damage import CUT
from monitor.types import Entry, Link, Parsed, ParseFailure
from seeds.text import clean

VERSION = "telegram"
_MARKUP = re.compile(rb"""class=["'][^"'<>]{0,200}\btgme_""")
_HEAD = 65_536
_SITE = "https://t.me/"
_TITLE = 300
_HEADLINE = 200
_SHORT = 12
_INVITATIONS = ("/+", "/joinchat/")
_PUBLIC_ALONE = "Only public channels with a web preview can be read."
_POST = re.compile(r"([A-Za-z0-9_]{3,40})/(\d{1,10})")
_BACKGROUND = re.compile(r"background-image\s*:\s*url\(\s*['\"]?([^'\")]{1,2000})", re.IGNORECASE)
_WIDTH = re.compile(r"(?:^|;)\s*width\s*:\s*(\d{1,5})px", re.IGNORECASE)
_PADDING = re.compile(r"padding-top\s*:\s*(\d{1,4}(?:\.\d+)?)%", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…][\"»”)]?(?=\s)")
_ADORNMENT = re.compile("^[^\\w\"'«“„(\\[#№$€₽+-]+")
_ADDRESS_ONLY = re.compile(r"(?:https?://)?[\w.-]+\.\w{2,}(?:/\S*)?", re.IGNORECASE)
_PICTURES = (
    ".tgme_widget_message_photo_wrap, .tgme_widget_message_video_thumb, .link_preview_image, .link_preview_right_image"
)
_QUOTED = frozenset({"tgme_widget_message_reply", "tgme_widget_message_user", "tgme_widget_message_author"})
"""What is not the post's own: what it answers to, and the portrait and name of who wrote it."""
_WITHOUT_WORDS = ".tgme_widget_message_document_title, .tgme_widget_message_poll_question, .link_preview_title"


def looks_like_one(body: bytes) -> bool:
    """Whether a document has the markup of Telegram's pages."""
    return _MARKUP.search(body, 0, _HEAD) is not None


def read(body: bytes, content_type: str, base: str, now: datetime) -> Parsed | ParseFailure:
    """The posts of a channel, the newest first; or what else the page is."""
    text, _ = decoded(body, content_type)
    tree = LexborHTMLParser(text)
    posts = [node for node in tree.css("div.tgme_widget_message[data-post]") if not _has(node, "service_message")]
    if not posts and tree.css_first(".tgme_channel_history, .tgme_channel_info") is None:
        return _card(tree, urlsplit(base).path)
    is_cut = "<html" in text[:1_000].lower() and "</html" not in text[-1_000:].lower()
    if is_cut and posts and _time(posts[-1]) is None:
        posts.pop()  # the date stands at the end of a post
    context = Context(VERSION, base, None, now)
    entries = [_entry(post, context) for post in reversed(posts)]
    kept = tuple(entry for entry in entries if entry is not None)
    return Parsed(
        version=VERSION,
        title=clean(
            _words(tree, ".tgme_channel_info_header_title, .tgme_header_title") or _meta(tree, "og:title"), _TITLE
        ),
        link=_home(tree, posts),
        entries=kept,
        degraded=CUT if is_cut else None,
        skipped=len(entries) - len(kept),
    )


def _home(tree: LexborHTMLParser, posts: list[LexborNode]) -> str | None:
    """The channel's own address."""
    named = _words(tree, ".tgme_channel_info_header_username").lstrip("@")
    if not named and posts:
        named = (posts[-1].attributes.get("data-post") or "").partition("/")[0]
    return f"{_SITE}{named}" if re.fullmatch(r"\w{3,40}", named, re.ASCII) else None


# --- a page without posts


def _card(tree: LexborHTMLParser, path: str) -> ParseFailure:
    """What the card is that Telegram shows in the place of posts."""
    if path.startswith(_INVITATIONS):
        return ParseFailure(
            "no_preview", "This is an invitation to a private Telegram channel or group.", _PUBLIC_ALONE
        )
    title = clean(_words(tree, ".tgme_page_title"), 100)
    extra = _words(tree, ".tgme_page_extra").lower()
    preview = tree.css_first("a.tgme_page_context_link[href]")
    named = f" “{title}”" if title else ""
    if preview is not None:
        url = web_address(preview.attributes.get("href"), _SITE) or f"{_SITE}s/NAME"
        return ParseFailure(
            "not_a_feed", f"This is the card of the Telegram channel{named}, without its posts.", f"Add {url} instead."
        )
    if "subscriber" in extra:
        return ParseFailure(
            "no_preview",
            f"The owner of the Telegram channel{named} has switched its web preview off, so its posts cannot be read.",
        )
    if "member" in extra or "online" in extra:
        return ParseFailure(
            "no_preview", f"This is a Telegram group{named}, not a channel; groups have no web preview."
        )
    if title:
        return ParseFailure("no_preview", f"This is a person or a bot on Telegram{named}, not a public channel.")
    contact = re.search(r"@(\w{3,40})", _words(tree, "title"))
    who = f"called @{contact[1]}" if contact else "of this name"
    return ParseFailure(
        "no_preview",
        f"There is no public Telegram channel {who}.",
        f"Check the name: it is what follows t.me/ in the channel's address. {_PUBLIC_ALONE}",
    )


def _meta(tree: LexborHTMLParser, name: str) -> str:
    node = tree.css_first(f'meta[property="{name}"]')
    return (node.attributes.get("content") or "") if node is not None else ""


# --- a post


def _entry(post: LexborNode, context: Context) -> Entry | None:
    found = _POST.fullmatch((post.attributes.get("data-post") or "").strip())
    date = post.css_first("a.tgme_widget_message_date")
    address = web_address(date.attributes.get("href")) if date is not None else None
    if found is None and address is None:
        return None
    address = f"{_SITE}{found[0]}" if found else address
    forwarded = _forwarded(post)
    texts = [node for node in post.css(".js-message_text, .tgme_widget_message_text") if not _is_quoted(node)]
    html = (texts[0].html or "") if texts else ""
    text = Markup(html).text if html else ""
    links = list(_hrefs(texts[0])) if texts else []
    said = _without_its_address(text, post)
    raw: dict[str, Any] = {
        "id": address,
        "link": address,
        "title": headline(said),
        "title_detail": {"type": "text/plain"},
        "summary": said,
        "summary_detail": {"type": "text/plain"},
        "published": _time(post),
        "authors": [{"name": name} for name in (_words(post, ".tgme_widget_message_from_author"),) if name],
        "tags": [{"term": tag} for tag in dict.fromkeys(_hashtags(links))],
        "media_content": list(_pictures(post)),
        "source": {"title": forwarded[0]} if forwarded else None,
    }
    if not said and not raw["media_content"] and not links:
        return None
    entry = entry_of(raw, context)
    if entry is None:
        return None
    original = web_address(forwarded[1]) if forwarded else None
    more = tuple(dict.fromkeys(_links(entry, links, original)))[:LIST]
    return entry._replace(provider_url=original, links=more)


def headline(text: str) -> str:
    """What stands for a headline of a post: its first line that says something, or the first sentence of that.

    Signs that adorn it are left out; a line of a word or two, such as a rubric, goes together with the next.
    """
    lines = [line for raw in text.splitlines() if (line := _ADORNMENT.sub("", raw.strip()))]
    if not lines:
        return ""
    first = lines[0]
    if len(first) < _SHORT and len(lines) > 1:
        first = f"{first}{'' if first[-1] in '.:!?…' else ':'} {lines[1]}"
    if len(first) <= _HEADLINE:
        return first
    end = _SENTENCE_END.search(first, 20)
    return clean(first[: end.end()] if end else first, _HEADLINE)


def _without_its_address(text: str, post: LexborNode) -> str:
    """The words of a post; where it has none, or only an address, what it shows: a file, a poll, a page."""
    if text.strip() and not _ADDRESS_ONLY.fullmatch(text.strip()):
        return text
    shown = [_node_text(node) for node in post.css(_WITHOUT_WORDS)]
    shown += [_node_text(node) for node in post.css(".link_preview_description")]
    return "\n".join(filter(None, shown)) or text


def _forwarded(post: LexborNode) -> tuple[str, str | None] | None:
    """Whose post was passed on: name, and address of the post where it is public."""
    node = post.css_first(".tgme_widget_message_forwarded_from_name")
    return (_node_text(node), node.attributes.get("href")) if node is not None else None


def _links(entry: Entry, hrefs: list[str], original: str | None) -> Iterator[Link]:
    yield from (link for link in entry.links if link.url != entry.link)
    if original and _POST.fullmatch(urlsplit(original).path.strip("/")):
        yield Link(original, "original")  # a post that is passed on is that very post
    for href in hrefs:
        url = web_address(href)
        if url and url not in {entry.link, original}:
            yield Link(url, "link")


def _hrefs(text: LexborNode) -> Iterator[str]:
    for node in text.css("a[href]"):
        yield node.attributes.get("href") or ""


def _hashtags(hrefs: list[str]) -> Iterator[str]:
    for href in hrefs:
        if href.startswith("?q="):
            yield parse_qs(href[1:]).get("q", [""])[0].lstrip("#")


def _pictures(post: LexborNode) -> Iterator[dict[str, str]]:
    for node in post.css(_PICTURES):
        style = node.attributes.get("style") or ""
        if (found := _BACKGROUND.search(style)) and not _is_quoted(node):
            width = _WIDTH.search(style)
            inner = node.css_first('[style*="padding-top"]')
            ratio = _PADDING.search(f"{style};{inner.attributes.get('style') or ''}" if inner is not None else style)
            size = {"width": width[1]} if width else {}
            if width and ratio:
                size["height"] = str(round(int(width[1]) * float(ratio[1]) / 100))
            url = f"https:{found[1]}" if found[1].startswith("//") else found[1]
            yield {"url": url, "medium": "image", **size}


def _time(post: LexborNode) -> str | None:
    for selector in ("a.tgme_widget_message_date time[datetime]", "time[datetime]"):
        if (node := post.css_first(selector)) is not None:
            return node.attributes.get("datetime")
    return None


# --- nodes


def _has(node: LexborNode, name: str) -> bool:
    return name in (node.attributes.get("class") or "").split()


def _is_quoted(node: LexborNode) -> bool:
    """Whether it belongs to something that a post only shows."""
    parent: LexborNode | None = node
    while parent is not None and "data-post" not in parent.attributes:
        if _QUOTED & set((parent.attributes.get("class") or "").split()):
            return True
        parent = parent.parent
    return False


def _node_text(node: LexborNode) -> str:
    return " ".join(node.text().split())


def _words(where: LexborHTMLParser | LexborNode, selector: str) -> str:
    node = where.css_first(selector)
    return _node_text(node) if node is not None else ""
