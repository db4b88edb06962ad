"""Authorisations of agents that are over or soon will be: found by index, told once, ended by rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, text

from models.cases import commands as c
from models.cases.agency import LIVE, AuthorisationFacts, AuthorisationState
from models.people.actor import Role
from rules.cases.context import Context
from rules.cases.instruments.agency import is_near
from services.cases.acts import execute_in_transaction
from services.ledger.store import load
from services.unit_of_work import Database


class DueAuthorisation(NamedTuple):
    """An authorisation of an active project with which time has something to do."""

    project_id: int
    code: str
    """Of the project."""
    number: int
    agent_left: bool
    """Whether the agent has no account, or another post, any more."""
    closed: bool
    """Whether the agent's account is closed for the time being."""


def due_authorisations(connection: Connection, context: Context) -> list[DueAuthorisation]:
    """What is over, what soon will be and was not told, and whose agent is none any more."""
    days = context.policy.agency.warned_before
    values = {
        "today": context.today,
        "near": context.calendar.add_working_days(context.today, days),
    }
    return [DueAuthorisation(*row) for row in connection.execute(_DUE, values)]


def act_on(database: Database, due: DueAuthorisation, context: Context) -> bool:
    """End, suspend or resume an authorisation, or warn of its end; ``False`` when somebody acted meanwhile."""
    with database.transaction() as connection:
        stored = load(connection, due.project_id, lock=True)
        commands = tuple(_commands(stored.facts.authorisations.get(due.number), due, context))
        for command in commands:
            stored, _ = execute_in_transaction(connection, stored, command, context)
        return bool(commands)


def _commands(
    given: AuthorisationFacts | None, due: DueAuthorisation, context: Context
) -> Iterator[c.ProjectCommand]:
    if given is None or given.state not in LIVE:
        return
    if due.agent_left or context.today > given.valid_until:
        yield c.EndAuthorisation(number=due.number, agent_left=due.agent_left)
    elif due.closed and given.state is AuthorisationState.ACTIVE:
        yield c.SuspendAuthorisation(number=due.number)
    elif not due.closed and given.state is AuthorisationState.SUSPENDED:
        yield c.ResumeAuthorisation(number=due.number)
    elif given.warned_on is None and is_near(given, context):
        yield c.WarnOfAuthorisation(number=due.number)


#: A steward is one by role, other agents too: whoever has another role now has left the post.
_LEFT = (
    "(a.login IS NULL OR a.role <> CASE z.kind WHEN 'steward'"
    f" THEN '{Role.PROJECT_STEWARD}' ELSE '{Role.AGENT}' END)"
)
_DUE = text(
    f"SELECT z.project_id, p.code, z.number, {_LEFT}, NOT coalesce(a.active, false)"  # noqa: S608
    " FROM agency_authorisation z"
    " JOIN project p ON p.id = z.project_id AND p.state = 'active'"
    " LEFT JOIN account a ON a.login = z.agent"
    f" WHERE z.state IN ('signed', 'active', 'suspended') AND (z.valid_until < :today OR {_LEFT}"
    " OR (z.state = 'active' AND NOT a.active) OR (z.state = 'suspended' AND a.active)"
    " OR (z.warned_on IS NULL AND z.valid_until <= :near))"
    " ORDER BY z.project_id, z.number"
)
