"""Kinds of finding about what a scenario arranges: certificates issued together, stages of utilities."""

from __future__ import annotations

from rules.verifier.kinds import error, warning

# --- certificates issued together ---------------------------------------------------------------

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

# --- utilities -----------------------------------------------------------------------------------

SECOND_APPLICATION = error(
    "second_application",
    "{item} is a second joint application of its stage beside {first}; the utilities are applied to once.",
    "Keep one of the two, and let the lines of the other come after it.",
)
NO_SURVEY = error(
    "no_survey",
    "{item} is a joint application, but no item of its stage surveys the site for all its lines.",
    "Give the item of the survey a site_visit, and let every line come after it.",
)
SECOND_SURVEY = error(
    "second_survey",
    "{item} surveys the site a second time; {first} surveys it for everyone.",
    "Keep one of the two.",
)
LINE_OUTSIDE_SURVEY = error(
    "line_outside_survey",
    "The utility of {item} takes no part in the survey {survey}: {item} does not come directly after it.",
    "Add {survey} to its after list.",
)
CONNECTION_BEFORE_ACCEPTANCE = error(
    "connection_before_acceptance",
    "{item} connects the utilities, but does not come after the acceptance.",
    "Add {acceptance} to its after list.",
)
LEADS_UNKNOWN_ITEM = error(
    "leads_unknown_item",
    "The leads of the stage are sent on {name}, which is no item of this scenario.",
    "Name one of its items: {known}.",
)
LEADS_WITHOUT_LINES = error(
    "leads_without_lines",
    "The stage sends leads, but has no line of a utility that could get one.",
    "Take leads out, or say with utility which items are the lines of utilities.",
)

#: In the order of the documentation.
ARRANGEMENT_KINDS = (
    BUNDLE_UNKNOWN_ITEM,
    BUNDLE_WITHOUT_DOCUMENT,
    BUNDLE_NOT_MILESTONE,
    BUNDLE_NEVER_RELEASED,
    BUNDLES_OVERLAP,
    BUNDLE_BROKEN_BY_PACE,
    SECOND_APPLICATION,
    NO_SURVEY,
    SECOND_SURVEY,
    LINE_OUTSIDE_SURVEY,
    CONNECTION_BEFORE_ACCEPTANCE,
    LEADS_UNKNOWN_ITEM,
    LEADS_WITHOUT_LINES,
)
