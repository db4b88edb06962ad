"""Registering enterprises and projects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Connection, text

from config.texts import ACT, FIELD, Word
from models.cases.commands import PRINTABLE
from models.cases.stewardship import Assignment, Basis
from models.errors import KaigongError
from models.people.actor import Actor, Role
from models.plain_text import AS_LINE
from models.values import AttributeValue
from rules.cases.context import Context
from rules.cases.permissions import NotTheirs, RoleMayNotAct
from rules.cases.registration import register
from rules.formats import ProjectCode, parse_credit_code, parse_project_code
from services.cases.acts import Receipt, done_before, fingerprint, receipt
from services.clock.calendar_versions import in_force
from services.documents.characters import check_printable
from services.installation.policy import context_for
from services.ledger.event_log import Act
from services.ledger.new_projects import begin, insert
from services.people.organisation import place_of, place_of_region
from services.people.powers.competences import competent
from services.people.stewards import named_steward, steward_by_rule
from services.scenarios import published as scenarios
from services.unit_of_work import Database, ProjectCodeTaken

#: Who may register a project: an enterprise its own, the others on its behalf.
REGISTRARS = frozenset(
    {Role.APPLICANT, Role.WINDOW_CLERK, Role.PROJECT_STEWARD, Role.ADMINISTRATOR}
)


class EnterpriseNameNeeded(KaigongError):
    template = (
        "enterprise_name: {value} is a new enterprise; give its name as on the business licence."
    )
    field = "enterprise_name"


class EnterpriseNameDiffers(KaigongError):
    template = "enterprise_name: {value} is not the name that this credit code is known under; correct one of them, or leave the name out."
    field = "enterprise_name"


class RegisterProject(BaseModel):
    """Request to register a project."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    code: Annotated[
        str | None,
        Field(
            description="Project code 项目代码, YYMM-RRRRRR-DD-TT-NNNNNN; left out where the provincial"
            " platform has given none yet: then the pre-check begins, which ends with the code."
        ),
    ] = None
    title: Annotated[
        str, StringConstraints(min_length=2, max_length=200, pattern=PRINTABLE), AS_LINE
    ]
    enterprise: Annotated[str, Field(description="Unified social credit code, 18 characters.")]
    enterprise_name: Annotated[
        str | None,
        StringConstraints(max_length=200, pattern=PRINTABLE),
        AS_LINE,
        Field(description="Needed for a new enterprise."),
    ] = None
    scenario: Annotated[str, Field(description="Key of a published scenario.")]
    attributes: dict[str, AttributeValue] = {}
    place: Annotated[
        str | None,
        Field(
            max_length=64,
            description="Key of the new city, park or town that it lies in; without one, the place "
            "of the region in its code.",
        ),
    ] = None
    steward: Annotated[
        str | None,
        Field(
            description="Login of its project steward; without one, who of those on duty stands lowest "
            "with it."
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused request of several: its position and its error."""

    position: int
    error: KaigongError


class NoneRegistered(KaigongError):
    template = "{count} of the projects are not right; none of them was registered."

    def __init__(self, refused: tuple[Refused, ...]) -> None:
        self.refused = refused
        super().__init__(count=len(refused))


def register_project(
    database: Database,
    request: RegisterProject,
    actor: Actor,
    now: datetime,
    *,
    key: str | None = None,
) -> Receipt:
    """Register a project on the newest version of its scenario that is in effect, with its steward: the one that
    is named, or whoever of those on duty stands lowest with it.

    Raises a ``KaigongError`` that names the field; the same request again (same key) is one act.
    """
    try:
        with database.transaction() as connection:
            return register_in(connection, request, actor, now, key=key)
    except ProjectCodeTaken:
        if key is None:
            raise
    # Two requests with this key came at the same moment, and the other one was first.
    with database.reading() as connection:
        repeated = _repeated(connection, _code(request), request, actor, key)
    if repeated is None:
        raise ProjectCodeTaken(value=str(request.code))
    return repeated


def register_all(
    database: Database, requests: Iterable[RegisterProject], actor: Actor, now: datetime
) -> tuple[Receipt, ...]:
    """Register many projects in one transaction: all of them, or none when one is refused.

    ``NoneRegistered`` names every request that was refused.
    """
    with database.transaction() as connection:
        receipts, refused = _try_all(connection, requests, actor, now)
        if refused:
            raise NoneRegistered(refused)
    return receipts


def trial(
    database: Database, requests: Iterable[RegisterProject], actor: Actor, now: datetime
) -> tuple[Refused, ...]:
    """Requests that :func:`register_all` would refuse; nothing is written."""
    with database.reading() as connection:
        return _try_all(connection, requests, actor, now)[1]


def _try_all(
    connection: Connection, requests: Iterable[RegisterProject], actor: Actor, now: datetime
) -> tuple[tuple[Receipt, ...], tuple[Refused, ...]]:
    receipts: list[Receipt] = []
    refused: list[Refused] = []
    for position, request in enumerate(requests):
        try:
            receipts.append(register_in(connection, request, actor, now))
        except KaigongError as error:
            refused.append(Refused(position, error))
    return tuple(receipts), tuple(refused)


def register_in(
    connection: Connection,
    request: RegisterProject,
    actor: Actor,
    now: datetime,
    *,
    key: str | None = None,
) -> Receipt:
    """Register a project inside the caller's transaction."""
    code = _code(request)
    enterprise = parse_credit_code(request.enterprise)
    _check_registrar(actor, enterprise)
    check_printable("title", request.title)
    check_printable("enterprise_name", request.enterprise_name)
    repeated = _repeated(connection, code, request, actor, key)
    if repeated is not None:
        return repeated
    context = in_force(connection, context_for(actor, now))
    scenario_id, scenario = scenarios.effective(connection, request.scenario, context.today)
    place = _place(connection, request, code, context)
    wanted = (scenario.key, enterprise)
    assigned = _steward(connection, request, wanted, context, place)
    known = competent(connection, place, context.today) if place is not None else {}
    asked_here = {*(d.key for d in scenario.departments), *filter(None, known.values())}
    begun = begin(connection, sorted(asked_here))
    _know_enterprise(connection, enterprise, request.enterprise_name)
    context = replace(context, officers=begun.officers, competent=known)
    outcome = register(
        number=begun.number,
        code=code,
        title=request.title,
        enterprise=enterprise,
        scenario=scenario,
        attributes=request.attributes,
        context=context,
        steward=replace(assigned, place=place),
    )
    asked = fingerprint(request, actor) if key is not None else None
    act = Act(actor, now, "register_project", key, asked)
    stored = insert(connection, outcome, scenario_id, act, context.calendar.version)
    return receipt(stored.facts, outcome.events)


def _place(
    connection: Connection, request: RegisterProject, code: ProjectCode | None, context: Context
) -> str | None:
    """The place that is named, else the one of the region code, else nowhere in particular."""
    if request.place is not None:
        return place_of(connection, request.place, context.today)[0]
    return place_of_region(connection, code.region, context.today) if code else None


def _steward(
    connection: Connection,
    request: RegisterProject,
    wanted: tuple[str, str],
    context: Context,
    place: str | None,
) -> Assignment:
    """Who is named, whom the enterprise chose when it is the enterprise that names them, or who comes by rule."""
    kind, enterprise = wanted
    weight = context.policy.steward_weight(kind)
    if request.steward is None:
        return steward_by_rule(
            connection, weight, context.now, place, kind=kind, enterprise=enterprise
        )
    chosen = context.actor.role is Role.APPLICANT
    basis = Basis.CHOSEN if chosen else Basis.APPOINTED
    return named_steward(connection, request.steward, weight, basis)


def _code(request: RegisterProject) -> ProjectCode | None:
    return parse_project_code(request.code) if request.code else None


def _check_registrar(actor: Actor, enterprise: str) -> None:
    if actor.role not in REGISTRARS:
        roles = sorted(REGISTRARS)
        raise RoleMayNotAct(actor=actor.login, act=Word("register_project", ACT), roles=roles)
    if actor.role is Role.APPLICANT and actor.enterprise != enterprise:
        raise NotTheirs(
            actor=actor.login,
            act=Word("register_project", ACT),
            subject=Word("enterprise", FIELD),
            owner=enterprise,
        )


def _repeated(
    connection: Connection,
    code: ProjectCode | None,
    request: RegisterProject,
    actor: Actor,
    key: str | None,
) -> Receipt | None:
    """The receipt of the same request; ``ProjectCodeTaken`` when another one has the code."""
    if code is None:
        return _repeated_without_code(connection, request, actor, key)
    row = connection.execute(_BY_CODE, {"code": code.text}).one_or_none()
    if row is None:
        return None
    if key is None or row.command_key != key:
        raise ProjectCodeTaken(value=code.text)
    return done_before(connection, (row.id, code.text), key, fingerprint(request, actor))


def _repeated_without_code(
    connection: Connection, request: RegisterProject, actor: Actor, key: str | None
) -> Receipt | None:
    """The same where nothing but the key tells one request from another; two at once wait for each other."""
    if key is None:
        return None
    connection.execute(_ONE_OF_THIS_KEY, {"key": key})
    asked = {"enterprise": parse_credit_code(request.enterprise), "key": key}
    row = connection.execute(_BY_KEY, asked).one_or_none()
    if row is None:
        return None
    return done_before(connection, (row.id, row.code), key, fingerprint(request, actor))


def _know_enterprise(connection: Connection, credit_code: str, name: str | None) -> None:
    known = connection.execute(_ENTERPRISE, {"code": credit_code}).scalar_one_or_none()
    if known is None:
        if not name:
            raise EnterpriseNameNeeded(value=credit_code)
        connection.execute(_NEW_ENTERPRISE, {"code": credit_code, "name": name})
    elif name and name != known:
        raise EnterpriseNameDiffers(value=name)


_BY_CODE = text(
    "SELECT p.id, e.command_key FROM project p"
    " JOIN case_event e ON e.project_id = p.id AND e.seq = 1 WHERE p.code = :code"
)
_ONE_OF_THIS_KEY = text(
    "SELECT pg_advisory_xact_lock(hashtext('register_project'), hashtext(:key))"
)
_BY_KEY = text(
    "SELECT p.id, p.code FROM project p JOIN case_event e ON e.project_id = p.id AND e.seq = 1"
    " WHERE p.enterprise = :enterprise AND e.command_key = :key"
)
_ENTERPRISE = text("SELECT name FROM enterprise WHERE credit_code = :code")
_NEW_ENTERPRISE = text(
    "INSERT INTO enterprise (credit_code, name) VALUES (:code, :name) ON CONFLICT DO NOTHING"
)
