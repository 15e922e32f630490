"""The real program, from outside: a folder with settings, commands run in it, and what they cost.

project = Project(tmp_path, feeds=[web.url("/feed")])
done = project.run("poll", "--all")
assert done.code == 0
assert project.rows("SELECT title FROM items") == [{"title": "…"}]
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from html import escape
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from monitor.clock import utc_now
from tests import ready
from tests.ready import Forked

CHECKOUT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-P", "-m", "monitor")
TRACEBACK = "Traceback"
_PAGE = os.sysconf("SC_PAGE_SIZE")
T = TypeVar("T")
Process = Forked | subprocess.Popen[str]


@dataclass(frozen=True)
class Done:
    """What a command did; `peak` is the memory of it and all its processes together, bytes."""

    code: int
    out: str
    err: str
    peak: int = 0

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Project:
    """A folder with settings, seeds and a database."""

    def __init__(
        self, path: Path, feeds: Iterable[str | Mapping[str, Any]] = (), poll: str = "", extra: str = ""
    ) -> None:
        self.path = path
        (path / "seeds").mkdir(parents=True, exist_ok=True)
        self.poll = poll
        self.extra = extra
        self.configure(feeds)

    @property
    def settings(self) -> Path:
        return self.path / "seedwatch.toml"

    @property
    def database(self) -> Path:
        return self.path / "seedwatch.db"

    def configure(self, feeds: Iterable[str | Mapping[str, Any]], poll: str | None = None) -> None:
        """Write the settings anew with these feeds."""
        self.poll = self.poll if poll is None else poll
        text = ['[seeds]\npaths = ["seeds"]\n[poll]\nhost_concurrency = 64\nhost_gap = "0s"\n', self.poll, self.extra]
        for feed in feeds:
            keys = {"url": feed} if isinstance(feed, str) else feed
            text.append("[[feeds]]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in keys.items()))
        self.settings.write_text("\n".join(text), encoding="utf-8")

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONFAULTHANDLER": "1", **(more or {})}

    def run(
        self,
        *args: object,
        environ: Mapping[str, str] | None = None,
        stdin: str = "",
        timeout: float = 90,
        cwd: Path | None = None,
        limits: Mapping[int, int] | None = None,
        fresh: bool = False,
    ) -> Done:
        """Run a command to its end, under `limits` of the `resource` module.

        It is forked from the loaded program unless its start is to be seen as well: with `fresh`, limits or an environment that changes it.
        """
        given = self.environment(environ)
        process: Process | None = None
        if not fresh and not limits:
            process = ready.fork([*map(str, args)], cwd or self.path, given, errors="surrogateescape")
        process = process or subprocess.Popen(
            [*_limited(limits or {}), *COMMAND, *map(str, args)],
            cwd=cwd or self.path,
            env=given,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            start_new_session=True,
        )
        with Watch(process.pid) as watch:
            try:
                out, err = process.communicate(stdin, timeout=timeout)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                out, err = process.communicate("", timeout=10)
                raise AssertionError(
                    f"seedwatch {args} did not end within {timeout} s; it said:\n{out}\n{err}"
                ) from None
        return Done(process.wait(), out, err, watch.peak)

    def start(self, *args: object, environ: Mapping[str, str] | None = None, fresh: bool = False) -> Running:
        """Start a command that goes on, forked or `fresh` as with `run`; use it as a context manager."""
        given = self.environment(environ)
        forked = None if fresh else ready.fork([*map(str, args)], self.path, given, apart=False, errors="replace")
        return Running(forked or [*COMMAND, *map(str, args)], self.path, given)

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """What a query over the views gives, as another program would ask it."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def value(self, query: str, *values: object) -> Any:
        """The first column of the first row, or None."""
        found = self.rows(query, *values)
        return next(iter(found[0].values())) if found else None

    def titles(self, feed_url: str) -> list[str]:
        """Headlines of the articles that a feed has brought, in order."""
        query = (
            "SELECT DISTINCT i.uid, i.title FROM sightings s JOIN items i ON i.uid = s.item_uid WHERE s.feed_url = ?"
        )
        rows = self.rows(f"{query} ORDER BY i.title", feed_url)
        return [row["title"] for row in rows]

    def assert_sound(self) -> None:
        """The database is whole, and the search index has what the table has."""
        assert self.value("PRAGMA integrity_check") == "ok"
        assert self.rows("PRAGMA foreign_key_check") == []
        assert self.value("SELECT count(*) FROM article") == self.value("SELECT count(*) FROM article_fts_docsize")


