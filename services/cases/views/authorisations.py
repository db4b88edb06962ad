"""Who acts for which enterprise: the authorisations somebody may see, and those that are missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text

from models.cases.agency import AgentKind, AuthorisationState
from models.people.actor import Actor, Role
from rules.cases.declarations.roles import AGENTS
from services.people.visibility import Kind, scope
from services.unit_of_work import Database

PAGE_SIZE = 200
#: Who has the list of what is missing: whoever is asked for it, and whoever sees to it.
SEES_MISSING = frozenset({Role.APPLICANT, Role.PROJECT_STEWARD, Role.ADMINISTRATOR, Role.LEADER})


@dataclass(frozen=True, slots=True)
class AuthorisationRow:
    """An authorisation in the list of somebody who may see it."""

    project: str
    title: str
    enterprise: str
    enterprise_name: str
    number: int
    agent: str
    agent_name: str | None
    kind: AgentKind
    organisation: str | None
    state: AuthorisationState
    acts: tuple[str, ...]
    """What the agent may do, by name."""
    items: tuple[str, ...]
    """Codes of items; empty: the whole project."""
    valid_from: date
    valid_until: date
    accepted_on: date | None


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A running project whose steward has no authorisation that holds or waits for them."""

    project: str
    title: str
    enterprise: str
    enterprise_name: str
    steward: str
    steward_name: str | None
    acts: int
    """What the steward did for the enterprise so far without one."""
    last_on: date | None
    """When that was last."""


def authorisations(
    database: Database, viewer: Actor, *, closed: bool = False, limit: int = PAGE_SIZE
) -> tuple[AuthorisationRow, ...]:
    """The authorisations in the projects that someone may see, what ends first on top; an agent or a
    steward sees their own alone. With ``closed`` also those that are over. One query.
    """
    seen, values = scope(viewer, Kind.AUTHORISATION, "z")
    # Of agents the list is the one of those for whom they may act.
    own = "z.agent = :own" if viewer.role in AGENTS else "true"
    query = text(_LIST.format(seen=f"({seen}) AND {own}"))
    with database.reading() as connection:
        rows = connection.execute(
            query, {**values, "own": viewer.login, "closed": closed, "limit": limit}
        )
        return tuple(_row(row) for row in rows)


def missing(database: Database, viewer: Actor, *, limit: int = PAGE_SIZE) -> tuple[MissingRow, ...]:
    """The running projects that someone may see whose steward lacks an authorisation. One query.

    Empty for whoever is neither asked for it nor sees to it.
    """
    if viewer.role not in SEES_MISSING | {Role.SYSTEM}:
        return ()
    seen, values = scope(viewer)
    query = text(_MISSING.format(seen=seen))
    with database.reading() as connection:
        rows = connection.execute(query, {**values, "limit": limit})
        return tuple(MissingRow(*row) for row in rows)


def _row(row: Row[Any]) -> AuthorisationRow:
    return AuthorisationRow(
        project=row.code,
        title=row.title,
        enterprise=row.enterprise,
        enterprise_name=row.enterprise_name,
        number=row.number,
        agent=row.agent,
        agent_name=row.agent_name,
        kind=AgentKind(row.kind),
        organisation=row.organisation,
        state=AuthorisationState(row.state),
        acts=tuple(row.acts),
        items=tuple(row.items),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        accepted_on=row.accepted_on,
    )


_LIST = (
    "SELECT p.code, p.title, p.enterprise, e.name AS enterprise_name, z.number, z.agent,"
    " a.name AS agent_name, z.kind, z.organisation, z.state, z.acts, z.items, z.valid_from,"
    " z.valid_until, z.accepted_on FROM agency_authorisation z"
    " JOIN project p ON p.id = z.project_id JOIN enterprise e ON e.credit_code = p.enterprise"
    " LEFT JOIN account a ON a.login = z.agent"
    " WHERE {seen} AND (:closed OR z.state IN ('signed', 'active', 'suspended'))"
    " ORDER BY z.state IN ('signed', 'active', 'suspended') DESC, z.valid_until, p.code, z.number LIMIT :limit"
)
_MISSING = (
    "SELECT p.code, p.title, p.enterprise, e.name, p.steward, a.name, count(d.number),"
    " max(d.acted_on) FROM project p JOIN enterprise e ON e.credit_code = p.enterprise"
    " LEFT JOIN account a ON a.login = p.steward"
    " LEFT JOIN agent_act d ON d.project_id = p.id AND d.agent = p.steward"
    " AND d.authorisation IS NULL"
    " WHERE {seen} AND p.state = 'active' AND p.steward IS NOT NULL AND NOT EXISTS ("
    "SELECT FROM agency_authorisation z WHERE z.project_id = p.id AND z.agent = p.steward"
    " AND z.state IN ('signed', 'active', 'suspended'))"
    " GROUP BY p.id, e.name, a.name ORDER BY count(d.number) DESC, p.code LIMIT :limit"
)
