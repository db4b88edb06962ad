"""Moving running projects to another version of their scenario: one by one, each whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection, text

from models.actor import Actor, Role
from models.errors import NotPermitted
from models.outcome import Outcome
from models.statements import Statement
from rules.context import Context
from rules.migration import Migration, plan
from services import scenarios
from services.calendar_change import on_one_calendar
from services.event_log import Act
from services.policy import context_for
from services.scenarios import VersionState, WrongVersionState
from services.store import StoredProject, load, save
from services.unit_of_work import Database

#: Who may change the rules that running projects go by.
MIGRATORS = frozenset({Role.ADMINISTRATOR, Role.SYSTEM})


class MayNotMigrate(NotPermitted):
    """actor: {actor} may not move projects to another version; ask an administrator."""


@dataclass(frozen=True, slots=True)
class ProjectMigration:
    """What became of one project, or would."""

    project: str
    migrated: bool
    """Whether it is on the new version (in a dry run: would be)."""
    changes: tuple[Statement, ...]
    refusals: tuple[Statement, ...]


def migrate_projects(
    database: Database,
    key: str,
    before: int,
    after: int,
    actor: Actor,
    now: datetime,
    *,
    dry_run: bool = False,
) -> tuple[ProjectMigration, ...]:
    """Move every running project on version ``before`` to version ``after``, which is published.

    Each project is judged and moved in a transaction of its own; one that is refused stays as it is
    and says why. A dry run judges the same way and writes nothing.
    """
    if actor.role not in MIGRATORS:
        raise MayNotMigrate(actor=actor.login)
    with database.reading() as connection:
        target = _target(connection, key, before, after)
        rows = connection.execute(_ON_VERSION, {"key": key, "version": before})
        numbers = rows.scalars().all()
    found = (_one(database, number, before, target, actor, now, dry_run) for number in numbers)
    return tuple(one for one in found if one is not None)


def _target(connection: Connection, key: str, before: int, after: int) -> int:
    """The number of the version to move to; both versions have to be there."""
    scenarios.version_of(connection, key, before)
    target = scenarios.version_of(connection, key, after)
    if target.state is not VersionState.PUBLISHED:
        raise WrongVersionState(
            scenario=key,
            version=after,
            state=target.state.value,
            act="migration",
            needed=[VersionState.PUBLISHED.value],
        )
    return target.id


def _one(
    database: Database,
    number: int,
    before: int,
    target: int,
    actor: Actor,
    now: datetime,
    dry_run: bool,
) -> ProjectMigration | None:
    """Judge one project and move it; ``None`` when it is not on that version any more."""
    if dry_run:
        with database.reading() as connection:
            stored = load(connection, number)
            planned = _plan(connection, stored, before, target, context_for(actor, now))
    else:
        with database.transaction() as connection:
            stored = load(connection, number, lock=True)
            stored, context = on_one_calendar(connection, stored, context_for(actor, now))
            planned = _plan(connection, stored, before, target, context)
            if planned is not None and planned.outcome is not None:
                act = Act(actor, now, "migrate_project")
                _write(connection, stored, planned.outcome, target, act)
    if planned is None:
        return None
    moved = planned.outcome is not None
    return ProjectMigration(stored.facts.code, moved, planned.changes, planned.refusals)


def _plan(
    connection: Connection,
    stored: StoredProject,
    before: int,
    target: int,
    context: Context,
) -> Migration | None:
    if stored.facts.scenario.version != before:
        return None
    new = scenarios.definition(connection, target)
    return plan(stored.facts, new, context)


def _write(
    connection: Connection, stored: StoredProject, outcome: Outcome, target: int, act: Act
) -> None:
    """The outcome as any act writes it, and what only a migration changes."""
    save(connection, stored, outcome, act)
    facts = outcome.facts
    values = {
        "id": facts.id,
        "scenario": target,
        "attributes": orjson.dumps(dict(facts.attributes)).decode(),
        "items": list(facts.items),
        "stages": list(facts.stages),
    }
    for statement in (_DROP_ITEMS, _DROP_STAGES, _ON_TARGET):
        connection.execute(statement, values)


_ON_VERSION = text(
    "SELECT p.id FROM project p JOIN scenario_version s ON s.id = p.scenario_id"
    " WHERE s.key = :key AND s.version = :version AND p.state = 'active' ORDER BY p.id"
)
_DROP_ITEMS = text("DELETE FROM item WHERE project_id = :id AND NOT code = ANY(:items)")
_DROP_STAGES = text("DELETE FROM stage WHERE project_id = :id AND NOT key = ANY(:stages)")
_ON_TARGET = text(
    "UPDATE project SET scenario_id = :scenario, attributes = CAST(:attributes AS jsonb)"
    " WHERE id = :id"
)
