"""Kinds of finding about limits and the promise."""

from __future__ import annotations

from rules.verifier.kinds import error, warning

PROMISE_ABOVE_STATUTORY = error(
    "promise_above_statutory",
    "{item} promises {promised}; the law allows {statutory}.",
    "Promise the statutory limit or less.",
)
PROMISE_PERHAPS_ABOVE_STATUTORY = warning(
    "promise_perhaps_above_statutory",
    "{item} promises {promised} and the law allows {statutory}: which is longer depends on the holidays.",
    "Promise less, so that the promise always ends within the statutory limit.",
)
COUNTED_WITHOUT_PROMISE = error(
    "counted_without_promise",
    "{item} counts toward the promise but promises no limit.",
    "Give promised days, or set counted: false.",
)
COUNTED_UNIT = error(
    "counted_unit",
    "{item} counts toward the promise, which is in working days, and promises {promised}.",
    "Promise working days, or set counted: false.",
)
LIMIT_OF_MILESTONE = error(
    "limit_of_milestone",
    "{item} is a milestone: it happens and is recorded, nobody decides it within a limit.",
    "Take promised and statutory out, or choose another mode.",
)
PROMISE_BROKEN = error(
    "promise_broken",
    "The counted critical path takes {days} working days, {over} more than the promise of {promise}: {path}.",
    "Shorten limits on this path, let items run side by side, or promise more.",
)
NO_PROMISE = warning(
    "no_promise",
    "The scenario promises no number of working days.",
    "Add promise with days and its source, so that the counted path is held against it.",
)

#: In the order of the documentation.
KINDS = (
    PROMISE_ABOVE_STATUTORY,
    PROMISE_PERHAPS_ABOVE_STATUTORY,
    COUNTED_WITHOUT_PROMISE,
    COUNTED_UNIT,
    LIMIT_OF_MILESTONE,
    PROMISE_BROKEN,
    NO_PROMISE,
)
