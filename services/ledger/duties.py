"""The last days of what waits for departments after clocks were counted anew, in SQL: as
:mod:`rules.cases.duties` has them.
"""

from __future__ import annotations

from typing import Final

from models.cases.standing import NEVER

_LETTER = (
    "SELECT min(t.due_on) FROM supervision_task t WHERE t.project_id = d.project_id"
    " AND t.item = d.item AND t.department = d.department AND t.kind = 'letter' AND t.state = 'open'"
)
_CLOCKS = (
    "FROM clock c JOIN item i ON i.project_id = c.project_id AND i.code = c.item"
    " AND (i.round = c.round OR c.kind = 'appeal_decision')"
    " WHERE c.project_id = d.project_id AND c.item = d.item"
)
_ASKED = (
    f"SELECT min(c.due_on) {_CLOCKS} AND c.kind = 'consultation' AND c.subject = d.department"
    " AND c.state = 'running'"
)
_OWN = f"SELECT min(c.due_on) {_CLOCKS} AND c.state <> 'stopped'"
#: The day until which something waits: a statement for the projects ``:ids``.
RECOUNT: Final = (
    "UPDATE duty d SET until = coalesce(CASE WHEN d.letter THEN"  # noqa: S608
    f" ({_LETTER}) ELSE coalesce(({_ASKED}), ({_OWN})) END, DATE '{NEVER}')"
    " WHERE d.project_id = ANY(:ids) AND d.band IS NOT NULL"
)
