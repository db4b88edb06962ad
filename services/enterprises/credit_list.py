"""The credit record of every enterprise, for those who watch over it and those who may lift an entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from config.texts import ACT, Word
from models.enterprises.credit import CreditEntry, CreditKind, CreditState
from models.people.actor import Actor, Role
from models.scenarios.definition import ScenarioDefinition, Text
from rules.cases.permissions import RoleMayNotAct
from services.enterprises.credit import APPEALED
from services.people.visibility import Kind, readers, scope
from services.scenarios.published import definition
from services.unit_of_work import Database
from services.wording.names import item_name, left_out

PAGE_SIZE = 100
#: Who may open it at all.
READERS = readers(Kind.CREDIT) - {Role.SYSTEM}


@dataclass(frozen=True, slots=True)
class CreditRow:
    """One entry, with enterprise, project and item by name."""

    entry: CreditEntry
    enterprise_name: str
    project: str
    title: str
    item_name: Text
    left_out: tuple[Text, ...]
    """The papers that were not made good, where time itself voided the approval."""
    liftable: bool
    """Whether the viewer may repair or correct it."""


def credit_list(
    database: Database, viewer: Actor, *, limit: int, offset: int = 0
) -> tuple[CreditRow, ...]:
    """The entries about items that the viewer may see, the latest first.

    One query, and one for each scenario that was not read yet. Refused to other roles than
    ``READERS``.
    """
    if viewer.role not in READERS:
        roles = sorted(READERS)
        raise RoleMayNotAct(actor=viewer.login, act=Word("see_credit_record", ACT), roles=roles)
    visible, values = scope(viewer, Kind.CREDIT, "c.item")
    params = {**values, "limit": limit, "offset": offset}
    with database.reading() as connection:
        rows = connection.execute(text(_LINES.format(seen=visible)), params).all()
        scenarios = {
            number: definition(connection, number) for number in {row.scenario_id for row in rows}
        }
    return tuple(_line(row, scenarios[row.scenario_id], viewer) for row in rows)


@dataclass(frozen=True, slots=True)
class CreditPage:
    """One page of the credit record."""

    rows: tuple[CreditRow, ...]
    number: int
    more: bool
    """Whether another page follows."""


def credit_page(database: Database, viewer: Actor, number: int) -> CreditPage:
    """A page of the record, counted from 1; refused to other roles than ``READERS``. One query."""
    lines = credit_list(database, viewer, limit=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE)
    return CreditPage(lines[:PAGE_SIZE], number, len(lines) > PAGE_SIZE)


def _line(row: Row[Any], scenario: ScenarioDefinition, viewer: Actor) -> CreditRow:
    entry = CreditEntry(
        id=row.id,
        enterprise=row.enterprise,
        kind=CreditKind(row.kind),
        project_id=row.project_id,
        item=row.item,
        round=row.round,
        entered_on=row.entered_on,
        until=row.until,
        reason=row.reason,
        state=CreditState(row.state),
        closes=row.closes,
        appealed=row.appealed,
    )
    head = viewer.role is Role.DEPARTMENT_HEAD and viewer.department == row.department
    return CreditRow(
        entry=entry,
        enterprise_name=row.enterprise_name,
        project=row.code,
        title=row.title,
        item_name=item_name(scenario, row.item),
        left_out=left_out(scenario, row.reason),
        liftable=head and entry.state is CreditState.OPEN,
    )


_LINES = (
    "SELECT c.id, c.enterprise, c.kind, c.project_id, c.item, c.round, c.entered_on, c.until,"  # noqa: S608
    " c.reason, c.state, c.closes, e.name AS enterprise_name, p.code, p.title, p.scenario_id,"
    f" i.department, {APPEALED.replace('credit_entry', 'c')} AS appealed"
    " FROM credit_entry c JOIN project p ON p.id = c.project_id"
    " JOIN enterprise e ON e.credit_code = c.enterprise"
    " JOIN item i ON i.project_id = c.project_id AND i.code = c.item"
    " WHERE ({seen}) ORDER BY c.id DESC LIMIT :limit OFFSET :offset"
)
