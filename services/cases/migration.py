"""Moving running projects to another version of their scenario: one by one, each whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import orjson
from sqlalchemy import Connection, text

from config.texts import LANGUAGES, Word, translator
from models.cases.outcome import Outcome
from models.people.actor import Actor
from models.scenarios.life import ScenarioAct, VersionState
from models.statements import Statement
from models.values import Text
from rules.cases.context import Context
from rules.cases.migration import Migration, plan
from services.cases.calendar_change import on_one_calendar
from services.installation.policy import context_for
from services.ledger.event_log import Act
from services.ledger.new_projects import officers_of
from services.ledger.store import StoredProject, load, save
from services.scenarios import published as scenarios
from services.scenarios.published import Version, WrongVersionState
from services.scenarios.record import check_administrator, record
from services.unit_of_work import Database
from services.wording.names import names_of


@dataclass(frozen=True, slots=True)
class ProjectMigration:
    """Result for one project, real or tried."""

    project: str
    title: str
    migrated: bool
    """Whether it is on the new version (in a dry run: would be)."""
    changes: tuple[Statement, ...]
    refusals: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Selection of the projects on a version, in order of registration."""

    codes: Collection[str] | None = None
    """``None``: all of them."""
    past: int = 0
    """Only those behind this one (:attr:`MigrationRun.last`)."""
    offset: int = 0
    limit: int | None = None


EVERYTHING = Part()


@dataclass(frozen=True, slots=True)
class MigrationRun:
    """Result of a migration run."""

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
        known = scenarios.versions(connection, key)
        target = _target(known, key, before, after)
        names = names_of(*scenarios.released_of(connection, known).values())
        values = {"key": key, "version": before, "codes": list(part.codes) if part.codes else None}
        numbers = connection.execute(_ON_VERSION, values).scalars().all()
    waiting = [number for number in numbers if number > part.past][part.offset :]
    chosen = waiting[: part.limit]
    results = (
        _migrate_project(database, number, before, target, actor, now, dry_run) for number in chosen
    )
    done = tuple(result for result in results if result is not None)
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
            "project": result.project,
            "title": result.title,
            "migrated": result.migrated,
            "said": {
                tag: [
                    statement.message(translator(tag), tag, names)
                    for statement in (*result.changes, *result.refusals)
                ]
                for tag in LANGUAGES
            },
        }
        for result in done
    ]
    moved = sum(result.migrated for result in done)
    stayed = len(done) - moved
    return {"from": before, "to": after, "moved": moved, "stayed": stayed, "projects": projects}


def _target(known: Sequence[Version], key: str, before: int, after: int) -> int:
    """The number of the version to move to; both versions have to be there."""
    scenarios.one_of(known, key, before)
    target = scenarios.one_of(known, key, after)
    if target.state is not VersionState.PUBLISHED:
        raise WrongVersionState(
            scenario=key,
            version=after,
            state=target.state,
            act=Word("migration"),
            needed=[VersionState.PUBLISHED],
        )
    return target.id


def _migrate_project(
    database: Database,
    number: int,
    before: int,
    target: int,
    actor: Actor,
    now: datetime,
    dry_run: bool,
) -> ProjectMigration | None:
    """Judge and migrate one project; ``None`` when it has left the version."""
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
    officers = officers_of(connection, [department.key for department in new.departments])
    return plan(stored.facts, new, replace(context, officers=officers))


def _write(
    connection: Connection, stored: StoredProject, outcome: Outcome, target: int, act: Act
) -> None:
    """Write the outcome and the columns that only a migration changes."""
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
