"""Scheduling: which feeds are due, in what order, how often, and the daemon that keeps to it."""
