"""Front matter written in the style of the format: block style, dates plain, titles, excerpts and addresses quoted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from seeds.record import KEYS, Record
from seeds.shape import is_date, record_to_dict

_QUOTED_KEYS = frozenset({"title", "excerpt", "originalUrl", "webUrl", "ampWebUrl", "cdnAmpWebUrl", "url", "secured"})
_PLAIN = re.compile(r"[^\W\d_][\w.,'’&+!()/-]*(?: [\w.,'’&+!()/-]+)*")
_TYPED = frozenset({"y", "yes", "n", "no", "true", "false", "on", "off", "null"})
_GROUPS = frozenset({"provider", "topics", "tags", "categories", "images", "related", "secured"})
"""Keys with an empty line before them."""
_LAST_IN_RELATED = (
    "provider",
    "quality",
    "heat",
    "published",
    "topics",
    "tags",
    "categories",
    "images",
    "related",
    "secured",
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\xad\u2028\u2029\ufeff\ufffe\uffff]')
_UNFIT = re.compile("[\x00\ud800-\udfff]")


def render_document(record: Record) -> bytes:
    """A new document that reads back as the record; what no document can hold (NUL, lone surrogates) is left out."""
    lines = ["---"]
    for key, value in in_order(record_to_dict(record)).items():
        if starts_group(key):
            lines.append("")
        lines += render_key(key, value)
    lines += ["---", ""]
    body = [_UNFIT.sub("", record.body)] if record.body else []
    return ("\n".join([*lines, *body]) + "\n").encode()


def in_order(data: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a document in the order of the format, unknown ones before the groups; without the body."""
    known = [key for key in KEYS.values() if key in data]
    head = [key for key in known if key not in _GROUPS]
    other = [key for key in data if key not in known and key != "body"]
    return {key: data[key] for key in (*head, *other, *(key for key in known if key in _GROUPS))}


def starts_group(key: str) -> bool:
    """Whether an empty line stands before a key."""
    return key in _GROUPS or key not in KEYS.values()


def render_key(key: str, value: Any, indent: str = "") -> list[str]:
    """The lines of one key and its value, without line ends."""
    name = _key(key)
    match value:
        case Mapping():
            inner = [line for at, item in value.items() for line in render_key(at, item, indent + "  ")]
            return [f"{indent}{name}:", *inner] if value else [f"{indent}{name}: {{}}"]
        case list():
            inner = [line for item in value for line in render_item(key, item, indent + "  ")]
            return [f"{indent}{name}:", *inner] if value else [f"{indent}{name}: []"]
        case None:
            return [f"{indent}{name}:"]
        case _:
            return [f"{indent}{name}: {_scalar(value, quoted=key in _QUOTED_KEYS)}"]


def render_item(key: str, value: Any, indent: str) -> list[str]:
    """The lines of one item of the list under `key`, without line ends."""
    match value:
        case Mapping() if value:
            ordered = related_order(value) if key == "related" else value
            first, *rest = [line for at, item in ordered.items() for line in render_key(at, item, indent + "  ")]
            return [f"{indent}- {first[len(indent) + 2 :]}", *rest]
        case list() if value:
            first, *rest = [line for item in value for line in render_item("", item, indent + "  ")]
            return [f"{indent}- {first[len(indent) + 2 :]}", *rest]
        case Mapping():
            return [f"{indent}- {{}}"]
        case list():
            return [f"{indent}- []"]
        case None:
            return [f"{indent}-"]
        case _:
            return [f"{indent}- {_scalar(value, quoted=False)}"]


def related_order(data: Mapping[str, Any]) -> dict[str, Any]:
    """Related articles have the quality after the provider."""
    last = [key for key in _LAST_IN_RELATED if key in data]
    return {key: data[key] for key in (*(key for key in data if key not in last and key != "body"), *last)}


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z][\w-]*", key) and key.lower() not in _TYPED else _quote(key)


def _scalar(value: Any, *, quoted: bool) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case _:
            text = str(value)
            plain = not quoted and (is_date(text) or (_PLAIN.fullmatch(text) and text.lower() not in _TYPED))
            return text if plain else _quote(text)


def _quote(text: str) -> str:
    return f'"{_ESCAPED.sub(_escape, _UNFIT.sub("", text))}"'


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _ESCAPES.get(character) or (
        f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"
    )
