"""Loading the facts of a project under its lock, and writing what an act changed: two queries in, one out.

Only rows that differ are written. The statement names the tables that have any, so there are few
distinct ones and each is prepared once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, text

from models.architect import ArchitectTeam
from models.errors import NotFound
from models.facts import ProjectFacts
from models.outcome import Outcome
from models.states import ProjectState
from rules.own_scenario import own_scenario
from services.event_log import Act, Head, as_records, chained
from services.prepared import Prepared
from services.rows import Mapped, mappings
from services.scenarios import definition


@dataclass(frozen=True, slots=True)
class StoredProject:
    """A project as it stands in the database: its facts and the head of its event chain."""

    facts: ProjectFacts
    scenario_id: int
    head: Head
    evaluated_version: int
    flow_run_id: UUID | None
    calendar: str | None
    """Version of the calendar that the dates of its clocks were made with."""
    parts: frozenset[str]
    """Parts of its facts, beside those of every project, that it has rows of."""


#: The parts of its facts that every project has rows of. Any other is read by an act only in the
#: projects that have some: a table that is not looked into is not locked, nor its indexes.
COMMON = frozenset({"stages", "items", "materials", "clocks"})
_PROJECT = (
    "p.id, p.code, p.title, p.region, p.enterprise, p.steward, p.scenario_id, p.state, p.version,"
    " p.registered_on, p.completed_on, p.attributes, p.architect, p.event_count, p.event_hash,"
    " p.evaluated_version, p.flow_run_id, p.calendar, p.parts"
)
_TYPES = {
    "project": "text",
    "id": "bigint",
    "version": "integer",
    "state": "text",
    "steward": "text",
    "completed_on": "date",
    "event_count": "integer",
    "event_hash": "bytea",
    "calendar": "text",
    "parts": "text[]",
    "architect": "jsonb",
    "events": "json",
    "notices": "jsonb",
}


def load(
    connection: Connection, project: int | str, *, lock: bool = False, history: bool = False
) -> StoredProject:
    """A project by its number or its code; locked against other acts when ``lock`` is set.

    Stopped clocks are left behind unless ``history`` is set: no rule needs them. The facts are
    read after the lock is held, so they are never older than the project row. Raises ``NotFound``.
    """
    value = project if isinstance(project, str) else str(project)
    column = "code" if isinstance(project, str) else "id"
    parts, found = tuple(mappings()), {"project": value}
    if lock:
        parts = _parts(_lock(column).execute(connection, found).scalar_one_or_none())
    row = _facts_query(column, history, parts).execute(connection, found).first() if parts else None
    if row is None:
        raise NotFound(field="project", value=project, remedy="Look it up in the list of projects.")
    rows = {name: _decoded(name, getattr(row, name)) for name in parts}
    facts = ProjectFacts(
        id=row.id,
        code=row.code,
        title=row.title,
        region=row.region,
        enterprise=row.enterprise,
        steward=row.steward,
        scenario=own_scenario(definition(connection, row.scenario_id), row.attributes),
        state=ProjectState(row.state),
        version=row.version,
        registered_on=row.registered_on,
        completed_on=row.completed_on,
        attributes=row.attributes,
        architect=ArchitectTeam.from_document(row.architect) if row.architect else None,
        **{name: rows.get(name, {}) for name in mappings()},
    )
    return StoredProject(
        facts,
        row.scenario_id,
        Head(row.event_count, bytes(row.event_hash)),
        row.evaluated_version,
        row.flow_run_id,
        row.calendar,
        frozenset(row.parts),
    )


def save(
    connection: Connection, before: StoredProject, outcome: Outcome, act: Act
) -> StoredProject:
    """Write what an outcome changed, in one statement; answers the project as it stands now."""
    project_id, after = before.facts.id, outcome.facts
    parameters: dict[str, Any] = {}
    for name, found in mappings().items():
        rows = _changed(getattr(before.facts, name), getattr(after, name))
        if rows:
            parameters[name] = _records(found, rows, project_id)
    parts, head = before.parts | (parameters.keys() - COMMON), before.head
    if outcome.events:
        entries = chained(outcome.events, project_id, head, act, after.version)
        parameters["events"], head = as_records(entries), entries[-1][1]
    if outcome.messages:
        parameters["notices"] = _notices(outcome, project_id, before.head.seq, act.at)
    names = (*parameters, "wake") if outcome.wake else tuple(parameters)
    project = {
        "id": project_id,
        "version": after.version,
        "state": after.state.value,
        "steward": after.steward,
        "completed_on": after.completed_on,
        "event_count": head.seq,
        "event_hash": head.hash,
        "calendar": before.calendar,
        "parts": sorted(parts),
        "architect": _team(after),
    }
    _write(names).execute(connection, parameters | project)
    return replace(before, facts=after, head=head, parts=parts)


def _team(facts: ProjectFacts) -> str | None:
    team = facts.architect
    return orjson.dumps(team.document()).decode() if team is not None else None


def _key_of(column: str) -> str:
    return "CAST(:project AS bigint)" if column == "id" else ":project"


def _parts(rare: Sequence[str] | None) -> tuple[str, ...]:
    """What is read of a project that has these rare parts; nothing of one that is not there."""
    if rare is None:
        return ()
    return tuple(name for name in mappings() if name in COMMON or name in rare)


@cache
def _lock(column: str) -> Prepared:
    """Wait for whoever acts in the project, then hold it to the end of the transaction."""
    return Prepared(
        f"SELECT parts FROM project WHERE {column} = {_key_of(column)} FOR NO KEY UPDATE",  # noqa: S608
        _TYPES,
    )


@cache
def _facts_query(column: str, history: bool, parts: tuple[str, ...]) -> Prepared:
    """One row: the project, and one JSON array of rows per part of it that is asked for."""
    selects = [_PROJECT]
    for name in parts:
        found = mappings()[name]
        columns = ", ".join(f't."{column_}"' for column_ in found.columns)
        still = " AND t.state <> 'stopped'" if name == "clocks" and not history else ""
        selects.append(
            f"(SELECT json_agg(json_build_array({columns})) FROM {found.table.name} t"  # noqa: S608
            f" WHERE t.project_id = p.id{still}) AS {name}"
        )
    listed = ", ".join(selects)
    return Prepared(f"SELECT {listed} FROM project p WHERE p.{column} = {_key_of(column)}", _TYPES)  # noqa: S608


@cache
def _write(names: tuple[str, ...]) -> Prepared:
    """The statement that writes the named parts, and the project row last."""
    parts = [f"{name}_ AS ({_write_part(name)})" for name in names]
    update = (
        "UPDATE project SET version = :version, state = :state, steward = :steward,"
        " completed_on = :completed_on, event_count = :event_count, event_hash = :event_hash,"
        " calendar = :calendar, parts = :parts, architect = :architect WHERE id = :id"
    )
    with_ = "WITH " + ", ".join(parts) + " " if parts else ""
    return Prepared(with_ + update, {**dict.fromkeys(mappings(), "jsonb"), **_TYPES})


def _write_part(name: str) -> str:
    if name == "events":
        columns = "project_id, seq, at, kind, item, actor, role, data, command_key, hash"
        return (
            f"INSERT INTO case_event ({columns}) SELECT {columns}"  # noqa: S608
            " FROM json_populate_recordset(NULL::case_event, :events)"
        )
    if name == "notices":
        columns = "project_id, seq, audience, template, item, params, created_at"
        return (
            f"INSERT INTO notice ({columns}) SELECT {columns}"  # noqa: S608
            " FROM jsonb_populate_recordset(NULL::notice, :notices)"
        )
    if name == "wake":
        return (
            "INSERT INTO wake_up (project_id, version) VALUES (:id, :version)"
            " ON CONFLICT (project_id) DO UPDATE"
            " SET version = excluded.version, not_before = now(), attempts = 0"
        )
    return _upsert(name, mappings()[name])


def _upsert(name: str, found: Mapped) -> str:
    keys = [column.name for column in found.table.primary_key]
    columns = ["project_id", *found.columns]
    listed = ", ".join(f'"{column}"' for column in columns)
    changed = ", ".join(f'"{c}" = excluded."{c}"' for c in columns if c not in keys)
    table = found.table.name
    return (
        f"INSERT INTO {table} ({listed}) SELECT {listed}"  # noqa: S608
        f" FROM jsonb_populate_recordset(NULL::{table}, :{name})"
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changed}"
    )


def _decoded(name: str, rows: Sequence[list[Any]] | None) -> dict[Any, Any]:
    found = mappings()[name]
    decoded = [found.decode(row) for row in rows or ()]
    return {_key(name, facts): facts for facts in decoded}


def _key(name: str, facts: Any) -> Any:
    return facts.code if name == "items" else facts.key


def _changed(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> list[Any]:
    """Rows that are new or differ; facts are frozen, so identity tells."""
    return [facts for key, facts in after.items() if before.get(key) is not facts]


def _records(found: Mapped, rows: Sequence[Any], project_id: int) -> str:
    return orjson.dumps([found.encode(facts, project_id) for facts in rows]).decode()


def _notices(outcome: Outcome, project_id: int, count: int, now: datetime) -> str:
    records = {
        (message.event, message.audience, message.template): {
            "project_id": project_id,
            "seq": count + message.event + 1,
            "audience": message.audience,
            "template": message.template,
            "item": message.item,
            "params": dict(message.params),
            "created_at": now.isoformat(),
        }
        for message in outcome.messages
    }
    return orjson.dumps(list(records.values())).decode()


_INSERT = text(
    "INSERT INTO project (code, title, region, enterprise, scenario_id, state, version,"
    " registered_on, attributes, event_count, event_hash) VALUES (:code, :title, :region,"
    " :enterprise, :scenario_id, :state, 0, :registered_on, CAST(:attributes AS jsonb), 0,"
    " :event_hash) RETURNING id"
)


def insert(
    connection: Connection, outcome: Outcome, scenario_id: int, act: Act, calendar: str
) -> StoredProject:
    """Write a new project: its row first, then its parts as an act would write them."""
    facts, head = outcome.facts, Head()
    project = {
        "code": facts.code,
        "title": facts.title,
        "region": facts.region,
        "enterprise": facts.enterprise,
        "scenario_id": scenario_id,
        "state": facts.state.value,
        "registered_on": facts.registered_on,
        "attributes": orjson.dumps(dict(facts.attributes)).decode(),
        "event_hash": head.hash,
    }
    born = replace(facts, id=connection.execute(_INSERT, project).scalar_one())
    nothing: dict[str, Any] = {name: {} for name in mappings()}
    stored = StoredProject(
        replace(born, version=0, **nothing), scenario_id, head, 0, None, calendar, frozenset()
    )
    return save(connection, stored, replace(outcome, facts=born), act)
