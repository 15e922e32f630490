"""The settings file to start from: every setting with its default and what it means, and the built-in feeds."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator

from config.load import default_text
from config.model import Section, Settings
from config.notation import written

_MARK = "# ---- Feeds "
_WIDTH = 100
_HEAD = """\
# Settings of seedwatch. Every setting is here with its default, so any line may be changed or deleted.
# Paths are relative to this file. Durations: "30s", "10m", "1h30m", "1d", "2w". Sizes: "500kB", "15MB".
# `seedwatch doctor` checks this file; docs/settings.md explains it at length.

# Files with more feeds: OPML, CSV, or text with an address a line. This one must stay above the first [section].
feeds_from = []
"""


_OUTLETS = """\
# What you know of outlets: an article at a mirror is the one at the domain; tags are shown (state, exile, wire …).
# [[outlets]]
# domain = "example.org"
# mirrors = ["example-mirror.net"]
# tags = ["exile"]
"""


def starter_text() -> str:
    """The text of a new settings file, which loads and changes nothing but to name the folder `seeds`."""
    return "\n".join([_HEAD, *_sections(), _OUTLETS, default_feeds()])


def default_feeds() -> str:
    """The part of the built-in settings that lists the feeds, with its comments."""
    text = default_text()
    return text[text.index(_MARK) :]


def _sections() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if not (inspect.isclass(section) and issubclass(section, Section)):
            continue
        yield "\n".join([_comment(section.__doc__ or ""), f"[{name}]", *_keys(section)]) + "\n"


def _keys(section: type[Section]) -> Iterator[str]:
    for name, field in section.model_fields.items():
        yield _comment(re.sub(r"\*(\w+)\*", r"\1", field.description or ""))
        yield f"{name} = {written(field, field.default)}"


def _comment(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), _WIDTH, initial_indent="# ", subsequent_indent="# ")
