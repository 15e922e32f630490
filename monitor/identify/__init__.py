"""Identifying: which article an entry is, and by which evidence."""
