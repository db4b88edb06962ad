"""Where projects stand among others, as the columns of their rows: written with every act, and for many
projects after their clocks were counted anew, then in SQL: as :mod:`rules.cases.standing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from models.cases.architect import ArchitectTeam
from models.cases.facts import NamedParts, ProjectFacts
from models.cases.standing import NEVER, NEVER_AT, lead_sql
from models.codec import codec
from rules.cases.standing import standing

#: Column → its SQL type.
TYPES: Final[Mapping[str, str]] = {
    "yellow_at": "timestamptz",
    "red_on": "date",
    "next_due_on": "date",
    "lead": "smallint",
    "waits_for_applicant": "boolean",
    "waits_for_department": "boolean",
}
#: The columns as a record declares them.
RECORD: Final = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())


def columns(parts: NamedParts) -> dict[str, Any]:
    """The columns and their values."""
    values = standing(parts)
    return {name: getattr(values, name) for name in TYPES}


def team(facts: ProjectFacts) -> str | None:
    """The responsible architect's team, as JSON."""
    if facts.architect is None:
        return None
    return orjson.dumps(codec(ArchitectTeam).document(facts.architect)).decode()


def assigned(source: str) -> str:
    """The columns set to those of a source, in SQL."""
    return ", ".join(f"{name} = {source}{name}" for name in TYPES)


_RED = f"coalesce(min(least(c.due_on, c.statutory_due_on)) + 1, DATE '{NEVER}')"
_YELLOW = f"coalesce(min(c.yellow_at), TIMESTAMPTZ '{NEVER_AT}')"
#: What follows from the clocks of the projects ``:ids``, a row for each.
OF_CLOCKS = (
    f"SELECT o.id, {_YELLOW} AS yellow_at, {_RED} AS red_on, min(c.due_on) AS due_on"  # noqa: S608
    " FROM project o LEFT JOIN clock c ON c.project_id = o.id AND c.state <> 'stopped'"
    " WHERE o.id = ANY(:ids) GROUP BY o.id"
)
#: The columns of ``project`` that take it over from ``k``.
RESTANDING = (
    "yellow_at = k.yellow_at, red_on = k.red_on, next_due_on = k.due_on,"
    f" lead = {lead_sql('k.yellow_at', 'k.red_on')}"
)
