"""`browse`: serve the pages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from config.secrets import Secret, expand
from monitor.cli.context import App, pass_app
from monitor.cli.output import say

if TYPE_CHECKING:
    from monitor.browse.access import Access


@click.command()
@click.option("--host", help="Address to serve on, instead of the one in the settings.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to serve on, instead of the one in the settings.")
@click.option("--edit", is_flag=True, help="Let those who give the password decide, and take back, by a click.")
@click.option("--with-parent", is_flag=True, hidden=True, help="Stop when standard input ends.")
@pass_app
def browse(app: App, host: str | None, port: int | None, *, edit: bool, with_parent: bool) -> None:
    """Serve the findings in the web browser, until Ctrl-C.

    With a `password` under [browse] in the settings, it is asked for before anything is shown. It is needed on any
    address that others can reach, and for --edit: then each decision is signed with the name that was given with it.

    \u0008
    Examples:
      seedwatch browse --port 8080
      SEEDWATCH_PASSWORD=… seedwatch browse --edit
    """
    from monitor.browse.keeper import end_with_parent  # noqa: PLC0415  neither is needed by other commands
    from monitor.browse.serve import NeedsPassword, serve  # noqa: PLC0415  Datasette comes with the extra `browse` alone

    if with_parent:
        end_with_parent()
        app.told = True
    settings = app.loaded.settings.browse
    with app.reading():
        pass
    try:
        serve(
            app.database,
            host=host or settings.host,
            port=settings.port if port is None else port,
            names=settings.names,
            timezone=settings.timezone,
            arbitrary_sql=settings.arbitrary_sql,
            access=_access(app, edit=edit or settings.edit),
            announce=lambda line: say(line, error=True),
        )
    except NeedsPassword as error:
        raise click.UsageError(str(error)) from None


def _access(app: App, *, edit: bool) -> Access:
    from monitor.browse.access import Access  # noqa: PLC0415
    from monitor.browse.desk import decider  # noqa: PLC0415

    written = app.loaded.settings.browse.password
    password = Secret(expand(written, os.environ, words=True) if written else "")
    return Access(password, decider(app.reload, app.database) if edit else None)
