"""What an entry is known by: its key within its feed, its addresses, and the hash of what it says. All pure.

A feed's entries are told apart by guid, as its format intends. Feeds whose guids are worthless (all the same, or new at
every fetch) are told apart by more: `POLICIES` is the ladder, and a feed only ever climbs it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Literal, NamedTuple

from db.rows import KnownEntry
from monitor.types import Entry, LinkRole
from seeds import address, text

Policy = Literal["guid", "link", "link+date", "link+date+title", "title+date", "content"]
ALIKE = 0.5
"""Share of common words from which two headlines may be versions of one."""
POLICIES: tuple[Policy, ...] = ("guid", "link", "link+date", "link+date+title", "title+date", "content")
_MOST_RENEWED = 0.5
"""From which share of entries that came again under new keys on a policy counts that would have known them."""


class Known(NamedTuple):
    """One address of an entry. `weak` ones identify nothing: a home page, or one link that several entries share."""

    url: str
    role: LinkRole
    key: str
    weak: bool = False

    @property
    def direct(self) -> bool:
        """Whether it identifies an article at its own outlet."""
        return not self.weak and self.role != "redirect"


def content_hash(entry: Entry) -> str:
    """Hash of what an entry says to a reader: title, excerpt, text, link, date (BLAKE2b, 128 bits, hexadecimal)."""
    said = "\x1f".join((entry.title, entry.excerpt, entry.text, entry.link or "", entry.published_raw))
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def entry_key(entry: Entry, policy: Policy) -> str:
    """The key of an entry within its feed; what the policy asks for and the entry lacks is left out."""
    said = content_hash(entry) if policy == "content" or not (entry.guid or entry.link or entry.title) else ""
    return key_of(entry.guid, entry.link, entry.title, entry.published_raw, said, policy)


def key_of(guid: str | None, link: str | None, title: str, published: str, said: str, policy: Policy) -> str:
    """The same from its parts, as they are stored; `said` is the content hash."""
    if policy == "guid" and guid:
        return f"guid:{guid}"
    at = (address.key_of(link, keep_fragment=True) or link) if link else None
    if policy in {"guid", "link"} and at:
        return f"link:{at}"
    if policy == "content":
        return f"content:{said}"
    if policy == "title+date":
        return "parts:" + "\x1f".join(("", published, text.fold(title) or said))
    parts = [at or "", published]
    if policy == "link+date+title" or not at:
        parts.append(text.fold(title) or said)
    return "parts:" + "\x1f".join(parts)


def policy_for(entries: Sequence[Entry], current: Policy) -> Policy:
    """The lowest policy, from `current` up, under which different entries of one document have different keys."""
    for policy in POLICIES[POLICIES.index(current) :]:
        grouped: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            grouped[entry_key(entry, policy)].append(entry)
        if not any(len(group) > 1 and len({_identity(entry) for entry in group}) > 1 for group in grouped.values()):
            return policy
    return "content"


def policy_for_renewed(came: Sequence[tuple[KnownEntry, KnownEntry]], current: Policy) -> Policy:
    """The policy under which entries that came again are the ones they were: (before, now); `current` where none is better.

    For feeds that make up guids, or addresses as well, at each fetch.
    """
    for policy in ("link", "title+date"):
        wanted: Policy = "link" if policy == "link" else "title+date"
        if came and POLICIES.index(wanted) > POLICIES.index(current):
            alike_by_it = sum(_known_key(old, wanted) == _known_key(new, wanted) for old, new in came)
            if alike_by_it >= _MOST_RENEWED * len(came):
                return wanted
    return current


def _known_key(entry: KnownEntry, policy: Policy) -> str:
    return key_of(None, entry.link, entry.title, entry.published_at or "", entry.content_hash, policy)


def _identity(entry: Entry) -> tuple[str, str | None]:
    """What makes two entries of one document different whatever their guids say."""
    return text.fold(entry.title), entry.link and address.key_of(entry.link, keep_fragment=True)


def addresses(entry: Entry, shared: frozenset[str] = frozenset()) -> tuple[Known, ...]:
    """All addresses an entry gives for its article; keys in `shared` are weak."""
    found: dict[tuple[str, str], Known] = {}
    for url, role in _links(entry):
        parsed = address.parse(url)
        if parsed is None:
            continue
        weak = parsed.is_home or role == "link" or parsed.key in shared
        # What an AMP or CDN address is follows from the address, whatever it was given as; an aggregator's is no outlet's.
        actual: LinkRole = "redirect" if parsed.opaque else parsed.role if role == "web" else role
        found.setdefault((parsed.url, actual), Known(parsed.url, actual, parsed.key, weak))
    return tuple(found.values())


def shared_keys(entries: Sequence[Entry]) -> frozenset[str]:
    """Address keys that entries with different headlines in one document share: they say nothing about any of them.

    Two headlines that are alike are versions of one: an outlet that corrects itself under a new guid shares its address too.
    """
    titles: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        for url, _ in _links(entry):
            key = address.key_of(url)
            if key and entry.title not in titles[key]:
                titles[key].append(entry.title)
    return frozenset(
        key for key, names in titles.items() if len(names) > 2 or (len(names) == 2 and alike(*names) < ALIKE)
    )


def alike(a: str, b: str) -> float:
    """Share of common words of two headlines (Jaccard over stems), 0 to 1."""
    left, right = set(text.stems(a)), set(text.stems(b))
    if not left or not right:
        return float(text.fold(a) == text.fold(b))
    return len(left & right) / len(left | right)


def _links(entry: Entry) -> list[tuple[str, LinkRole]]:
    links: list[tuple[str, LinkRole]] = [(entry.link, "web")] if entry.link else []
    return links + [(link.url, link.role) for link in entry.links]


def uid_for(identity: str, attempt: int = 0) -> str:
    """A short identifier made from an identity: ten characters of Crockford's base 32, lower case (50 bits)."""
    named = identity if attempt == 0 else f"{identity}#{attempt}"
    number = int.from_bytes(hashlib.blake2b(named.encode(), digest_size=8).digest(), "big") >> 14
    return "".join([_TWO_DIGITS[number >> shift & 1023] for shift in (40, 30, 20, 10, 0)])


_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_TWO_DIGITS = tuple(a + b for a in _ALPHABET for b in _ALPHABET)
