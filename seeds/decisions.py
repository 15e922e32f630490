"""What people decided, as lines of JSON beside the seeds: readable, mergeable, enough to restore it all.

Each line has the keys `at` (UTC, `YYYY-MM-DDTHH:MM:SSZ`), `do` (`seen`, `add`, `yes` …), `id`, `uid`, `key` (what finds the
article in another database), `title`, `watch`, `by`, `who` (a name, where it was decided on the pages) and `because`; absent
ones say nothing. What each kind of decision says beside is in `seeds.rulings`. Lines are only ever added; files of several
people may be put together in any order, and a line that then stands twice counts once, by its `id`.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE_NAME = "decisions.jsonl"
_ORDER = ("at", "do", "id", "uid", "key", "title", "watch", "by", "who", "because")
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_NAMED_BY = ("at", "do", "watch", "what", "target", "of")
"""What, beside the article, tells lines without an id apart."""


@dataclass(frozen=True, slots=True)
class Log:
    """The decisions of a file in their order, and which lines could not be read: (number, what is wrong).

    `numbers` are the lines on which the decisions stand.
    """

    decisions: list[dict[str, Any]] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list, compare=False)


def new_ids(count: int) -> list[str]:
    """Identifiers for decisions made now, which sort by time and then in order: thirteen characters each."""
    start = time.time_ns() // 1000
    return [f"{_base32(start + number, 11)}{_base32(secrets.randbits(10), 2)}" for number in range(count)]


def id_of(decision: Mapping[str, Any]) -> str:
    """The id of a line; one that was written without is named by what it says, the same wherever it stands."""
    if isinstance(given := decision.get("id"), str) and given:
        return given
    named = [decision.get("uid") or decision.get("key"), *(decision.get(name) for name in _NAMED_BY)]
    said = "\x1f".join(json.dumps(value, ensure_ascii=False) for value in named)
    digest = hashlib.blake2b(said.encode("utf-8", "backslashreplace"), digest_size=8).digest()
    return f"h{_base32(int.from_bytes(digest, 'big'), 12)}"


def journal(paths: Sequence[Path], database: Path) -> Path:
    """The file of decisions: in the first of the configured paths of seeds, or beside it when that is a file.

    Without configured paths (the shipped seeds) it is beside the database.
    """
    if not paths:
        return database.parent / FILE_NAME
    first = paths[0]
    is_file = first.is_file() or (not first.exists() and first.suffix.lower() in {".md", ".txt"})
    return (first.parent if is_file else first) / FILE_NAME


def append(path: Path, decision: Mapping[str, Any]) -> None:
    """Add one decision; it is on the disk when this returns. Raises OSError when it cannot be."""
    append_all(path, [decision])


def append_all(path: Path, decisions: Iterable[Mapping[str, Any]]) -> None:
    """Add decisions in one write, all or (on an error) none that is whole; raises OSError."""
    data = "".join(_line(decision) for decision in decisions).encode()
    if not data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        length = os.fstat(descriptor).st_size
        try:
            _write(descriptor, (b"" if _ends_with_newline(descriptor, length) else b"\n") + data)
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, length)
            raise
    finally:
        os.close(descriptor)


def read(path: Path) -> Log:
    """All decisions of a file; none when there is no file. Raises OSError when it cannot be read."""
    log = Log()
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return log
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not raw.strip():
            continue
        try:
            decision = json.loads(raw.decode())
        except (ValueError, RecursionError) as error:
            log.problems.append((number, f"is not JSON ({_what(error)})"))
            continue
        fault = _fault(decision)
        if fault:
            log.problems.append((number, fault))
        else:
            log.decisions.append(decision)
            log.numbers.append(number)
    return log


def fingerprint(path: Path) -> tuple[int, ...]:
    """Changes whenever the file does; empty when there is none."""
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_mtime_ns, status.st_size, status.st_ino


def _line(decision: Mapping[str, Any]) -> str:
    ordered = {key: decision[key] for key in _ORDER if decision.get(key) not in (None, "")}
    rest = {key: value for key, value in decision.items() if key not in _ORDER}
    # A lone surrogate cannot be written as UTF-8; U+2028 and U+2029 are line ends to some readers.
    written = json.dumps({**ordered, **rest}, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
    return written.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "\n"


def _fault(decision: object) -> str | None:
    if not isinstance(decision, dict):
        return "is not an object"
    if not isinstance(decision.get("do"), str):
        return "does not say what was decided; it needs the key `do`"
    return None


def _base32(number: int, length: int) -> str:
    """The last `length` digits of a number in Crockford's base 32, lower case."""
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(5 * (length - 1), -1, -5))


def _ends_with_newline(descriptor: int, length: int) -> bool:
    return length == 0 or os.pread(descriptor, 1, length - 1) == b"\n"


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _what(error: Exception) -> str:
    return str(error).partition(":")[0] or type(error).__name__
