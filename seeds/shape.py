"""The record as plain data, as it stands in JSON and in front matter: camel-case keys in the order of the format."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from seeds.address_parts import split
from seeds.record import KEYS, Image, Provider, Record

Path = tuple[str | int, ...]

_Value = TypeVar("_Value")
_NUMBER = re.compile(r"[-+]?\d{1,15}")
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?: ?(?:[Zz]|[+-]\d\d:?\d\d))?)?")
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_IMAGE_KEYS = MappingProxyType(
    {
        "url": "url",
        "width": "width",
        "height": "height",
        "title": "title",
        "attribution": "attribution",
        "is_cached": "isCached",
    }
)
_PROVIDER_KEYS = MappingProxyType({"name": "name", "domain": "domain", "images": "images"})


@dataclass(frozen=True, slots=True)
class Flaw:
    """A value that does not fit the format: the way to it, and what is wrong."""

    path: Path
    message: str

    def __str__(self) -> str:
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path).lstrip(".")
        return f"{place}: {self.message}" if place else self.message


class ShapeError(ValueError):
    """Data that is not a record; `flaws` says everything that is wrong with it."""

    def __init__(self, flaws: tuple[Flaw, ...]) -> None:
        super().__init__("; ".join(str(flaw) for flaw in flaws))
        self.flaws = flaws


def record_to_dict(record: Record) -> dict[str, Any]:
    """The record as JSON types: keys of the format in its order, then unknown ones, then the body; nothing empty."""
    found = _to_dict(record, KEYS)
    return {**found, "body": record.body} if record.body else found


def record_from_dict(data: Mapping[str, Any]) -> Record:
    """The inverse of `record_to_dict`; raises `ShapeError` with all that is wrong."""
    body = data.get("body")
    front = {key: value for key, value in data.items() if key != "body"}
    flaws: list[Flaw] = []
    text = _Reader(flaws).text(body, ("body",)) or ""
    record = read_record(front, flaws, body=text)
    if record is None or flaws:
        raise ShapeError(tuple(flaws))
    return record


def read_record(data: Any, flaws: list[Flaw], path: Path = (), body: str = "") -> Record | None:
    """A record from plain data, texts or JSON types; None without a title. What is wrong is added to `flaws`."""
    reader = _Reader(flaws)
    if not isinstance(data, Mapping):
        reader.flaw(path, "must be keys and values")
        return None
    values = reader.fields(data, path, KEYS, _RECORD_READERS)
    if not (values.get("title") or "").strip():
        if not any(flaw.path == (*path, "title") for flaw in flaws):
            reader.flaw((*path, "title"), "there is no title; give one")
        return None
    return Record(**values, body=body)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads values of one kind each; None stands for absent and for wrong, and wrong is reported."""

    flaws: list[Flaw]

    def flaw(self, path: Path, message: str) -> None:
        self.flaws.append(Flaw(path, message))

    def fields(
        self,
        data: Mapping[str, Any],
        path: Path,
        keys: Mapping[str, str],
        readers: Mapping[str, Callable[[_Reader, Any, Path], Any]],
    ) -> dict[str, Any]:
        """Values by field name, absent ones left out, and `extra` for the keys that the format does not know."""
        values = {}
        for name, key in keys.items():
            if key in data and (value := readers[key](self, data[key], (*path, key))) is not None:
                values[name] = value
        known = frozenset(keys.values())
        extra = {key: self.other(data[key], (*path, key)) for key in data if key not in known}
        if extra:
            values["extra"] = MappingProxyType(extra)
        return values

    def text(self, value: Any, path: Path) -> str | None:
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            self.flaw(path, "must be one text")
            return None
        if match := _UNFIT.search(value):
            self.flaw(path, f"holds the character U+{ord(match.group()):04X}; remove it")
        return value

    def address(self, value: Any, path: Path) -> str | None:
        text = self.text(value, path)
        if text is not None and split(text) is None:
            self.flaw(path, f"{_short(text)} is not an http(s) address")
        return text

    def date(self, value: Any, path: Path) -> str | None:
        text = self.text(value, path)
        if text is not None and not is_date(text):
            self.flaw(path, f"{_short(text)} is not a date such as 2022-07-12T13:24:00Z")
        return text

    def number(self, value: Any, path: Path) -> int | None:
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            return int(value)
        self.flaw(path, f"must be a whole number, not {_short(value)}")
        return None

    def boolean(self, value: Any, path: Path) -> bool | None:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str) and value in _BOOLEANS:
            return _BOOLEANS[value]
        self.flaw(path, f"must be true or false, not {_short(value)}")
        return None

    def each(self, value: Any, path: Path, read: Callable[[Any, Path], _Value | None]) -> tuple[_Value, ...] | None:
        if value is None:
            return None
        if not isinstance(value, (list, tuple)):
            self.flaw(path, "must be a list, each item on a line of its own after `- `")
            return None
        found = [read(item, (*path, at)) for at, item in enumerate(value)]
        return tuple(item for item in found if item is not None)

    def texts(self, value: Any, path: Path) -> tuple[str, ...] | None:
        return self.each(value, path, self.text)

    def image(self, value: Any, path: Path) -> Image | None:
        if not isinstance(value, Mapping):
            self.flaw(path, "must be keys and values, at least `url`")
            return None
        values = self.fields(value, path, _IMAGE_KEYS, _IMAGE_READERS)
        if "url" not in values:
            self.flaw(path, "has no url")
            return None
        return Image(**values)

    def images(self, value: Any, path: Path) -> tuple[Image, ...] | None:
        return self.each(value, path, self.image)

    def provider(self, value: Any, path: Path) -> Provider | None:
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.flaw(path, "must be keys and values: name, domain, images")
            return None
        values = self.fields(value, path, _PROVIDER_KEYS, _PROVIDER_READERS)
        return Provider(**values) if values else None

    def related(self, value: Any, path: Path) -> tuple[Record, ...] | None:
        return self.each(value, path, lambda item, at: read_record(item, self.flaws, at))

    def other(self, value: Any, path: Path) -> Any:
        """A value of an unknown key: JSON types become texts, since that is what they are in front matter."""
        if isinstance(value, Mapping):
            return {str(key): self.other(item, (*path, str(key))) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.other(item, (*path, at)) for at, item in enumerate(value)]
        if isinstance(value, bool):
            return "true" if value else "false"
        return None if value is None or value == "" else self.text(str(value), path)


