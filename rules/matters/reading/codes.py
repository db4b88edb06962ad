"""Kinds of findings about the shape of a kind, beside those of every file (:mod:`rules.scenarios.reading.codes`)."""

from __future__ import annotations

from models.findings import FindingKind, Severity


def _error(code: str, sentence: str, remedy: str) -> FindingKind:
    return FindingKind(code, Severity.ERROR, sentence, remedy)


UNKNOWN_LIFE = _error(
    "unknown_life",
    "There is no life {value}.",
    "Possible lives: {known}; or own, with states and acts.",
)
EXTENDS_UNKNOWN = _error(
    "extends_unknown", "There is no kind {value} to extend.", "Possible kinds: {known}."
)
EXTENDS_CHAIN = _error(
    "extends_chain",
    "{value} extends another kind itself.",
    "Extend {base}, or write out what is needed: one step is possible.",
)
STATE_UNKNOWN = _error(
    "state_unknown",
    "{act} names the state {value}, which the kind has not.",
    "Its states: {known}.",
)
CLOCK_UNKNOWN = _error(
    "clock_unknown",
    "{act} names the clock {value}, which the kind has not.",
    "Its clocks: {known}.",
)
PREDICATE_UNKNOWN = _error(
    "predicate_unknown", "{value} is nobody whom a kind can name.", "Possible: {known}."
)
FIELD_NOT_SETTABLE = _error(
    "field_not_settable", "{act} sets {value}, which no act may set.", "Possible fields: {known}."
)
FIELD_NOT_IN_FORM = _error(
    "field_not_in_form",
    "{act} uses {value}, which its form does not ask for.",
    "Fields of its form: {known}.",
)
FIELD_TWICE = _error(
    "field_twice", "The form of {act} asks for {value} twice.", "Keep one of the two."
)
CHOICE_WITHOUT_CHOICES = _error(
    "choice_without_choices",
    "{value} in the form of {act} is a choice without answers to choose from.",
    "Give it at least two choices.",
)
NO_FILING = _error(
    "no_filing",
    "{count} acts file a matter of this kind.",
    "Exactly one act has no from: the one by which it is filed.",
)
NO_FINAL_STATE = _error(
    "no_final_state", "A matter of this kind never comes to rest.", "Mark a state as final."
)
CLASS_WITHOUT_LIMIT = _error(
    "class_without_limit",
    "The clock {clock}, which {act} starts, has no limit for the class {value}.",
    "Give the class, or the clock, a limit.",
)
NUMBER_NOT_COUNTING = _error(
    "number_not_counting",
    "{value} does not number: only year, seq and region can be used, and seq has to be.",
    "Write something like 园需〔{{year}}〕{{seq:04d}}号.",
)
CONDITION_FAULTY = _error(
    "condition_faulty",
    "The condition of {act} cannot be read: {problem}",
    "Write CEL over what a kind may ask for.",
)
CONDITION_UNKNOWN = _error(
    "condition_unknown",
    "The condition of {act} asks for {value}, which no matter of this kind has.",
    "Nearest: {known}.",
)
EXTENSION_MISSING = _error(
    "extension_form",
    "{act} extends a limit, but its form does not ask for days (a whole number) and reason.",
    "Give the form both fields.",
)

KINDS = (
    UNKNOWN_LIFE, EXTENDS_UNKNOWN, EXTENDS_CHAIN, STATE_UNKNOWN, CLOCK_UNKNOWN, PREDICATE_UNKNOWN,
    FIELD_NOT_SETTABLE, FIELD_NOT_IN_FORM, FIELD_TWICE, CHOICE_WITHOUT_CHOICES, NO_FILING,
    NO_FINAL_STATE, CLASS_WITHOUT_LIMIT, NUMBER_NOT_COUNTING, CONDITION_FAULTY, CONDITION_UNKNOWN,
    EXTENSION_MISSING,
)  # fmt: skip
