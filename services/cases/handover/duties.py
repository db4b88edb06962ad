"""What somebody answers for, and how it goes to others: their projects as steward, their items in hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from models.cases import commands as c
from models.cases.stewardship import Assignment, Basis
from models.errors import KaigongError
from models.people.actor import SYSTEM
from rules.cases.instruments.case_officer import IN_HAND
from services.cases.acts import execute_in_transaction
from services.cases.requirements import check_of_department
from services.installation.policy import context_for
from services.ledger.store import load
from services.people.stewards import check_steward, steward_by_rule

#: Duties that a refusal lists by name.
LISTED = 10


class StillResponsible(KaigongError):
    template = "login: {login} still answers for {count} items: {items}. Hand them over to somebody with --to, or to the officers of each department in turn with --at-once."
    field = "login"


class StillSteward(KaigongError):
    template = "login: {login} is still the steward of {count} projects: {projects}. Assign another steward to each first."
    field = "login"


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


def duties_of(connection: Connection, login: str) -> Duties:
    """What somebody answers for: items in hand, and projects as their steward."""
    projects = steward_duties(connection, login)
    states = [state.value for state in IN_HAND]
    rows = connection.execute(_DUTIES, {"login": login, "states": states})
    items = tuple(Duty(row.project_id, row.project, row.item, row.department) for row in rows)
    return Duties(login, items, projects)


def steward_duties(connection: Connection, login: str) -> tuple[tuple[int, str], ...]:
    """Id and code of the projects whose steward somebody is."""
    rows = connection.execute(_STEWARD, {"login": login})
    return tuple((row.id, row.code) for row in rows)


def move(
    connection: Connection, duties: Duties, now: datetime, *, to: str | None
) -> tuple[Duty, ...]:
    """Each duty by an act of its own, projects first; answers the items that nobody is there for."""
    context = context_for(SYSTEM, now)
    for project_id, _ in duties.projects:
        stored = load(connection, project_id, lock=True)
        weight = context.policy.steward_weight(stored.facts.scenario.key)
        if to is None:
            facts = stored.facts
            named = steward_by_rule(
                connection,
                weight,
                now,
                facts.place,
                but=duties.login,
                kind=facts.scenario.key,
                enterprise=facts.enterprise,
            )
        else:
            named = Assignment(to, Basis.APPOINTED)
        command = c.AssignSteward(steward=named.steward, basis=named.basis)
        execute_in_transaction(connection, stored, command, context)
    named_to = [
        (duty, to or _next_officer(connection, duty, duties.login)) for duty in duties.items
    ]
    for duty, officer in named_to:
        if officer is not None:
            stored = load(connection, duty.project_id, lock=True)
            taken = c.AssignHandler(item=duty.item, officer=officer, reason=f"{duties.login} left")
            execute_in_transaction(connection, stored, taken, context)
    return tuple(duty for duty, officer in named_to if officer is None)


def tell_left(login: str, left: tuple[Duty, ...]) -> None:
    """Raise ``NobodyLeft`` for what stayed where it was."""
    for duty in left[:1]:
        raise NobodyLeft(
            login=login, department=duty.department, item=duty.item, project=duty.project
        )


def check_named(connection: Connection, duties: Duties, to: str | None) -> None:
    """Refuse what may not simply go to somebody else, and whom it may not go to."""
    if duties.projects and to is None:
        raise _still_steward(duties)
    if duties.projects and to is not None:
        check_steward(connection, to)
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
