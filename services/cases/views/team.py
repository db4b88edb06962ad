"""Who accompanies a project and why, and its team 1 + 1 + N (``domain/stewards`` 2.7).

One steward, one contact of the enterprise, and the departments that have something to do about an item that
is not concluded, each with its liaison and its case officers: all of it derived, so that it follows the items.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from models.cases.consultation import ConsultationState
from models.cases.facts import ProjectFacts
from models.cases.states import FINISHED
from models.cases.stewardship import AssignmentRule, Basis, Reason
from models.cases.supervision import SupervisionState
from models.values import Text
from services.people.absences import acting_at


@dataclass(frozen=True, slots=True)
class Accompanies:
    """The steward of a project, since when and why."""

    login: str
    name: str
    since: datetime
    basis: Basis
    weight: int
    reasons: tuple[Reason, ...]
    """Step by step, where the rule found them."""
    deputy: str | None
    """Name of who acts for them while they are away."""


@dataclass(frozen=True, slots=True)
class Member:
    """A department in the team, with its people."""

    department: str
    name: Text
    items: tuple[str, ...]
    """Codes of the items for which it is there."""
    officers: tuple[str, ...]
    """Names of the case officers of these items."""
    liaisons: tuple[str, ...]
    """Names of its liaison officers 联络员."""


@dataclass(frozen=True, slots=True)
class Team:
    """The team of a project."""

    steward: Accompanies | None
    contact: str | None
    """Name of the enterprise's contact: whoever registered for it, else its first account."""
    members: tuple[Member, ...]


def team_of(connection: Connection, facts: ProjectFacts, now: datetime) -> Team:
    """The team as it is now, in three queries."""
    items = _items_of_departments(facts)
    logins = {facts.items[code].handler for codes in items.values() for code in codes}
    values = {
        "project": facts.id,
        "enterprise": facts.enterprise,
        "departments": sorted(items),
        "logins": sorted(login for login in logins if login),
    }
    row = connection.execute(_TEAM, values).one()
    names: Mapping[str, str] = row.names or {}
    deputy = acting_at(connection, now).get(facts.steward or "")
    liaisons: Mapping[str, list[str]] = row.liaisons or {}
    members = tuple(
        Member(
            department,
            facts.scenario.department[department].name
            if department in facts.scenario.department
            else Text(zh=department, en=department),
            tuple(codes),
            tuple(sorted({names.get(o, o) for code in codes if (o := facts.items[code].handler)})),
            tuple(liaisons.get(department, ())),
        )
        for department, codes in sorted(items.items())
    )
    return Team(_steward(row, deputy), row.contact, members)


def _items_of_departments(facts: ProjectFacts) -> dict[str, list[str]]:
    """Department → the items that are not concluded and that it decides, is asked about or supervises."""
    items: dict[str, list[str]] = {}
    concerned = [(item.department, item.code) for item in facts.items.values()]
    concerned += [
        (asked.department, asked.item)
        for asked in facts.consultations.values()
        if asked.state is ConsultationState.ASKED
    ]
    concerned += [
        (task.department, task.item)
        for task in facts.supervision.values()
        if task.state is SupervisionState.OPEN
    ]
    for department, code in concerned:
        if code in facts.items and facts.items[code].state not in FINISHED:
            known = items.setdefault(department, [])
            known += [code] if code not in known else []
    return items


def _steward(row: Any, deputy: str | None) -> Accompanies | None:
    if row.steward is None:
        return None
    steps = (row.data or {}).get("reasons", ())
    reasons = tuple(Reason(AssignmentRule(rule), before, left) for rule, before, left in steps)
    return Accompanies(
        row.steward, row.name, row.from_at, Basis(row.basis), row.weight, reasons, deputy
    )


_TEAM = text(
    """
SELECT s.steward, a.name, s.from_at, s.basis, s.weight,
  (SELECT e.data FROM case_event e WHERE e.project_id = s.project_id AND e.seq = s.seq) AS data,
  coalesce((SELECT c.name FROM case_event e JOIN account c ON c.login = e.actor AND c.active
      AND c.enterprise = :enterprise WHERE e.project_id = :project AND e.seq = 1),
    (SELECT c.name FROM account c WHERE c.enterprise = :enterprise AND c.active
      ORDER BY c.created_at, c.login LIMIT 1)) AS contact,
  (SELECT json_object_agg(login, name) FROM account WHERE login = ANY(:logins)) AS names,
  (SELECT json_object_agg(l.department, l.names) FROM (SELECT u.department, json_agg(p.name ORDER BY p.name)
      AS names FROM role_grant g JOIN unit u ON u.key = g.unit JOIN account p ON p.login = g.login AND p.active
      WHERE g.post = 'department_liaison' AND u.department = ANY(:departments)
      AND g.from_on <= current_date AND (g.to_on IS NULL OR current_date < g.to_on)
      GROUP BY u.department) l) AS liaisons
FROM project p LEFT JOIN steward_span s ON s.project_id = p.id AND s.to_at = 'infinity'
LEFT JOIN account a ON a.login = s.steward WHERE p.id = :project
"""
)
