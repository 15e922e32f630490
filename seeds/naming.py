"""What a seed document is called: `2022-07-12-murmansk-gets-comprehensive-facial-recognition.md`."""

from __future__ import annotations

from collections.abc import Callable

from seeds import text
from seeds.record import Record

_LONGEST = 80


def document_name(record: Record, taken: Callable[[str], bool] = lambda _: False) -> str:
    """A file name from date and title, safe on every system; `taken` says which names are not free any more."""
    slug = "-".join(text.words(record.title))[:_LONGEST].strip("-.") or "untitled"
    day = (record.published_date_time or "")[:10]
    stem = f"{day}-{slug}" if len(day) == 10 and day.replace("-", "").isdigit() else slug
    name, count = f"{stem}.md", 1
    while taken(name):
        count += 1
        name = f"{stem}-{count}.md"
    return name
