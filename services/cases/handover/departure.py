"""Somebody leaves, or does something else: what they answered for goes to others (DESIGN, Access).

One act: the account is closed and all that it answered for is moved in one transaction, so that no
project is ever without a steward. An item for which nobody of the department is left stays where it
is, which is told; the same call takes it up again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from models.errors import KaigongError, NotFound
from models.people.actor import Role
from models.people.security import CONSOLE, Origin
from models.people.security import SecurityEvent as E
from rules.cases.context import ZONE
from rules.formats import parse_credit_code
from services.cases.handover.duties import Duty, check_named, duties_of, move, tell_left
from services.people.links import void_links
from services.people.powers.separation import check_role
from services.people.security_log import note
from services.people.sessions import end_access
from services.unit_of_work import Database


class OwnAccount(KaigongError):
    template = "login: {login} is your own account; another administrator does this."
    field = "login"


class LastAdministrator(KaigongError):
    template = "login: {login} is the last administrator; invite another one first."
    field = "login"


class RoleNeedsDepartment(KaigongError):
    template = "department: an officer belongs to a department; choose one."
    field = "department"


class RoleNeedsEnterprise(KaigongError):
    template = "enterprise: an applicant acts for one enterprise; give its credit code."
    field = "enterprise"


def disable_account(
    database: Database,
    login: str,
    now: datetime,
    *,
    to: str | None = None,
    at_once: bool = False,
    origin: Origin = CONSOLE,
) -> tuple[Duty, ...]:
    """Close an account; answers what was handed over. Refuses, with a list, while somebody answers
    for anything and nobody is named to take it. At once it is closed whatever they answer for.
    """
    with database.transaction() as connection:
        check_may_change(connection, login, origin)
        duties = duties_of(connection, login)
        if not at_once:
            check_named(connection, duties, to)
        connection.execute(_CLOSE, {"login": login})
        end_access(connection, login)
        void_links(connection, login)
        note(connection, E.ACCOUNT_DISABLED, origin, subject=login, duties=len(duties.items))
        left = move(connection, duties, now, to=to)
    tell_left(login, left)
    return duties.items


def hand_over(
    database: Database,
    login: str,
    now: datetime,
    *,
    to: str | None = None,
    origin: Origin = CONSOLE,
) -> tuple[Duty, ...]:
    """Hand what somebody answers for to a named colleague, or to their department's officers in turn.

    The account stays open: somebody changes their post, or is away for long.
    """
    with database.transaction() as connection:
        _lock(connection, login)
        duties = duties_of(connection, login)
        if to is not None:
            check_named(connection, duties, to)
        details = {"items": len(duties.items), "to": to}
        note(connection, E.WORK_HANDED_OVER, origin, subject=login, **details)
        left = move(connection, duties, now, to=to)
    tell_left(login, left)
    return duties.items


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account may do: its role, and for whom."""

    role: Role
    department: str | None = None
    enterprise: str | None = None


def change_rights(
    database: Database, login: str, rights: Rights, now: datetime, origin: Origin
) -> None:
    """Give somebody another role or department. Refused, with a list, while they answer for anything, and
    where they have a post that nobody has beside the role (``NotTogether``).
    """
    check_rights(rights)
    values = {
        "login": login,
        "role": rights.role.value,
        "department": rights.department,
        "enterprise": parse_credit_code(rights.enterprise) if rights.enterprise else None,
    }
    with database.transaction() as connection:
        before = check_may_change(connection, login, origin)
        check_nothing_owed(connection, login)
        check_role(connection, login, rights.role, now.astimezone(ZONE).date())
        connection.execute(_CHANGE, values)
        end_access(connection, login)
        details = {"was": before, "role": rights.role.value, "department": rights.department}
        note(connection, E.ROLE_CHANGED, origin, subject=login, **details)


def check_rights(rights: Rights) -> None:
    """Refuse an officer without a department, and an applicant without an enterprise."""
    officers = {Role.HANDLER, Role.APPROVER, Role.DEPARTMENT_HEAD}
    if rights.role in officers and not rights.department:
        raise RoleNeedsDepartment
    if rights.role is Role.APPLICANT and not rights.enterprise:
        raise RoleNeedsEnterprise


def _lock(connection: Connection, login: str) -> str:
    """The role of an account, which nobody changes meanwhile; raises ``NotFound``."""
    role = connection.execute(_KNOWN, {"login": login}).scalar()
    if role is None:
        raise NotFound(field="login", value=login, remedy="Look it up in the list of accounts.")
    return str(role)


def check_may_change(connection: Connection, login: str, origin: Origin) -> str:
    """Nobody changes their own account, nor the last one that could open others; answers its role."""
    role = _lock(connection, login)
    if login == origin.actor:
        raise OwnAccount(login=login)
    if role == Role.ADMINISTRATOR and not connection.execute(_OTHERS, {"login": login}).scalar():
        raise LastAdministrator(login=login)
    return role


def check_nothing_owed(connection: Connection, login: str) -> None:
    """Refuse, with a list, while somebody answers for anything."""
    check_named(connection, duties_of(connection, login), None)


_KNOWN = text("SELECT role FROM account WHERE login = :login FOR UPDATE")
_OTHERS = text(
    "SELECT count(*) FROM account WHERE role = 'administrator' AND active AND login <> :login"
)
_CLOSE = text("UPDATE account SET active = false WHERE login = :login")
_CHANGE = text(
    "UPDATE account SET role = :role, department = :department,"
    " enterprise = CASE WHEN :role = 'applicant' THEN CAST(:enterprise AS text) END"
    " WHERE login = :login"
)
