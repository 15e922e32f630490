"""What can be wrong with a document that is read nevertheless, in the same words for all formats."""

from __future__ import annotations

from collections.abc import Iterable

CUT = "The document is cut off; what came before was read."
DOUBTFUL_LETTERS = "The encoding of the document could not be told; letters may be wrong."


def joined(notes: Iterable[str | None]) -> str | None:
    """Several notes as one; None when there are none."""
    return " ".join(filter(None, notes)) or None
