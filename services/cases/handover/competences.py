"""What is in hand goes to the unit that is competent now, each item by an act of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, text

from models.cases import commands as c
from models.cases.states import ItemState
from models.errors import KaigongError
from models.people.actor import SYSTEM
from models.people.security import Origin
from models.people.security import SecurityEvent as E
from rules.cases.instruments.case_officer import IN_HAND
from services.cases.acts import execute_in_transaction
from services.installation.policy import context_for
from services.ledger.new_projects import officers_of
from services.ledger.store import load
from services.people.powers.competences import Competence, competence_of, competent
from services.people.security_log import note
from services.unit_of_work import Database


class NotInForce(KaigongError):
    template = "number: competence {value} is in force from {from_on} to {to_on}; what is in hand is moved within these days."
    field = "number"


def move_open_work(database: Database, number: int, now: datetime, origin: Origin) -> int:
    """Move every item in hand that an entry is about to its unit; answers how many. All of them, or none.

    Raises ``NotFound`` and ``NotInForce``.
    """
    context = context_for(SYSTEM, now)
    with database.transaction() as connection:
        entry = competence_of(connection, number)
        _check_in_force(entry, context.today)
        rows = _in_hand(connection, entry, context.today)
        reason = entry.document_no or "—"
        command = c.TransferCompetence(item=entry.item, to=entry.office, reason=reason)
        officers = officers_of(connection, [entry.office])
        for project in rows:
            stored = load(connection, project, lock=True)
            known = {**stored.officers, **officers}
            execute_in_transaction(connection, replace(stored, officers=known), command, context)
        moved = {"competence": number, "items": len(rows)}
        note(connection, E.WORK_HANDED_OVER, origin, detail=moved)
    return len(rows)


def _check_in_force(entry: Competence, on: date) -> None:
    if entry.from_on > on or (entry.to_on is not None and entry.to_on <= on):
        raise NotInForce(value=entry.id, from_on=entry.from_on, to_on=entry.to_on or "—")


def _in_hand(connection: Connection, entry: Competence, on: date) -> list[int]:
    """Projects with the item in hand elsewhere, where this entry is the nearest to where they lie."""
    states = [state.value for state in (ItemState.RECEIVED, *sorted(IN_HAND))]
    asked = {"item": entry.item, "office": entry.office, "states": states}
    rows = connection.execute(_IN_HAND, asked).all()
    places = {row.place for row in rows}
    there = {place: competent(connection, place, on).get(entry.item) for place in places}
    return [row.project_id for row in rows if there[row.place] == entry.office]


_IN_HAND = text(
    "SELECT i.project_id, p.place FROM item i JOIN project p ON p.id = i.project_id"
    " AND p.state = 'active' AND p.place IS NOT NULL"
    " WHERE i.code = :item AND i.department <> :office AND i.state = ANY(:states)"
    " ORDER BY i.project_id"
)
