"""`browse`: serve the pages."""

from __future__ import annotations

import click

from monitor.cli.context import App, pass_app
from monitor.cli.output import say


@click.command()
@click.option("--host", help="Address to serve on, instead of the one in the settings.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to serve on, instead of the one in the settings.")
@click.option("--with-parent", is_flag=True, hidden=True, help="Stop when standard input ends.")
@pass_app
def browse(app: App, host: str | None, port: int | None, *, with_parent: bool) -> None:
    """Serve the findings in the web browser, until Ctrl-C.

    \u0008
    Example:
      seedwatch browse --port 8080
    """
    from monitor.browse.keeper import end_with_parent  # noqa: PLC0415  neither is needed by other commands
    from monitor.browse.serve import serve  # noqa: PLC0415  Datasette comes with the extra `browse` alone

    if with_parent:
        end_with_parent()
        app.told = True
    settings = app.loaded.settings.browse
    with app.reading():
        pass
    serve(
        app.database,
        host=host or settings.host,
        port=settings.port if port is None else port,
        timezone=settings.timezone,
        arbitrary_sql=settings.arbitrary_sql,
        announce=lambda line: say(line, error=True),
    )
