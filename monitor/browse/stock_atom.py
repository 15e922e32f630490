"""Tables as Atom by the plugin datasette-atom, where it is installed: it has no feed for a table without rows, we have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from datasette.utils import call_with_supported_arguments
from datasette.utils.asgi import Request, Response

from monitor.clock import stamp, utc_now
from monitor.deliver.syndication import About, atom_lines

if TYPE_CHECKING:
    # Not at run time: Datasette imports its plugins before this class exists.
    from datasette.app import Datasette

_EXTENSION = "atom"
_NEEDED = {"atom_id", "atom_title", "atom_updated"}


def also_when_empty(datasette: Datasette) -> None:
    """Let what makes Atom of tables make an empty feed of an empty one (RFC 4287 wants its time), not an error."""
    if _EXTENSION in datasette.renderers:
        render, can_render = datasette.renderers[_EXTENSION]
        datasette.renderers[_EXTENSION] = (_rendering(render), can_render)


def _rendering(render: Callable[..., Any]) -> Callable[..., Any]:
    def rendered(  # noqa: PLR0913, PLR0917  Datasette gives a renderer what it has parameters for
        datasette: Datasette,
        request: Request,
        sql: str,
        columns: Sequence[str],
        rows: Sequence[Any],
        database: str,
        table: str | None,
        query_name: str | None,
        view_name: str | None,
        data: dict[str, Any],
    ) -> Any:
        if rows or not set(columns) >= _NEEDED:
            given = {"datasette": datasette, "request": request, "sql": sql, "columns": columns, "rows": rows}
            given |= {"database": database, "table": table, "query_name": query_name, "view_name": view_name}
            return call_with_supported_arguments(render, **given, data=data)
        about = About(request.url, query_name or table or database, stamp(utc_now()), request.url)
        return Response("".join(atom_lines((), about)), content_type="application/xml; charset=utf-8")

    return rendered
