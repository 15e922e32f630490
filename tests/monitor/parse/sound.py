"""What holds of the result for any document, however hostile."""

from __future__ import annotations

import unicodedata

from monitor.parse import wire
from monitor.types import Parsed, ParseFailure


def assert_sound(result: Parsed | ParseFailure) -> None:
    """A failure says why; an entry has plain words and web addresses; all of it can be handed on."""
    assert wire.result_from_json(wire.result_to_json(result)) == result
    if isinstance(result, ParseFailure):
        assert result.message.strip()
        assert plain(result.message)
        return
    assert plain(result.title)
    for entry in result.entries:
        assert entry.link is None or entry.link.startswith(("http://", "https://")), entry
        assert plain(entry.title), entry
        assert (entry.published_at is None) == (entry.date_quality in {"none", "implausible"}), entry
        for one in entry.links:
            assert one.url.startswith(("http://", "https://")), entry


def plain(words: str) -> bool:
    """Whether words are one line, without control characters and halves of characters."""
    return not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in words)
