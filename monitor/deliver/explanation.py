"""Why an article was, or was not, judged related, in sentences. Pure: takes what `db.details` gives."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

_JUDGED_ON = {
    "headline": "Judged on the headline only.",
    "excerpt": "Judged on headline and excerpt.",
    "text": "Judged on the whole text.",
}
_VERDICTS = {"likely": "Likely", "maybe": "Maybe", "no": "No"}
_DELETED = {
    "pruned": "It was unrelated and old, so only the fact that it was seen is kept",
    "withdrawn": "Nothing speaks of it any more",
    "user": "You deleted it",
}


_SAID = {
    "yes": "yes",
    "no": "no",
    "same": "that it is the same article as {other}",
    "different": "that it is neither the same article as {other} nor a copy",
    "mute": "to mute its story{until}",
}
"""Command → what it says of an article."""


def percent(share: float) -> str:
    """A share of 1 in whole percent, rounded down, so that what is below a threshold is not shown as at it."""
    return f"{int(share * 100 + 1e-9)} %"


def would_change(
    verdict: str, score: float, others: Sequence[tuple[str, float]], likely: float, maybe: float
) -> list[str]:
    """What would have made another verdict of this one: of what the article says, and of the thresholds.

    `others` are conditions in words, each with the score there would be.
    """
    said = []
    for condition, then in others:
        other = "likely" if then >= likely else "maybe" if then >= maybe else "no"
        if other != verdict:
            said.append(f"{condition}, it would be {other} ({percent(then)}).")
    if verdict != "likely" and score > 0:
        name, above = ("likely", "likely") if verdict == "maybe" else ("maybe", "maybe")
        said.append(f"With `relevance.{name} = {math.floor(score * 100) / 100:g}` it would be {above}.")
    elif verdict == "likely":
        said.append(f"With `relevance.likely` above {score:g} it would be maybe.")
    return said


def sentences(about: Mapping[str, Any]) -> list[str]:
    """What there is to say on an article, the most important first.

    `about` has the keys of `items`, and `verdicts`, `seed_documents`, `copy_of`, `copies` and `decisions`; perhaps `pages`.
    """
    said = _as_seed(about["seed_documents"])
    if about["origin"] != "seed":
        said += _judged(about["verdicts"]) or ["Not judged: there was no seed to compare it with."]
    said += _overruled(about["decisions"], about["uid"], about["title"])
    said += _pages(about.get("pages", ()))
    said += _copied(about["copy_of"], about["copies"])
    said += _joined(about)
    if about.get("deleted_at"):
        said.append(f"No longer shown. {_DELETED.get(about['deleted_by'], 'It was deleted')} ({about['deleted_at']}).")
    return said


def _as_seed(documents: Sequence[Mapping[str, Any]]) -> list[str]:
    said = []
    for document in documents:
        where = f"the watch {document['watch']} ({document['path']})"
        if document["role"] == "self":
            said.append(f"A seed of {where}: what is found is compared with it, and it is not judged itself.")
        else:
            said.append(f"Listed as related in the seed “{document['seed_title']}” of {where}.")
    return said


def _judged(verdicts: Sequence[Mapping[str, Any]]) -> list[str]:
    several = len(verdicts) > 1
    said = []
    for verdict in verdicts:
        words = f"{_VERDICTS[verdict['verdict']]} ({percent(verdict['relevance'])})"
        parts = [f"For {verdict['watch']}: {words}." if several else f"{words}.", verdict["reason"]]
        if "Judged on" not in verdict["reason"]:
            parts.append(_JUDGED_ON[verdict["judged_on"]])
        said.append(" ".join(part for part in parts if part))
    return said


def _overruled(decisions: Sequence[Mapping[str, Any]], uid: str, title: str) -> list[str]:
    """What people said of an article, each once, in their order; of its relevance only the last word for each watch."""
    said: dict[tuple[str, ...], str] = {}
    for decision in decisions:
        if decision["decided_by"] != "user" or (sentence := _SAID.get(decision["method"])) is None:
            continue
        line = decision["evidence"]
        about_verdict = decision["kind"] == "relevance"
        key = ("relevance", decision["b"]) if about_verdict else (decision["id"],)
        said.pop(key, None)
        watch = f" for {decision['b'].removeprefix('watch:')}" if about_verdict else ""
        until = f" until {line['until']}" if line.get("until") else ""
        words = sentence.format(other=_other(decision, uid, title), until=until)
        because = f", because {line['because'].rstrip('. ')}" if line.get("because") else ""
        said[key] = f"On {decision['decided_at'][:10]} you said {words}{watch}{because} (decision {decision['id']})."
    return list(said.values())


def _other(decision: Mapping[str, Any], uid: str, title: str) -> str:
    """The other side of a decision on two articles: its headline, and its uid while it has one of its own."""
    line = decision["evidence"]
    sides = [(decision["a"], line), (decision["b"], line.get("other") or {})]
    of_own = [(name, side) for name, side in sides if name != f"article:{uid}"]
    name, side = of_own[0] if of_own else next((s for s in sides if s[1].get("title") != title), sides[1])
    told = f"“{side.get('title') or side.get('key') or ''}”"
    return f"{told} ({name.partition(':')[2]})" if of_own else told


def _pages(pages: Sequence[Mapping[str, Any]]) -> list[str]:
    """What became of reading its page: only what one would not expect."""
    said = []
    for page in pages:
        if page["paywalled"]:
            said.append("Its page has a paywall: the text may be only the beginning.")
        if page["changed_at"]:
            said.append(f"Its page has changed since it was first read, last seen at {page['changed_at']}.")
        if page["state"] == "gone" and page["read_at"]:
            said.append(f"Its page is gone since {page['since']}: {page['reason']}")
        elif page["state"] in {"failing", "given_up", "refused", "gone"}:
            said.append(f"Its page could not be read: {page['reason']}")
    return said


def _copied(copy_of: Mapping[str, Any] | None, copies: Sequence[Mapping[str, Any]]) -> list[str]:
    said = []
    if copy_of is not None:
        method = f", recognised by {copy_of['method']}" if copy_of["method"] else ""
        what = "the seed " if copy_of["origin"] == "seed" else ""
        said.append(f"A copy of {what}“{copy_of['title']}” ({copy_of['uid']}){method}.")
    if copies:
        some = ", ".join(str(c["provider_name"] or c["uid"]) for c in copies[:5])
        said.append(f"Its text was also found at {len(copies)} other address{'es' if len(copies) > 1 else ''}: {some}.")
    return said


def _joined(about: Mapping[str, Any]) -> list[str]:
    count = about["sightings"] if isinstance(about["sightings"], int) else len(about["sightings"])
    if not count:
        return []
    return [f"Seen as {count} entr{'ies' if count > 1 else 'y'} of feeds."]
