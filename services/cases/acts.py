"""Execution of acts on projects: every act of people and of time goes through here.

One transaction: the project is locked, its facts loaded, the rules decide, the outcome is written
with its events, messages and wake-up. A repeated request (same key) finds the act it repeats.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel
from sqlalchemy import Connection

from models.cases import commands as c
from models.cases.facts import ProjectFacts
from models.cases.outcome import Event, Outcome
from models.people.actor import Actor
from rules.cases.context import Context
from rules.cases.decide import check_admitted, decide
from rules.cases.declarations.act import Act as DeclaredAct
from rules.cases.declarations.registry import registry
from services.cases import time_first
from services.cases.calendar_change import on_one_calendar
from services.cases.commitments import at_once
from services.cases.records import write_records, write_records_of
from services.cases.requirements import check_needs, supplied
from services.installation.policy import context_for
from services.ledger.event_log import PROJECTS, Act, canonical
from services.ledger.repetition import KeyUsedBefore, done_with
from services.ledger.store import StoredProject, Written, load, save, save_all
from services.ledger.written_act import WrittenAct
from services.people.visibility import eyes_of
from services.unit_of_work import Database

__all__ = [
    "KeyUsedBefore",
    "Receipt",
    "done_before",
    "execute",
    "execute_all",
    "execute_in_transaction",
]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Result of an act: the project's new version and its events."""

    project_id: int
    project: str
    version: int
    events: tuple[Event, ...]
    repeated: bool = False
    """Whether the same request was done before and nothing happened now."""


def execute(
    database: Database,
    project: int | str,
    command: c.ProjectCommand,
    actor: Actor,
    now: datetime,
    *,
    key: str | None = None,
) -> Receipt:
    """Execute one act in one transaction; refused acts raise and write nothing. A project that the
    actor may not see is not found, before anything is asked that depends on it.

    ``key`` is the request's own: the same key twice is one act. What time has done by law before an
    applicant's act comes first, in a transaction of its own: it never depends on whose process was faster.
    """
    context = context_for(actor, now)
    with database.turn(project):
        return _in_turn(database, project, command, context, key)


def _in_turn(
    database: Database,
    project: int | str,
    command: c.ProjectCommand,
    context: Context,
    key: str | None,
) -> Receipt:
    with database.transaction() as connection:
        stored = load(connection, project, lock=True, eyes=eyes_of(context.actor))
        if key is not None:
            repeated = repetition(connection, stored, command, context.actor, key)
            if repeated is not None:
                return repeated
        if not time_first.is_due(stored.facts, context.today, command):
            return _do(connection, stored, command, context, key)
        time_first.act(connection, stored, context, _of_time)
    with database.transaction() as connection:
        stored = load(connection, project, lock=True, eyes=eyes_of(context.actor))
        return _do(connection, stored, command, context, key)


def _do(
    connection: Connection,
    stored: StoredProject,
    command: c.ProjectCommand,
    context: Context,
    key: str | None,
) -> Receipt:
    saved, outcome = execute_in_transaction(connection, stored, command, context, key=key)
    at_once.follow(connection, saved, command, context, _of_time)
    return receipt(outcome.facts, outcome.events)


def _of_time(
    connection: Connection, stored: StoredProject, command: c.ProjectCommand, context: Context
) -> StoredProject:
    return execute_in_transaction(connection, stored, command, context)[0]


def execute_in_transaction(
    connection: Connection,
    stored: StoredProject,
    command: c.ProjectCommand,
    context: Context,
    *,
    key: str | None = None,
) -> tuple[StoredProject, Outcome]:
    """Decide and write one act on a project that the caller's transaction has locked.

    Returns the project after the act, so that another act can follow at once.
    """
    drawn = _drawn_up(connection, stored, command, context, key)
    saved = save(connection, *drawn.written)
    write_records(connection, drawn.act, drawn.beside)
    return saved, drawn.written.outcome


def execute_all(
    connection: Connection, several: Sequence[tuple[StoredProject, c.ProjectCommand, Context]]
) -> list[StoredProject]:
    """Decide and write an act in each of several projects, which the caller's transaction has locked.

    Answers the projects after it. One that is refused leaves nothing of the others either.
    """
    acts = [_drawn_up(connection, *drawn) for drawn in several]
    saved = save_all(connection, [drawn.written for drawn in acts])
    write_records_of(connection, [(drawn.act, drawn.beside) for drawn in acts])
    return saved


class _DrawnUp(NamedTuple):
    """An act that was decided and is to be written."""

    act: DeclaredAct
    command: c.ProjectCommand
    context: Context
    written: Written

    @property
    def beside(self) -> WrittenAct:
        """For whoever adds rows beside the facts."""
        stored, outcome, _ = self.written
        first, events = stored.head.seq + 1, outcome.events
        return WrittenAct(stored.facts, outcome.facts, self.command, self.context, first, events)


def _drawn_up(
    connection: Connection,
    stored: StoredProject,
    command: c.ProjectCommand,
    context: Context,
    key: str | None = None,
) -> _DrawnUp:
    act = registry().acts[command.act]
    # First who may do it at all: what else is refused says nothing to anybody else.
    check_admitted(stored.facts, command, context)
    check_needs(connection, act, stored.facts, command, context.actor)
    stored, context = on_one_calendar(connection, stored, context)
    request = fingerprint(command, context.actor) if key is not None else None
    context = replace(context, officers=stored.officers, heard=stored.heard)
    command, context = supplied(connection, act, stored.facts, command, context)
    outcome = decide(stored.facts, command, context)
    logged = Act(context.actor, context.now, command.act, key, request)
    return _DrawnUp(act, command, context, Written(stored, outcome, logged))


def receipt(facts: ProjectFacts, events: tuple[Event, ...]) -> Receipt:
    """The receipt of an act."""
    return Receipt(facts.id, facts.code, facts.version, events)


def fingerprint(command: BaseModel, actor: Actor) -> str:
    """Fingerprint of a request, to detect another request with the same key."""
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
    """The receipt recorded for ``key``; ``KeyUsedBefore`` for a different request."""
    done = done_with(connection, PROJECTS, project[0], key, request)
    return None if done is None else Receipt(*project, done.version, done.events, repeated=True)
