"""The process in which pages are read; started by `monitor.read.pool`, and killed when a page is too much for it."""

from __future__ import annotations

import json
import traceback
from pathlib import Path

from monitor.parse.frames import serve
from monitor.read import wire
from monitor.read.page import Asked, read
from monitor.read.types import Failure


def _answer(head: bytes, body: bytes) -> bytes:
    try:
        content_type, url, asked, title, excerpt = json.loads(head)
        return wire.result_to_json(read(body, content_type, url, Asked(asked, title, excerpt)))
    except MemoryError:
        return wire.result_to_json(Failure("memory", "Reading the page needs more memory than is allowed."))
    except Exception as error:  # noqa: BLE001 - the process is the border; the pool reports it loudly
        where = traceback.extract_tb(error.__traceback__)[-1]
        message = f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}"
        return wire.result_to_json(Failure("crashed", f"Reading the page failed: {message}."))


if __name__ == "__main__":
    serve(_answer)
