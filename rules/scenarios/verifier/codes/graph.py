"""Kinds of finding about what comes after what, and what is part of what."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import error

UNKNOWN_NEXT_PHASE = error(
    "unknown_next_phase",
    "{item} is followed by the phase {name}, which is no other item of this scenario that is applied for.",
    "Name the item of the next phase.",
)
CYCLE = error(
    "cycle",
    "These items wait for each other and none can ever open: {cycle}.",
    "Take one of them out of an after list.",
)
ORDER_AGAINST_LAW = error(
    "order_against_law",
    "{item} does not wait for {other}, which has to come before it ({basis}).",
    "Add {other} to the after list of {item}, or to that of something it comes after.",
)
WHOLE_IS_PART = error(
    "whole_is_part",
    "{item} is part of {whole}, which is itself a part.",
    "Parts have no parts; make {item} a part of the joint item at the top.",
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
PART_COUNTED = error(
    "part_counted",
    "{item} is part of {whole} and counts days of its own; they would be counted twice.",
    "Set counted: false; a part runs inside the limit of the whole.",
)
PART_APPLIED_FOR = error(
    "part_applied_for",
    "{item} is part of {whole} and is applied for on its own as well.",
    "Set mode: internal; one application covers the whole.",
)
PART_IN_OTHER_STAGE = error(
    "part_in_other_stage",
    "{item} is part of {whole} but belongs to another stage.",
    "Put both into the same stage.",
)
PART_WITHOUT_WHOLE = error(
    "part_without_whole",
    "{item} is stuck for a project with {witness}: it is part of {whole}, which such a project does not need.",
    "Give {item} a condition that holds only where that of {whole} does.",
)
SITE_VISIT_OF_NOBODY = error(
    "site_visit_of_nobody",
    "{item} has a joint visit to the site, but no part and no item of its stage that comes after it.",
    "Take site_visit out, or give {item} the parts that the visit is for.",
)
SITE_VISIT_OUT_OF_PLACE = error(
    "site_visit_out_of_place",
    "{item} cannot have a joint visit of its own: it is {reason}.",
    "Move site_visit to the joint item.",
)

#: In the order of the documentation.
KINDS = (
    UNKNOWN_NEXT_PHASE,
    CYCLE,
    ORDER_AGAINST_LAW,
    WHOLE_IS_PART,
    NEXT_PHASE_NOT_AFTER,
    NEXT_PHASE_OF_MILESTONE,
    PART_COUNTED,
    PART_APPLIED_FOR,
    PART_IN_OTHER_STAGE,
    PART_WITHOUT_WHOLE,
    SITE_VISIT_OF_NOBODY,
    SITE_VISIT_OUT_OF_PLACE,
)
