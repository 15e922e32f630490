"""Documents that are compressed as files, as sitemaps often are; compression in transit is undone while fetching."""

from __future__ import annotations

import zlib

from monitor.types import ParseFailure

MOST = 50_000_000
"""Bytes of an unpacked document (the most that the sitemap protocol allows)."""
_GZIP = b"\x1f\x8b"
_EITHER_HEADER = 32 + zlib.MAX_WBITS


def unpacked(body: bytes) -> bytes | ParseFailure:
    """The document in a gzip file, as much of it as there is; any other document as it is."""
    if not body.startswith(_GZIP):
        return body
    machine = zlib.decompressobj(_EITHER_HEADER)
    try:
        inside = machine.decompress(body, MOST + 1)
    except zlib.error:
        return body
    if len(inside) > MOST:
        return ParseFailure("refused", f"The document was not read: unpacked it has over {MOST // 1_000_000} MB.")
    return inside
