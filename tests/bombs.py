"""Documents that are small on the way and large in memory, made without ever being large here."""

from __future__ import annotations

import zlib

MB = 1_000_000
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


def gzip_bomb(megabytes: int, byte: bytes = b"\0") -> bytes:
    """What gzip makes of so many bytes of one kind; a reader finds nothing wrong before it has read them all.

    A block that was flushed whole begins on a byte and looks back at nothing (RFC 1951, 3.2.4), so that it may be repeated.
    """
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = squeeze.compress(byte * MB) + squeeze.flush(zlib.Z_FULL_FLUSH)
    end = squeeze.flush()
    crc = 0
    for _ in range(megabytes):
        crc = zlib.crc32(byte * MB, crc)
    return _HEAD + block * megabytes + end + crc.to_bytes(4, "little") + (megabytes * MB).to_bytes(4, "little")
