"""The types of single settings: how each is checked, and how it is named in plain words for the documentation."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from config.rules import parse as parse_rule
from config.secrets import is_reference, malformed, redact, references
from config.units import describe, parse_duration, parse_size

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is, in the plain words of the documentation."""

    words: str


LANGUAGES = ("en", "ru")
"""The languages that articles can be judged in: those that there are stems, stop words and a vocabulary for."""
_TIME_OF_DAY = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_FIELD_VALUE = re.compile(r"[\t\x20-\x7e\xa1-\xff]{1,8000}")
_COOKIE_VALUE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{0,4000}")
PROXIES = frozenset({"http", "https", "socks5", "socks5h"})
DIRECT = "none"
"""In the place of a proxy's address: no proxy, whatever holds for all other requests."""
OUR_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "host": "it follows from the address",
        "cookie": "put cookies into `cookies`",
        **dict.fromkeys(("content-length", "transfer-encoding", "te", "trailer", "expect"), "a request has no body"),
        **dict.fromkeys(
            ("connection", "keep-alive", "upgrade", "proxy-connection"), "each request has its own connection"
        ),
        **dict.fromkeys(("accept-encoding", "range", "if-range"), "the reading of the answer depends on it"),
        **dict.fromkeys(("if-none-match", "if-modified-since", "if-match"), "it follows from the last answer"),
        "proxy-authorization": "put user and password into the address of the proxy",
    }
)
"""Headers that settings cannot change, and why."""
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\]")


def address(value: str) -> str:
    """Check the address of a feed: http(s) with a host, `file:`, or a path; kept as it was written."""
    if not value.strip():
        raise ValueError("expected the address of a feed, or a path to a file, got nothing")
    if value != value.strip() or not value.isprintable():
        raise ValueError("expected an address without line breaks, control characters and spaces around it")
    wrong = malformed(value)
    if wrong:
        raise ValueError(f"{describe(wrong)} is not a reference to the environment; write ${{NAME}}")
    if is_path(value) or is_reference(value):
        return value
    scheme = value.partition(":")[0].lower()
    if scheme not in {"http", "https", "file"}:
        raise ValueError(f"expected an http, https or file address, or a path, got {describe(redact(value))}")
    if scheme != "file":
        _check_web(value)
    return value


def web_address(value: str) -> str:
    """Check the address of a server: http or https, with nothing behind the path; a slash at the end is dropped."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and value.isprintable()
    except ValueError:
        good = False
    if not good or "?" in value or "#" in value or "@" in value or " " in value:
        raise ValueError(f'expected an address such as "https://web.archive.org", got {describe(redact(value))}')
    return value.rstrip("/")


def is_path(value: str) -> bool:
    """Whether a feed's address is a path, having no scheme in front."""
    return _SCHEME.match(value) is None and not is_reference(value)


def _check_web(value: str) -> None:
    try:
        parts = urlsplit(value)
        usable = bool(parts.hostname) and parts.port != 0 and " " not in value
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"expected an address such as https://example.org/feed.xml, got {describe(redact(value))}")


def target(value: str) -> str:
    """Check where a notice goes: an address with a scheme, or a reference to one. What it is stays unsaid: it is secret."""
    wrong = malformed(value)
    if wrong or not value.isprintable() or not (is_reference(value) or re.match(r"[A-Za-z][A-Za-z0-9+.-]*://.", value)):
        raise ValueError('expected an address such as "tgram://${BOT_TOKEN}/${CHAT_ID}" or "${NAME}"')
    return value


def proxy(value: str) -> str:
    """Check the address of a proxy; empty means none."""
    if value == DIRECT or is_reference(value):
        return value
    try:
        parts = urlsplit(value)
        good = not value or (
            parts.scheme in PROXIES and bool(parts.hostname) and parts.port != 0 and value.isprintable()
        )
    except ValueError:
        good = False
    if not good:
        raise ValueError(
            f'expected an address such as "http://127.0.0.1:3128" or "socks5://127.0.0.1:9050", got {describe(redact(value))}'
        )
    return value


def headers(values: dict[str, str]) -> dict[str, str]:
    """Check headers that are added to a request (RFC 9110, 5.1 and 5.5)."""
    for number, (name, value) in enumerate(values.items()):
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"{describe(name)} cannot be the name of a header")
        if name.lower() in OUR_HEADERS:
            raise ValueError(f"the header {name} is ours to send: {OUR_HEADERS[name.lower()]}")
        if name.lower() in {other.lower() for other in list(values)[:number]}:
            raise ValueError(f"the header {name} is given twice")
        if not _FIELD_VALUE.fullmatch(value) or value != value.strip():
            raise ValueError(f"the value of the header {name} holds line breaks, control or other unusual characters")
    return values


