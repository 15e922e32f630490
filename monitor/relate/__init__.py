"""Relating: whether an article is on the matter of a watch, how surely, and because of what."""
