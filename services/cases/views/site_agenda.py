"""Site agenda of an officer's department: visits and inspections, by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, text

from models.cases.facts import ItemFacts
from models.cases.states import ItemState
from models.people.actor import Actor
from models.scenarios.definition import Text
from rules.cases.context import ZONE
from rules.cases.instruments.site_visit import may_be_absent, parties
from services.cases.views.values.joint import PartyRow
from services.people.visibility import OFFICERS
from services.scenarios.published import definition
from services.unit_of_work import Database
from services.wording.names import department_name, item_name

#: Natural days ahead that inspections are shown for [D]; visits are shown from the day they are set.
AHEAD: Final = timedelta(days=30)
#: More than these are read in the list of projects.
LIMIT: Final = 100


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """One thing to do on a site."""

    kind: Literal["visit", "inspection"]
    """The joint visit of a round, or an inspection of what was permitted."""
    on: date
    """Day of the visit; last day of the inspection."""
    late: bool
    """The day is over and nothing was recorded."""
    project: str
    project_title: str
    enterprise_name: str
    item: str
    item_name: Text
    records: bool
    """Whether the department records it: of a visit whoever leads."""
    parties: tuple[PartyRow, ...]
    """Who has to come, with how many officers; empty for an inspection."""


def agenda(database: Database, actor: Actor, now: datetime) -> tuple[AgendaRow, ...]:
    """A department's tasks on sites; empty for anyone but officers."""
    if actor.role not in OFFICERS or actor.department is None:
        return ()
    today = now.astimezone(ZONE).date()
    values = {"department": actor.department, "limit": LIMIT, "until": today + AHEAD}
    with database.reading() as connection:
        rows = connection.execute(_AGENDA, values).all()
        candidates = [_row(connection, row, actor.department, today) for row in rows]
    return tuple(row for row in candidates if row is not None)


def _row(connection: Connection, row: Row[Any], department: str, today: date) -> AgendaRow | None:
    """Agenda row of a query's row; ``None`` for a visit without the department."""
    scenario = definition(connection, row.scenario_id)
    common = {
        "on": row.day,
        "late": row.day < today,
        "project": row.project,
        "project_title": row.title,
        "enterprise_name": row.enterprise_name,
        "item": row.item,
        "item_name": item_name(scenario, row.item),
    }
    if row.kind == "inspection":
        return AgendaRow(**common, kind="inspection", records=True, parties=())
    items = {
        code: ItemFacts(code, stage, decides, ItemState(state))
        for code, stage, decides, state in row.known
    }
    needed = parties(scenario, items, row.item)
    excused = may_be_absent(scenario, items, row.item)
    if department not in needed:
        return None
    return AgendaRow(
        **common,
        kind="visit",
        records=items[row.item].department == department,
        parties=tuple(
            PartyRow(key, department_name(scenario, key), least, key in excused)
            for key, least in needed.items()
        ),
    )


#: Visits of stages in which the department decides something, who takes part is for the rules to
#: say; and inspections that fall due.
_AGENDA = text(
    "SELECT p.code AS project, p.title, p.scenario_id, e.name AS enterprise_name, d.* FROM ("
    "SELECT 'visit' AS kind, v.project_id, v.item, v.scheduled_for AS day,"
    " (SELECT jsonb_agg(jsonb_build_array(n.code, n.stage, n.department, n.state)) FROM item n"
    " WHERE n.project_id = v.project_id) AS known"
    " FROM site_visit v JOIN item i ON i.project_id = v.project_id AND i.code = v.item"
    " AND i.round = v.round AND i.state IN ('accepted', 'suspended')"
    " WHERE v.held_on IS NULL AND v.scheduled_for IS NOT NULL AND EXISTS (SELECT FROM item o"
    " WHERE o.project_id = v.project_id AND o.stage = i.stage AND o.department = :department"
    " AND o.state <> 'not_required')"
    " UNION ALL SELECT 'inspection', t.project_id, t.item, t.due_on, NULL FROM supervision_task t"
    " WHERE t.state = 'open' AND t.kind = 'inspection' AND t.department = :department"
    " AND t.due_on <= :until) d"
    " JOIN project p ON p.id = d.project_id AND p.state = 'active'"
    " JOIN enterprise e ON e.credit_code = p.enterprise"
    " ORDER BY d.day, p.id, d.item LIMIT :limit"
)
