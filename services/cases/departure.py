"""Somebody leaves, or does something else: what they answered for goes to others (DESIGN, Access).

Closing comes first, so that nothing new is named to them; what cannot be handed over is told, and
the same call takes it up again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from models.cases import commands as c
from models.errors import KaigongError, NotFound
from models.people.actor import SYSTEM, Role
from models.people.security import CONSOLE, Origin
from models.people.security import SecurityEvent as E
from rules.cases.instruments.case_officer import IN_HAND
from rules.formats import parse_credit_code
from services.cases.acts import execute
from services.cases.requirements import check_of_department
from services.ledger.new_projects import steward_on_duty
from services.people.links import void_links
from services.people.security_log import note
from services.people.sessions import end_access
from services.unit_of_work import Database

#: Duties that a refusal lists by name.
LISTED = 10


class StillResponsible(KaigongError):
    template = "login: {login} still answers for {count} items: {items}. Hand them over to somebody with --to, or to the officers of each department in turn with --at-once."
    field = "login"


class StillSteward(KaigongError):
    template = "login: {login} is still the steward of {count} projects: {projects}. Assign another steward to each first."
    field = "login"


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


class NobodyLeft(KaigongError):
    template = "login: {login} is closed, and nobody of {department} is left to answer for {item} of {project}; give somebody an account there, and call this again."
    field = "login"


@dataclass(frozen=True, slots=True)
class Duty:
    """An item that somebody answers for, or whose deficiencies they own."""

    project_id: int
    project: str
    item: str
    department: str


@dataclass(frozen=True, slots=True)
class Duties:
    """Everything that somebody answers for."""

    login: str
    items: tuple[Duty, ...]
    projects: tuple[tuple[int, str], ...]
    """Id and code of the projects whose steward they are."""


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
            _check_named(connection, duties, to)
        connection.execute(_CLOSE, {"login": login})
        end_access(connection, login)
        void_links(connection, login)
        note(connection, E.ACCOUNT_DISABLED, origin, subject=login, duties=len(duties.items))
    _move(database, duties, now, to=to, steward=at_once)
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
            _check_named(connection, duties, to)
        details = {"items": len(duties.items), "to": to}
        note(connection, E.WORK_HANDED_OVER, origin, subject=login, **details)
    _move(database, duties, now, to=to, steward=True)
    return duties.items


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account may do: its role, and for whom."""

    role: Role
    department: str | None = None
    enterprise: str | None = None


def change_rights(database: Database, login: str, rights: Rights, origin: Origin) -> None:
    """Give somebody another role or department. Refused, with a list, while they answer for anything."""
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


def duties_of(connection: Connection, login: str) -> Duties:
    """What somebody answers for: items in hand, and projects as their steward."""
    projects = connection.execute(_STEWARD, {"login": login}).all()
    states = [state.value for state in IN_HAND]
    rows = connection.execute(_DUTIES, {"login": login, "states": states})
    items = tuple(Duty(row.project_id, row.project, row.item, row.department) for row in rows)
    return Duties(login, items, tuple((row.id, row.code) for row in projects))


def _move(
    database: Database, duties: Duties, now: datetime, *, to: str | None, steward: bool
) -> None:
    """Each duty by an act of its own; what nobody is there for is told, and the rest is moved."""
    if steward:
        _assign_stewards(database, duties, now)
    for duty in duties.items:
        with database.reading() as connection:
            officer = to or _next_officer(connection, duty, duties.login)
        if officer is None:
            raise NobodyLeft(
                login=duties.login, department=duty.department, item=duty.item, project=duty.project
            )
        command = c.AssignHandler(item=duty.item, officer=officer, reason=f"{duties.login} left")
        execute(database, duty.project_id, command, SYSTEM, now)


def _assign_stewards(database: Database, duties: Duties, now: datetime) -> None:
    """Each project to the steward on duty with the fewest; raises ``StillSteward`` where there is none."""
    for project_id, _ in duties.projects:
        with database.reading() as connection:
            steward = steward_on_duty(connection, but=duties.login)
        if steward is None:
            raise _still_steward(duties)
        execute(database, project_id, c.AssignSteward(steward=steward), SYSTEM, now)


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
    _check_named(connection, duties_of(connection, login), None)


def _check_named(connection: Connection, duties: Duties, to: str | None) -> None:
    """Refuse what may not simply go to somebody else, and whom it may not go to."""
    if duties.projects:
        raise _still_steward(duties)
    if duties.items and to is None:
        listed = [f"{duty.project} {duty.item}" for duty in duties.items[:LISTED]]
        raise StillResponsible(login=duties.login, count=len(duties.items), items=listed)
    if to is not None:
        for department in {duty.department for duty in duties.items}:
            check_of_department(connection, department, (to,))


def _still_steward(duties: Duties) -> StillSteward:
    codes = [code for _, code in duties.projects]
    return StillSteward(login=duties.login, count=len(codes), projects=codes[:LISTED])


def _next_officer(connection: Connection, duty: Duty, but: str) -> str | None:
    """The officer whose turn it is: a handler where there is one, else whoever else is there."""
    there = connection.execute(_OFFICERS, {"department": duty.department, "but": but}).all()
    handlers = [row.login for row in there if row.role == "handler"]
    pool = handlers or [row.login for row in there]
    return pool[duty.project_id % len(pool)] if pool else None


_KNOWN = text("SELECT role FROM account WHERE login = :login FOR UPDATE")
_OTHERS = text(
    "SELECT count(*) FROM account WHERE role = 'administrator' AND active AND login <> :login"
)
_CLOSE = text("UPDATE account SET active = false WHERE login = :login")
_STEWARD = text(
    "SELECT id, code FROM project WHERE steward = :login AND state = 'active' ORDER BY code"
)
_DUTIES = text(
    "SELECT i.project_id, p.code AS project, i.code AS item, i.department FROM item i"
    " JOIN project p ON p.id = i.project_id AND p.state = 'active'"
    " WHERE i.state = ANY(:states) AND (i.handler = :login OR EXISTS (SELECT FROM deficiency d"
    " WHERE d.project_id = i.project_id AND d.item = i.code AND d.round = i.round"
    " AND d.owner = :login AND d.state IN ('open', 'submitted'))) ORDER BY p.code, i.code"
)
_OFFICERS = text(
    "SELECT login, role FROM account WHERE department = :department AND active AND login <> :but"
    " AND role IN ('handler', 'approver', 'department_head') ORDER BY login"
)
_CHANGE = text(
    "UPDATE account SET role = :role, department = :department,"
    " enterprise = CASE WHEN :role = 'applicant' THEN CAST(:enterprise AS text) END"
    " WHERE login = :login"
)
