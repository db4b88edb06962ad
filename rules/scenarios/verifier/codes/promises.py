"""Kinds of finding about promises between events."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import error, warning

PROMISE_BROKEN = error(
    "promise_broken",
    "The counted critical path takes {days} working days, {over} more than the promise of {promise}: {path}.",
    "Shorten limits on this path, let items run side by side, or promise more.",
)
PROMISE_CANNOT_FIT = error(
    "promise_cannot_fit",
    "The promise {name} of {promise} cannot hold its critical path: {path} takes at least {least} days of the calendar, and there are at most {most}.",
    "Shorten limits on this path, let items run side by side, or promise more.",
)
PROMISE_TOO_SHORT = error(
    "promise_too_short",
    "The promise {name} of {promise} cannot hold its critical path: {path} takes {least} working days, and there are {most}.",
    "Shorten limits on this path, let items run side by side, or promise more.",
)
PROMISE_PERHAPS_BROKEN = warning(
    "promise_perhaps_broken",
    "Whether the promise {name} of {promise} holds its critical path depends on the holidays: {path} takes up to {most} days of the calendar, and there may be only {least}.",
    "Shorten limits on this path, or promise more.",
)
PROMISE_UNKNOWN_ITEM = error(
    "promise_unknown_item",
    "The promise {name} names {item}, which is no item of this scenario.",
    "Name one of its items: {known}.",
)
PROMISE_TWO_SPANS = error(
    "promise_two_spans",
    "The promise {name} has items and an event: the items together run from the first acceptance to the last decision.",
    "Keep the items, or the events from and to.",
)
PROMISE_WITHOUT_END = error(
    "promise_without_end",
    "The promise {name} counts days that pass, and names no event by which it is kept.",
    "Add to, list items, or count counted_day.",
)
PROMISE_NO_WAY = error(
    "promise_no_way",
    "The promise {name} runs from {start} to {end}, which does not build on it: it may be kept before it begins.",
    "Name an event from which the other follows, or correct the order of the items.",
)
PROMISE_EVENT_NEVER = error(
    "promise_event_never",
    "The promise {name} names {event}, which never comes: nobody applies for {item} ({mode}).",
    "Name one of its events: {known}.",
)
PROMISE_NEVER_BEGINS = warning(
    "promise_never_begins",
    "The promise {name} runs from {item}, which a project with {witness} does not need: there it never begins.",
    "Name an event that every such project has, or say with when to whom it is made.",
)
PROMISE_NEVER = warning(
    "promise_never",
    "The promise {name} is made to no project: its condition {condition} never holds.",
    "Correct the condition, or take the promise out.",
)
NO_PROMISE = warning(
    "no_promise",
    "The scenario promises no number of working days.",
    "Add promise with days and its source, so that the counted path is held against it.",
)
PROMISED_TO_SOME = warning(
    "promised_to_some",
    "Nothing is promised to a project with {witness}.",
    "Add a promise for this class of projects.",
)

#: In the order of the documentation.
KINDS = (
    PROMISE_BROKEN,
    PROMISE_CANNOT_FIT,
    PROMISE_TOO_SHORT,
    PROMISE_PERHAPS_BROKEN,
    PROMISE_UNKNOWN_ITEM,
    PROMISE_TWO_SPANS,
    PROMISE_WITHOUT_END,
    PROMISE_NO_WAY,
    PROMISE_EVENT_NEVER,
    PROMISE_NEVER_BEGINS,
    PROMISE_NEVER,
    NO_PROMISE,
    PROMISED_TO_SOME,
)
