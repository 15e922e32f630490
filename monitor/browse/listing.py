"""A list of articles as its address asks for it: filters and search in one, a page at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from db import listing, shown
from db.listing import LAST_PAGE, Choices
from db.queries import Filter
from monitor.browse import search
from monitor.browse.search import Hit, Query
from monitor.clock import stamp

VERDICTS = ("likely", "maybe", "no")
ORIGINS = ("feed", "backfill", "seed", "seed_related")
FIELDS = ("watch", "verdict", "seen", "language", "outlet", "tag", "origin", "since", "until")
"""The filters by their names in the address."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for. `problems` says what of it could not be read, and is left out."""

    query: Query
    filter: Filter
    page: int
    written: Mapping[str, str]
    """The filters as they were written, those that hold."""
    problems: tuple[str, ...] = ()

    @property
    def filtered(self) -> bool:
        """Whether there is any filter."""
        return bool(self.written)

    def again(self, **changed: str) -> dict[str, str]:
        """What leads here again, with something changed; changed to nothing, it is left out."""
        told = {"q": self.query.text, **self.written, "page": str(self.page) if self.page > 1 else "", **changed}
        return {key: value for key, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class Results:
    """What was found."""

    asked: Asked
    hits: tuple[Hit, ...] = ()
    more: bool = False
    cut: bool = False
    """Whether only part of what matches was looked at."""
    choices: Choices = field(default_factory=lambda: Choices((), (), ()))
    failed: str | None = None
    """Why there is no answer, in words."""
    articles: int = 0
    """How many articles that is, reprints among them."""
    folded: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Id of a text's root → outlets of reprints that are folded under the one that is shown."""


def asked(args: Mapping[str, Sequence[str]], zone: tzinfo | None) -> Asked:
    """What the parameters of an address ask for; days are those of `zone`."""
    written = {name: _clean(args[name][0]) for name in FIELDS if args.get(name)}
    problems: list[str] = []
    written = {name: value for name, value in written.items() if value and _known(name, value, problems)}
    times = {name: _day(written.get(name, ""), zone, end=name == "until") for name in ("since", "until")}
    unread = [name for name, time in times.items() if name in written and time is None]
    problems += [f"“{written.pop(name)}” is no day such as 2026-03-01; it was left out." for name in unread]
    wanted = Filter(
        watch=written.get("watch"),
        verdicts=tuple(written.get("verdict", "").split()) if "verdict" in written else (),
        seen={"yes": True, "no": False}.get(written.get("seen", "")),
        languages=(written["language"].lower(),) if "language" in written else (),
        outlets=(written["outlet"],) if "outlet" in written else (),
        tags=(written["tag"],) if "tag" in written else (),
        origins=(written["origin"],) if "origin" in written else (),
        since=times["since"],
        until=times["until"],
    )
    return Asked(
        search.understand("".join(args.get("q") or [""])[: 2 * _LONGEST + 1]),
        wanted,
        _page(args),
        written,
        tuple(problems),
    )


def results(connection: sqlite3.Connection, question: Asked) -> Results:
    """The articles that are asked for; of all that is there when nothing is, the latest."""
    query, wanted = question.query, question.filter
    choices = listing.choices(connection)
    if query.text and not query.match:
        return Results(question, choices=choices)
    if query.match:
        found = listing.matching(connection, query.match, wanted, question.page)
    else:
        found = listing.listed(connection, wanted, question.page)
    texts, folded = shown.without_reprints(shown.items(connection, found.ids))
    hits = search.hits(connection, texts, query)
    return Results(
        question, hits, more=found.more, cut=found.cut, choices=choices, folded=folded, articles=len(found.ids)
    )


def _known(name: str, value: str, problems: list[str]) -> bool:
    allowed = {"verdict": (*VERDICTS, "likely maybe"), "seen": ("yes", "no"), "origin": ORIGINS}.get(name)
    if allowed is None or value in allowed:
        return True
    problems.append(f"“{value}” is no {name}; there are: {', '.join(allowed)}. It was left out.")
    return False


def _clean(value: str) -> str:
    return "".join(c for c in value[:_LONGEST] if c.isprintable()).strip()


def _page(args: Mapping[str, Sequence[str]]) -> int:
    written = (args.get("page") or ["1"])[0]
    return min(max(int(written), 1), LAST_PAGE) if written.isascii() and written.isdecimal() and len(written) < 9 else 1


def _day(written: str, zone: tzinfo | None, *, end: bool) -> str | None:
    try:
        day = datetime.fromisoformat(written)
        if end and len(written) <= len("2026-03-01"):
            day += timedelta(days=1)
        return stamp(day if day.tzinfo else day.replace(tzinfo=zone).astimezone())
    except (ValueError, OverflowError):
        return None
