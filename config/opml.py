"""Lists of feeds: OPML in and out (opml.org/spec2.opml); CSV and text files with an address a line are told from it.

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

from config.csvlist import is_csv, read_csv
from config.errors import ConfigError, one_line
from config.files import decode
from config.listing import FeedList, Taken, switch
from config.model import Feed
from config.units import format_duration

DEEPEST = 100
"""How many elements may stand in each other."""
_NAMESPACE = "urn:seedwatch:opml"
_OWN = f"{{{_NAMESPACE}}}"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_list(data: bytes, path: Path) -> FeedList:
    """Read a list of feeds, OPML, CSV or text; raises `ConfigError` when the whole file is unusable."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<" or data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return read_opml(data, path)
    text = decode(path, data)
    if path.suffix.lower() in {".csv", ".tsv"} or is_csv(text):
        return read_csv(text, path)
    return _read_lines(text, path)


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
    return outlines.taken.list


def write_opml(feeds: Iterable[Feed], title: str = "seedwatch") -> str:
    """Write feeds as OPML 2.0, without literal secrets; headers, cookies and proxies are left out.

    The tags of a feed become its `category`; what OPML has no name for stands in attributes of a namespace of our own,
    which other programs pass over.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<opml version="2.0" xmlns:seedwatch="{_NAMESPACE}">']
    lines += [f"<head><title>{_escape(title)}</title></head>", "<body>"]
    for feed in feeds:
        name = feed.name or feed.public_url
        said = {"type": "rss", "text": name, "title": name, "xmlUrl": feed.public_url}
        said |= {"category": ",".join(tag.replace(",", " ") for tag in feed.tags)} if feed.tags else {}
        said |= {"seedwatch:interval": format_duration(feed.interval)} if feed.interval else {}
        said |= {} if feed.enabled else {"seedwatch:enabled": "false"}
        attributes = " ".join(f'{key}="{_escape(value)}"' for key, value in said.items())
        lines.append(f"<outline {attributes}/>")
    return "\n".join([*lines, "</body>", "</opml>", ""])


def _escape(text: str) -> str:
    return html.escape(_NOT_XML.sub("", text)).replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")


@dataclass
class _Outlines:
    """Receives the elements of an OPML file one by one."""

    path: Path
    taken: Taken = field(default_factory=Taken)
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
        url = known["xmlurl"]
        self.taken.take(
            f"{self.path}:{self.line()}",
            url,
            name="" if title == url else title,
            tags=tuple(tags),
            interval=known.get(f"{_OWN}interval"),
            enabled=switch(known.get(f"{_OWN}enabled", "")),
        )


def _read_lines(text: str, path: Path) -> FeedList:
    taken = Taken()
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            taken.take(f"{path}:{number}", line.strip())
    return taken.list
