"""How much one response may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one fetch, redirects included."""

    timeout: float = 30.0
    """Seconds for everything: names, connections, every hop and the whole body."""
    max_body: int = 15_000_000
    """Bytes, after decompression."""
    max_redirects: int = 5
    max_head: int = 256 * 1024
    """Bytes a server may send before its final status line and headers are complete; interim 1xx answers count."""
    max_headers: int = 1_000
    connect_timeout: float = 10.0
    """Seconds for one address of a name, so that a dead one leaves time for the next."""
