"""Kinds of findings about forms, guards, materials under a condition, and permits of one phase."""

from __future__ import annotations

from rules.verifier.kinds import error, warning

UNKNOWN_FIELD = error(
    "unknown_field",
    "{condition} asks for form.{name}, which is in no form of this scenario.",
    "Add the field to the form of the item, or use one that is there; the item has: {known}.",
)
MATERIAL_NEVER = error(
    "material_never",
    "{condition} holds for no project that needs {item}, so {material} is never asked for.",
    "Correct the condition, or take the material out.",
)
MATERIAL_ALWAYS = warning(
    "material_always",
    "{condition} holds for every project that needs {item}.",
    "Leave the condition of {material} out, or correct it.",
)
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
FORM_NOT_ASKED = error(
    "form_not_asked",
    "{item} has a form, but nobody applies for it or records it.",
    "Move the fields to the item that is applied for, or choose another mode.",
)
FORM_CHOICES = error(
    "form_choices",
    "The field {name} of {item} has choices that do not fit its type.",
    "Give at least two different choices for the type choice, none for any other.",
)
UNKNOWN_NEXT_PHASE = error(
    "unknown_next_phase",
    "{item} is followed by the phase {name}, which is no other item of this scenario that is applied for.",
    "Name the item of the next phase.",
)
NEXT_PHASE_NOT_AFTER = error(
    "next_phase_not_after",
    "{name} is the next phase of {item}, but does not come after it.",
    "Add {item} to the after list of {name}: no phase is skipped.",
)
NEXT_PHASE_OF_MILESTONE = error(
    "next_phase_of_milestone",
    "{item} is a milestone and grants nothing; no phase follows from it.",
    "Move next_phase to the permit of the phase.",
)
