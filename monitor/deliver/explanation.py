"""Why an article was, or was not, judged related, in sentences. Pure: takes what `db.details` gives."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Any

from monitor.deliver import moments
from seeds import address

_JUDGED_ON = {
    "headline": "Judged on the headline only.",
    "excerpt": "Judged on headline and excerpt.",
    "text": "Judged on headline, excerpt and text.",
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
    "together": "that it tells the same story as {other}",
    "apart": "that it tells another story than {other}",
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


def sentences(about: Mapping[str, Any], zone: tzinfo | None = UTC) -> list[str]:
    """What there is to say on an article, the most important first; times in a zone, None being the machine's own.

    `about` has the keys of `items`, and `verdicts`, `seed_documents`, `copy_of`, `copies` and `decisions`; perhaps `pages` and
    `story`.
    """
    said = _as_seed(about["seed_documents"])
    if about["origin"] != "seed":
        said += _judged(about["verdicts"], zone) or ["Not judged: there was no seed to compare it with."]
    said += _overruled(about["decisions"], about["uid"], about["title"], zone)
    said += _pages(about.get("pages", ()), zone)
    said += _copied(about["copy_of"], about["copies"])
    said += _told(about.get("story"), about["copy_of"])
    said += _unresolved(about.get("web_url"))
    said += _joined(about)
    if about.get("deleted_at"):
        why = _DELETED.get(about["deleted_by"], "It was deleted")
        said.append(f"No longer shown. {why} ({moments.written(about['deleted_at'], zone)}).")
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


def _judged(verdicts: Sequence[Mapping[str, Any]], zone: tzinfo | None) -> list[str]:
    several = len(verdicts) > 1
    said = []
    for verdict in verdicts:
        words = f"{_VERDICTS[verdict['verdict']]} ({percent(verdict['relevance'])})"
        parts = [f"For {verdict['watch']}: {words}." if several else f"{words}.", verdict["reason"]]
        if "Judged on" not in verdict["reason"]:
            parts.append(_JUDGED_ON[verdict["judged_on"]])
        if verdict.get("muted_until"):
            parts.append(f"The mute holds until {moments.ending(verdict['muted_until'], zone)}.")
        said.append(" ".join(part for part in parts if part))
    return said


def _overruled(decisions: Sequence[Mapping[str, Any]], uid: str, title: str, zone: tzinfo | None) -> list[str]:
    """What people said of an article, each once, in their order; of its relevance only the last word for each watch."""
    said: dict[tuple[str, ...], str] = {}
    for decision in decisions:
        if decision["decided_by"] != "user" or (sentence := _SAID.get(decision["method"])) is None:
            continue
        line = decision["evidence"]
        about_verdict = decision["kind"] == "relevance"
        key = ("relevance", decision["b"]) if about_verdict else (decision["id"],)
        if decision["kind"] == "identity":
            key = (decision["method"], *sorted((decision["a"], decision["b"])))
        said.pop(key, None)
        watch = f" for {decision['b'].removeprefix('watch:')}" if about_verdict else ""
        until = f" until {moments.ending(line['until'], zone)}" if line.get("until") else ""
        words = sentence.format(other=_other(decision, uid, title), until=until)
        because = f", because {line['because'].rstrip('. ')}" if line.get("because") else ""
        day = moments.on(decision["decided_at"], zone)
        said[key] = f"On {day} {line.get('who') or 'you'} said {words}{watch}{because} (decision {decision['id']})."
    return list(said.values())


def _other(decision: Mapping[str, Any], uid: str, title: str) -> str:
    """The other side of a decision on two articles: its headline, and its uid, which may lead to this very article by now."""
    line = decision["evidence"]
    sides = [(decision["a"], line), (decision["b"], line.get("other") or {})]
    others = [s for s in sides if s[0] != f"article:{uid}"] or sides
    name, side = next((s for s in others if s[1].get("title") != title), others[-1])
    told = f"“{side.get('title') or side.get('key') or ''}”"
    return told if name == f"article:{uid}" else f"{told} ({name.partition(':')[2]})"


def _pages(pages: Sequence[Mapping[str, Any]], zone: tzinfo | None) -> list[str]:
    """What became of reading its page: only what one would not expect."""
    said = []
    for page in pages:
        if page["paywalled"]:
            said.append("Its page has a paywall: the text may be only the beginning.")
        if page["changed_at"]:
            seen = moments.written(page["changed_at"], zone)
            said.append(f"Its page has changed since it was first read, last seen at {seen}.")
        if page["state"] == "gone" and page["read_at"]:
            said.append(f"Its page is gone since {moments.written(page['since'], zone)}: {page['reason']}")
        elif page["state"] in {"failing", "given_up", "refused", "gone"}:
            said.append(f"Its page could not be read: {page['reason']}")
    return said


def _copied(copy_of: Mapping[str, Any] | None, copies: Sequence[Mapping[str, Any]]) -> list[str]:
    said = []
    if copy_of is not None:
        method = copy_of["method"]
        words = alike_by(method, copy_of.get("evidence") or {}) if method else ""
        what = "the seed " if copy_of["origin"] == "seed" else ""
        outlet = f" at {copy_of['provider_name']}" if copy_of.get("provider_name") else ""
        by = f", recognised by {words}" if words else ""
        said.append(f"A copy of {what}“{copy_of['title']}”{outlet} ({copy_of['uid']}){by}.")
    if copies:
        some = ", ".join(str(c["provider_name"] or c["uid"]) for c in copies[:5])
        said.append(f"Its text was also found at {len(copies)} other address{'es' if len(copies) > 1 else ''}: {some}.")
    return said


_ALIKE_BY = {
    "title and excerpt": "the same headline over the same words ({excerpt_in_common} of the shorter excerpt{days})",
    "excerpt": "headlines alike by {headlines_alike} over the same words ({excerpt_in_common} of the shorter excerpt{days})",
    "text": "the words of its text, {text_in_common} of them the same (headlines alike by {headlines_alike})",
    "title and syndicator": "its headline, at {syndicator}, which only shows what others wrote{days}",
    "title and address": "its headline, and addresses at {outlet} that both end in “{address_ends}”{days}",
    "address and title": "addresses at {outlet} that both end in “{ends_in}” (headlines alike by {headlines_alike})",
    "guid without its host": "its guid “{guid}”, which its feed has under another host (headlines alike by {headlines_alike})",
    "title and date in its feed": "its headline and its date {published_at}, as its feed had them under another guid",
}
"""Method → by what two were taken for one, with the evidence filled in."""


def alike_by(method: str, evidence: Mapping[str, Any]) -> str:
    """By what two were taken for one, in words; the name of the method where there is no evidence to tell."""
    told = {name: percent(value) if isinstance(value, float) else value for name, value in evidence.items()}
    told["days"] = f", {evidence['days_apart']:g} days apart" if "days_apart" in evidence else ""
    try:
        return _ALIKE_BY[method].format(**told)
    except KeyError:
        return method


def _told(story: Mapping[str, Any] | None, copy_of: Mapping[str, Any] | None) -> list[str]:
    """In which story it is, and what it has in common with it."""
    if story is None or story["articles"] - story["reprints"] < 2:
        return []
    texts = story["articles"] - story["reprints"]
    outlets = story["own_text_outlets"]
    where = f"{outlets} outlet{'s' if outlets > 1 else ''}"
    what = f"In the story “{story['title']}” ({story['story_uid']}), told in {texts} texts by {where}"
    if story["words"]:
        words = ", ".join(f"“{word}”" for word in story["words"])
        how = f", as its headline says {words} like others of those days (likeness {percent(story['likeness'])})"
    else:
        how = ", as the text it is a copy of" if copy_of is not None else ""
    said = [f"{what}{how}."]
    for other in story["with"]:
        shared = ", ".join(f"“{word}”" for word in other["shared"])
        outlet = f" at {other['provider_name']}" if other["provider_name"] else ""
        said.append(f"Nearest in it: “{other['title']}”{outlet} ({other['uid']}); both say {shared}.")
    return said


def _unresolved(url: str | None) -> list[str]:
    """That an address is only one that leads on, which cannot be followed without asking somebody."""
    parsed = address.parse(url) if url else None
    if parsed is None or not parsed.opaque:
        return []
    where = f"Known only by an address at {parsed.key_host}, which does not say where it leads"
    return [f"{where}; headline, outlet and date are what it can be recognised by elsewhere."]


def _joined(about: Mapping[str, Any]) -> list[str]:
    count = about["sightings"] if isinstance(about["sightings"], int) else len(about["sightings"])
    if not count:
        return []
    return [f"Seen as {count} entr{'ies' if count > 1 else 'y'} of feeds."]
