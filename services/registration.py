"""Registering enterprises and projects."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Connection, text

from models import commands as c
from models.actor import Actor, Role
from models.errors import KaigongError
from models.facts import AttributeValue
from models.outcome import Event
from rules.formats import parse_credit_code, parse_project_code
from rules.permissions import NotTheirs, RoleMayNotAct
from rules.registration import register
from services import scenarios
from services.acts import Receipt, apply
from services.event_log import Act
from services.policy import context_for
from services.store import insert
from services.unit_of_work import Database, ProjectCodeTaken

#: Who may register a project: an enterprise its own, the others on its behalf.
REGISTRARS = frozenset(
    {Role.APPLICANT, Role.WINDOW_CLERK, Role.PROJECT_STEWARD, Role.ADMINISTRATOR}
)


class EnterpriseNameNeeded(KaigongError):
    """enterprise_name: {value} is a new enterprise; give its name as on the business licence."""

    field = "enterprise_name"


class RegisterProject(BaseModel):
    """What is needed to register a project."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    code: Annotated[str, Field(description="Project code 项目代码, YYMM-RRRRRR-DD-TT-NNNNNN.")]
    title: Annotated[str, StringConstraints(min_length=2, max_length=200)]
    enterprise: Annotated[str, Field(description="Unified social credit code, 18 characters.")]
    enterprise_name: Annotated[str | None, Field(description="Needed for a new enterprise.")] = None
    scenario: Annotated[str, Field(description="Key of a published scenario.")]
    attributes: dict[str, AttributeValue] = {}
    steward: Annotated[str | None, Field(description="Login of its project steward.")] = None


def register_project(
    database: Database,
    request: RegisterProject,
    actor: Actor,
    now: datetime,
    *,
    key: str | None = None,
) -> Receipt:
    """Register a project on the newest published version of its scenario, with its steward.

    Raises a ``KaigongError`` that names the field; the same request again (same key) is one act.
    """
    code = parse_project_code(request.code)
    enterprise = parse_credit_code(request.enterprise)
    _check_registrar(actor, enterprise)
    with database.transaction() as connection:
        repeated = _repeated(connection, code.text, key)
        if repeated is not None:
            return repeated
        _know_enterprise(connection, enterprise, request.enterprise_name)
        scenario_id, scenario = scenarios.published(connection, request.scenario)
        context = context_for(actor, now)
        outcome = register(
            code=code.text,
            title=request.title,
            region=code.region,
            enterprise=enterprise,
            scenario=scenario,
            attributes=request.attributes,
            context=context,
        )
        act = Act(actor, now, "register_project", key)
        stored = insert(connection, outcome, scenario_id, act)
        events = outcome.events
        if request.steward is not None:
            system = context_for(_registrar_as_assigner(actor), now)
            _, assigned = apply(
                connection, stored, c.AssignSteward(steward=request.steward), system
            )
            events += assigned.events
        return Receipt(stored.facts.id, code.text, 1, events)


def _registrar_as_assigner(actor: Actor) -> Actor:
    """Naming the steward is part of registering; the log keeps the registrar's login."""
    return Actor(login=actor.login, role=Role.SYSTEM)


def _check_registrar(actor: Actor, enterprise: str) -> None:
    if actor.role not in REGISTRARS:
        roles = sorted(role.value for role in REGISTRARS)
        raise RoleMayNotAct(actor=actor.login, act="register_project", roles=roles)
    if actor.role is Role.APPLICANT and actor.enterprise != enterprise:
        raise NotTheirs(
            actor=actor.login, act="register_project", subject="enterprise", owner=enterprise
        )


def _repeated(connection: Connection, code: str, key: str | None) -> Receipt | None:
    row = connection.execute(_BY_CODE, {"code": code}).one_or_none()
    if row is None:
        return None
    if key is None or row.command_key != key:
        raise ProjectCodeTaken(value=code)
    event = Event(row.kind, None, row.data)
    return Receipt(row.id, code, row.version, (event,), repeated=True)


def _know_enterprise(connection: Connection, credit_code: str, name: str | None) -> None:
    known = connection.execute(_ENTERPRISE, {"code": credit_code}).one_or_none()
    if known is not None:
        return
    if not name:
        raise EnterpriseNameNeeded(value=credit_code)
    connection.execute(_NEW_ENTERPRISE, {"code": credit_code, "name": name})


_BY_CODE = text(
    "SELECT p.id, p.version, e.kind, e.data, e.command_key FROM project p"
    " JOIN case_event e ON e.project_id = p.id AND e.seq = 1 WHERE p.code = :code"
)
_ENTERPRISE = text("SELECT 1 FROM enterprise WHERE credit_code = :code")
_NEW_ENTERPRISE = text(
    "INSERT INTO enterprise (credit_code, name) VALUES (:code, :name) ON CONFLICT DO NOTHING"
)
