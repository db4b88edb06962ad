"""Absences 离岗: written down, cut short, and who acts for whom at an instant (:mod:`rules.people.absences`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from models.errors import NotFound
from models.people.organisation import AbsenceKind, Away, NewAbsence
from models.people.security import CONSOLE, Origin
from models.people.security import SecurityEvent as E
from models.tables import absence as absence_table
from rules.people.absences import acting_for, check_absence, stood_in_for
from services.people.accounts import Account
from services.people.organisation import check_account
from services.people.security_log import note
from services.seals import sealed
from services.unit_of_work import Database

#: Nobody else writes an absence meanwhile: circles are looked for among all.
TURN = 4_203_375


@dataclass(frozen=True, slots=True)
class Absence:
    """An absence as a list shows it."""

    id: int
    login: str
    name: str
    substitute: str
    substitute_name: str
    from_at: datetime
    to_at: datetime
    kind: AbsenceKind


def record_absence(
    database: Database, absence: NewAbsence, now: datetime, origin: Origin = CONSOLE
) -> int:
    """Write down that somebody will be away, and who acts for them; answers its number.

    Raises ``NotFound`` for people who are not there, and whatever
    :func:`rules.people.absences.check_absence` refuses.
    """
    with database.transaction() as connection:
        take_turn(connection)
        check_people(connection, absence)
        away = Away(absence.login, absence.substitute, absence.from_at, absence.to_at)
        check_absence(away, not_over(connection, now), now)
        return write_absence(connection, absence, origin)


def take_turn(connection: Connection) -> None:
    """Nobody else writes an absence, to the end of the transaction."""
    connection.execute(_TAKE_TURN)


def check_people(connection: Connection, absence: NewAbsence) -> None:
    """Refuse an absence of nobody, and a substitute who is not there."""
    check_account(connection, "login", absence.login)
    check_account(connection, "substitute", absence.substitute)


def not_over(connection: Connection, now: datetime) -> list[Away]:
    """Every absence that is going on or still to come."""
    return [Away(*row) for row in connection.execute(_NOT_OVER, {"now": now})]


def write_absence(connection: Connection, absence: NewAbsence, origin: Origin) -> int:
    """Write an absence that was checked, in the caller's transaction."""
    values = absence.model_dump() | {"kind": absence.kind.value, "by": origin.actor}
    number = int(connection.execute(_RECORD, values).scalar_one())
    details = absence.model_dump(mode="json", exclude={"login", "kind"})
    note(connection, E.ADMINISTRATOR_ACT, origin, subject=absence.login, absence=number, **details)
    return number


def end_absence(database: Database, number: int, now: datetime, origin: Origin = CONSOLE) -> None:
    """Somebody is back before the end, or does not go: from now on they act themselves again."""
    with database.transaction() as connection:
        row = connection.execute(_CUT, {"id": number, "now": now}).one_or_none()
        if row is None:
            remedy = "Look it up in 'kaigong absence list'; one that is over is not ended again."
            raise NotFound(field="absence", value=number, remedy=remedy)
        note(connection, E.ADMINISTRATOR_ACT, origin, subject=row.login, absence=number, to_at=now)


def absences(database: Database, now: datetime) -> tuple[Absence, ...]:
    """Who is away now or will be, the nearest first."""
    with database.reading() as connection:
        rows = connection.execute(_LIST, {"now": now}).mappings()
        return tuple(Absence(**{**row, "kind": AbsenceKind(row["kind"])}) for row in rows)


def away_at(connection: Connection, now: datetime) -> dict[str, Away]:
    """Login → the absence that somebody is in."""
    return read_away(connection.execute(text(f"SELECT {AWAY}"), {"now": now}).scalar())


def acting_at(connection: Connection, now: datetime) -> dict[str, str | None]:
    """Login of each person who is away → who acts for them; ``None`` where nobody does."""
    away = away_at(connection, now)
    return {login: acting_for(login, away) for login in away}


def read_away(rows: Iterable[Mapping[str, Any]] | None) -> dict[str, Away]:
    """The same from the value of :data:`AWAY`."""
    read = (
        Away(
            row["login"],
            row["substitute"],
            datetime.fromisoformat(row["from_at"]),
            datetime.fromisoformat(row["to_at"]),
            row["there"],
        )
        for row in rows or ()
    )
    return {absence.login: absence for absence in read}


def with_deputyship(account: Account, rows: Iterable[Mapping[str, Any]] | None) -> Account:
    """An account with those for whom its person acts, from the value of :data:`AWAY`."""
    if not rows:
        return account
    return replace(account, stands_in_for=stood_in_for(account.login, read_away(rows).values()))


#: Every absence of the instant ``:now``, as one JSON array.
AWAY = (
    "(SELECT json_agg(json_build_object('login', w.login, 'substitute', w.substitute,"
    " 'from_at', w.from_at, 'to_at', w.to_at, 'there', s.active)) FROM absence w"
    " JOIN account s ON s.login = w.substitute WHERE w.from_at <= :now AND :now < w.to_at)"
)
_TAKE_TURN = text(f"SELECT pg_advisory_xact_lock({TURN})")
_NOT_OVER = text("SELECT login, substitute, from_at, to_at FROM absence WHERE to_at > :now")
_RECORD = sealed(
    absence_table,
    "INSERT INTO absence (login, from_at, to_at, substitute, kind, entered_by)"
    " VALUES (:login, :from_at, :to_at, :substitute, :kind, :by)",
    "t.id",
)
_CUT = sealed(
    absence_table,
    "UPDATE absence SET to_at = greatest(CAST(:now AS timestamptz), from_at)"
    " WHERE id = :id AND to_at > :now",
    "t.login",
)
_LIST = text(
    "SELECT w.id, w.login, a.name, w.substitute, s.name AS substitute_name, w.from_at, w.to_at,"
    " w.kind FROM absence w JOIN account a ON a.login = w.login"
    " JOIN account s ON s.login = w.substitute WHERE w.to_at > :now ORDER BY w.from_at, w.id"
)
