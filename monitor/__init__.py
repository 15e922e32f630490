"""The pipeline that turns feeds into judged, stored items, and the programs around it."""

__version__ = "0.1.0"
