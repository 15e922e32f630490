"""`evaluate`: the matcher against the user's own verdicts."""

from __future__ import annotations

from dataclasses import asdict

import click

from db.opinions import opinions
from monitor.cli.context import App, pass_app
from monitor.cli.options import json_option, known_watch, watch_option
from monitor.cli.output import say, table
from monitor.cli.streams import print_json
from monitor.deliver import measure
from monitor.deliver.explanation import percent
from monitor.deliver.measure import At, Case, Collected, Share
from monitor.pipeline.judging import companies


@click.command()
@watch_option
@click.option(
    "--precision",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.9,
    show_default=True,
    help="Name the threshold from which at least this share is right.",
)
@json_option
@pass_app
def evaluate(app: App, watch: str | None, precision: float, *, as_json: bool) -> None:
    """Measure the matcher against your own verdicts (`yes` and `no`): it judges those articles again without them.

    What you never saw cannot be among your verdicts. So precision holds for what you were shown, and recall counts only
    what you came across. Articles that have become seeds are left out.

    \u0008
    Example:
      seedwatch evaluate --precision 0.95
    """
    with app.workspace(stories=False) as workspace:
        known_watch(workspace.store.connection, watch)
        said = list(opinions(workspace.store.connection))
        beside = companies(workspace.store.connection, {one.article_id for one in said})
        found = measure.collect(said, workspace.judge_without, watch, beside)
        limits = workspace.judge.thresholds
    cases = found.cases
    in_force = {"likely": measure.at(cases, limits.likely), "maybe": measure.at(cases, limits.maybe)}
    enough = measure.enough(cases)
    wanted = measure.threshold_for(cases, precision) if enough else None
    if as_json:
        print_json(
            {
                "enough": enough,
                "verdicts": len(cases),
                "yes": sum(case.yes for case in cases),
                "left_out": {"seeds": found.became_seeds, "without_watch": found.without_watch},
                "thresholds": {name: asdict(one) for name, one in in_force.items()},
                "reliability": [asdict(one) for one in measure.bins(cases)],
                "asked_precision": precision,
                "threshold": asdict(wanted) if wanted else None,
                "cases": [asdict(case) for case in cases],
            }
        )
        return
    _print(found, in_force, enough=enough)
    if enough:
        _print_wanted(wanted, precision)


def _print(found: Collected, in_force: dict[str, At], *, enough: bool) -> None:
    cases = found.cases
    yes = sum(case.yes for case in cases)
    out = [
        (found.became_seeds, "became seeds"),
        (found.without_watch, "have no watch now"),
    ]
    left = "; left out: " + ", ".join(f"{n} {why}" for n, why in out if n) if any(n for n, _ in out) else ""
    say(f"Measured against {len(cases)} of your verdicts: {yes} yes, {len(cases) - yes} no{left}.")
    if not enough:
        least = f"{measure.ENOUGH} verdicts, {measure.ENOUGH_OF_EACH} of each kind"
        say(f"Too few to say how good the matcher is: that takes at least {least}. Only counts are shown.")
    if not cases:
        return
    say()
    table(
        [
            (
                f"{name} ({one.threshold:g})",
                one.shown_yes,
                one.shown_no,
                one.missed,
                *((_percent(one.precision), _percent(one.recall)) if enough else ("", "")),
            )
            for name, one in in_force.items()
        ],
        ("from", "yes", "no", "missed", "precision", "recall"),
    )
    say("\nScores and verdicts")
    table(
        [
            (
                f"{one.low:g} to {one.high:g}",
                one.cases,
                "" if one.mean_score is None else percent(one.mean_score),
                "" if one.share_yes is None or not enough else percent(one.share_yes),
            )
            for one in measure.bins(cases)
        ],
        ("score", "verdicts", "mean score", "of them yes"),
    )
    _print_worst(cases, in_force["likely"].threshold, in_force["maybe"].threshold)


def _print_worst(cases: list[Case], likely: float, maybe: float) -> None:
    """Where matcher and user differ most."""
    wrong = [c for c in cases if (c.score >= likely and not c.yes) or (c.score < maybe and c.yes)]
    if wrong:
        say("\nWhere you and the matcher differ most")
        worst = sorted(wrong, key=lambda c: -abs(c.score - c.yes))[:10]
        rows = [(c.uid, f"{c.score:.2f}", "yes" if c.yes else "no", c.title) for c in worst]
        table(rows, ("uid", "score", "you", "title"))


def _print_wanted(wanted: At | None, precision: float) -> None:
    if wanted is None:
        say(f"\nNo threshold has a precision of {percent(precision)} on these verdicts.")
        return
    right, shown = percent(wanted.precision.value or 0), percent(wanted.recall.value or 0)
    say(
        f"\nFor a precision of {percent(precision)}: `likely = {wanted.threshold:g}` has {right}, and shows {shown} of what"
        " you said yes to."
    )


def _percent(one: Share) -> str:
    if one.value is None or one.low is None or one.high is None:
        return ""
    return f"{percent(one.value)} ({percent(one.low)} – {percent(one.high)})"
