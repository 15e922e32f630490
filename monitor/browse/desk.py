"""Deciding from the pages: what a click asks for is done as the command would do it, and signed with who clicked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from config.load import Loaded
from monitor.browse.access import Decided, Wish
from monitor.clock import stamp, utc_now
from monitor.deliver import deciding, pairing, undoing
from monitor.deliver.deciding import CannotDecide
from monitor.pipeline.rescoring import Moved
from monitor.pipeline.workspace import Workspace

_VERDICTS = {"yes": "on the matter", "no": "not on the matter"}
_PAIRS: Mapping[str, tuple[pairing.Do, bool]] = MappingProxyType(
    {
        "same": ("same", False),
        "different": ("different", False),
        "together": ("same", True),
        "apart": ("different", True),
    }
)
"""What is said of two: in the words of the commands, and whether it is said of stories alone."""
_CAME_OF_IT: Mapping[pairing.Did, str] = MappingProxyType(
    {
        "merged": "They are one article now.",
        "split": "They are two articles now.",
        "uncopied": "Neither is a reprint of the other any more.",
        "joined": "They tell one story now.",
        "parted": "They tell two stories now, or one of them none.",
        "noted": "They were so already, and stay so whatever comes.",
    }
)


def decider(load: Callable[[], Loaded], database: Path) -> Callable[[Wish], Decided]:
    """What does what is wished, on a database, by the settings as they are then."""

    def decide(wish: Wish) -> Decided:
        workspace = Workspace(load(), database)
        try:
            workspace.recall_seeds()
            workspace.sync_decisions()
            workspace.who = wish.who
            said = _do(workspace, wish)
            while workspace.tell_stories():
                pass
            return said
        finally:
            workspace.close()

    return decide


def _do(workspace: Workspace, wish: Wish) -> Decided:
    now = stamp(utc_now())
    if wish.do in {"yes", "no"}:
        return _overruled(workspace, wish, now)
    if wish.do in _PAIRS:
        return _paired(workspace, wish, now)
    if wish.do == "seen":
        marked = deciding.mark(workspace, [wish.target], now)
        return Decided("Marked as seen." if marked.marked else "It was marked as seen before.", marked.id)
    if wish.do == "mute":
        muted = deciding.mute(workspace, wish.what, wish.target, None, wish.because, now)
        return Decided(f"Muted the {muted.what} “{muted.target}”: {muted.articles} articles are judged no.", muted.id)
    if wish.do == "undo":
        return _undone(workspace, wish, now)
    raise CannotDecide(f"{wish.do!a} is nothing that can be decided here")


def _overruled(workspace: Workspace, wish: Wish, now: str) -> Decided:
    verdict: Literal["yes", "no"] = "yes" if wish.do == "yes" else "no"
    (done,) = deciding.overrule(workspace, verdict, [wish.target], wish.watch, wish.because, now)
    if done.id is None:
        return Decided(f"That “{done.title}” is {_VERDICTS[verdict]} was said before.")
    return Decided(f"“{done.title}” is {_VERDICTS[verdict]}: {done.was} → {done.verdict}.", done.id)


def _paired(workspace: Workspace, wish: Wish, now: str) -> Decided:
    if not wish.other:
        raise CannotDecide("of two articles, the other one is not named; give its uid or address")
    do, story = _PAIRS[wish.do]
    done = pairing.pair(workspace, do, (wish.target, wish.other), wish.because, now, story=story)
    return Decided(_CAME_OF_IT[done.did] if done.id is not None else "That was said before.", done.id)


def _undone(workspace: Workspace, wish: Wish, now: str) -> Decided:
    done = undoing.undo(workspace, [wish.target], now)
    if any(one.moved for one in done):
        workspace.sync_seeds()
        for _ in workspace.rescore(Moved()):
            pass
    more = f" (and {len(done) - 1} that went with it)" if len(done) > 1 else ""
    return Decided(f"{'Holds again' if done[0].again else 'Undone'}: {done[0].of.words}{more}", done[0].id)
