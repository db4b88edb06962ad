"""Kinds of finding about limits."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import error, warning

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
EXTENSION_OF_PROMISE = error(
    "extension_of_promise",
    "{item} says how its promise is extended; a promise is extended by no law.",
    "Take extension out of promised; say it of the statutory limit, where its law provides for one.",
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

#: In the order of the documentation.
KINDS = (
    PROMISE_ABOVE_STATUTORY,
    PROMISE_PERHAPS_ABOVE_STATUTORY,
    EXTENSION_OF_PROMISE,
    COUNTED_WITHOUT_PROMISE,
    COUNTED_UNIT,
    LIMIT_OF_MILESTONE,
)
