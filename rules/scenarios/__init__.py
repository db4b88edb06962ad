"""Scenarios as a compiler sees them: read, proven, edited, drawn, compared. Knows no case."""
