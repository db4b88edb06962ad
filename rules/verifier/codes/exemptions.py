"""Kinds of findings about exemptions."""

from __future__ import annotations

from rules.verifier.kinds import error, warning

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
KINDS = (EXEMPT_MILESTONE, EXEMPT_NEVER, EXEMPT_ALWAYS, EXEMPT_WITHOUT_GROUND)
