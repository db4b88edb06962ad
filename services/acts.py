"""Doing something in a project: every act of every person and of time goes through here.

One transaction: the project is locked, its facts loaded, the rules decide, the outcome is written
with its events, messages and wake-up. A repeated request (same key) finds the act it repeats.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, Row, text

from models import commands as c
from models.actor import Actor, Role
from models.errors import KaigongError
from models.facts import ProjectFacts
from models.outcome import Event, Outcome
from rules.context import Context
from rules.decide import decide
from services import credit
from services.calendars.change import on_one_calendar
from services.documents import writing as documents
from services.event_log import ACT_FIELDS, Act, canonical
from services.policy import context_for
from services.store import StoredProject, load, save
from services.unit_of_work import Database, UnknownSteward
from services.written_act import WrittenAct


class FileMissing(KaigongError):
    """sha256: no file with this fingerprint was uploaded; upload it first."""

    field = "sha256"


class UnknownOfficers(KaigongError):
    """officers: {value} are not all officers of one department; name those who were there."""

    field = "officers"


class OfficersElsewhere(KaigongError):
    """officers: {value} are no officers of {department}; name those of the department who were there."""

    field = "officers"


class KeyUsedBefore(KaigongError):
    """idempotency_key: this key was used for another act ({act}); use a new key for each act."""

    field = "idempotency_key"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an act came to: the project's new version and what happened."""

    project_id: int
    project: str
    version: int
    events: tuple[Event, ...]
    repeated: bool = False
    """Whether the same request was done before and nothing happened now."""


def perform(
    database: Database,
    project: int | str,
    command: c.ProjectCommand,
    actor: Actor,
    now: datetime,
    *,
    key: str | None = None,
) -> Receipt:
    """Do one act in one transaction; refused acts raise and leave nothing behind.

    ``key`` is the request's own: the same key twice is one act.
    """
    with database.transaction() as connection:
        stored = load(connection, project, lock=True)
        if key is not None:
            repeated = repetition(connection, stored, command, actor, key)
            if repeated is not None:
                return repeated
        _, outcome = apply(connection, stored, command, context_for(actor, now), key=key)
        return receipt(outcome.facts, outcome.events)


def apply(
    connection: Connection,
    stored: StoredProject,
    command: c.ProjectCommand,
    context: Context,
    *,
    key: str | None = None,
) -> tuple[StoredProject, Outcome]:
    """Decide and write one act on a project that the caller's transaction has locked.

    Answers the project as it stands after the act, so that another act can follow at once.
    """
    before = BEFORE.get(command.act)
    if before is not None:
        before(connection, command)
    stored, context = on_one_calendar(connection, stored, context)
    request = fingerprint(command, context.actor) if key is not None else None
    if isinstance(command, c.IssueDocument):
        command = documents.numbered(connection, stored.facts, command, context)
    if isinstance(command, c.ReleaseBundle):
        command = documents.numbered_bundle(connection, stored.facts, command, context)
    if isinstance(command, c.SubmitApplication) and command.commitment is not None:
        standing = credit.standing(connection, stored.facts.enterprise)
        context = replace(context, standing=standing)
    outcome = decide(stored.facts, command, context)
    act = Act(context.actor, context.now, command.act, key, request)
    saved = save(connection, stored, outcome, act)
    after = AFTER.get(command.act)
    if after is not None:
        first = stored.head.seq + 1
        written = WrittenAct(stored.facts, outcome.facts, command, context, first, outcome.events)
        after(connection, written)
    return saved, outcome


def receipt(facts: ProjectFacts, events: tuple[Event, ...]) -> Receipt:
    """What an act came to, for whoever asked for it."""
    return Receipt(facts.id, facts.code, facts.version, events)


def fingerprint(command: BaseModel, actor: Actor) -> str:
    """What tells one request from another that came with the same key."""
    asked = [actor.login, actor.role.value, command.model_dump(mode="json")]
    return hashlib.sha256(canonical(asked).encode()).hexdigest()[:32]


def repetition(
    connection: Connection,
    stored: StoredProject,
    command: c.ProjectCommand,
    actor: Actor,
    key: str,
) -> Receipt | None:
    """The receipt of an act that this request's key did before; ``None`` for a new key."""
    facts = stored.facts
    return done_before(connection, (facts.id, facts.code), key, fingerprint(command, actor))


def done_before(
    connection: Connection, project: tuple[int, str], key: str, request: str
) -> Receipt | None:
    """The receipt as it was given for ``key``; ``KeyUsedBefore`` when something else was asked."""
    rows = connection.execute(_BY_KEY, {"id": project[0], "key": key}).all()
    if not rows:
        return None
    act = rows[0].data
    if act.get("request") != request:
        raise KeyUsedBefore(act=act["act"])
    return Receipt(*project, act["version"], tuple(_event(row) for row in rows), repeated=True)


def _event(row: Row[Any]) -> Event:
    data = {name: value for name, value in row.data.items() if name not in ACT_FIELDS}
    return Event(row.kind, row.item, data)


