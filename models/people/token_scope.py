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

    HARD_TO_UNDO = "hard_to_undo"
    """Beside one of the others: what a page asks for the password or the code before. Such a token is made
    for the occasion and ends soon; nobody gets it without naming it."""


#: What a token is made for where nothing is said.
UNLESS_SAID = (TokenScope.READ, TokenScope.ACT, TokenScope.ADMINISTER)
#: What somebody usually needs, until they choose: nothing that holds for everybody.
USUAL = (TokenScope.READ, TokenScope.ACT)
