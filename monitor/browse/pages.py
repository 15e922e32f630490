"""The project's own pages as HTML. Whatever feeds wrote is escaped; there is no script, and nothing from elsewhere."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from db.views import VIEWS
from monitor import trouble
from monitor.browse import cells
from monitor.browse.canned import QUESTIONS
from monitor.browse.links import Links
from monitor.browse.metadata import title
from monitor.browse.search import LONGEST
from monitor.deliver.explanation import percent
from monitor.deliver.moments import ago, day, ending, exact, parse, since, span, until
from seeds.text import clean

STYLES: Mapping[str, str] = MappingProxyType(
    {file.name: file.read_text("utf-8") for file in (Path(__file__).parent / "static").glob("*.css")}
)
"""Name → style sheet: `seedwatch.css` for the project's own pages, `tables.css` for Datasette's."""
_LANGUAGES: Mapping[str, str] = MappingProxyType(
    {
        "ar": "Arabic",
        "be": "Belarusian",
        "de": "German",
        "en": "English",
        "es": "Spanish",
        "fr": "French",
        "it": "Italian",
        "kk": "Kazakh",
        "pl": "Polish",
        "ru": "Russian",
        "tr": "Turkish",
        "uk": "Ukrainian",
        "zh": "Chinese",
    }
)
_STATES: Mapping[str, str] = MappingProxyType(
    {
        "ok": "Answers",
        "quiet": "Quiet",
        "failing": "Broken",
        "parked": "Gone",
        "silent": "Silent",
        "degraded": "Read only in part",
        "no_entries": "Empty",
        "moved": "Moved",
        "same": "Same as another",
    }
)

SECTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Articles": ("related_items", "items", "stories", "duplicates", "matches", "seed_format", "atom_related"),
        "What was seen, and where": ("sightings", "item_urls", "pages", "readings", "captures"),
        "What changed, and what was decided": ("revisions", "verdict_changes", "decisions", "notices"),
        "Feeds, and how far back": ("feed_health", "fetches", "coverage_gaps", "backfills"),
        "For programs": ("item_aliases", "story_aliases", "schema_changes"),
    }
)
"""The views by what people look for."""


def style_version(name: str) -> str:
    """What changes in a style sheet's address when the sheet does."""
    return hashlib.sha256(STYLES[name].encode()).hexdigest()[:8]


def page(template: str, links: Links, now: datetime, **context: object) -> str:
    """One page, from its template, as of `now`, whose zone is the newsroom's."""
    return _environment.get_template(f"seedwatch_{template}.html").render(
        links=links,
        now=now,
        zone_name=_zone_name(now),
        longest=LONGEST,
        **{"typed": "", "desk": None, "said": (), "undoable": None, **context},
    )


def _zone_name(now: datetime) -> str:
    return getattr(now.tzinfo, "key", None) or f"{now:%Z}"


def _time(stored: str, now: datetime) -> Markup:
    """A stored time, exact in the newsroom's zone."""
    return Markup('<time datetime="{}">{}</time>').format(stored, exact(parse(stored), now.tzinfo))


def _ago(stored: str, now: datetime) -> Markup:
    """A stored time, relative, with the exact one beside it for those who hover."""
    moment = parse(stored)
    words = ago(moment, now) if moment <= now else until(moment, now)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(stored, exact(moment, now.tzinfo), words)


def _since(stored: str, now: datetime) -> Markup:
    """A stored time as it follows `since`."""
    moment = parse(stored)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        stored, exact(moment, now.tzinfo), since(moment, now)
    )


def _day(stored: str, now: datetime) -> Markup:
    """The day of a stored time."""
    moment = parse(stored)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        stored, exact(moment, now.tzinfo), day(moment, now.tzinfo)
    )


def _date(stored: str) -> Markup:
    """The day of a date that is known to the day alone: the same in every zone."""
    return Markup('<time datetime="{}">{}</time>').format(stored[:10], day(parse(stored), UTC))


def _due(stored: str, now: datetime) -> Markup:
    """When something is due, relative; what is over is due now."""
    return _ago(stored, now) if parse(stored) > now else Markup('<time datetime="{}">now</time>').format(stored)


def _length(seconds: int | None) -> str:
    """A stored length of time in words."""
    return "" if seconds is None else span(timedelta(seconds=seconds)) or f"{seconds} seconds"


def _argument(text: str) -> str:
    """A text as one argument of a command that is copied into a shell: nothing in it does anything there."""
    return shlex.quote(clean(text, 2000))


def _number(value: int) -> str:
    return f"{value:,}"


def _watch(name: str) -> str:
    """What a watch is called: one without a folder of its own has no name."""
    return clean(name, 60) or "seeds"


def _commands(text: str) -> Markup:
    """A sentence with commands between backticks."""
    pieces = text.split("`")
    marked = [Markup("<code>{}</code>").format(p) if n % 2 else escape(p) for n, p in enumerate(pieces)]
    return Markup().join(marked)


def _beside(reason: str, state: str) -> str:
    """A reason beside its state, without the name of the trouble where that is what the state says."""
    return reason.removeprefix(f"{trouble.name(state)}: ") if state in trouble.PROBLEMS else reason


_environment = Environment(
    loader=PackageLoader("monitor.browse"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters |= {
    "time": _time,
    "ago": _ago,
    "due": _due,
    "since": _since,
    "day": _day,
    "date": _date,
    "clip": clean,
    "clock": lambda now: exact(now, now.tzinfo),
    "commands": _commands,
    "link": cells.link,
    "language": lambda code: _LANGUAGES.get(code, code),
    "beside": _beside,
    "state": lambda state: _STATES.get(state, state),
    "percent": lambda share: percent(share).replace(" ", "\u00a0"),
    "length_of": _length,
    "number": _number,
    "argument": _argument,
    "watch": _watch,
    "ending": lambda stored, now: ending(stored, now.tzinfo),
    "json": json.loads,
    "title_of_view": title,
}
_environment.globals |= {"rel": cells.REL, "questions": QUESTIONS, "sections": SECTIONS}
_environment.globals |= {"rows_of": {view.name: view.row for view in VIEWS}}