def cookies(values: dict[str, str]) -> dict[str, str]:
    """Check cookies that are sent with a request (RFC 6265, 4.1.1)."""
    for name, value in values.items():
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"{describe(name)} cannot be the name of a cookie")
        if not _COOKIE_VALUE.fullmatch(value):
            raise ValueError(
                f"the value of the cookie {name} holds spaces, quotes, commas, semicolons or control characters"
            )
    return values


def endpoint(value: str) -> str:
    """Check a `host:port` pair, IPv6 in brackets; the host comes back in lower case."""
    host, _, port = value.rpartition(":")
    good = port.isascii() and port.isdigit() and 1 <= int(port[:6]) <= 65_535
    if not good or not _HOST.fullmatch(host.lower()):
        raise ValueError(f'expected a host and a port such as "192.168.1.5:8080" or "[::1]:80", got {describe(value)}')
    return f"{host.lower()}:{int(port)}"


def host_scope(value: object) -> object:
    """Check what counts as one host; raises `ValueError` saying what was expected."""
    if value not in {"domain", "host"}:
        raise ValueError(f'expected "domain" or "host", got {describe(value)}')
    return value


def host(value: str) -> str:
    """Check the name or address of a host, without a port."""
    if not value or not value.isprintable() or any(c in value for c in " /@"):
        raise ValueError(f'expected a host such as "127.0.0.1" or "::1", got {describe(value)}')
    return value


def domain(value: str) -> str:
    """Check the domain of an outlet: no scheme, port or path; lower case, without `www.`."""
    bare = value.strip().lower().removeprefix("www.").rstrip(".")
    if not re.fullmatch(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+", bare):
        raise ValueError(f'expected a domain such as "example.org", got {describe(value)}')
    return bare


def time_zone(value: str) -> str:
    """Check the name of a time zone; empty means the machine's."""
    try:
        if value:
            zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'expected a time zone such as "Europe/Berlin", got {describe(value)}') from None
    return value


def language(value: str) -> str:
    """Check the code (ISO 639-1) of a language that articles can be judged in."""
    if value not in LANGUAGES:
        raise ValueError(f"expected {' or '.join(map(describe, LANGUAGES))}, got {describe(value)}")
    return value


def glossary_line(value: str) -> str:
    """Check a line of a glossary: words that mean one thing, or places that lie in another."""
    parts = value.replace(">", "=").replace(",", "=").split("=")
    if len(parts) < 2 or not all(any(map(str.isalnum, part)) for part in parts) or value.count(">") > 1:
        example = '"facial recognition = распознавание лиц" or "russia > Wrangel Island"'
        raise ValueError(f"expected words that mean one thing such as {example}, got {describe(value)}")
    return value


def rule(value: str) -> str:
    """Check that a rule can be read."""
    parse_rule(value)
    return value


def related(value: str) -> str:
    """Check a verdict that says that an article is related."""
    if value not in {"likely", "maybe"}:
        raise ValueError(f'expected "likely" or "maybe", got {describe(value)}')
    return value


def path(value: object) -> Path:
    """Read a path to a file or folder."""
    if isinstance(value, Path):
        return value
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"expected a path, got {describe(value)}")
    return Path(value)


def positive(value: timedelta) -> timedelta:
    """Refuse a duration of nothing."""
    if value <= timedelta(0):
        raise ValueError('expected a duration longer than "0s"')
    return value


def not_empty(value: int) -> int:
    """Refuse a size of nothing."""
    if value <= 0:
        raise ValueError('expected a size larger than "0B"')
    return value


def time_of_day(value: str) -> str:
    """Check that a text is a time of day: hours and minutes."""
    if not _TIME_OF_DAY.fullmatch(value):
        raise ValueError(f"expected a time such as 08:00, got {describe(value)}")
    return value


def hours(value: str) -> str:
    """Check that a text is nothing, or a time of day and another, with a hyphen between them."""
    start, _, end = value.partition("-")
    if value and (not _TIME_OF_DAY.fullmatch(start) or not _TIME_OF_DAY.fullmatch(end) or start == end):
        raise ValueError(f'expected hours such as "22:00-07:00", got {describe(value)}')
    return value


def password(value: str) -> str:
    """Check that a password is not written down, but named: `${NAME}`, or nothing."""
    if value and value != "".join(f"${{{name}}}" for name in references(value)):
        raise ValueError(
            'expected the name of an environment variable as "${NAME}"; a password is not written down here'
        )
    return value


def _duration_or_ever(value: object) -> timedelta | None:
    if value is None or value == "":
        return None
    try:
        return positive(parse_duration(value))
    except ValueError:
        raise ValueError(f'expected a duration such as "30d", or "" for ever, got {describe(value)}') from None


def _duration_or_never(value: object) -> timedelta | None:
    if value is None or value == "":
        return None
    try:
        return positive(parse_duration(value))
    except ValueError:
        raise ValueError(f'expected a duration such as "7d", or "" for never, got {describe(value)}') from None


def _exact(value: object) -> timedelta | None:
    return None if value is None else positive(parse_duration(value))


