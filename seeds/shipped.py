"""The seed documents that come with the program."""

from __future__ import annotations

from importlib.resources import files


def corpus() -> list[tuple[str, bytes]]:
    """File names and contents, in the order of their names, which is that of their dates."""
    folder = files("seeds").joinpath("corpus")
    documents = (item for item in folder.iterdir() if item.name.endswith(".md"))
    return sorted((item.name, item.read_bytes()) for item in documents)