#: The events of the act with this key: from its first event up to the first one of the next act.
_BY_KEY = text(
    "SELECT e.kind, e.item, e.data FROM case_event f JOIN case_event e"
    " ON e.project_id = f.project_id AND e.seq >= f.seq AND e.seq < COALESCE("
    "(SELECT min(n.seq) FROM case_event n WHERE n.project_id = f.project_id AND n.seq > f.seq"
    " AND n.data ->> 'act' IS NOT NULL), f.seq + 1000000)"
    " WHERE f.project_id = :id AND f.command_key = :key ORDER BY e.seq"
)


def check_steward(connection: Connection, login: str) -> None:
    """Refuse a steward who is none."""
    found = connection.execute(
        text("SELECT 1 FROM account WHERE login = :login AND role = :role AND active"),
        {"login": login, "role": Role.PROJECT_STEWARD.value},
    )
    if found.one_or_none() is None:
        raise UnknownSteward(value=login)


def _check_steward(connection: Connection, command: c.AssignSteward) -> None:
    check_steward(connection, command.steward)


def _check_file(
    connection: Connection, command: c.SubmitMaterial | c.MakeUpMaterial | c.FixOnTheSpot
) -> None:
    found = connection.execute(
        text("SELECT 1 FROM stored_file WHERE sha256 = :sha256"), {"sha256": command.sha256}
    )
    if found.one_or_none() is None:
        raise FileMissing


def _denied(connection: Connection, act: WrittenAct) -> None:
    documents.write_decision(connection, act)
    documents.write_voiding(connection, act)


def _voided(connection: Connection, act: WrittenAct) -> None:
    documents.write_voiding(connection, act)
    credit.enter(connection, act)


def _restored(connection: Connection, act: WrittenAct) -> None:
    documents.write_restoring(connection, act)
    credit.take_back(connection, act)


def _check_officers(connection: Connection, command: c.RecordVerification) -> None:
    """Refuse whoever is no officer; all belong to one department, the recording one among them."""
    found = connection.execute(
        text(
            "SELECT count(*), count(DISTINCT department) FROM account WHERE login = ANY(:officers)"
            " AND active AND role IN ('handler', 'approver', 'department_head')"
        ),
        {"officers": list(command.officers)},
    ).one()
    if tuple(found) != (len(set(command.officers)), 1):
        raise UnknownOfficers(value=list(command.officers))


def _check_attendance(connection: Connection, command: c.RecordSiteVisit) -> None:
    """Refuse whoever is no officer of the department that they are named for."""
    for department, named in command.officers.items():
        found = connection.execute(
            text(
                "SELECT login FROM account WHERE login = ANY(:officers) AND active"
                " AND department = :department"
                " AND role IN ('handler', 'approver', 'department_head')"
            ),
            {"officers": list(named), "department": department},
        ).scalars()
        strangers = set(named) - set(found)
        if strangers:
            raise OfficersElsewhere(value=sorted(strangers), department=department)


def _keep_attributes(connection: Connection, act: WrittenAct) -> None:
    """The attributes, and the stages that there are because of them."""
    facts = act.facts
    values = {"id": facts.id, "attributes": canonical(dict(facts.attributes))}
    connection.execute(_ATTRIBUTES, values)
    connection.execute(_DROP_STAGES, {"id": facts.id, "stages": list(facts.stages)})


_DROP_STAGES = text("DELETE FROM stage WHERE project_id = :id AND NOT key = ANY(:stages)")
_ATTRIBUTES = text("UPDATE project SET attributes = CAST(:attributes AS jsonb) WHERE id = :id")


#: What the database has to hold before an act: checked in the same transaction.
BEFORE: Mapping[str, Callable[[Connection, Any], None]] = {
    "assign_steward": _check_steward,
    "submit_material": _check_file,
    "make_up_material": _check_file,
    "fix_on_the_spot": _check_file,
    "record_verification": _check_officers,
    "record_site_visit": _check_attendance,
}
#: Rows beside the project's facts that an act writes or changes: its official document.
AFTER: Mapping[str, Callable[[Connection, WrittenAct], None]] = {
    "correct_attributes": _keep_attributes,
    "accept_application": documents.write_paper,
    "deem_accepted": documents.write_paper,
    "request_correction": documents.write_paper,
    "refuse_application": documents.write_paper,
    "declare_not_required": documents.write_paper,
    "suspend_clock": documents.write_paper,
    "extend_limit": documents.write_paper,
    "approve_item": documents.write_decision,
    "issue_preliminary_opinion": documents.write_paper,
    "void_approval": _voided,
    "deny_item": _denied,
    "decide_appeal": _restored,
    "reinstate_approval": _restored,
    "issue_document": documents.write_certificate,
    "release_bundle": documents.write_bundle,
    "record_delivery": documents.write_delivery,
    "lapse_phase": credit.enter_of_phase,
    "record_violation": credit.enter_of_phase,
}
