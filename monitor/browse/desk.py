"""Deciding from the pages: what a click asks for is done as the command would do it, and signed with who clicked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from config.load import Loaded
from monitor.browse.access import Wish
from monitor.clock import stamp, utc_now
from monitor.deliver import deciding, undoing
from monitor.deliver.deciding import CannotDecide
from monitor.pipeline.rescoring import Moved
from monitor.pipeline.workspace import Workspace

_VERDICTS = {"yes": "on the matter", "no": "not on the matter"}


def decider(load: Callable[[], Loaded], database: Path) -> Callable[[Wish], str]:
    """What does what is wished, on a database, by the settings as they are then."""

    def decide(wish: Wish) -> str:
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


def _do(workspace: Workspace, wish: Wish) -> str:
    now = stamp(utc_now())
    if wish.do in {"yes", "no"}:
        done = deciding.overrule(
            workspace, "yes" if wish.do == "yes" else "no", [wish.target], wish.watch, wish.because, now
        )
        return f"“{done[0].title}” is {_VERDICTS[wish.do]}: {done[0].was} → {done[0].verdict}."
    if wish.do == "seen":
        marked = deciding.mark(workspace, [wish.target], now)
        return "Marked as seen." if marked.marked else "It was marked as seen before."
    if wish.do == "mute":
        muted = deciding.mute(workspace, wish.what, wish.target, None, wish.because, now)
        return f"Muted the {muted.what} “{muted.target}”: {muted.articles} articles are judged no."
    if wish.do == "undo":
        undone = undoing.undo(workspace, [wish.target], now)
        if any(one.moved for one in undone):
            workspace.sync_seeds()
            for _ in workspace.rescore(Moved()):
                pass
        return f"Undone: {undone[0].of.words}"
    raise CannotDecide(f"{wish.do!a} is nothing that can be decided here")
