"""The project's own pages as HTML. Whatever feeds wrote is escaped; there is no script, and nothing from elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from db.views import VIEWS
from monitor import trouble
from monitor.browse import cells
from monitor.browse.canned import QUESTIONS
from monitor.browse.front import Front
from monitor.browse.search import LONGEST, Results
from monitor.deliver.moments import ago, day, exact, parse, since, until
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
        "failing": "Broken",
        "parked": "Gone",
        "silent": "Silent",
        "degraded": "Read only in part",
        "no_entries": "Empty",
        "moved": "Moved",
        "same": "Same as another",
    }
)


@dataclass(frozen=True, slots=True)
class Links:
    """Where things are; paths on this server."""

    home: str
    search: str
    style: str
    database: str

    def table(self, name: str, **filters: str) -> str:
        """A view or canned query, with filters."""
        return f"{self.database}/{name}" + (f"?{urlencode(filters)}" if filters else "")


def style_version(name: str) -> str:
    """What changes in a style sheet's address when the sheet does."""
    return hashlib.sha256(STYLES[name].encode()).hexdigest()[:8]


def front_page(front: Front, links: Links) -> str:
    """The front page."""
    return _page("seedwatch_front.html", links, front.now, front=front, questions=QUESTIONS, views=VIEWS)


def search_page(results: Results, links: Links, now: datetime) -> str:
    """The page of search results."""
    return _page("seedwatch_search.html", links, now, results=results, typed=results.query.text)


def message_page(title: str, message: str, links: Links, now: datetime) -> str:
    """A page that says why there is no other."""
    return _page("seedwatch_message.html", links, now, title=title, message=message)


def _page(template: str, links: Links, now: datetime, **context: object) -> str:
    return _environment.get_template(template).render(
        links=links, now=now, zone_name=_zone_name(now), longest=LONGEST, **{"typed": "", **context}
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
}
_environment.globals["rel"] = cells.REL
