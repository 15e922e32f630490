"""Seed documents: YAML front matter between `---` lines and then Markdown, or a saved page as plain text.

Reading never raises for what a file holds; it gives a `Document` with problems, each with its line. Writing changes
only the lines of the keys that changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_ISREG
from typing import Literal

from seeds.edit import Editor, UnusualFormError, apply
from seeds.page import read_page
from seeds.record import Record
from seeds.render import render_document
from seeds.shape import Flaw, read_record, record_to_dict
from seeds.yamltext import Problem, Tree, parse

__all__ = ["MAX_BYTES", "Document", "Problem", "read_document", "read_file", "render_document", "write_document"]

MAX_BYTES = 5_000_000
MAX_PROBLEMS = 100

_BOM = b"\xef\xbb\xbf"
_FENCE = re.compile(r"---[ \t]*\r?")


@dataclass(frozen=True, slots=True)
class Document:
    """A seed document as it was read; `raw` is empty when the file could not be read."""

    path: str
    raw: bytes
    record: Record | None
    problems: tuple[Problem, ...]
    kind: Literal["front_matter", "page"]

    @property
    def ok(self) -> bool:
        """Whether it can be used."""
        return self.record is not None and not self.problems


def read_file(path: Path) -> Document:
    """Reads a document from a file; one that cannot be read is a problem, not an error."""
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            return _unread(str(path), "is not a regular file")
        if status.st_size > MAX_BYTES:
            return _unread(str(path), _too_large(status.st_size))
        raw = path.read_bytes()
    except OSError as error:
        return _unread(str(path), f"the file cannot be read: {error.strerror or error}")
    return read_document(raw, str(path))


def read_document(raw: bytes, path: str) -> Document:
    """Reads a document from its bytes; `path` only names it."""
    text, problem = _decoded(raw)
    if problem is not None:
        return Document(path, raw, None, (problem,), "front_matter")
    if not text.lstrip().startswith("---"):
        record, problems = read_page(text)
        return Document(path, raw, record, problems, "page")
    lines = text.split("\n")
    fences = _fences(lines)
    if fences is None:
        line = 1 + text[: text.index("---")].count("\n")
        missing = Problem(line, "the front matter that begins here has no closing `---`; add it on a line of its own")
        return Document(path, raw, None, (missing,), "front_matter")
    begin, end = fences
    tree = parse(_unix("\n".join([*lines[begin + 1 : end], ""])), first_line=begin + 2)
    record, problems = _record(tree, begin + 1, _unix("\n".join(lines[end + 1 :])).strip())
    return Document(path, raw, record, problems, "front_matter")


def write_document(document: Document, record: Record) -> bytes:
    """The bytes of a document that now holds `record`: the same when nothing changed, else with the changed keys alone.

    A saved page, and front matter written in an unusual form (flow style), is written anew.
    """
    if record == document.record:
        return document.raw
    if document.record is None or document.kind == "page":
        return render_document(record)
    try:
        edited = _edited(document, document.record, record)
    except UnusualFormError:
        return render_document(record)
    return edited if read_document(edited, document.path).record == record else render_document(record)


def _unread(path: str, message: str) -> Document:
    return Document(path, b"", None, (Problem(1, message),), "front_matter")


def _decoded(raw: bytes) -> tuple[str, Problem | None]:
    """The text of a document without byte order mark, or the reason why it has none."""
    if problem := _unfit(raw):
        return "", problem
    try:
        return raw.removeprefix(_BOM).decode(), None
    except UnicodeDecodeError as error:
        at = error.start + (len(_BOM) if raw.startswith(_BOM) else 0)
        line = 1 + raw.count(b"\n", 0, at)
        return "", Problem(line, f"the byte 0x{raw[at]:02x} is not UTF-8; save the file as UTF-8")


def _unfit(raw: bytes) -> Problem | None:
    """Why bytes cannot be a text in UTF-8, as far as it shows before decoding."""
    if not raw.removeprefix(_BOM).strip():
        return Problem(1, "the file is empty")
    if len(raw) > MAX_BYTES:
        return Problem(1, _too_large(len(raw)))
    if raw.startswith(b"\x1f\x8b"):
        return Problem(1, "the file is compressed; unpack it")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Problem(1, "the file is in UTF-16; save it as UTF-8")
    if (at := raw.find(b"\0")) >= 0:
        return Problem(1 + raw.count(b"\n", 0, at), "the file holds a NUL byte; it is not a text, or is damaged")
    return None


def _too_large(size: int) -> str:
    return f"the file has {size:,} bytes; at most {MAX_BYTES:,} are read"


def _fences(lines: Sequence[str]) -> tuple[int, int] | None:
    """The indexes of the two `---` lines."""
    found = (at for at, line in enumerate(lines) if _FENCE.fullmatch(line))
    begin, end = next(found, None), next(found, None)
    if begin is None or end is None or any(line.strip() for line in lines[:begin]):
        return None
    return begin, end


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").removesuffix("\r")


def _record(tree: Tree, first_line: int, body: str) -> tuple[Record | None, tuple[Problem, ...]]:
    """The record of front matter, and all problems in the order of their lines."""
    flaws: list[Flaw] = []
    if tree.data is None and tree.problems:
        return None, tree.problems
    record = read_record({} if tree.data is None else tree.data, flaws, body=body)
    found = [*tree.problems, *(_problem(tree, flaw, first_line) for flaw in flaws)]
    problems = tuple(sorted(found, key=lambda problem: problem.line)[:MAX_PROBLEMS])
    return (None if problems else record), problems


def _problem(tree: Tree, flaw: Flaw, first_line: int) -> Problem:
    return Problem(tree.line_of(flaw.path) if tree.lines else first_line, str(flaw))


def _edited(document: Document, old: Record, new: Record) -> bytes:
    """The document with the lines of changed keys replaced; raises `UnusualFormError` where they cannot be told."""
    text = document.raw.removeprefix(_BOM).decode()
    lines = text.split("\n")
    fences = _fences(lines)
    if fences is None:
        raise UnusualFormError
    begin, end = fences
    line_end = "\r" if lines[begin].endswith("\r") else ""
    tree = parse(_unix("\n".join([*lines[begin + 1 : end], ""])), first_line=begin + 2)
    before, now = record_to_dict(replace(old, body="")), record_to_dict(replace(new, body=""))
    changes = Editor([line.removesuffix("\r") for line in lines], tree).changes(before, now, end)
    front = apply(lines[: end + 1], changes, line_end)
    after = "\n".join(lines[end + 1 :])
    if old.body != new.body:
        after = _tail(after, new.body.replace("\n", f"{line_end}\n"), f"{line_end}\n")
    bom = _BOM if document.raw.startswith(_BOM) else b""
    return bom + "\n".join([*front, after]).encode()


def _tail(after: str, body: str, line_end: str) -> str:
    """What follows the front matter, with another body; the empty lines around it stay."""
    old = after.strip()
    if not old:
        return f"{line_end}{body}{line_end}"
    before, _, behind = after.partition(old)
    return before + body + (behind or line_end) if body else before
