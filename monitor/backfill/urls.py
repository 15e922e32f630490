"""`urls`: the pages at addresses from a file: one in each line, a column of CSV, or JSON. Each is asked for and read politely."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.backfill.types import Cursor, Failed, Origin, PageWanted, Step, World
from monitor.normalise.address import web_address
from monitor.read.robots import origin_of
from monitor.types import Entry
from seeds import address
from seeds.text import clean

MAX_FILE = 100_000_000
_NAMES = ("weburl", "url", "link", "originalurl", "address", "href", "loc", "uri")
"""What columns and keys with an address are called, in lower case, the surest first."""
_TITLES = ("title", "headline", "name")
_LISTS = ("items", "articles", "urls", "results")
_SEPARATORS = ",;\t|"


class NoAddresses(Exception):
    """A file holds no addresses that can be read; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One address as a file has it, what it calls it, and where it stands: a line, or the number in a list."""

    number: int
    written: str
    title: str = ""


class Urls:
    """The pages at the addresses in a file."""

    kind = "urls"

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            NoAddresses: it cannot be read, or holds none.
        """
        self._path = path
        self._lines = list(addresses(path))
        self.what = str(path.absolute())

    @property
    def named(self) -> list[str]:
        """The addresses as the user named them: such may be private."""
        return [line.written for line in self._lines if address.parse(line.written) is not None]

    def tells(self) -> Sequence[str]:
        """The sites learn that their pages are read."""
        hosts = {host for line in self._lines if (host := _outlet(line.written))}
        few = ", ".join(sorted(hosts)[:3])
        more = f" and {len(hosts) - 3} more" if len(hosts) > 3 else ""
        return (
            (f"These sites will see that their pages are read, {len(self._lines):,} in all: {few}{more}.",)
            if hosts
            else ()
        )

    async def steps(self, world: World, cursor: Cursor | None) -> AsyncGenerator[Step, None]:
        """A step for each address."""
        del world
        done = int(cursor["done"]) if cursor is not None else 0
        for number, line in enumerate(self._lines[done:], done + 1):
            await asyncio.sleep(0)
            yield Step(
                {"done": number}, self._wanted(line), label=line.written[:200], done=number, total=len(self._lines)
            )

    def _wanted(self, line: Line) -> PageWanted | Failed:
        url = web_address(line.written, "")
        outlet = _outlet(line.written)
        if url is None or outlet is None:
            return Failed(f"{self._path}, line {line.number}", f"{line.written[:100]!a} is no address of a page")
        site = f"{origin_of(url)}/"
        return PageWanted(Entry(None, url, line.title), Origin(site, link=site))


def _outlet(url: str) -> str | None:
    parsed = address.parse(url)
    return parsed.outlet if parsed is not None else None


def addresses(path: Path) -> Iterator[Line]:
    """The addresses in a file, in its order, each once.

    Raises:
        NoAddresses: it cannot be read, or holds none.
    """
    try:
        if path.stat().st_size > MAX_FILE:
            raise NoAddresses(f"{path} is larger than {MAX_FILE // 1_000_000} MB; split it")
        written = path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode()
    except OSError as error:
        raise NoAddresses(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise NoAddresses(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8") from error
    seen: set[str] = set()
    for line in _lines(path, written):
        if line.written not in seen:
            seen.add(line.written)
            yield line
    if not seen:
        raise NoAddresses(f"{path} holds no addresses; expected one in each line, a column called url, or JSON")


def _lines(path: Path, written: str) -> Iterator[Line]:
    start = written.lstrip()
    if start.startswith(("{", "[")):
        yield from _json(path, written)
        return
    first = next((line for line in written.splitlines() if line.strip()), "")
    columns = _columns(first)
    if columns is not None:
        yield from _table(written, *columns)
        return
    for number, line in enumerate(written.splitlines(), 1):
        if (said := line.strip()) and not said.startswith("#"):
            yield Line(number, said.split()[0])


def _columns(first: str) -> tuple[str, int, int | None] | None:
    """Separator and columns of address and headline, where the first line names them."""
    for separator in _SEPARATORS:
        names = [name.strip().strip('"').lower() for name in first.split(separator)]
        at = next((names.index(name) for name in _NAMES if name in names), None)
        if at is not None and "://" not in first:
            return separator, at, next((names.index(name) for name in _TITLES if name in names), None)
    return None


def _table(written: str, separator: str, at: int, title: int | None) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(written), delimiter=separator)
    next(reader, None)
    for row in reader:
        if len(row) > at and row[at].strip():
            named = clean(row[title], 500) if title is not None and len(row) > title else ""
            yield Line(reader.line_num, row[at].strip(), named)


def _json(path: Path, written: str) -> Iterator[Line]:
    """A list of addresses or of objects that have one, such a list within an object, or an object in each line."""
    try:
        data: Any = json.loads(written)
    except (ValueError, RecursionError):
        data = list(_json_lines(path, written))
    if isinstance(data, Mapping):
        data = next((data[name] for name in _LISTS if isinstance(data.get(name), list)), [data])
    for number, one in enumerate(data if isinstance(data, list) else [data], 1):
        if isinstance(one, str):
            yield Line(number, one.strip())
        elif isinstance(one, Mapping):
            named = {str(key).lower(): value for key, value in one.items()}
            url = next(
                (named[name] for name in _NAMES if isinstance(named.get(name), str) and named[name].strip()), None
            )
            title = next((named[name] for name in _TITLES if isinstance(named.get(name), str)), "")
            if url is not None:
                yield Line(number, url.strip(), clean(title, 500))


def _json_lines(path: Path, written: str) -> Iterator[Any]:
    for number, line in enumerate(written.splitlines(), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError) as error:
                raise NoAddresses(f"{path}:{number} is no JSON ({error})") from error
