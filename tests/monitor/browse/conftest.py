from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.browse.serve import application
from tests.monitor.browse.newsroom import Newsroom, believable


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    room = Newsroom(tmp_path / "seedwatch.db")
    yield room
    room.close()


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Newsroom]:
    room = believable(tmp_path / "seedwatch.db")
    yield room
    room.close()


@pytest.fixture
async def opened() -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """Opens a database with Datasette; all are closed at the end."""
    served = []

    async def opening(path: Path, **options: Any) -> Any:
        datasette = application(path, **{"timezone": "Europe/Berlin", **options})
        served.append(datasette)
        await datasette.invoke_startup()
        return datasette

    yield opening
    for datasette in served:
        datasette.executor.shutdown()
        for database in datasette.databases.values():
            database.close()
