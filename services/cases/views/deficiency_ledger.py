"""The deficiency ledger 容缺台账: what is owed, by whom, until when, and who answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, text

from models.cases.states import DeficiencyState, Light
from models.people.actor import Actor
from models.scenarios.definition import ScenarioDefinition, Text
from services.cases.views.parts import lights
from services.people.viewer import Viewer
from services.people.visibility import Kind, scope
from services.scenarios.published import definition
from services.unit_of_work import Database
from services.wording.names import department_name, item_name, material_name

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One deferred paper."""

    project: str
    title: str
    enterprise: str
    enterprise_name: str
    steward: str | None
    item: str
    item_name: Text
    department: str
    department_name: Text
    round: int
    material: str
    material_name: Text
    state: DeficiencyState
    owner: str | None
    """Login of the officer who answers for it."""
    owner_name: str | None
    light: Light
    opened_on: date | None
    due_on: date | None
    submitted_on: date | None
    closed_on: date | None


def deficiency_ledger(
    database: Database,
    when: date | datetime,
    *,
    viewer: Actor,
    closed: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[LedgerRow, ...]:
    """The open deficiencies, what falls due first on top; with ``closed`` those closed out too.

    ``viewer`` limits them to the items that person sees in full; ``SYSTEM`` sees the whole ledger.
    One query, and one for each scenario that was not read yet.
    """
    seen, values = scope(viewer, Kind.ITEM, "d.item")
    query = _LINES.format(seen=seen)
    asked = {**lights.at(when), "closed": closed, "limit": limit, "offset": offset}
    with database.reading() as connection:
        rows = connection.execute(text(query), values | asked).all()
        scenarios = {
            number: definition(connection, number) for number in {row.scenario_id for row in rows}
        }
    return tuple(_line(row, scenarios[row.scenario_id]) for row in rows)


@dataclass(frozen=True, slots=True)
class DeficiencyPage:
    """One page of the ledger."""

    rows: tuple[LedgerRow, ...]
    number: int
    more: bool
    """Whether another page follows."""


def deficiency_page(
    database: Database, viewer: Viewer, number: int, *, closed: bool
) -> DeficiencyPage:
    """A page of the ledger of the projects that the viewer may see, counted from 1. One query."""
    lines = deficiency_ledger(
        database,
        viewer.now,
        viewer=viewer.actor,
        closed=closed,
        limit=PAGE_SIZE + 1,
        offset=(number - 1) * PAGE_SIZE,
    )
    return DeficiencyPage(lines[:PAGE_SIZE], number, len(lines) > PAGE_SIZE)


def _line(row: Row[Any], scenario: ScenarioDefinition) -> LedgerRow:
    return LedgerRow(
        project=row.code,
        title=row.title,
        enterprise=row.enterprise,
        enterprise_name=row.enterprise_name,
        steward=row.steward,
        item=row.item,
        item_name=item_name(scenario, row.item),
        department=row.department,
        department_name=department_name(scenario, row.department),
        round=row.round,
        material=row.material,
        material_name=material_name(scenario, row.material),
        state=DeficiencyState(row.state),
        owner=row.owner,
        owner_name=row.owner_name,
        light=lights.by_rank(row.rank),
        opened_on=row.opened_on,
        due_on=row.due_on,
        submitted_on=row.submitted_on,
        closed_on=row.closed_on,
    )


#: A clock that is stopped has no light any more; the day it fell due stays in the ledger.
_LINES = (
    "SELECT p.code, p.title, p.enterprise, e.name AS enterprise_name, p.steward, p.scenario_id, d.item, i.department,"  # noqa: S608
    " d.round, d.material, d.state, d.owner, o.name AS owner_name, d.opened_on, coalesce(c.due_on, d.due_on) AS due_on,"
    " d.submitted_on, d.closed_on,"
    f" CASE WHEN c.state IS NULL OR c.state = 'stopped' THEN 0 ELSE {lights.RANK} END AS rank"
    " FROM deficiency d JOIN project p ON p.id = d.project_id"
    " JOIN enterprise e ON e.credit_code = p.enterprise LEFT JOIN account o ON o.login = d.owner"
    " JOIN item i ON i.project_id = d.project_id AND i.code = d.item"
    " LEFT JOIN clock c ON c.project_id = d.project_id AND c.item = d.item AND c.kind = 'make_up'"
    " AND c.round = d.round AND c.subject = d.material"
    " WHERE ({seen}) AND (:closed OR d.state IN ('open', 'submitted'))"
    " ORDER BY d.closed_on NULLS FIRST, due_on, p.code, d.item, d.material"
    " LIMIT :limit OFFSET :offset"
)