def _listed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _once(values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse the same twice, without saying what it is."""
    if len(set(values)) < len(values):
        raise ValueError("expected each address once")
    return values


def _distinct(check: Callable[[tuple[T, ...]], tuple[T, ...]] | None = None) -> AfterValidator:
    def once(values: tuple[T, ...]) -> tuple[T, ...]:
        for number, value in enumerate(values):
            if value in values[:number]:
                raise ValueError(f"{describe(str(value))} is listed twice")
        return check(values) if check else values

    return AfterValidator(once)


def _some(values: tuple[T, ...]) -> tuple[T, ...]:
    if not values:
        raise ValueError("expected at least one")
    return values


Duration = Annotated[timedelta, BeforeValidator(parse_duration), Kind("duration")]
PositiveDuration = Annotated[timedelta, BeforeValidator(parse_duration), AfterValidator(positive), Kind("duration")]
DurationOrEver = Annotated[timedelta | None, BeforeValidator(_duration_or_ever), Kind('duration, or `""` for ever')]
DurationOrNever = Annotated[timedelta | None, BeforeValidator(_duration_or_never), Kind('duration, or `""` for never')]
Verdicts = Annotated[
    tuple[Annotated[str, AfterValidator(related)], ...],
    BeforeValidator(_listed),
    _distinct(_some),
    Kind("list of `likely` and `maybe`"),
]
ExactDuration = Annotated[timedelta | None, BeforeValidator(_exact), Kind("duration")]
Size = Annotated[int, BeforeValidator(parse_size), AfterValidator(not_empty), Kind("size")]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), Kind("number from 0 to 1")]
Count = Annotated[int, Field(ge=1, le=10_000), Kind("whole number from 1 to 10000")]
Daily = Annotated[int, Field(ge=1, le=1_000_000), Kind("whole number from 1 to 1000000")]
Port = Annotated[int, Field(ge=0, le=65_535), Kind("port; 0 picks a free one")]
Text = Annotated[str, Kind("text")]
Switch = Annotated[bool, Kind("`true` or `false`")]
Address = Annotated[str, AfterValidator(address), Kind("address or path")]
WebAddress = Annotated[str, AfterValidator(web_address), Kind("address")]
ProxyAddress = Annotated[str, AfterValidator(proxy), Kind('address, or `""` for none')]
Headers = Annotated[dict[str, str], AfterValidator(headers), Kind("table of texts")]
Cookies = Annotated[dict[str, str], AfterValidator(cookies), Kind("table of texts")]
Domain = Annotated[str, AfterValidator(domain), Kind("domain")]
Domains = Annotated[tuple[Domain, ...], BeforeValidator(_listed), _distinct(), Kind("list of domains")]
Host = Annotated[str, AfterValidator(host), Kind("host")]
Hosts = Annotated[tuple[Host, ...], BeforeValidator(_listed), _distinct(), Kind("list of hosts")]
Password = Annotated[str, AfterValidator(password), Kind('`"${NAME}"`, or `""` for none')]
HostScope = Annotated[Literal["domain", "host"], BeforeValidator(host_scope), Kind('`"domain"` or `"host"`')]
Zone = Annotated[str, AfterValidator(time_zone), Kind('time zone, or `""` for the machine\'s')]
Location = Annotated[Path, BeforeValidator(path), Kind("path")]
Locations = Annotated[tuple[Location, ...], BeforeValidator(_listed), _distinct(), Kind("list of paths")]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed), _distinct(), Kind("list of texts")]
Targets = Annotated[
    tuple[Annotated[str, AfterValidator(target)], ...],
    BeforeValidator(_listed),
    AfterValidator(_once),
    Kind("list of addresses"),
]
TargetsByName = Annotated[dict[str, Targets], Kind("table of lists of addresses")]
Times = Annotated[
    tuple[Annotated[str, AfterValidator(time_of_day)], ...],
    BeforeValidator(_listed),
    _distinct(),
    Kind("list of times such as `08:00`"),
]
Hours = Annotated[str, AfterValidator(hours), Kind('hours such as `22:00-07:00`, or `""` for none')]
Languages = Annotated[
    tuple[Annotated[str, AfterValidator(language)], ...],
    BeforeValidator(_listed),
    _distinct(_some),
    Kind("list of language codes"),
]
Glossary = Annotated[
    tuple[Annotated[str, AfterValidator(glossary_line)], ...],
    BeforeValidator(_listed),
    _distinct(),
    Kind("list of words that mean one thing"),
]
Rules = Annotated[
    tuple[Annotated[str, AfterValidator(rule)], ...],
    BeforeValidator(_listed),
    _distinct(),
    Kind("list of rules"),
]
Endpoints = Annotated[
    tuple[Annotated[str, AfterValidator(endpoint)], ...],
    BeforeValidator(_listed),
    _distinct(),
    Kind("list of `host:port` pairs"),
]
