"""The process in which feed documents are parsed.

Started by `monitor.parse.pool` as `python -m monitor.parse.worker MEMORY_MB SECONDS`. It may be killed at any moment.
"""

from __future__ import annotations

import json
import traceback
from pathlib import Path

from monitor.parse import feed, wire
from monitor.parse.frames import serve
from monitor.types import ParseFailure


def _answer(head: bytes, body: bytes) -> bytes:
    try:
        content_type, url, *known = json.loads(head)
        return wire.result_to_json(feed.parse(body, content_type, url, known=frozenset(known[1:]) if known else None))
    except MemoryError:
        return wire.result_to_json(ParseFailure("memory", "Reading the document needs more memory than is allowed."))
    except Exception as error:  # noqa: BLE001 - the process is the border; the pool reports it loudly
        where = traceback.extract_tb(error.__traceback__)[-1]
        message = f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}"
        return wire.result_to_json(ParseFailure("crashed", f"Reading the document failed: {message}."))


if __name__ == "__main__":
    serve(_answer)
