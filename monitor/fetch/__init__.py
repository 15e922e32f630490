"""Fetching: a polite, bounded, suspicious HTTP client, and files. The only package that knows httpx."""

from monitor.fetch.client import Fetcher
from monitor.fetch.limits import Limits

__all__ = ["Fetcher", "Limits"]
