"""Why an article is in its story, by what its headline shares with the others. Pure: takes what `db.details.story` gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.stories.wording import said, shown

_NEAREST = 3


def why(story: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The story with the nearest of its other texts, each with the words that it shares with the article."""
    if story is None:
        return None
    own = said(story["title_key"])
    near = []
    for other in story["others"]:
        theirs = said(other["title_key"])
        shared = own.keys() & theirs.keys()
        weight = sum(own[word] for word in shared)
        if shared:
            near.append(
                (
                    -weight,
                    len(theirs),
                    other["uid"],
                    {**_plain(other), "shared": shown(story["title_key"], set(shared))},
                )
            )
    nearest = [other for *_, other in sorted(near, key=lambda n: n[:3])[:_NEAREST]]
    return {**{k: v for k, v in _plain(story).items() if k != "others"}, "with": nearest}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "title_key"}
