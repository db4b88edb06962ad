"""Changing a scenario by forms: new values into the same text, everything else left as it is."""

from rules.scenarios.editing.composition import Proposals, composed, proposed
from rules.scenarios.editing.rewriting import TextNotChanged, TextNotSound, rewritten, values_of

__all__ = [
    "Proposals",
    "TextNotChanged",
    "TextNotSound",
    "composed",
    "proposed",
    "rewritten",
    "values_of",
]
