"""One person per role, and who of them does an act by default."""

from __future__ import annotations

from models.cases.facts import ProjectFacts
from models.people.actor import SYSTEM, Actor, Role
from models.scenarios.definition import ExtensionBy
from rules.cases.declarations.registry import registry
from rules.cases.instruments.consultation import of_round, unanswered
from rules.scenarios.extensions import extension_of
from tests.support.yard import ENTERPRISE, LAND

APPLICANT = Actor("builder", Role.APPLICANT, enterprise=ENTERPRISE)
CLERK = Actor("clerk", Role.WINDOW_CLERK)
STEWARD = Actor("steward", Role.PROJECT_STEWARD)
AGENT = Actor("agent", Role.AGENT)
"""Of the enterprise's own choice."""
PARK_AGENT = Actor("park.agent", Role.AGENT, department=LAND)
"""Of the government's side."""
ADMINISTRATOR = Actor("admin", Role.ADMINISTRATOR)
LEADER = Actor("leader", Role.LEADER)
GOVERNMENT = Actor("government", Role.GOVERNMENT_HEAD)


def handler(department: str = LAND) -> Actor:
    return Actor(f"handler.{department}", Role.HANDLER, department=department)


def approver(department: str = LAND) -> Actor:
    return Actor(f"approver.{department}", Role.APPROVER, department=department)


def head(department: str = LAND) -> Actor:
    return Actor(f"head.{department}", Role.DEPARTMENT_HEAD, department=department)


def everyone(department: str = LAND) -> dict[Role, Actor]:
    """A person of every role, officers of one department."""
    people = (
        APPLICANT,
        CLERK,
        handler(department),
        approver(department),
        head(department),
        STEWARD,
        AGENT,
        ADMINISTRATOR,
        LEADER,
        GOVERNMENT,
        SYSTEM,
    )
    return {person.role: person for person in people}


#: Whoever comes first here and may do an act does it by default.
ORDER = (
    Role.APPLICANT,
    Role.HANDLER,
    Role.APPROVER,
    Role.DEPARTMENT_HEAD,
    Role.ADMINISTRATOR,
    Role.SYSTEM,
    Role.AGENT,
    Role.WINDOW_CLERK,
)


def who_does(act: str, facts: ProjectFacts, item: str | None = None) -> Actor:
    """The person who usually does an act on an item."""
    department = facts.items[item].department if item is not None else LAND
    if act == "answer_consultation" and item is not None:
        asked = unanswered(of_round(facts.items, facts.consultations, item))
        department = next(iter(asked), department)
    if act == "extend_limit" and item is not None:
        allowed = extension_of(facts.definition(item))
        if allowed is not None and allowed.by is ExtensionBy.GOVERNMENT_HEAD:
            return GOVERNMENT
    people, roles = everyone(department), registry().acts[act].roles
    return next(people[role] for role in ORDER if role in roles)
