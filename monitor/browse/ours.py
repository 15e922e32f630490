"""Which of the databases that Datasette serves are seedwatch's, and reading them while they change."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from datasette.database import Database
from datasette.utils import StartupError

from db.connection import inspect
from db.errors import StoreError
from monitor.browse.access import Access

if TYPE_CHECKING:
    # Not at run time: Datasette imports its plugins before this class exists.
    from datasette.app import Datasette

PLUGIN = "seedwatch"
"""The name of the plugin, under which its settings stand in Datasette's metadata."""


@dataclass(slots=True)
class _Known:
    names: tuple[str, ...] = ()
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    zone: tuple[tzinfo | None] | None = None
    access: Access = field(default_factory=Access)


_known: WeakKeyDictionary[Datasette, _Known] = WeakKeyDictionary()


def databases(datasette: Datasette) -> Mapping[str, tuple[str, ...]]:
    """Name → tables, of the databases whose `application_id` is ours; those of other programs are left alone."""
    known = _known.setdefault(datasette, _Known())
    names = tuple(datasette.databases)
    if known.names != names:
        known.tables = {n: _tables(Path(d.path)) for n, d in datasette.databases.items() if d.path and _is_ours(d.path)}
        known.names = names
    return known.tables


def access(datasette: Datasette) -> Access:
    """Who may read and decide."""
    return _known.setdefault(datasette, _Known()).access


def give_access(datasette: Datasette, given: Access) -> None:
    """Say who may read and decide; before the first request."""
    _known.setdefault(datasette, _Known()).access = given


def zone(datasette: Datasette) -> tzinfo | None:
    """The newsroom's time zone from the plugin's settings; None for that of this machine.

    Raises:
        StartupError: there is no such zone.
    """
    known = _known.setdefault(datasette, _Known())
    if known.zone is None:
        name = (datasette.plugin_config(PLUGIN) or {}).get("timezone")
        try:
            known.zone = (ZoneInfo(name) if name else None,)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            message = f"browse.timezone: there is no time zone {name!r}; use a name such as Europe/Berlin"
            raise StartupError(message) from error
    return known.zone[0]


COUNTED_MS = 400
"""How long rows are counted to say how many there are beside those shown; what takes longer goes without."""


class LiveDatabase(Database):  # type: ignore[misc]  # Datasette has no types
    """A database file that may be replaced by another under the same name: then it is opened anew."""

    def __init__(self, replaced: Database) -> None:
        super().__init__(replaced.ds, replaced.path, is_mutable=True)
        self.name, self.route = replaced.name, replaced.route
        self._local = threading.local()

    async def execute(
        self,
        sql: str,
        params: Any = None,
        truncate: bool = False,
        custom_time_limit: int | None = None,
        **others: Any,
    ) -> Any:
        """Datasette's own, which counts all rows of a view for its page for as long as a query of a reader may take."""
        if not truncate and sql.startswith("select count(*) from "):
            custom_time_limit = min(custom_time_limit or COUNTED_MS, COUNTED_MS)
        return await super().execute(sql, params, truncate, custom_time_limit, **others)

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        """Call `fn` with this thread's connection."""
        if self.ds.executor is None:
            return fn(self._connection())
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.ds.executor, lambda: fn(self._connection()))

    def _connection(self) -> sqlite3.Connection:
        identity = _identity(self.path)
        current: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if current is not None and identity in {None, self._local.identity}:
            return current
        if current is not None:
            self._all_file_connections.remove(current)
            current.close()
            self._local.connection = None
        connection: sqlite3.Connection = self.connect()
        self.ds._prepare_connection(connection, self.name)  # noqa: SLF001  what Datasette's own `execute_fn` does
        self._local.connection, self._local.identity = connection, identity
        return connection


def keep_live(datasette: Datasette) -> None:
    """Let our databases be read through connections that notice when the file was replaced."""
    mutable = [name for name in databases(datasette) if datasette.databases[name].is_mutable]
    live = {name: LiveDatabase(datasette.databases[name]) for name in mutable}
    datasette.databases = type(datasette.databases)({**datasette.databases, **live})


def _is_ours(path: str) -> bool:
    try:
        return inspect(Path(path)) in {"ours", "older"}
    except StoreError:
        return False


def _tables(path: Path) -> tuple[str, ...]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return tuple(row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))


def _identity(path: str) -> tuple[int, int] | None:
    """What tells one file from another; None when there is none just now."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
