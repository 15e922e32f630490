"""Measurements of speed and quality, each with its rival in the same run. See docs/performance.md."""
