"""Secrets: named in the settings as `${NAME}`, filled in from the environment only where a request is made.

The settings, the database, logs and exports keep the address as written. Secrets that were written literally all the
same are recognised by where they stand (`user:password@`, `?token=`) and taken out of everything that is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import quote, unquote_plus

from config.errors import ConfigError

_REFERENCE = re.compile(r"\$\{([^}]*)\}?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ONLY_REFERENCES = re.compile(r"(?:\$\{[A-Za-z_][A-Za-z0-9_]*\}|:)+")
_USERINFO = re.compile(r"//([^/?#\s\"'<>]*)@")
_PARAMETER = re.compile(r"([?&;#])([^=&;#?\s\"'<>]+)=([^&;#\s\"'<>]*)")
_SECRET_PARTS = ("token", "secret", "passw", "apikey", "signature", "credential", "session")
_SECRET_NAMES = frozenset({"auth", "authorization", "cookie", "jwt", "pass", "pin", "pwd", "sid", "sig"})
_NO_CHANCE = 6
HIDDEN: Final = "***"
"""What stands in the place of a secret."""


class Secret:
    """A text that does not show itself: in a log, a traceback or a format string it is `***`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the one place that needs it."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({HIDDEN!r})"

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not written out; store the ${NAME} it comes from")


def expand(text: str, environ: Mapping[str, str], *, words: bool = False) -> str:
    """Fill in each `${NAME}`; raises `ConfigError` that names the variable when it is unset, empty or unusable.

    With `words`, spaces may stand within a value: of what no address and no header is made of.
    """
    return _REFERENCE.sub(lambda match: _value(match, environ, words=words), text)


def is_reference(text: str) -> bool:
    """Whether a text starts with a reference, so that only the environment knows what it is."""
    return text.startswith("${")


def malformed(text: str) -> str | None:
    """The first thing in a text that looks like a reference and is none."""
    return next((m[0] for m in _REFERENCE.finditer(text) if not _well_formed(m)), None)


def references(text: str) -> tuple[str, ...]:
    """The names of the environment variables that a text asks for, in order."""
    return tuple(dict.fromkeys(match[1] for match in _REFERENCE.finditer(text)))


def redact(text: str) -> str:
    """Take literal secrets out of an address, or out of a message that holds addresses; `${NAME}` stays."""
    without_user = _USERINFO.sub(lambda m: m[0] if _ONLY_REFERENCES.fullmatch(m[1]) else "//", text)
    return _PARAMETER.sub(_hide, without_user)


@dataclass(frozen=True, slots=True)
class Secrets:
    """Values that went into a request and must not come out again, each with what stands in its place."""

    values: Mapping[str, str]

    def out_of(self, text: str) -> str:
        """A text that came of the request, such as where it was redirected to, without them."""
        for value, name in self.values.items():
            for form in _forms(value):
                text = text.replace(form, name)
        return redact(text)

    def out_of_document(self, body: bytes) -> bytes:
        """A document that came of the request, without those that are too long to stand in it by chance."""
        for value, name in self.values.items():
            if len(value) >= _NO_CHANCE:
                for form in _forms(value):
                    body = body.replace(form.encode(), name.encode())
        return body


def secrets_of(texts: Iterable[str], literal: Iterable[str], environ: Mapping[str, str]) -> Secrets:
    """What is secret in texts of the settings: what their references are filled in with, and what `literal` spells out."""
    found = {environ.get(name, ""): f"${{{name}}}" for text in texts for name in references(text)}
    found |= {value: HIDDEN for value in literal if value not in found and "${" not in value}
    # The longest first: one may be a part of another.
    return Secrets({value: found[value] for value in sorted(found, key=len, reverse=True) if value})


def literal_secrets(address: str) -> Iterator[str]:
    """The values that an address spells out where a secret belongs."""
    for match in _USERINFO.finditer(address):
        user, colon, password = match[1].partition(":")
        yield password if colon else user
    for match in _PARAMETER.finditer(address):
        if looks_secret(match[2]):
            yield match[3]


def _forms(value: str) -> tuple[str, ...]:
    """A value as it is, as part of an address, and as text of a page."""
    return tuple(dict.fromkeys((value, quote(value, safe=""), escape(value))))


def _value(match: re.Match[str], environ: Mapping[str, str], *, words: bool) -> str:
    name = match[1]
    if not _well_formed(match):
        raise ConfigError(None, None, None, f"{match[0]} is not a reference to the environment; write ${{NAME}}")
    value = environ.get(name, "")
    if not value:
        raise ConfigError(None, None, None, f"the environment variable {name} is not set; set it and start again")
    if not value.isprintable() or (value != value.strip() if words else " " in value):
        where = "spaces at its start or end," if words else "spaces"
        raise ConfigError(None, None, None, f"the environment variable {name} holds {where} or control characters")
    return value


def _well_formed(match: re.Match[str]) -> bool:
    return match[0].endswith("}") and _NAME.fullmatch(match[1]) is not None


def _hide(match: re.Match[str]) -> str:
    separator, name, value = match.groups()
    if not value or not looks_secret(name) or _ONLY_REFERENCES.fullmatch(value):
        return match[0]
    return f"{separator}{name}={HIDDEN}"


def looks_secret(name: str) -> bool:
    """Whether a parameter or header of that name holds a secret."""
    plain = re.sub(r"[^a-z0-9]", "", unquote_plus(name).lower())
    return plain in _SECRET_NAMES or plain.endswith("key") or any(part in plain for part in _SECRET_PARTS)
