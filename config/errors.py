"""What can be wrong with the settings, said so that it can be put right.

Exception
└── ConfigError     one fault, in one line; the other faults of the same file are in `others`

One file gives one error, so that a person sees all that has to be changed at once.
"""

from __future__ import annotations

from pathlib import Path


class ConfigError(Exception):
    """A fault in the settings: which file, line and key, and what was expected there."""

    def __init__(
        self,
        path: Path | None,
        line: int | None,
        key: str | None,
        message: str,
        *,
        others: tuple[ConfigError, ...] = (),
    ) -> None:
        super().__init__(path, line, key, message)
        self.path = path
        self.line = line
        self.key = key
        self.message = message
        self.others = others

    @property
    def every(self) -> tuple[ConfigError, ...]:
        """This fault and the others of the same file, in the order of the file."""
        return (self, *self.others)

    def __str__(self) -> str:
        place = one_line(str(self.path)) if self.path else ""
        place += f":{self.line}" if self.path and self.line else ""
        # A drawing may follow the message, such as a rule with a caret under the mistake; its lines are set off by spaces.
        message = _DRAWN.join(map(one_line, self.message.split(_DRAWN)))
        return ": ".join(part for part in (place, one_line(self.key or ""), message) if part)


_DRAWN = "\n    "


def one_line(text: str) -> str:
    """Escape what would break a line or steer a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def first_of(errors: tuple[ConfigError, ...]) -> ConfigError:
    """One error to raise for several: the first, which carries the others."""
    head, *rest = errors
    return ConfigError(head.path, head.line, head.key, head.message, others=tuple(rest))
