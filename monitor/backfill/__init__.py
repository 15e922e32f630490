"""Backfill: history through the same door as live polling, in its own order and without notices."""
