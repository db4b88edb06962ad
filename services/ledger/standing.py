"""Where many projects stand after their clocks were counted anew, in SQL: as :mod:`rules.cases.standing`."""

from __future__ import annotations

from models.cases.standing import NEVER, NEVER_AT, lead_sql

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
