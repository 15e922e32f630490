"""Every setting: its type, default and meaning.

The documentation, the starter file and the checks are made from these classes. They are frozen; a key they do not
know is an error. Values are strict: a text is never read as a number.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from config.secrets import redact
from config.units import format_duration
from config.values import (
    Address,
    Cookies,
    Count,
    Daily,
    Domain,
    Domains,
    Duration,
    DurationOrEver,
    DurationOrNever,
    Endpoints,
    ExactDuration,
    Glossary,
    Headers,
    Host,
    Hosts,
    HostScope,
    Hours,
    Languages,
    Location,
    Locations,
    Password,
    Port,
    PositiveDuration,
    ProxyAddress,
    Rules,
    Share,
    Size,
    Switch,
    Targets,
    TargetsByName,
    Text,
    Texts,
    Times,
    Verdicts,
    WebAddress,
    Zone,
)


class Section(BaseModel):
    """What all sections share: frozen, strict, and no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Database(Section):
    """Where everything found is kept."""

    path: Location = Field(
        default=Path("seedwatch.db"),
        description="The SQLite file. It is made when it does not exist.",
        examples=["news.db"],
    )


class Seeds(Section):
    """The articles that say what to look for."""

    paths: Locations = Field(
        default=(Path("seeds"),),
        description="Files and folders with seed documents (`.md` and `.txt`, README aside). A subfolder is a watch "
        "of its own. Names are taken literally: `*` is no wildcard.",
        examples=[("seeds", "~/archive/article.md")],
    )


