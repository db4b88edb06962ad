"""Changing a scenario by forms: new values into the same text, everything else left as it is."""

from rules.scenario_editing.composition import Proposals, composed, proposed
from rules.scenario_editing.rewriting import TextNotChanged, TextNotSound, rewritten, values_of

__all__ = [
    "Proposals",
    "TextNotChanged",
    "TextNotSound",
    "composed",
    "proposed",
    "rewritten",
    "values_of",
]
