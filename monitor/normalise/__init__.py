"""Normalising: what feedparser gives to plain, bounded, absolute `Entry` values."""
