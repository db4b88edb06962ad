"""Leads 超前报装: projects that a utility hears of before they apply, until it has answered. One query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

from models.people.actor import Actor
from models.values import Text
from services.cases.views.parts.forms import FieldRow, field_rows
from services.people.visibility import OFFICERS
from services.scenarios.published import definition
from services.unit_of_work import Database
from services.wording.names import item_name

#: More than these are read in the project list.
LIMIT = 100


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A project that a utility will connect, known before its application."""

    project: str
    project_title: str
    enterprise_name: str
    item: str
    item_name: Text
    lead_on: date
    because: Text | None
    """The item whose grant sent the lead; ``None`` for a project announced at its registration."""
    acknowledged_on: date | None
    contact: str | None
    known: tuple[FieldRow, ...]
    """What was filled in of the project so far: its parcel, the load it expects."""


def leads(database: Database, actor: Actor) -> tuple[LeadRow, ...]:
    """The leads of an officer's department, those nobody acknowledged first; empty for everyone else."""
    if actor.role not in OFFICERS:
        return ()
    values = {"department": actor.department, "limit": LIMIT}
    with database.reading() as connection:
        rows = connection.execute(_LEADS, values).all()
        return tuple(_row(connection, row) for row in rows)


def _row(connection: Connection, row: Row[Any]) -> LeadRow:
    scenario = definition(connection, row.scenario_id)
    cause = scenario.item.get(row.lead_because or "")
    return LeadRow(
        project=row.project,
        project_title=row.title,
        enterprise_name=row.enterprise_name,
        item=row.item,
        item_name=item_name(scenario, row.item),
        lead_on=row.lead_on,
        because=cause.name if cause else None,
        acknowledged_on=row.acknowledged_on,
        contact=row.contact,
        known=tuple(
            line
            for code, form in (row.forms or {}).items()
            if code in scenario.item
            for line in field_rows(scenario.item[code], form)
            if line.value is not None
        ),
    )


#: With the form of the item that sends the leads of the line's stage: there the enterprise says where
#: it builds and which loads it expects.
_LEADS = text(
    "SELECT p.code AS project, p.title, p.scenario_id, e.name AS enterprise_name, l.item, l.lead_on,"
    " l.lead_because, l.acknowledged_on, l.contact,"
    " (SELECT jsonb_object_agg(i.code, i.form) FROM item i WHERE i.project_id = p.id"
    " AND i.code = l.lead_because AND i.form <> '{}') AS forms"
    " FROM utility_line l JOIN project p ON p.id = l.project_id AND p.state = 'active'"
    " JOIN enterprise e ON e.credit_code = p.enterprise"
    " JOIN item n ON n.project_id = l.project_id AND n.code = l.item AND n.state <> 'not_required'"
    " WHERE l.department = :department AND l.lead_on IS NOT NULL AND l.answered_on IS NULL"
    " ORDER BY (l.acknowledged_on IS NOT NULL), l.lead_on, p.id, l.item LIMIT :limit"
)
