"""Kinds of findings about the commencement of works."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import error

WORKS_OF_NO_MILESTONE = error(
    "works_of_no_milestone",
    "{item} is the commencement or the completion of the works, but nobody records it as a fact.",
    "Set mode: milestone, or take works out.",
)
GATE_AFTER_START = error(
    "gate_after_start",
    "By law no works begin without {item}, but {start} does not wait for it.",
    "Name it in after of the commencement.",
)

#: In the order of the documentation.
KINDS = (WORKS_OF_NO_MILESTONE, GATE_AFTER_START)
