"""The deficiency ledger 容缺台账: what is owed, by whom, until when, and who answers for it.

A line's last day is that of the deficiency: whatever moves its clock moves it (grace, a return, a calendar).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from models.cases.states import DeficiencyState, Light
from models.people.actor import Actor
from models.scenarios.definition import ScenarioDefinition, Text
from rules.ledgers.catalogue import DEFICIENCIES
from services.cases.ledgers.places import OF_PLACE, PLACE_FIELDS, PLACE_TABLE, place_name
from services.cases.views.parts import lights
from services.ledgers.names_search import AMONG
from services.ledgers.question import Question, question
from services.ledgers.source import Sort, TableSource
from services.people.visibility import Kind
from services.scenarios.published import definition
from services.unit_of_work import Database
from services.wording.names import department_name, item_name, material_name


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
    place_name: Text | None = None


def deficiency_ledger(
    database: Database,
    when: date | datetime,
    *,
    viewer: Actor,
    closed: bool = False,
    limit: int | None = None,
) -> tuple[LedgerRow, ...]:
    """The open deficiencies, what falls due first on top; with ``closed`` those closed out too, what was
    deferred last on top.

    ``viewer`` limits them to the items that person sees in full; ``SYSTEM`` sees the whole ledger. Without
    a ``limit`` all of them.
    """
    asked = question(DEFICIENCIES, {"show": "all" if closed else "open"}, viewer, when)
    lines: list[LedgerRow] = []
    with database.reading() as connection:
        while True:
            asked = asked.going_on(asked.after, _AT_ONCE if limit is None else limit)
            page = SOURCE.page(connection, asked, counted=False)
            lines += page.lines
            if page.next is None or limit is not None:
                return tuple(lines)
            asked = asked.going_on(page.next, _AT_ONCE)


_AT_ONCE = 500


def _read(connection: Connection, rows: Sequence[Row[Any]], _: Question) -> tuple[LedgerRow, ...]:
    """Lines with their names; one query for each scenario that was not read yet."""
    numbers = {row.scenario_id for row in rows}
    scenarios = {number: definition(connection, number) for number in numbers}
    return tuple(_line(row, scenarios[row.scenario_id]) for row in rows)


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
        light=Light(row.light),
        opened_on=row.opened_on,
        due_on=row.due_on,
        submitted_on=row.submitted_on,
        closed_on=row.closed_on,
        place_name=place_name(row),
    )


#: A clock that is stopped has no light any more; the day it fell due stays in the ledger.
_LIGHT = (
    f"CASE CASE WHEN c.state IS NULL OR c.state = 'stopped' THEN 0 ELSE {lights.RANK} END"
    f" WHEN {lights.RED} THEN 'red' WHEN {lights.YELLOW} THEN 'yellow' ELSE 'green' END"
)

SOURCE = TableSource(
    tables="deficiency d JOIN project p ON p.id = d.project_id"
    " JOIN enterprise e ON e.credit_code = p.enterprise LEFT JOIN account o ON o.login = d.owner"
    " JOIN item i ON i.project_id = d.project_id AND i.code = d.item"
    " LEFT JOIN clock c ON c.project_id = d.project_id AND c.item = d.item AND c.kind = 'make_up'"
    f" AND c.round = d.round AND c.subject = d.material{PLACE_TABLE}",
    fields={
        "code": "p.code",
        "title": "p.title",
        "enterprise": "p.enterprise",
        "enterprise_name": "e.name",
        "steward": "p.steward",
        "scenario_id": "p.scenario_id",
        "item": "d.item",
        "department": "i.department",
        "round": "d.round",
        "material": "d.material",
        "state": "d.state",
        "owner": "d.owner",
        "owner_name": "o.name",
        "opened_on": "d.opened_on",
        "due_on": "d.due_on",
        "submitted_on": "d.submitted_on",
        "closed_on": "d.closed_on",
        "light": _LIGHT,
        **PLACE_FIELDS,
    },
    identity=(
        Sort("d.project_id"),
        Sort("d.item", "text"),
        Sort("d.round"),
        Sort("d.material", "text"),
    ),
    sorts={
        "due_on": Sort("d.due_on", "date", nullable=True),
        "opened_on": Sort("d.opened_on", "date", nullable=True),
    },
    kind=Kind.ITEM,
    of="d.item",
    asked_by={"place": OF_PLACE},
    narrows={"text": AMONG},
    read=_read,
    values=lambda asked: lights.at(asked.when),
)
