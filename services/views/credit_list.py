"""The credit record of every enterprise, for those who watch over it and those who may lift an entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from models.actor import Actor, Role
from models.credit import CreditEntry, CreditKind, CreditState
from models.definition import ScenarioDefinition, Text
from rules.permissions import RoleMayNotAct
from services.scenarios import definition
from services.unit_of_work import Database
from services.views.visibility import scope
from services.wording.names import item_name, left_out

READERS = frozenset({Role.ADMINISTRATOR, Role.DEPARTMENT_HEAD, Role.LEADER})


@dataclass(frozen=True, slots=True)
class CreditLine:
    """One entry, with the names of what it is about."""

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
) -> tuple[CreditLine, ...]:
    """The entries in projects that the viewer may see, the latest first.

    One query, and one for each scenario that was not read yet. Refused to other roles than
    ``READERS``.
    """
    if viewer.role not in READERS:
        roles = sorted(role.value for role in READERS)
        raise RoleMayNotAct(actor=viewer.login, act="see_credit_record", roles=roles)
    seen, values = scope(viewer)
    asked = {**values, "limit": limit, "offset": offset}
    with database.reading() as connection:
        rows = connection.execute(text(_LINES.format(seen=seen)), asked).all()
        scenarios = {
            number: definition(connection, number) for number in {row.scenario_id for row in rows}
        }
    return tuple(_line(row, scenarios[row.scenario_id], viewer) for row in rows)


def _line(row: Row[Any], scenario: ScenarioDefinition, viewer: Actor) -> CreditLine:
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
    )
    head = viewer.role is Role.DEPARTMENT_HEAD and viewer.department == row.department
    return CreditLine(
        entry=entry,
        enterprise_name=row.enterprise_name,
        project=row.code,
        title=row.title,
        item_name=item_name(scenario, row.item),
        left_out=left_out(scenario, row.reason),
        liftable=head and entry.state is CreditState.OPEN,
    )


_LINES = (
    "SELECT c.id, c.enterprise, c.kind, c.project_id, c.item, c.round, c.entered_on, c.until,"
    " c.reason, c.state, c.closes, e.name AS enterprise_name, p.code, p.title, p.scenario_id,"
    " i.department FROM credit_entry c JOIN project p ON p.id = c.project_id"
    " JOIN enterprise e ON e.credit_code = c.enterprise"
    " JOIN item i ON i.project_id = c.project_id AND i.code = c.item"
    " WHERE ({seen}) ORDER BY c.id DESC LIMIT :limit OFFSET :offset"
)