def is_date(text: str) -> bool:
    """Whether a text is a date or a date and time of ISO 8601 in its extended form, that exists in the calendar."""
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text.upper().replace(" ", "T", 1).replace(" ", ""))
    except ValueError:
        return False
    return True


def _short(value: Any) -> str:
    text = str(value) if isinstance(value, str) else type(value).__name__
    return repr(text if len(text) <= 60 else text[:59] + "…")


def _to_dict(thing: Record | Provider | Image, keys: Mapping[str, str]) -> dict[str, Any]:
    known = {key: _to_json(getattr(thing, name)) for name, key in keys.items()}
    found = {key: value for key, value in known.items() if value not in (None, "", [], {})}
    return {**found, **{key: value for key, value in thing.extra.items() if key not in found}}


def _to_json(value: Any) -> Any:
    match value:
        case tuple():
            return [_to_json(item) for item in value]
        case Record():
            return record_to_dict(value)
        case Provider():
            return _to_dict(value, _PROVIDER_KEYS)
        case Image():
            return _to_dict(value, _IMAGE_KEYS)
        case _:
            return value


_RECORD_READERS: Mapping[str, Callable[[_Reader, Any, Path], Any]] = {
    "category": _Reader.text,
    "title": _Reader.text,
    "excerpt": _Reader.text,
    "publishedDateTime": _Reader.date,
    "updatedDateTime": _Reader.date,
    "originalUrl": _Reader.address,
    "webUrl": _Reader.address,
    "ampWebUrl": _Reader.address,
    "cdnAmpWebUrl": _Reader.address,
    "type": _Reader.text,
    "quality": _Reader.number,
    "heat": _Reader.number,
    "published": _Reader.boolean,
    "locale": _Reader.text,
    "provider": _Reader.provider,
    "topics": _Reader.texts,
    "tags": _Reader.texts,
    "categories": _Reader.texts,
    "images": _Reader.images,
    "related": _Reader.related,
    "secured": _Reader.text,
}
_IMAGE_READERS: Mapping[str, Callable[[_Reader, Any, Path], Any]] = {
    "url": _Reader.address,
    "width": _Reader.number,
    "height": _Reader.number,
    "title": _Reader.text,
    "attribution": _Reader.text,
    "isCached": _Reader.boolean,
}
_PROVIDER_READERS: Mapping[str, Callable[[_Reader, Any, Path], Any]] = {
    "name": _Reader.text,
    "domain": _Reader.text,
    "images": _Reader.images,
}
