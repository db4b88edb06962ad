"""Kinds of findings about departments that act together: consultations."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import error, warning

CONSULTED_DECIDER = error(
    "consulted_decider",
    "{item} asks {department}, which decides it.",
    "Take it out of consults; who decides has no need to be asked.",
)
CONSULTED_TWICE = error(
    "consulted_twice",
    "{item} asks {department} twice.",
    "Keep one of the two.",
)
CONSULTATION_OUT_OF_PLACE = error(
    "consultation_out_of_place",
    "{item} asks other departments, but it is a milestone and nobody decides it.",
    "Move consults to the item that is decided.",
)
SILENCE_ON_STATUTORY_OPINION = error(
    "silence_on_statutory_opinion",
    "{item} takes the silence of {department} as consent, but a statute asks for its opinion ({basis}).",
    "Set silence_is_consent: false; silence is warned of then, and nothing is decided before the answer.",
)
CONSULTATION_TOO_LONG = warning(
    "consultation_too_long",
    "{item} is promised in {promised}, and {department} has {limit} to answer.",
    "Give it less time to answer, so that the promise can be kept.",
)

#: In the order of the documentation.
KINDS = (
    CONSULTED_DECIDER,
    CONSULTED_TWICE,
    CONSULTATION_OUT_OF_PLACE,
    SILENCE_ON_STATUTORY_OPINION,
    CONSULTATION_TOO_LONG,
)
