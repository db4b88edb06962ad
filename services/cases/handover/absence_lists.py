"""Hand-over lists of absences, at their beginning and their end, and warnings of lists that are not signed.

The deputy acts from the instant of the absence on and the steward from that of its end, whenever this runs:
who acts is read from the absences (:mod:`rules.people.absences`); here only the lists are drawn up.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, text

from models.people.handover import HandoverCause
from models.tables import handover
from rules.cases.context import Context
from rules.people.absences import acting_for, stood_in_for
from services.cases.handover.lists import add_project, list_of, tell
from services.ledger.store import load
from services.people.absences import away_at
from services.seals import sealed
from services.unit_of_work import Database


def hand_over_absences(database: Database, context: Context) -> int:
    """Draw up the lists of absences that have begun, and of those that are over; how many."""
    with database.reading() as connection:
        begun = connection.execute(_BEGUN, {"now": context.now}).all()
        ended = connection.execute(_ENDED, {"now": context.now}).all()
    return sum(
        _draw_up(database, row, cause, context)
        for cause, rows in ((HandoverCause.ABSENCE, begun), (HandoverCause.RETURN, ended))
        for row in rows
    )


def _draw_up(database: Database, row: Row[Any], cause: HandoverCause, context: Context) -> bool:
    """One list; ``False`` where nobody acts, nothing is there, or another process was first."""
    with database.transaction() as connection:
        if connection.execute(_TURN, {"id": row.id, "cause": cause.value}).scalar() is None:
            return False
        sides, covered = _sides(connection, row, cause, context)
        projects = connection.execute(_PROJECTS, {"stewards": sorted(covered)}).scalars().all()
        if sides is None or not projects:
            return False
        number = list_of(connection, sides, cause, context, row.id)
        for project in projects:
            add_project(connection, number, load(connection, project).facts)
    return True


def _sides(
    connection: Connection, row: Row[Any], cause: HandoverCause, context: Context
) -> tuple[tuple[str, str] | None, frozenset[str]]:
    """Who gives to whom, and whose projects: those of the person, and those whose deputy they are."""
    away = away_at(connection, context.now)
    others = [absence for absence in away.values() if absence.login != row.login]
    covered = frozenset({row.login}) | stood_in_for(row.login, others)
    if cause is HandoverCause.RETURN:
        there = row.login not in away and row.deputy != row.login
        return ((row.deputy, row.login) if there else None), covered
    acting = acting_for(row.login, away)
    return ((row.login, acting) if acting not in (None, row.login) else None), covered


def warn_of_unsigned(database: Database, context: Context) -> int:
    """Tell both sides and leaders, once, of lists that are not signed in time; how many there are."""
    with database.transaction() as connection:
        late = connection.execute(_LATE, {"today": context.today}).all()
        for row in late:
            audiences = ["leader"]
            audiences += (
                [f"person:{row.giver}"] if row.giver_signed_at is None and row.active else []
            )
            audiences += [f"person:{row.receiver}"] if row.receiver_signed_at is None else []
            for audience in audiences:
                tell(connection, audience, "handover_unsigned", row.id, context.now, row.sign_by)
        connection.execute(_WARNED, {"ids": [row.id for row in late], "today": context.today})
    return len(late)


_BEGUN = text(
    "SELECT w.id, w.login, w.substitute AS deputy FROM absence w"
    " WHERE w.from_at <= :now AND :now < w.to_at"
    " AND NOT EXISTS (SELECT FROM handover h WHERE h.absence = w.id)"
    " AND EXISTS (SELECT FROM project p WHERE p.steward = w.login AND p.state = 'active')"
    " ORDER BY w.id"
)
_ENDED = text(
    "SELECT w.id, w.login, h.receiver AS deputy FROM absence w"
    " JOIN handover h ON h.absence = w.id AND h.cause = 'absence' WHERE w.to_at <= :now"
    " AND NOT EXISTS (SELECT FROM handover r WHERE r.absence = w.id AND r.cause = 'return')"
    " ORDER BY w.id"
)
_TURN = text(
    "SELECT w.id FROM absence w WHERE w.id = :id"
    " AND NOT EXISTS (SELECT FROM handover h WHERE h.absence = w.id AND h.cause = :cause)"
    " FOR UPDATE"
)
_PROJECTS = text(
    "SELECT id FROM project WHERE steward = ANY(:stewards) AND state = 'active' ORDER BY id"
)
_LATE = text(
    "SELECT h.id, h.giver, h.receiver, h.sign_by, h.giver_signed_at, h.receiver_signed_at, g.active"
    " FROM handover h JOIN account g ON g.login = h.giver"
    " WHERE (h.giver_signed_at IS NULL OR h.receiver_signed_at IS NULL)"
    " AND h.sign_by < :today AND h.warned_on IS NULL ORDER BY h.id FOR UPDATE OF h SKIP LOCKED"
)
_WARNED = sealed(handover, "UPDATE handover SET warned_on = :today WHERE id = ANY(:ids)")
