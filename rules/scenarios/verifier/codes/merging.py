"""Kinds of findings about stages that are one for some projects."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import error, warning

MERGE_UNKNOWN = error(
    "merge_unknown",
    "{stage} is merged into {name}, which is no other stage of this scenario.",
    "Name one of the other stages: {known}.",
)
MERGE_CHAIN = error(
    "merge_chain",
    "{stage} is merged into {name}, which is itself merged into {further}.",
    "Merge both into {further}.",
)
MERGE_KIND = error(
    "merge_kind",
    "{stage} is of the kind {kind}, whose work belongs to one stage alone; it is neither merged nor takes another in.",
    "Merge stages of the kinds {known} only.",
)
MERGE_NEVER = error(
    "merge_never",
    "{condition} holds for no project, so {stage} is always a stage of its own.",
    "Correct the condition, or take merge_into out.",
)
MERGE_ALWAYS = warning(
    "merge_always",
    "{condition} holds for every project, so {stage} is never a stage of its own.",
    "Put its items into {name} and take the stage out, or correct the condition.",
)
KINDS = (MERGE_UNKNOWN, MERGE_CHAIN, MERGE_KIND, MERGE_NEVER, MERGE_ALWAYS)
