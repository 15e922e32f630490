"""How a pool and its processes talk: length-prefixed frames over pipes, a head in JSON and a body for each document."""

from __future__ import annotations

import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from typing import BinaryIO

LENGTH = struct.Struct("!I")
LONGEST = 256 * 1024 * 1024
"""Bytes of a frame; more than any result of a body under the caps."""


def frame(payload: bytes) -> bytes:
    """A payload with its length in front."""
    return LENGTH.pack(len(payload)) + payload


def serve(answer: Callable[[bytes, bytes], bytes]) -> None:
    """Answer head and body of each document from stdin to stdout until stdin ends.

    Under a limit of `sys.argv[1]` MB; a document that takes more than `sys.argv[2]` seconds of the processor's time ends the
    process by SIGPROF.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program that started this one
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    seconds = float(sys.argv[2])
    memory = int(sys.argv[1]) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source = sys.stdin.buffer
    with os.fdopen(os.dup(1), "wb") as sink:
        os.dup2(2, 1)  # nothing that a library prints may end up between the frames
        _send(sink, b"ready")
        while (head := _frame(source)) is not None and (body := _frame(source)) is not None:
            # Not RLIMIT_CPU, which counts from the start of the process; and none of Python's handlers, which wait for C code.
            signal.setitimer(signal.ITIMER_PROF, seconds)
            answered = answer(head, body)
            signal.setitimer(signal.ITIMER_PROF, 0)
            _send(sink, answered)


def _frame(source: BinaryIO) -> bytes | None:
    length = source.read(LENGTH.size)
    if len(length) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(length)
    payload = source.read(size)
    return payload if len(payload) == size else None


def _send(sink: BinaryIO, payload: bytes) -> None:
    sink.write(frame(payload))
    sink.flush()
