"""What a bearer token may be used for: as much of its owner's rights as a program needs."""

from __future__ import annotations

from enum import StrEnum


class TokenScope(StrEnum):
    """A part of what its owner may do."""

    READ = "read"
    """Look: a wall of figures, a report, the enterprise's own system that follows its projects."""
    ACT = "act"
    """Act in projects in its owner's name: hand in papers, apply, accept, decide, mark notices as read."""
    ADMINISTER = "administer"
    """Change what holds for everybody: versions of scenarios, migrations."""


#: What somebody usually needs, until they choose: nothing that holds for everybody.
USUAL = (TokenScope.READ, TokenScope.ACT)
