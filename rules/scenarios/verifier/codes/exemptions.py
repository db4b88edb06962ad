"""Kinds of findings about exemptions."""

from __future__ import annotations

from rules.scenarios.verifier.finding_kinds import error, warning

EXEMPT_MILESTONE = error(
    "exempt_milestone",
    "{item} is a milestone: it happens and is recorded, nobody can be exempt from it.",
    "Say with when which projects it concerns, and take exempt out.",
)
EXEMPT_NEVER = error(
    "exempt_never",
    "{condition} holds for no project that {item} concerns, so nobody is exempt from it.",
    "Correct the condition, or take exempt out.",
)
EXEMPT_ALWAYS = warning(
    "exempt_always",
    "{condition} exempts every project that {item} concerns.",
    "Leave when out of the exemption where that is meant, or correct it.",
)
EXEMPT_WITHOUT_GROUND = warning(
    "exempt_without_ground",
    "{item} is a licence, and the exemption from it rests on no statute and no published document ({basis}).",
    "Name the article or document that exempts, with its mark; a district's own default waives no licence.",
)
EXEMPT_BY_DEFAULT = warning(
    "exempt_by_default",
    "A project of which nothing was said is exempt from {item}: by the defaults {condition} holds, and no default waives what the law asks for.",
    "Choose the other default, or none, so that somebody has to state the fact.",
)

KINDS = (
    EXEMPT_MILESTONE,
    EXEMPT_NEVER,
    EXEMPT_ALWAYS,
    EXEMPT_WITHOUT_GROUND,
    EXEMPT_BY_DEFAULT,
)
