"""AMP undone: the plain form of an address that says by itself that it is an AMP one."""

from __future__ import annotations

from dataclasses import replace

from seeds.address_parts import Parameter, Parts, outlet_of
from seeds.address_rules import (
    AMP_CHOICES,
    AMP_ENDINGS,
    AMP_HOST_SECTIONS,
    AMP_KIND,
    AMP_LABELS,
    AMP_NAMES,
    AMP_PAGE,
    AMP_SECTIONS,
    AMP_SEGMENTS,
    AMP_VALUES,
    TOPIC_SEGMENTS,
)


def plain(parts: Parts) -> Parts:
    """The address without marks of AMP; the same object when there are none."""
    if not _says_amp(parts):
        return parts
    host = _host(parts.host)
    path = _path(parts, AMP_HOST_SECTIONS.get(parts.host) if host != parts.host else None)
    query = tuple(p for p in parts.query if not is_amp_parameter(p))
    if (host, path, query) == (parts.host, parts.path, parts.query):
        return parts
    return replace(parts, host=host, path=path, query=query)


def _says_amp(parts: Parts) -> bool:
    """Whether host, path or query may hold one of the forms of AMP."""
    return (
        "amp" in parts.path.lower()
        or ("amp" in parts.host and not AMP_LABELS.isdisjoint(parts.host.split(".")))
        or any(map(is_amp_parameter, parts.query))
    )


def is_amp_parameter(parameter: Parameter) -> bool:
    """Whether a parameter does nothing but ask for AMP."""
    name, value = parameter[0].lower(), (parameter[1] or "").lower()
    return (name in AMP_NAMES and value in AMP_VALUES) or (name in AMP_CHOICES and value == "amp")


def _host(host: str) -> str:
    outlet = outlet_of(host)
    labels = host[: -len(outlet)].split(".")[:-1]
    return ".".join([*(label for label in labels if label not in AMP_LABELS), outlet])


def _path(parts: Parts, own_section: str | None) -> str:
    segments = parts.path[1:].split("/")
    if own_section and segments[0] == own_section and len(segments) > 1:
        segments = segments[1:]
    section = AMP_SECTIONS.get(outlet_of(parts.host))
    before: list[str] = []
    while segments != before:
        before, segments = segments, _ending(_segments(segments, section))
    return "/" + "/".join(segments)


def _segments(segments: list[str], section: str | None) -> list[str]:
    """The segments without those that say AMP, and without what goes with them."""
    kept: list[str] = []
    for segment in _first_page(segments):
        name, before = segment.lower(), kept[-1].lower() if kept else ""
        if name not in AMP_SEGMENTS or before in TOPIC_SEGMENTS:
            kind = AMP_KIND.fullmatch(segment)
            kept.append(kind[1] if kind else segment)
        elif before == "platform":
            kept.pop()
        elif not kept and section and len(segments) > 1:
            kept.append(section)
    return kept or [""]


def _first_page(segments: list[str]) -> list[str]:
    """`article/amp/1` is the first page of `article/amp`."""
    whole = segments if segments[-1] else segments[:-1]
    paged = len(whole) > 2 and whole[-1] == "1" and whole[-2].lower() in AMP_SEGMENTS
    return whole[:-1] if paged else segments


def _ending(segments: list[str]) -> list[str]:
    """The segments with the marks of AMP taken off the last one; a folder's own AMP page gives the folder."""
    at = len(segments) - 1 if segments[-1] or len(segments) == 1 else len(segments) - 2
    last = segments[at]
    if AMP_PAGE.fullmatch(last):
        return [*segments[:at], ""]
    for pattern, replacement in AMP_ENDINGS:
        if match := pattern.fullmatch(last):
            return [*segments[:at], match.expand(replacement), *segments[at + 1 :]]
    return segments
