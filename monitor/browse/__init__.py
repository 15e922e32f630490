"""Browsing: the Datasette plugin."""
