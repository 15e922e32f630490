"""Lists of feeds: OPML in and out (opml.org/spec2.opml), and text files with an address a line.

A list usually comes from somebody else. So it is read without DTD and entities, without building a tree, and only web
addresses are taken from it: a list never makes this machine open its own files.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from pydantic import ValidationError

from config.errors import ConfigError, one_line
from config.feeds import Listed
from config.files import decode
from config.model import Feed
from config.secrets import redact
from config.units import describe

DEEPEST = 100
"""How many elements may stand in each other."""
_WEB = re.compile(r"https?://", re.IGNORECASE)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedList:
    """The feeds of one list, and a warning for each entry that was left out."""

    feeds: tuple[Listed, ...]
    warnings: tuple[str, ...]


def read_list(data: bytes, path: Path) -> FeedList:
    """Read a list of feeds, OPML or text; raises `ConfigError` when the whole file is unusable."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<" or data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return read_opml(data, path)
    return _read_lines(decode(path, data), path)


def read_opml(data: bytes, path: Path) -> FeedList:
    """Read OPML: titles of enclosing outlines become tags; raises `ConfigError` when it is not OPML or hostile."""
    outlines = _Outlines(path)
    parser = DefusedXMLParser(target=outlines, forbid_dtd=True)
    outlines.parser = parser
    try:
        parser.feed(data)
        parser.close()
    except DefusedXmlException:
        raise ConfigError(path, None, None, "holds a DTD or entities; OPML needs neither, so it is refused") from None
    except ParseError as error:
        raise ConfigError(
            path, error.position[0] or None, None, f"not valid XML: {str(error).partition(':')[0]}"
        ) from None
    except (ValueError, LookupError) as error:
        raise ConfigError(path, None, None, f"cannot be decoded: {error}") from None
    if not outlines.is_opml:
        raise ConfigError(path, None, None, "not OPML: the outermost element is not <opml>")
    return FeedList(tuple(outlines.feeds), tuple(outlines.warnings))


def write_opml(feeds: Iterable[Feed], title: str = "seedwatch") -> str:
    """Write feeds as OPML 2.0, without literal secrets; the tags of a feed become its `category`."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    lines += [f"<head><title>{_escape(title)}</title></head>", "<body>"]
    for feed in feeds:
        name = _escape(feed.name or feed.public_url)
        tags = _escape(",".join(tag.replace(",", " ") for tag in feed.tags))
        category = f' category="{tags}"' if tags else ""
        url = _escape(feed.public_url)
        lines.append(f'<outline type="rss" text="{name}" title="{name}" xmlUrl="{url}"{category}/>')
    return "\n".join([*lines, "</body>", "</opml>", ""])


def _escape(text: str) -> str:
    return html.escape(_NOT_XML.sub("", text)).replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")


@dataclass
class _Outlines:
    """Receives the elements of an OPML file one by one."""

    path: Path
    feeds: list[Listed] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    is_opml: bool = False
    depth: int = 0
    titles: list[str] = field(default_factory=list)
    parser: Any = None

    def line(self) -> int:
        """The line that is being read."""
        return int(self.parser.parser.CurrentLineNumber)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ConfigError(self.path, self.line(), None, f"nested more than {DEEPEST} deep; refused")
        if self.depth == 1:
            self.is_opml = tag.lower() == "opml"
        if tag.lower() != "outline":
            return
        known = {name.lower(): value.strip() for name, value in attributes.items()}
        title = one_line(known.get("title") or known.get("text") or "")
        self.titles.append("" if known.get("xmlurl") else title)
        if known.get("xmlurl"):
            self._add(known, title)

    def end(self, tag: str) -> None:
        self.depth -= 1
        if tag.lower() == "outline":
            self.titles.pop()

    def close(self) -> None:
        """Nothing is left to do at the end."""

    def _add(self, known: dict[str, str], title: str) -> None:
        categories = [part for part in known.get("category", "").split(",") if part.strip()]
        tags = dict.fromkeys(tag.strip() for tag in (*self.titles, *categories) if tag.strip())
        take(self, known["xmlurl"], title, tuple(tags), f"{self.path}:{self.line()}")


def take(into: _Outlines, url: str, name: str, tags: tuple[str, ...], place: str) -> None:
    """Take a feed into a list when its address is one on the web; warn otherwise."""
    if not _WEB.match(url):
        into.warnings.append(f"{place}: left out: {describe(redact(url))} is no web address")
        return
    try:
        into.feeds.append(Listed(Feed(url=url, name=name, tags=tags), place))
    except ValidationError as error:
        reason = error.errors()[0].get("ctx", {}).get("error", "not a feed")
        into.warnings.append(f"{place}: left out: {reason}")


def _read_lines(text: str, path: Path) -> FeedList:
    found = _Outlines(path)
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            take(found, line.strip(), "", (), f"{path}:{number}")
    return FeedList(tuple(found.feeds), tuple(found.warnings))
