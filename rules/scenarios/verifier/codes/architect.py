"""Kinds of findings about architect responsibility."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import error, warning

ARCHITECT_UNDECLARED = error(
    "architect_undeclared",
    "{item} lets the architect's commitment take the place of {material}, but no project of this scenario is under architect responsibility.",
    "Say with architect which projects are, or take by_architect out.",
)
ARCHITECT_NOTHING = error(
    "architect_nothing",
    "{material} of {item} is {material_class}: there is no paper of the applicant's that the architect's commitment could take the place of.",
    "Take by_architect out, or ask the applicant for the paper (class core or deferrable).",
)
ARCHITECT_NEVER = error(
    "architect_never",
    "{condition} holds for no project, so none is under architect responsibility.",
    "Correct the condition, or take architect out.",
)
ARCHITECT_ALWAYS = warning(
    "architect_always",
    "{condition} puts every project under architect responsibility, which is a pilot.",
    "Let an attribute say which projects take part in it.",
)
KINDS = (ARCHITECT_UNDECLARED, ARCHITECT_NOTHING, ARCHITECT_NEVER, ARCHITECT_ALWAYS)
