"""Doing something in a project: every act of every person and of time goes through here.

One transaction: the project is locked, its facts loaded, the rules decide, the outcome is written
with its events, messages and wake-up. A repeated request (same key) finds the act it repeats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from models import commands as c
from models.actor import Actor, Role
from models.errors import KaigongError
from models.outcome import Event, Outcome
from rules.context import Context
from rules.decide import decide
from services import documents
from services.event_log import Act
from services.policy import context_for
from services.store import StoredProject, load, save
from services.unit_of_work import Database, UnknownSteward


class FileMissing(KaigongError):
    """sha256: no file with this fingerprint was uploaded; upload it first."""

    field = "sha256"


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
            repeated = repetition(connection, stored, command, key)
            if repeated is not None:
                return repeated
        _, outcome = apply(connection, stored, command, context_for(actor, now), key=key)
        return receipt(outcome)


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
    outcome = decide(stored.facts, command, context)
    act = Act(context.actor, context.now, command.act, key)
    stored = save(connection, stored, outcome, act)
    after = AFTER.get(command.act)
    if after is not None:
        after(connection, outcome, command, context)
    return stored, outcome


def receipt(outcome: Outcome) -> Receipt:
    """What an outcome came to, for whoever asked for the act."""
    facts = outcome.facts
    return Receipt(facts.id, facts.code, facts.version, outcome.events)


_BY_KEY = text(
    "SELECT kind, item, data FROM case_event WHERE project_id = :id AND command_key = :key"
)


def repetition(
    connection: Connection, stored: StoredProject, command: c.ProjectCommand, key: str
) -> Receipt | None:
    """The receipt of an act that this request's key did before; ``None`` for a new key."""
    row = connection.execute(_BY_KEY, {"id": stored.facts.id, "key": key}).one_or_none()
    if row is None:
        return None
    if row.data.get("act") != command.act or row.item != getattr(command, "item", None):
        raise KeyUsedBefore(act=row.data.get("act"))
    event = Event(row.kind, row.item, row.data)
    facts = stored.facts
    return Receipt(facts.id, facts.code, facts.version, (event,), repeated=True)


def _check_steward(connection: Connection, command: c.AssignSteward) -> None:
    found = connection.execute(
        text("SELECT 1 FROM account WHERE login = :login AND role = :role AND active"),
        {"login": command.steward, "role": Role.PROJECT_STEWARD.value},
    )
    if found.one_or_none() is None:
        raise UnknownSteward(value=command.steward)


def _check_file(connection: Connection, command: c.SubmitMaterial | c.MakeUpMaterial) -> None:
    found = connection.execute(
        text("SELECT 1 FROM stored_file WHERE sha256 = :sha256"), {"sha256": command.sha256}
    )
    if found.one_or_none() is None:
        raise FileMissing


#: What the database has to hold before an act: checked in the same transaction.
BEFORE: Mapping[str, Callable[[Connection, Any], None]] = {
    "assign_steward": _check_steward,
    "submit_material": _check_file,
    "make_up_material": _check_file,
}
#: Rows beside the project's facts that an act writes or changes.
AFTER: Mapping[str, Callable[[Connection, Outcome, Any, Context], None]] = {
    "issue_document": documents.record_issued,
    "void_approval": documents.revoke,
}