def toml(value: Any) -> str:
    """A value of a setting."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(one)}" for key, one in value.items()) + "}"
    return json.dumps(value)


def _limited(limits: Mapping[int, int]) -> list[str]:
    """A command in front of another that sets limits for it; not after a fork, since threads run here."""
    if not limits:
        return []
    calls = "".join(f"resource.setrlimit({kind}, ({most}, {most})); " for kind, most in limits.items())
    return [sys.executable, "-c", f"import os, resource, sys; {calls}os.execv(sys.argv[1], sys.argv[1:])"]


class Running:
    """A process that goes on; what it says on stderr is read as it comes. Killed at the end at the latest."""

    def __init__(self, command: Forked | Sequence[str], cwd: Path, environ: Mapping[str, str]) -> None:
        self.process: Process = (
            command
            if isinstance(command, Forked)
            else subprocess.Popen(
                command,
                cwd=cwd,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
        )
        self.lines: list[str] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join(5)
        if self.process.stdout is not None:
            self.process.stdout.close()

    @property
    def said(self) -> str:
        return "\n".join(self.lines)

    def until(self, text: str, within: float = 30, times: int = 1) -> str:
        """Wait until a line with that text has come so many times; returns the last of them."""
        deadline = time.monotonic() + within
        with self._news:
            while True:
                found = [line for line in self.lines if text in line]
                if len(found) >= times:
                    return found[times - 1]
                left = deadline - time.monotonic()
                ended = not self._reader.is_alive()
                if left <= 0 or ended:
                    raise AssertionError(f"{text!r} did not come; it said:\n{self.said}")
                self._news.wait(min(left, 0.5))

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ends(self, within: float = 10) -> int:
        """Wait for its end; returns its exit status."""
        try:
            code = self.process.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it did not end within {within} s; it said:\n{self.said}") from None
        self._reader.join(5)
        return code

    def stop(self, within: float = 10) -> int:
        """Ask it to stop, as a service manager does."""
        self.signal(signal.SIGTERM)
        return self.ends(within)

    def kill(self) -> None:
        """Kill it and all its processes, as a power failure does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()


class Watch:
    """Measures the memory of a session of processes while it runs."""

    def __init__(self, session: int, every: float = 0.05) -> None:
        self._session = session
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.peak = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(self._every):
            self.peak = max(self.peak, sum(map(resident, members(self._session))))


def members(session: int) -> list[int]:
    """The processes of a session."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                # The name, in brackets, may hold anything: what follows the last bracket is plain.
                if int((entry / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                    found.append(int(entry.name))
    return found


def resident(pid: int) -> int:
    """Memory of a process that is its own, bytes."""
    try:
        _, size, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except (OSError, ValueError):
        return 0
    return (int(size) - int(shared)) * _PAGE


def eventually(ask: Callable[[], T], within: float = 20, what: str = "") -> T:
    """Ask until the answer is true; returns it."""
    deadline = time.monotonic() + within
    while True:
        answer: Any = None
        with contextlib.suppress(sqlite3.OperationalError):  # the database is still being made
            answer = ask()
        if answer:
            return cast("T", answer)
        if time.monotonic() > deadline:
            raise AssertionError(f"{what or ask} did not come true within {within} s; the last answer was {answer!r}")
        time.sleep(0.05)


def item(title: str, link: str | None = None, guid: str | None = None, excerpt: str = "", when: Any = None) -> str:
    """An item of an RSS feed; its guid is its link unless given."""
    parts = [f"<title>{escape(title)}</title>"]
    if link is not None:
        parts.append(f"<link>{escape(link)}</link>")
    if guid is not None or link is not None:
        parts.append(f'<guid isPermaLink="false">{escape(guid or link or "")}</guid>')
    if excerpt:
        parts.append(f"<description>{escape(excerpt)}</description>")
    parts.append(f"<pubDate>{format_datetime(when or utc_now())}</pubDate>")
    return f"<item>{''.join(parts)}</item>"


def rss(*items: str, title: str = "News") -> bytes:
    """An RSS feed."""
    head = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{escape(title)}</title>'
    return f"{head}<link>https://example.org/</link>{''.join(items)}</channel></rss>".encode()
