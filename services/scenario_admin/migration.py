"""Moving running projects to another version of their scenario: one by one, each whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection, text

from config.texts import LANGUAGES, translator
from models.actor import Actor
from models.outcome import Outcome
from models.scenario_life import ScenarioAct, VersionState
from models.statements import Statement
from models.values import Text
from rules.context import Context
from rules.migration import Migration, plan
from services import scenarios
from services.calendars.change import on_one_calendar
from services.event_log import Act
from services.policy import context_for
from services.scenario_admin.record import check_administrator, record
from services.scenarios import WrongVersionState
from services.store import StoredProject, load, save
from services.unit_of_work import Database
from services.wording.names import names_of


@dataclass(frozen=True, slots=True)
class ProjectMigration:
    """What became of one project, or would."""

    project: str
    title: str
    migrated: bool
    """Whether it is on the new version (in a dry run: would be)."""
    changes: tuple[Statement, ...]
    refusals: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Which of the projects on a version are meant, in the order in which they were registered."""

    codes: Collection[str] | None = None
    """``None``: all of them."""
    past: int = 0
    """Only those behind this one (:attr:`MigrationRun.last`)."""
    offset: int = 0
    limit: int | None = None


EVERYTHING = Part()


@dataclass(frozen=True, slots=True)
class MigrationRun:
    """What became of the projects that were looked at."""

    projects: tuple[ProjectMigration, ...]
    total: int
    """Projects that were on the version when it began."""
    last: int | None
    """Where the next run goes on (:attr:`Part.past`); ``None`` when nothing is left."""
    names: Mapping[str, Text]
    """What the codes and keys of the scenario are called."""
    act: int | None = None
    """Number of the run in the record of the scenario; ``None`` for a dry run."""


def migrate_projects(
    database: Database,
    key: str,
    before: int,
    after: int,
    actor: Actor,
    now: datetime,
    *,
    part: Part = EVERYTHING,
    dry_run: bool = False,
) -> MigrationRun:
    """Move running projects from version ``before`` to version ``after``, which is published.

    Each project is judged and moved in a transaction of its own; one that is refused stays as it is
    and says why. A dry run judges the same way and writes nothing.
    """
    check_administrator(actor)
    with database.reading() as connection:
        target = _target(connection, key, before, after)
        names = names_of(*scenarios.released(connection, key).values())
        values = {"key": key, "version": before, "codes": list(part.codes) if part.codes else None}
        numbers = connection.execute(_ON_VERSION, values).scalars().all()
    waiting = [number for number in numbers if number > part.past][part.offset :]
    chosen = waiting[: part.limit]
    found = (_one(database, number, before, target, actor, now, dry_run) for number in chosen)
    done = tuple(one for one in found if one is not None)
    last = chosen[-1] if len(waiting) > len(chosen) else None
    act = None
    if done and not dry_run:
        data = _data(before, after, done, names)
        with database.transaction() as connection:
            act = record(connection, key, after, ScenarioAct.MIGRATE, actor, now, data=data)
    return MigrationRun(done, len(numbers), last, names, act)


def _data(
    before: int, after: int, done: tuple[ProjectMigration, ...], names: Mapping[str, Text]
) -> dict[str, object]:
    """A run as the record keeps it, in every language that people read."""
    projects = [
        {
            "project": one.project,
            "title": one.title,
            "migrated": one.migrated,
            "said": {
                tag: [
                    said.message(translator(tag), tag, names)
                    for said in (*one.changes, *one.refusals)
                ]
                for tag in LANGUAGES
            },
        }
        for one in done
    ]
    moved = sum(one.migrated for one in done)
    stayed = len(done) - moved
    return {"from": before, "to": after, "moved": moved, "stayed": stayed, "projects": projects}


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
    return ProjectMigration(
        stored.facts.code, stored.facts.title, moved, planned.changes, planned.refusals
    )


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
    " WHERE s.key = :key AND s.version = :version AND p.state = 'active'"
    " AND (CAST(:codes AS text[]) IS NULL OR p.code = ANY(CAST(:codes AS text[]))) ORDER BY p.id"
)
_DROP_ITEMS = text("DELETE FROM item WHERE project_id = :id AND NOT code = ANY(:items)")
_DROP_STAGES = text("DELETE FROM stage WHERE project_id = :id AND NOT key = ANY(:stages)")
_ON_TARGET = text(
    "UPDATE project SET scenario_id = :scenario, attributes = CAST(:attributes AS jsonb)"
    " WHERE id = :id"
)
