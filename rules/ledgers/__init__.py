"""Ledgers 台账: what a list shows, by what it is filtered and ordered; declared once, pure."""
