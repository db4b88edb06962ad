"""Rehearsals based on the event log."""
