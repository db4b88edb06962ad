"""Kinds of finding about stages of utilities."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import error

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
SECOND_LINE = error(
    "second_line",
    "{item} is a second line of {utility} to the same utility, {department}, beside {first}; each utility has one line.",
    "Keep one of the two, and ask for both loads in the form of the joint application.",
)
NO_REPLY = error(
    "no_reply",
    "{item} is a joint application, but no item of its stage replies for all its lines with a document.",
    "Give the item of the reply a document, and let it come after every line.",
)
SECOND_REPLY = error(
    "second_reply",
    "{item} replies for the lines a second time; {first} replies for all of them.",
    "Keep one of the two.",
)
LINE_OUTSIDE_REPLY = error(
    "line_outside_reply",
    "The reply {reply} does not say the plan of {item}: it does not come directly after it.",
    "Add {item} to its after list.",
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
ABSENCE_WITHOUT_LINES = error(
    "absence_without_lines",
    "The visit of {item} lets utilities be absent, but surveys the site for no line of a utility.",
    "Take absence out: whoever decides or verifies an item himself has to be there.",
)

#: In the order of the documentation.
KINDS = (
    SECOND_APPLICATION,
    NO_SURVEY,
    SECOND_SURVEY,
    LINE_OUTSIDE_SURVEY,
    ABSENCE_WITHOUT_LINES,
    SECOND_LINE,
    NO_REPLY,
    SECOND_REPLY,
    LINE_OUTSIDE_REPLY,
    CONNECTION_BEFORE_ACCEPTANCE,
    LEADS_UNKNOWN_ITEM,
    LEADS_WITHOUT_LINES,
)
