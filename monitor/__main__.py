"""`python -m monitor`, and the command `seedwatch`: here before anything that takes time to import.

Loading the program takes the better part of a second. Whoever stops it in that time wants it to stop, not to see where it was.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence

NEW_OBJECTS = 20_000
"""Objects more than before at which cycles are looked for; after the usual 700 a round spends a twentieth on it."""
_WITH_VALUE = {"--config", "--db", "--log-format"}


def main() -> None:
    """Load the command line and run it."""
    runs = _command(sys.argv[1:]) == "run"
    # `run` keeps this until it can stop in good order; stopping it is never a failure.
    for number in (signal.SIGINT, signal.SIGTERM) if runs else (signal.SIGINT,):
        signal.signal(number, lambda *_: os._exit(0 if runs else 130))
    gc.disable()
    from monitor.cli.main import main as run  # noqa: PLC0415  see above

    gc.freeze()  # what the program consists of is never garbage, and need not be looked through again
    gc.set_threshold(NEW_OBJECTS)
    gc.enable()
    if not runs:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


def _command(args: Sequence[str]) -> str | None:
    """The command among the arguments: the first that is neither an option nor the value of one."""
    rest = iter(args)
    for arg in rest:
        if arg in _WITH_VALUE:
            next(rest, None)
        elif not arg.startswith("-"):
            return arg
    return None


if __name__ == "__main__":
    main()
