"""What this program calls itself where it connects: the release before is known by its name."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version


@cache
def application_name() -> str:
    """The name of our connections: ``kaigong`` and the version. That of 0.1.0 was ``kaigong`` alone."""
    return f"kaigong {version('kaigong')}"