class Poll(Section):
    """How often feeds are asked, and how gently."""

    interval: PositiveDuration = Field(
        default=timedelta(hours=1),
        description="How often a feed is asked at first; adapting to how often it brings something starts here.",
        examples=["30m"],
    )
    min_interval: PositiveDuration = Field(
        default=timedelta(minutes=10),
        description="No feed is asked more often, whatever adapting or the feed's own hints suggest.",
        examples=["5m"],
    )
    max_interval: PositiveDuration = Field(
        default=timedelta(days=1),
        description="No feed that answers is asked less often, whatever adapting or its own hints suggest, but for what "
        "chance adds: a tenth, so that feeds spread, and up to half after a first visit or a late one.",
        examples=["12h"],
    )
    concurrency: Count = Field(default=64, description="Requests in flight at one time.", examples=[16])
    host_concurrency: Count = Field(
        default=1,
        description="Of these, requests to one registrable domain (an IP address counts as itself); see `host_scope`.",
        examples=[2],
    )
    host_gap: Duration = Field(
        default=timedelta(seconds=1),
        description="Pause between two requests to one registrable domain, from the end of one to the start of the next; where "
        '`host_concurrency` lets several be made at once, between their starts. Less than a second as `"500ms"`.',
        examples=["5s"],
    )
    host_daily: Daily = Field(
        default=5_000,
        description="How often the feeds of one registrable domain are asked within a day, all together; what is due "
        "beyond that waits.",
        examples=[500],
    )
    host_scope: HostScope = Field(
        default="domain",
        description='What counts as one for these limits: `"domain"`, a registrable domain with all hosts below it, or '
        '`"host"`, each host by itself.',
        examples=["host"],
    )
    timeout: PositiveDuration = Field(
        default=timedelta(seconds=30),
        description="How long a whole response may take.",
        examples=["1m"],
    )
    max_body: Size = Field(
        default=15_000_000,
        description="How large a response may be after decompression.",
        examples=["30MB"],
    )
    contact: Text = Field(
        default="",
        description="Added to the User-Agent when set, so that a site can reach you. Nothing else in a request tells "
        "who asks.",
        examples=["desk@example.org"],
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        low, start, high = self.min_interval, self.interval, self.max_interval
        if low > high:
            raise misplaced("min_interval", f"{shown(low)} is above poll.max_interval, which is {shown(high)}")
        if start < low:
            raise misplaced("interval", f"{shown(start)} is below poll.min_interval, which is {shown(low)}")
        if start > high:
            raise misplaced("interval", f"{shown(start)} is above poll.max_interval, which is {shown(high)}")
        if self.host_concurrency > self.concurrency:
            raise misplaced("host_concurrency", f"is above poll.concurrency, which is {self.concurrency}")
        if not self.contact.isprintable():
            raise misplaced("contact", "expected a text on one line, without control characters")
        return self


class Relevance(Section):
    """When an article counts as related to the seeds."""

    likely: Share = Field(
        default=0.8,
        description="At this relevance or above, an article is *likely* related, and alerts.",
        examples=[0.9],
    )
    maybe: Share = Field(
        default=0.4,
        description="At this relevance or above, an article is *maybe* related, and shown apart. Below, it is kept "
        "but not shown as related.",
        examples=[0.3],
    )
    languages: Languages = Field(
        default=("en", "ru"),
        description="The languages that articles are judged in by a vocabulary of their own. There are these two; in any "
        "other language, reporting is found by seeds in that language.",
        examples=[("en",)],
    )
    glossary: Glossary = Field(
        default=(),
        description="Words that mean one thing, in any language, and places that lie in another, beside those that the "
        "program knows. Seeds in one language find reporting in another by them; phrases match in all their forms. "
        "`seedwatch seeds terms` suggests some.",
        examples=[("facial recognition = распознавание лиц", "russia > Wrangel Island")],
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.maybe > self.likely:
            raise misplaced("maybe", f"{self.maybe:g} is above relevance.likely, which is {self.likely:g}")
        return self


class OwnRules(Section):
    """Rules of your own over what the seeds say. A rule decides openly: the reason names it.

    A rule is made of words and `"phrases"`, found as whole words in all their forms; `AND` (or nothing between two words), `OR`,
    `NOT` and brackets; and fields, also before brackets: `title:`, `excerpt:`, `text:`, `outlet:` (name or domain),
    `language:ru`, `url:` (part of the address), `date:>=2024-05-01`. `seedwatch rescore --dry-run` says what a changed rule
    would move.
    """

    keep: Rules = Field(
        default=(),
        description="What one of these rules speaks of is *likely*, whatever it shares with the seeds.",
        examples=[('title:"facial recognition" AND (Kazan OR Казань)',)],
    )
    drop: Rules = Field(
        default=(),
        description="What one of these speaks of is *no*, even if another keeps it.",
        examples=[('"face cream" OR outlet:example.com',)],
    )


class Network(Section):
    """How requests leave the machine."""

    proxy: ProxyAddress = Field(
        default="",
        description="Proxy for all requests: http, https, socks5 or socks5h. It may be on this machine. Proxies named "
        "in the environment (`HTTP_PROXY`, `ALL_PROXY` and the like) are ignored. A proxy resolves names itself, so a "
        "name that leads to a private address cannot be told from others; addresses written as numbers are checked.",
        examples=["http://127.0.0.1:3128"],
    )
    allow_private: Endpoints = Field(
        default=(),
        description="Hosts and ports on private or loopback addresses that may be reached, besides those of the "
        "configured feeds. No link or redirect leads to any other.",
        examples=[("192.168.1.5:8080", "[::1]:80")],
    )


class Read(Section):
    """Reading the pages of related articles: whole text, addresses, authors, date, and whether it is all there.

    It is done as politely as polling: robots.txt is obeyed, and each host has its pauses. Only public addresses are asked,
    and private ones that `network.allow_private` or a feed names.
    """

    enabled: Switch = Field(
        default=True,
        description="Whether pages are read: by `run` beside polling, by `poll` after its round. The outlets see a "
        "request for each page, as from a reader. `items read` reads in any case.",
        examples=[False],
    )
    verdicts: Verdicts = Field(
        default=("likely", "maybe"),
        description="The pages of articles with these verdicts are read. What a page says may move the verdict.",
        examples=[("likely",)],
    )
    seed_related: Switch = Field(
        default=False,
        description="Whether the pages of articles that seeds list as related are read as well.",
        examples=[True],
    )
    pages_per_hour: Count = Field(
        default=120,
        description="Pages that are read in an hour; more wait for their turn, the latest articles first.",
        examples=[30],
    )
    host_pages_per_hour: Count = Field(
        default=20,
        description="Of them, pages of one registrable domain.",
        examples=[5],
    )
    again: DurationOrNever = Field(
        default=None,
        description="How long after it was read a page is looked at again, to see whether it changed or is gone; and so "
        "on. `items read` does so at any time.",
        examples=["7d"],
    )
    capture: Switch = Field(
        default=False,
        description="Whether what the servers answered is kept: as WARC files, with SHA-256, in a folder beside the "
        "database (`seedwatch.captures` beside `seedwatch.db`). They are not part of the database or its backups.",
        examples=[True],
    )


class Backfill(Section):
    """Bringing in the past: how gently archives and outlets are asked for it, beside polling."""

    host_gap: Duration = Field(
        default=timedelta(seconds=2),
        description="Pause between two requests of a backfill to one registrable domain; `--rate` can only make it longer.",
        examples=["10s"],
    )
    requests_per_hour: Count = Field(
        default=900,
        description="Requests of backfills to one registrable domain in an hour, pages and robots.txt included. Then it "
        "waits for the next hour.",
        examples=[200],
    )
    archive: WebAddress = Field(
        default="https://web.archive.org",
        description="The web archive that `backfill wayback` and `backfill gaps` ask: one with a CDX server at `/cdx/search/cdx` "
        "and captures at `/web/`.",
        examples=["https://archive.example.org"],
    )
    gdelt: WebAddress = Field(
        default="https://api.gdeltproject.org/api/v2/doc/doc",
        description="Where `backfill gdelt` asks: the DOC 2.0 API of the GDELT project, or what answers as it does.",
        examples=["https://gdelt.example.org/api/v2/doc/doc"],
    )
    gdelt_gap: Duration = Field(
        default=timedelta(seconds=5),
        description="Pause between two requests to GDELT, which wants five seconds at least.",
        examples=["10s"],
    )
    fill_gaps: Switch = Field(
        default=False,
        description="Whether `run` fills windows in which entries may have been missed by itself, as `backfill gaps` does: from "
        "the feed's own archive, the sitemap of its site, or the web archive, which then learns which feeds you read.",
        examples=[True],
    )


class Alerts(Section):
    """Notices of what is new and likely related."""

    to: Targets = Field(
        default=(),
        description="Where notices go: addresses of Apprise (`tgram://…`, `mailtos://…`, `json://…` and many more). They "
        "hold secrets, so write `${NAME}` for these, or for the whole address. `run` sends by "
        "itself; without any target, `alerts send` prints.",
        examples=[("tgram://${BOT_TOKEN}/${CHAT_ID}", "${DESK_MAIL}")],
    )
    interval: PositiveDuration = Field(
        default=timedelta(minutes=15),
        description="How long `run` gathers news between two notices; one that did not get through is tried again as often.",
        examples=["1h"],
    )
    max_age: PositiveDuration = Field(
        default=timedelta(days=7),
        description="How old an article may be, when it is found and when the notice is made, to be in a notice. What is "
        "older is only listed.",
        examples=["2d"],
    )
    digest: Times = Field(
        default=(),
        description="Times of day, in the zone of `browse.timezone`, at which one notice says what is new, also that nothing is. "
        "Without any, `run` has people told at once.",
        examples=[("08:00", "17:30")],
    )
    quiet: Hours = Field(
        default="",
        description="Hours in which `run` sends nothing, in the same zone; what is new waits for their end.",
        examples=["22:00-07:00"],
    )
    feeds: DurationOrNever = Field(
        default=timedelta(days=1),
        description="How long a feed has been broken when people are told; of one that is silent they are told at once.",
        examples=["6h"],
    )
    watches: TargetsByName = Field(
        default={},
        description="Where notices on a watch go, instead of to `to`: a watch's name and its targets.",
        examples=[{"moscow": ("${DESK_MAIL}",)}],
    )

    @property
    def targets(self) -> tuple[str, ...]:
        """All targets as written, each once."""
        return tuple(dict.fromkeys([*self.to, *(target for targets in self.watches.values() for target in targets)]))


class Browse(Section):
    """The pages in the web browser."""

    host: Host = Field(
        default="127.0.0.1",
        description="The address served on. Anything but a loopback address needs a password.",
        examples=["0.0.0.0"],  # noqa: S104 an example in the documentation, with its warning
    )
    port: Port = Field(default=8001, description="The port served on.", examples=[8080])
    names: Hosts = Field(
        default=(),
        description="Names under which the pages may be asked for without a password, besides addresses, `localhost` and "
        "`host`: those that a server in front of them hands on. Any other name is refused, since whoever owns one could "
        "point it at this machine and read the pages through a browser here.",
        examples=[("news.example.org",)],
    )
    timezone: Zone = Field(
        default="",
        description="The newsroom's time zone (IANA name), in which times are shown.",
        examples=["Europe/Berlin"],
    )
    arbitrary_sql: Switch = Field(
        default=True,
        description="Whether people who browse may write SQL queries of their own.",
        examples=[False],
    )
    password: Password = Field(
        default="",
        description="What has to be given before anything is shown, and before anything is decided on the pages (`browse "
        "--edit`). Written as `${NAME}`, so that it stands in the environment alone.",
        examples=["${SEEDWATCH_PASSWORD}"],
    )
    edit: Switch = Field(
        default=False,
        description="Whether people who gave the password may decide on the pages, as with `browse --edit`. What they decide "
        "is signed with the name they gave.",
        examples=[True],
    )


class Retention(Section):
    """How long things are kept."""

    fetches: DurationOrEver = Field(
        default=timedelta(days=30),
        description="How long the log of requests is kept.",
        examples=["90d"],
    )
    items: DurationOrEver = Field(
        default=None,
        description="How long articles that turned out unrelated are kept. What was seen is remembered all the same, "
        "and does not come back as new.",
        examples=["365d"],
    )


class Feed(Section):
    """One feed to ask."""

    url: Address = Field(
        description="Its address: http or https, a `file:` address, or a path. `${NAME}` is filled in from the "
        "environment when the request is made, and stays as it is everywhere else.",
        examples=["https://example.org/feed.xml"],
    )
    name: Text = Field(
        default="",
        description="What it is called; otherwise its own title is used.",
        examples=["Example"],
    )
    interval: ExactDuration = Field(
        default=None,
        description="Asked exactly this often: no adapting, no hints. Only `Retry-After` delays it.",
        examples=["30m"],
    )
    tags: Texts = Field(
        default=(),
        description="Labels to filter by, such as language and kind.",
        examples=[("en", "wire")],
    )
    headers: Headers = Field(
        default={},
        description="Headers added to the requests for this feed, and to no other host that it redirects to. "
        "`${NAME}` is filled in from the environment.",
        examples=[{"Authorization": "Bearer ${FEED_TOKEN}"}],
    )
    cookies: Cookies = Field(
        default={},
        description="Cookies sent to this feed, and to no other host that it redirects to. What a server sets is not "
        "kept. `${NAME}` is filled in from the environment.",
        examples=[{"session": "${FEED_SESSION}"}],
    )
    proxy: ProxyAddress = Field(
        default="",
        description='Proxy for this feed, in place of the one for all requests; `"none"` for none.',
        examples=["socks5://127.0.0.1:9050"],
    )
    enabled: Switch = Field(
        default=True,
        description="`false` keeps the feed here without asking it.",
        examples=[False],
    )

    @property
    def public_url(self) -> str:
        """The address with literal secrets taken out: fit to be stored, shown and exported."""
        return redact(self.url)


def _listed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Feeds = Annotated[tuple[Feed, ...], BeforeValidator(_listed)]


class Outlet(Section):
    """What is known of one outlet."""

    domain: Domain = Field(description="Its domain, under which it is best known.", examples=["example.org"])
    name: Text = Field(default="", description="What it is called.", examples=["Example"])
    mirrors: Domains = Field(
        default=(),
        description="Domains, or single hosts below the domain of another, under which it serves the same paths, such as "
        "the mirrors of a blocked site: an article there is the one here. What is stored already becomes one as well, and "
        "two again when a mirror is taken away, at the next start.",
        examples=[("example-mirror.net",)],
    )
    tags: Texts = Field(
        default=(),
        description="Labels shown with its articles, such as `state`, `exile` or `wire`. `aggregator` says that it only "
        "shows what others wrote, so that the same headline there within days is the same text.",
        examples=[("exile",)],
    )


Outlets = Annotated[tuple[Outlet, ...], BeforeValidator(_listed)]


class Settings(Section):
    """All settings of one file."""

    feeds_from: Locations = Field(
        default=(),
        description="Files with more feeds: OPML, CSV, or a text file with an address a line. They must stand at the top "
        "of the file, above the first section.",
        examples=[("feeds.opml",)],
    )
    database: Database = Database()
    seeds: Seeds = Seeds()
    poll: Poll = Poll()
    relevance: Relevance = Relevance()
    network: Network = Network()
    rules: OwnRules = OwnRules()
    read: Read = Read()
    backfill: Backfill = Backfill()
    alerts: Alerts = Alerts()
    browse: Browse = Browse()
    retention: Retention = Retention()
    feeds: Feeds = ()
    outlets: Outlets = ()

    @model_validator(mode="after")
    def _each_domain_once(self) -> Self:
        seen: set[str] = set()
        for one in (domain for outlet in self.outlets for domain in (outlet.domain, *outlet.mirrors)):
            if one in seen:
                raise misplaced("outlets", f"{one} is listed twice among the outlets and their mirrors")
            seen.add(one)
        return self


def misplaced(key: str, message: str) -> PydanticCustomError:
    """Build an error on one key of a section, found while comparing it with another."""
    return PydanticCustomError("misplaced", "{message}", {"key": key, "message": message})


def shown(value: timedelta) -> str:
    """A duration in quotes, as it is written in the file."""
    return f'"{format_duration(value)}"'
