"""Kinds of finding about when people are warned."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import error, warning

LADDER_ORDER = error(
    "ladder_order",
    "The supervision letter comes {letter} working days after the last day, the department's head is told after {head}: the ladder does not go up.",
    "Let supervision_after be more than head_after.",
)
YELLOW_AT_ONCE = warning(
    "yellow_at_once",
    "The light of {items} is yellow from the first day on: it warns of nothing.",
    "Let fewer days or a smaller share be left when it turns yellow.",
)
YELLOW_TOO_LATE = warning(
    "yellow_too_late",
    "The light turns yellow on the last day only.",
    "Give percent or working_days, so that there is time left to act.",
)
YELLOW_WITHOUT_LIMIT = warning(
    "yellow_without_limit",
    "{item} has no limit whose light could turn yellow.",
    "Give it a limit, or take yellow out.",
)

#: In the order of the documentation.
KINDS = (
    LADDER_ORDER,
    YELLOW_AT_ONCE,
    YELLOW_TOO_LATE,
    YELLOW_WITHOUT_LIMIT,
)
