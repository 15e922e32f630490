"""The process in which documents are parsed: reads frames from stdin, writes results to stdout, ends with stdin.

Started by `monitor.parse.pool` as `python -m monitor.parse.worker MEMORY_MB`. It may be killed at any moment.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import BinaryIO

from monitor.parse import feed, wire
from monitor.types import ParseFailure


def main() -> None:
    """Serves until the other side closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program that started this one
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    memory = int(sys.argv[1]) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source = sys.stdin.buffer
    with os.fdopen(os.dup(1), "wb") as sink:
        os.dup2(2, 1)  # nothing that a library prints may end up between the frames
        _send(sink, b"ready")
        while (head := _frame(source)) is not None and (body := _frame(source)) is not None:
            _send(sink, _answer(head, body))


def _answer(head: bytes, body: bytes) -> bytes:
    try:
        content_type, url = json.loads(head)
        return wire.result_to_json(feed.parse(body, content_type, url))
    except MemoryError:
        return wire.result_to_json(ParseFailure("memory", "Reading the document needs more memory than is allowed."))
    except Exception as error:  # noqa: BLE001 - the process is the border; the pool reports it loudly
        where = traceback.extract_tb(error.__traceback__)[-1]
        message = f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}"
        return wire.result_to_json(ParseFailure("crashed", f"Reading the document failed: {message}."))


def _frame(source: BinaryIO) -> bytes | None:
    length = source.read(wire.LENGTH.size)
    if len(length) < wire.LENGTH.size:
        return None
    (size,) = wire.LENGTH.unpack(length)
    payload = source.read(size)
    return payload if len(payload) == size else None


def _send(sink: BinaryIO, payload: bytes) -> None:
    sink.write(wire.frame(payload))
    sink.flush()


if __name__ == "__main__":
    main()
