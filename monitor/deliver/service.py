"""The unit that systemd runs the daemon by: of the system, or of one user. Pure but for the templates it reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path
from string import Template
from typing import Literal

Kind = Literal["system", "user"]

NAME = "seedwatch.service"
_HOMES = ("/home", "/root", "/run/user")


def unit(
    kind: Kind, program: Sequence[str], folder: Path, settings: Path | None = None, reads: Iterable[Path] = ()
) -> str:
    """The text of the unit.

    `program` is the command that starts seedwatch, and `reads` is what it is made of. `folder` and `settings` are the
    user's; a service of the system has its own, which systemd makes.
    """
    text = resources.files("monitor.deliver").joinpath(f"units/{kind}.service").read_text(encoding="utf-8")
    return Template(text).substitute(
        program=" ".join(map(word, program)),
        settings=f" --config {word(str(settings))}" if settings else "",
        folder=_escaped(str(folder)),
        home="read-only" if in_a_home([Path(program[0]), *reads]) else "yes",
    )


def in_a_home(paths: Iterable[Path]) -> bool:
    """Whether any of these paths is in the home of a user, which other users may not be able to read."""
    return any(path.is_relative_to(home) for path in paths for home in _HOMES)


def place(kind: Kind, home: Path, config_home: str | None) -> Path:
    """Where the unit belongs; `config_home` is `$XDG_CONFIG_HOME`."""
    if kind == "system":
        return Path("/etc/systemd/system") / NAME
    base = Path(config_home) if config_home and Path(config_home).is_absolute() else home / ".config"
    return base / "systemd" / "user" / NAME


def next_steps(kind: Kind) -> Sequence[str]:
    """What is left to do once the unit stands in its place."""
    if kind == "user":
        return ("systemctl --user daemon-reload", "systemctl --user enable --now seedwatch", "loginctl enable-linger")
    return (
        "useradd --system --home-dir /var/lib/seedwatch --shell /usr/sbin/nologin seedwatch",
        "systemctl daemon-reload",
        "systemctl enable --now seedwatch",
    )


def word(text: str) -> str:
    """A word of a command line as systemd reads it (systemd.service(5), "Command lines")."""
    quoted = _escaped(text).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{quoted}"' if quoted != text or any(c.isspace() or c in "';" for c in text) else text


def _escaped(text: str) -> str:
    """Without specifiers: `%` begins one."""
    return text.replace("%", "%%")
