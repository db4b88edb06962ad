"""Ledgers of any kind: a page of lines by their definition, the same as a file, and views that people keep."""
