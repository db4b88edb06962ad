"""Who accompanies a project, chosen from the people who are there (:mod:`rules.cases.stewards`)."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from sqlalchemy import Connection, text

from config.texts import Word
from models.cases.stewardship import Assignment, Basis, Candidate
from models.people.actor import Role
from rules.cases.stewards import choose
from services.unit_of_work import UnknownSteward

#: Whoever names stewards by rule holds it: loads are read after those before are written.
TURN = 4_203_374


def steward_by_rule(
    connection: Connection, weight: int, now: datetime, *, but: str = ""
) -> Assignment:
    """The steward of a project of some weight, another one than ``but``.

    Raises ``NobodyAccompanies``. Nobody else is named meanwhile, to the end of the transaction.
    """
    connection.execute(_TAKE_TURN)
    rows = connection.execute(_POOL, {"but": but, "now": now})
    pool = [
        Candidate(
            row.login,
            int(row.load),
            row.projects,
            row.last_at,
            Fraction(1),
            last_resort=row.role != Role.PROJECT_STEWARD,
        )
        for row in rows
    ]
    return choose(pool, weight, Word("this district"))


def named_steward(
    connection: Connection, login: str, weight: int, basis: Basis = Basis.APPOINTED
) -> Assignment:
    """Whoever is named, where they are a steward. Raises ``UnknownSteward``."""
    check_steward(connection, login)
    return Assignment(login, basis, weight)


def check_steward(connection: Connection, login: str, basis: Basis = Basis.APPOINTED) -> None:
    """Refuse a login that is no steward on duty; as a last resort an administrator is one."""
    role = connection.execute(_ROLE, {"login": login}).scalar()
    if role not in (Role.PROJECT_STEWARD, *_OTHERS.get(basis, ())):
        raise UnknownSteward(value=login)


_TAKE_TURN = text(f"SELECT pg_advisory_xact_lock({TURN})")
#: Who has projects for which no steward is on duty.
_OTHERS = {Basis.LAST_RESORT: (Role.ADMINISTRATOR,)}
_ROLE = text("SELECT role FROM account WHERE login = :login AND active")
_POOL = text(
    "SELECT a.login, a.role, COALESCE(sum(s.weight), 0) AS load, count(s.seq) AS projects,"
    " (SELECT max(l.from_at) FROM steward_span l WHERE l.steward = a.login AND l.basis = 'rule')"
    " AS last_at FROM account a"
    " LEFT JOIN steward_span s ON s.steward = a.login AND s.to_at = 'infinity'"
    " WHERE a.role IN ('project_steward', 'administrator') AND a.active AND a.login <> :but"
    " GROUP BY a.login, a.role"
)
