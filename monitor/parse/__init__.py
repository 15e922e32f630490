"""Parsing: bytes to `Parsed`, by feedparser, in worker processes that can be killed."""
