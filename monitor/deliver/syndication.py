"""Findings for feed readers: Atom (RFC 4287) and JSON Feed 1.1 (jsonfeed.org/version/1.1). Pure, and streams.

An entry's id is made of the article's uid, so it is the same in every export, in both formats and in the view
`atom_related`. What an outlet or a feed said is text: it is escaped, and characters that XML forbids or that steer a
terminal do not come through.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from monitor.deliver.explanation import percent
from monitor.deliver.jsontext import json_text

Row = Mapping[str, Any]

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 forbids, and the C1 controls, which it discourages and terminals act on."""
_STEERING = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""Allowed in XML, but a terminal acts on them: written as references, so that nothing is lost."""
_NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f<>\"{}|\\^`]")
_VERDICTS = {"likely": "Likely related", "maybe": "Maybe related", "no": "Not related"}


@dataclass(frozen=True, slots=True)
class About:
    """What a feed says of itself."""

    id: str
    title: str
    updated: str
    """RFC 3339, as times are stored."""
    address: str | None = None
    """Where readers will find it."""


def atom_lines(rows: Iterable[Row], about: About) -> Iterator[str]:
    """An Atom feed with an entry a row of `db.exports.finding_rows`."""
    yield '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
    yield f"{_tag('id', about.id)}{_tag('title', about.title)}{_tag('updated', about.updated)}"
    yield "<author><name>seedwatch</name></author>\n<generator>seedwatch</generator>\n"
    if about.address:
        yield f'<link rel="self" type="application/atom+xml" href="{xml_text(address(about.address))}"/>\n'
    for row in rows:
        yield "".join(_entry(row))
    yield "</feed>\n"


def json_feed_lines(rows: Iterable[Row], about: About) -> Iterator[str]:
    """A JSON Feed with an item a row of `db.exports.finding_rows`; what was judged stands in `_seedwatch`."""
    head: dict[str, str] = {"version": "https://jsonfeed.org/version/1.1", "title": about.title}
    if about.address:
        head["feed_url"] = address(about.address)
    yield json_text(head)[:-1] + ', "items": ['
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n{json_text(_item(row))}"
    yield "\n]}\n"


def entry_id(uid: str) -> str:
    """The permanent id of an article as an entry."""
    return f"urn:seedwatch:{uid}"


def explained(row: Row) -> str:
    """What an entry shows, as HTML: the excerpt, the verdict with its reason, and whose text it is when it is a copy."""
    verdict = "One of the seeds." if row["origin"] == "seed" else _judged(row)
    parts = [_escaped(row["excerpt"]), f"<strong>{_escaped(verdict)}</strong> {_escaped(row['reason'])}".rstrip()]
    if row["copy_of_uid"]:
        outlet = f" ({_escaped(row['copy_of_outlet'])})" if row["copy_of_outlet"] else ""
        parts.append(f"The same text as “{_escaped(row['copy_of_title'])}”{outlet}.")
    if row["date_quality"] == "day":
        parts.append("Of its date, only the day is known.")
    return "".join(f"<p>{part}</p>" for part in parts if part)


def xml_text(value: object) -> str:
    """A value as the text of an element or an attribute."""
    text = html.escape(_FORBIDDEN.sub(" ", "" if value is None else str(value)))
    return _STEERING.sub(lambda match: f"&#x{ord(match[0]):x};", text)


def address(url: str) -> str:
    """An address as the formats take it (RFC 3987): what may not stand in it is percent-encoded."""
    return _NOT_IN_ADDRESSES.sub(lambda match: f"%{ord(match[0]):02X}", url)


def _entry(row: Row) -> Iterator[str]:
    yield f"<entry{_language(row)}>\n"
    yield f"{_tag('id', entry_id(row['uid']))}{_tag('title', row['title'])}"
    if row["published_at"]:
        yield _tag("published", row["published_at"])
    yield _tag("updated", row["updated_at"])
    if url := _web(row):
        yield f'<link rel="alternate" href="{xml_text(url)}"/>\n'
    if outlet := _outlet(row):
        yield f"<author><name>{xml_text(outlet)}</name></author>\n<source>{_tag('title', outlet).rstrip()}</source>\n"
    if row["origin"] != "seed":
        yield f'<category scheme="urn:seedwatch:verdict" term="{xml_text(row["verdict"])}"/>\n'
    for watch in row["watches"]:
        yield f'<category scheme="urn:seedwatch:watch" term="{xml_text(watch)}"/>\n'
    yield f'<content type="html">{xml_text(explained(row))}</content>\n</entry>\n'


def _item(row: Row) -> dict[str, Any]:
    judged = (
        "uid",
        "origin",
        "verdict",
        "relevance",
        "reason",
        "watches",
        "judged_on",
        "first_seen_at",
        "date_quality",
    )
    item: dict[str, Any] = {
        "id": entry_id(row["uid"]),
        "url": _web(row),
        "title": row["title"],
        "content_html": explained(row),
        "summary": row["excerpt"],
        "date_published": row["published_at"],
        "date_modified": row["updated_at"],
        "authors": [{"name": outlet}] if (outlet := _outlet(row)) else None,
        "tags": row["watches"],
        "language": row["language"],
        "_seedwatch": {key: row[key] for key in (*judged, "copy_of_uid", "story_uid")},
    }
    return {key: value for key, value in item.items() if value not in (None, "", [])}


def _judged(row: Row) -> str:
    return f"{_VERDICTS.get(row['verdict'], row['verdict'])}, {percent(row['relevance'])}."


def _outlet(row: Row) -> str:
    return str(row["provider_name"] or row["provider_domain"] or "")


def _web(row: Row) -> str | None:
    url = row["web_url"]
    return address(url) if url and url.startswith(("http://", "https://")) else None


def _language(row: Row) -> str:
    return f' xml:lang="{xml_text(row["language"])}"' if row["language"] else ""


def _tag(name: str, value: object) -> str:
    return f"<{name}>{xml_text(value)}</{name}>\n"


def _escaped(value: object) -> str:
    return html.escape("" if value is None else str(value))
