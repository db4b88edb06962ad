"""Kinds of finding about certificates issued together."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import error, warning

BUNDLE_UNKNOWN_ITEM = error(
    "bundle_unknown_item",
    "The bundle {bundle} names {name}, which is no item of this scenario.",
    "Name one of its items: {known}.",
)
BUNDLE_WITHOUT_DOCUMENT = error(
    "bundle_without_document",
    "The bundle {bundle} holds {item}, which ends in no document that could be issued.",
    "Take {item} out of the bundle, or give it a document.",
)
BUNDLE_NOT_MILESTONE = error(
    "bundle_not_milestone",
    "The bundle {bundle} is released by {item}, which is no milestone.",
    "Name an item of the mode milestone, such as the land hand-over.",
)
BUNDLE_NEVER_RELEASED = error(
    "bundle_never_released",
    "No project ever sees the bundle {bundle} released: where it applies, {event} or every item of it is not needed.",
    "Correct the condition of the bundle, or choose another event.",
)
BUNDLES_OVERLAP = error(
    "bundles_overlap",
    "The document of {item} is held back by {one} and by {other} for a project with {witness}.",
    "Let the conditions of the two bundles exclude each other, or keep {item} in one of them.",
)
BUNDLE_BROKEN_BY_PACE = warning(
    "bundle_broken_by_pace",
    "The bundle {bundle} is broken even when every promise is kept: {last} is granted {days} working days after {first}, whose document is delivered within ten (Administrative Licensing Law, article 44).",
    "Shorten the limits in between, or take one of the two out.",
)

#: In the order of the documentation.
KINDS = (
    BUNDLE_UNKNOWN_ITEM,
    BUNDLE_WITHOUT_DOCUMENT,
    BUNDLE_NOT_MILESTONE,
    BUNDLE_NEVER_RELEASED,
    BUNDLES_OVERLAP,
    BUNDLE_BROKEN_BY_PACE,
)
