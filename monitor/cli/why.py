"""Why an article was, or was not, judged related: `why`."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import click

from db.details import copies, copy_of, decisions, item, joined_by, seed_documents, story, verdicts
from db.pages import pages_of
from db.queries import resolve_uid
from monitor.cli.context import App, pass_app
from monitor.cli.options import json_option
from monitor.cli.output import dated, local, plain, say, table
from monitor.cli.streams import print_json
from monitor.deliver import kinship
from monitor.deliver.explanation import alike_by, percent, sentences
from monitor.deliver.otherwise import changes


@click.command()
@click.argument("uid")
@json_option
@pass_app
def why(app: App, uid: str, *, as_json: bool) -> None:
    """Why an article was, or was not, judged related; how its sightings became one; a copy of what it is; and its story.

    Also what would have changed the verdict: other words, or other thresholds.

    \u0008
    Example:
      seedwatch why 3k9f2m7qax
    """
    with app.reading() as connection:
        found = resolve_uid(connection, uid)
        about = {
            **item(connection, found),
            "verdicts": verdicts(connection, found),
            "seed_documents": seed_documents(connection, found),
            "pages": pages_of(connection, found.id),
            "copy_of": copy_of(connection, found),
            "copies": copies(connection, found),
            "story": kinship.why(story(connection, found)),
            "joined_by": joined_by(connection, found),
            "decisions": decisions(connection, found),
        }
        about["would_change"] = [] if about["origin"] == "seed" else changes(connection, found, app.loaded.settings)
    about["explanation"] = sentences(about, UTC if as_json else app.zone)
    if as_json:
        print_json(about)
    else:
        _print(app, about)


def _print(app: App, about: dict[str, Any]) -> None:
    outlet = about["provider_name"] or about["provider_domain"]
    say(plain(about["title"]))
    say("  ".join(plain(p) for p in (about["uid"], outlet, dated(about, app.zone), about["web_url"]) if p))
    say()
    for sentence in about["explanation"]:
        say(plain(sentence))
    for change in about["would_change"]:
        of = f" for {plain(change['watch'])}" if len(about["verdicts"]) > 1 else ""
        say(f"\nWhat would have changed the verdict{of}")
        for sentence in change["sentences"]:
            say(f"  {plain(sentence)}")
    for verdict in about["verdicts"]:
        _evidence(app, verdict)
    if about["joined_by"]:
        say("\nHow its sightings became one")
        table(
            [
                (
                    local(d["decided_at"], app.zone),
                    d["decided_by"],
                    d["verdict"],
                    alike_by(d["method"], d["evidence"]),
                    d["sighting"],
                )
                for d in about["joined_by"]
            ],
            ("when", "by", "verdict", "evidence", "sighting"),
        )


def _evidence(app: App, verdict: dict[str, Any]) -> None:
    if verdict["terms"]:
        say(f"\nShared with the seeds of {plain(verdict['watch'])}")
        rows = [(term["term"], f"{term['weight']:.2f}", term["seeds"]) for term in verdict["terms"]]
        table(rows, ("term", "weight", "seeds that have it"))
    if verdict["nearest"]:
        say("\nNearest seeds")
        table(
            [
                (
                    near["uid"],
                    percent(near["score"]),
                    near["provider_name"],
                    dated(near, app.zone, "published_at")[:10],
                    near["title"],
                )
                for near in verdict["nearest"]
            ],
            ("uid", "how near", "outlet", "date", "title"),
        )
    if verdict["changes"]:
        say("\nJudged otherwise before")
        table(
            [
                (local(c["changed_at"], app.zone), f"{c['was']} → {c['verdict']}", c["decided_by"], c["reason"])
                for c in verdict["changes"]
            ],
            ("when", "verdict", "by", "why then"),
        )
    parts = ", ".join(f"{name} {value}" for name, value in verdict["parts"].items())
    by = f"{plain(verdict['matcher_version'])}{f' ({plain(parts)})' if parts else ''}"
    say(f"\nJudged at {local(verdict['judged_at'], app.zone)} by {by}.")
