"""The one door: entries from any source are identified, judged and stored, all in one transaction of the caller.

entry ─► keys ─► which article? ─► fold its entries into it ─► judge it for each watch
"""
