"""Serving the pages: Datasette in this process, over a database that the daemon may be writing.

The database is opened read-only and never as immutable, which would give stale or broken pages while it changes.
"""

from __future__ import annotations

import errno
import importlib
import importlib.util
import ipaddress
import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.browse.access import Access
from monitor.browse.hosts import asked_by_name

if TYPE_CHECKING:
    from datasette.app import Datasette

_SETTINGS: dict[str, Any] = {
    "sql_time_limit_ms": 3000,
    "default_page_size": 50,
    "allow_download": False,
    "suggest_facets": False,
    "default_cache_ttl": 0,
    "truncate_cells_html": 500,
}
_LONGEST_REQUEST = 4_000_000
"""Bytes of a request's head: whatever somebody pastes into the search box gets an answer."""
_GOODBYE_S = 3
"""How long requests in progress may take after the signal to stop."""


class CannotServe(OSError):
    """The pages cannot be served; `str()` says why and what to do."""


class NeedsPassword(CannotServe):
    """The pages would be open to others, or could be decided on, without a password."""


_ADVICE = 'set `password = "${SEEDWATCH_PASSWORD}"` under [browse] in the settings, and that variable to a password.'


def application(
    database: Path, *, timezone: str = "", arbitrary_sql: bool = True, access: Access | None = None
) -> Datasette:
    """Datasette over the database, with the plugin; without `access`, everybody may read and nobody may decide.

    Raises:
        CannotServe: Datasette is not installed, or there is no such time zone.
    """
    if importlib.util.find_spec("datasette") is None:
        raise CannotServe("the pages need Datasette, which is not installed; run: pip install 'seedwatch[browse]'")
    # Imported here: the command line has to work where Datasette is not installed.
    from datasette.app import Datasette  # noqa: PLC0415
    from datasette.plugins import pm  # noqa: PLC0415
    from datasette.utils import StartupError  # noqa: PLC0415

    from monitor.browse import ours, plugin  # noqa: PLC0415

    if not pm.is_registered(plugin):  # run from a checkout that is not installed
        pm.register(plugin, ours.PLUGIN)
    # Where Rich happens to be installed, Datasette prints a screenful of local variables for every mistyped query.
    vars(importlib.import_module("datasette.handle_exception"))["rich"] = None
    datasette = Datasette(
        [str(database)],
        settings={**_SETTINGS, "default_allow_sql": arbitrary_sql},
        metadata={"plugins": {ours.PLUGIN: {"timezone": timezone}}},
    )
    if access is not None:
        ours.give_access(datasette, access)
    try:
        ours.zone(datasette)
    except StartupError as error:
        raise CannotServe(str(error)) from error
    return datasette


def serve(
    database: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8001,
    names: Iterable[str] = (),
    timezone: str = "",
    arbitrary_sql: bool = True,
    access: Access | None = None,
    announce: Callable[[str], None] = print,
) -> None:
    """Serve the pages until SIGINT or SIGTERM. `announce` is told the address, and a warning where one is due.

    Args:
        database: an existing database of ours.
        host: a name or address of this machine.
        port: 0 for any that is free.
        names: under which the pages may be asked for without a password, besides addresses, localhost and `host`.
        timezone: the newsroom's, an IANA name; empty for that of this machine.
        arbitrary_sql: whether readers may write queries of their own.
        access: the password, and what decides; without a password the pages are for this machine alone.
        announce: takes one line for people.

    Raises:
        CannotServe: Datasette is missing, or the address is taken, not permitted, or not of this machine.
        NeedsPassword: others could reach the address, or decide, and there is no password.
    """
    closed = access is not None and access.closed
    edit = access is not None and access.decide is not None
    served = application(database, timezone=timezone, arbitrary_sql=arbitrary_sql, access=access)
    import uvicorn  # noqa: PLC0415  comes with Datasette

    with listening(host, port) as listener:
        if refused := refusal(host, closed=closed, edit=edit):
            raise NeedsPassword(refused)
        for line in greeting(host, listener, closed=closed):
            announce(line)
        config = uvicorn.Config(
            served.app() if closed else asked_by_name(served.app(), {host, *names}),
            http="h11",
            h11_max_incomplete_event_size=_LONGEST_REQUEST,
            lifespan="on",
            log_config=None,  # so that its warnings go where all others go, in the same form
            log_level="warning",
            timeout_graceful_shutdown=_GOODBYE_S,
        )
        uvicorn.Server(config).run(sockets=[listener])


def refusal(host: str, *, closed: bool, edit: bool) -> str | None:
    """Why the pages are not served like that: others could read them, or anybody could decide. None when all is well.

    An address that is none of this machine is left to whoever listens there.
    """
    if closed:
        return None
    if edit:
        return f"deciding on the pages needs a password: {_ADVICE}"
    try:
        places = {place[4][0] for place in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except OSError:
        return None
    if all(ipaddress.ip_address(str(place).partition("%")[0]).is_loopback for place in places):
        return None
    return (
        f"whoever can reach {host} over the network could read all findings: {_ADVICE}"
        " The default host, 127.0.0.1, needs none."
    )


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        CannotServe: the address is taken, not permitted, or not of this machine.
    """
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotServe(f"{host}: is no address of this machine ({error.strerror}); use --host 127.0.0.1") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise CannotServe(_why_not(host, port, error)) from error
    return listener


def greeting(host: str, listener: socket.socket, *, closed: bool = False) -> list[str]:
    """What to tell the person who started it: where the pages are, and what others could see on the way."""
    port = listener.getsockname()[1]
    name = f"[{host}]" if ":" in host else host
    lines = [f"Pages at http://{name}:{port}/ (Ctrl-C stops)"]
    if closed and not _is_loopback(listener):
        lines.insert(
            0,
            "Warning: without https, the password can be read on its way over the network;"
            " put a server that speaks https in front of the pages.",
        )
    return lines


def _is_loopback(listener: socket.socket) -> bool:
    return ipaddress.ip_address(listener.getsockname()[0]).is_loopback


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken by another program; name another with --port, or 0 for any that is free"
    if error.errno == errno.EACCES:
        return f"port {port} is not permitted to you; name one above 1023 with --port"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine; use --host 127.0.0.1"
    return f"{host}:{port} cannot be served on ({error.strerror}); name another with --host and --port"
