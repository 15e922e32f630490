"""A folder to show seedwatch in: settings that name the invented feeds, and the shipped seeds."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

from config.load import FILE_NAME
from monitor.demo.outlets import OUTLETS
from monitor.demo.web import Listed, feeds
from seeds.shipped import corpus

_HEAD = """\
# Settings of the demonstration. `seedwatch init` writes a commented file with every setting.

[poll]
timeout = "10s"
host_concurrency = 8   # all feeds are on this machine; on the internet, one request at a time is polite
host_gap = "0s"

[network]
allow_private = {outlets}   # the pages of the invented outlets are on this machine too

[browse]
port = {port}
"""


def write(folder: Path, base: str, pages_port: int) -> Path:
    """Write settings and seeds into a folder; returns the settings file.

    Raises:
        FileExistsError: there are settings already.
    """
    seeds = folder / "seeds"
    seeds.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    with path.open("x", encoding="utf-8") as file:
        head = _HEAD.format(port=pages_port, outlets=json.dumps(_hosts(base)))
        file.write("\n".join([head, *(_feed(listed, base) for listed in feeds())]))
    for name, raw in corpus():
        (seeds / name).write_bytes(raw)
    return path


def _hosts(base: str) -> list[str]:
    """Where the pages of the outlets are: a name of their own each, at the port of the server."""
    return [f"{outlet.slug}.localhost:{urlsplit(base).port}" for outlet in OUTLETS]


def _feed(listed: Listed, base: str) -> str:
    return (
        f"# {listed.about}\n[[feeds]]\n"
        f'url = "{base}{listed.path}"\nname = {json.dumps(listed.name, ensure_ascii=False)}\n'
        f'interval = "{listed.interval}"\ntags = ["{listed.language}"]\n'
    )
