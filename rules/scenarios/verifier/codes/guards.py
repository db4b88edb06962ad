"""Kinds of finding about what has to be true before an item is applied for or granted."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import error, warning

GUARD_NEVER = error(
    "guard_never",
    "{condition} is true for no project, so {item} could never go on.",
    "Correct the guard, or take it out.",
)
GUARD_ALWAYS = warning(
    "guard_always",
    "{condition} is always true, so it never refuses anything.",
    "Take the guard of {item} out, or correct it.",
)
GUARD_NOT_BEFORE = error(
    "guard_not_before",
    "{item} is held against the form of {other}, but does not come after it.",
    "Add {other} to its after list, or ask for it in the form of {item}.",
)
GUARD_MAY_NOT_BE_BEFORE = error(
    "guard_may_not_be_before",
    "For a project with {witness}, {item} does not wait for {other}, against whose form it is held.",
    "Add {other} to its after list, so that nothing between them can fall away.",
)
GUARD_POINT = error(
    "guard_point",
    "{item} has a guard at {point}, which never comes: it is {mode}.",
    "A milestone is recorded (submit), an internal item is decided (decide).",
)

#: In the order of the documentation.
KINDS = (
    GUARD_NEVER,
    GUARD_ALWAYS,
    GUARD_NOT_BEFORE,
    GUARD_MAY_NOT_BE_BEFORE,
    GUARD_POINT,
)
