"""Delivering: handing findings on to people and other tools."""
