"""Feeds in files: the same answer as from a server, with time and size of the file as its entity tag."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from urllib.parse import unquote, urlsplit

from monitor.fetch.decoding import Decoder
from monitor.fetch.limits import Limits
from monitor.fetch.outcome import FetchError
from monitor.types import Fetched, Request, Validators

_CHUNK = 1 << 20


def path_of(url: str) -> Path | None:
    """The path that a `file:` URL or a plain path means; None for any other address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme == "file":
        return Path(unquote(parts.path)) if parts.netloc in {"", "localhost"} and parts.path else None
    if parts.scheme and "://" in url:
        return None
    return Path(url) if url else None


def read(path: Path, request: Request, limits: Limits) -> Fetched:
    """Reads a feed from a file; a file that did not change since `request.validators` is a 304."""
    address = path.absolute().as_uri()
    try:
        return _read(path, address, request.validators, limits)
    except FetchError as error:
        return Fetched(None, address, failure=error.failure)
    except FileNotFoundError:
        return Fetched(None, address, failure=FetchError("no_file", f"There is no file {path}.").failure)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "the path cannot be used"
        return Fetched(None, address, failure=FetchError("unreadable", f"{path} cannot be read: {why}.").failure)


def _read(path: Path, address: str, sent: Validators | None, limits: Limits) -> Fetched:
    # Without waiting: opening a named pipe would block until somebody writes into it.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as source:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise FetchError("unreadable", f"{path} is not a file.")
        validators = Validators(address, f'"{status.st_mtime_ns}-{status.st_size}"')
        if sent is not None and (sent.url, sent.etag) == (validators.url, validators.etag):
            return Fetched(304, address, validators=validators)
        decoder = Decoder("", limits.max_body)
        size = 0
        while piece := source.read(_CHUNK):
            size += len(piece)
            decoder.feed(piece)
        return Fetched(200, address, body=decoder.finish(), validators=validators, bytes=size)
