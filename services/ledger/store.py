"""Loading the facts of a project under its lock, and writing what an act changed: a message each.

Only rows that differ are written. The statement names the tables that have any, so there are few
distinct ones and each is prepared once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Connection

from models.cases import parts
from models.cases.case_round import table_of
from models.cases.duty import DUTIES
from models.cases.facts import ITEMS, MATERIALS, ProjectFacts
from models.cases.outcome import Outcome
from models.cases.part import Part
from models.codec import codec
from models.errors import NotFound
from rules.cases.duties import changed_duties
from rules.scenarios.own_scenario import own_scenario
from services.ledger import standing
from services.ledger.event_log import (
    Act,
    Head,
    LoggedEvent,
    as_records,
    chained,
    named,
    told,
)
from services.ledger.rows import arrays, name_of, record, records, upsert
from services.people.visibility import EVERYTHING, OF_THE_MACHINE, Eyes, Sight, sight_of
from services.prepared import Prepared
from services.scenarios.published import naming


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
    sight: Sight = EVERYTHING
    """What of it whoever looks may see, where it was loaded for somebody."""
    officers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Department → its handlers, where it was locked for an act: case officers are named from them."""
    heard: bool = True
    """Whether somebody of its enterprise has an account, where it was locked for an act."""
    newest_at: datetime | None = None
    """The moment of its newest event."""


#: Clocks of two machines differ by less; an act further behind the log is stamped, see ``clock_behind``.
SKEW: Final = timedelta(seconds=10)
#: Fields of the facts that are columns of the project's own row.
_OWN = tuple(name for name in codec(ProjectFacts).names if name not in {"scenario", "parts"})


class _Beside(NamedTuple):
    """What the project's own row says beside the facts, as plain JSON values."""

    scenario_id: int
    event_count: int
    event_hash: str
    """In hexadecimal digits."""
    evaluated_version: int
    flow_run_id: str | None
    calendar: str | None
    parts: list[str]
    newest_at: str | None


#: What is no column of the row as it stands.
_ASKED = {
    "event_hash": "encode(p.event_hash, 'hex')",
    # Of its last ones: those of a clock that was set back stand after it.
    "newest_at": "(SELECT max(e.at) FROM case_event e"
    " WHERE e.project_id = p.id AND e.seq > p.event_count - 20)",
}
#: Columns of the project's own row: its facts first, then what stands beside them.
_COLUMNS = (
    *(f"p.{name}" for name in _OWN),
    *(_ASKED.get(name, f"p.{name}") for name in _Beside._fields),
)
_TYPES = {
    "project": "text",
    "projects": "bigint[]",
    "rows": "json",
    "seen_by": "text",
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
    **standing.TYPES,
}


def load(
    connection: Connection,
    project: int | str,
    *,
    lock: bool = False,
    history: bool = False,
    eyes: Eyes = OF_THE_MACHINE,
) -> StoredProject:
    """A project by its number or its code; locked against other acts when ``lock`` is set.

    With ``eyes`` it is looked for as somebody may see it: what they may not see raises the same
    ``NotFound`` as what does not exist, and is not locked. Stopped clocks are left behind unless
    ``history`` is set: no rule needs them. The facts are read after the lock is held, so they are
    never older than the project row.
    """
    column, key = name_of(project)
    values = {"project": key, "seen_by": eyes.by}
    known = parts.known()
    chosen = tuple(part for part in known if part.common) if lock else known
    facts = _facts_query(column, history, chosen, eyes.project, _officers_or(lock, eyes))
    row = facts.execute(connection, values, after=_lock(column, eyes.project) if lock else None)
    if row is None:
        raise NotFound(field="project", value=project, remedy="Look it up in the list of projects.")
    beside = row.pop()
    stored = _stored(connection, row, chosen)
    if lock:
        return _for_an_act(stored, beside)
    return replace(stored, sight=sight_of(beside))


def _officers_or(lock: bool, eyes: Eyes) -> str:
    """What is asked beside the facts: what an act asks of the accounts, or what a reader sees."""
    return _FOR_AN_ACT if lock else eyes.sight


def load_all(connection: Connection, projects: Sequence[int]) -> list[StoredProject]:
    """Several projects by their numbers, locked for acts, in their order.

    Those that somebody else holds just now are left out: nobody waits for one while others are held.
    """
    chosen = tuple(part for part in parts.known() if part.common)
    values = {"projects": list(projects)}
    free = _LOCK_FREE.execute(connection, values)
    rows = _all_facts(chosen).execute(connection, {"projects": free or []}) or []
    loaded = []
    for row in rows:
        beside = row.pop()
        loaded.append(_for_an_act(_stored(connection, row, chosen), beside))
    return loaded


def _for_an_act(stored: StoredProject, beside: Mapping[str, Any]) -> StoredProject:
    """The project with what an act asks beside its facts."""
    return replace(stored, officers=beside["officers"] or {}, heard=beside["heard"])


def _stored(connection: Connection, row: list[Any], chosen: tuple[Part[Any], ...]) -> StoredProject:
    """The project from the JSON array of :func:`_facts_query`; rare parts are read where it has any."""
    own = codec(ProjectFacts).values(dict(zip(_OWN, row, strict=False)))
    beside = _Beside(*row[len(_OWN) : len(_COLUMNS)])
    rows: dict[Part[Any], Any] = dict(zip(chosen, row[len(_COLUMNS) :], strict=True))
    rare = tuple(part for part in parts.known() if part.name in beside.parts and part not in rows)
    if rare:
        rows |= zip(rare, _rare(rare).execute(connection, {"id": own["id"]}), strict=True)
    decoded = {part.name: _decoded(part, array) for part, array in rows.items() if array}
    departments = {item.department for item in decoded.get(ITEMS.name, {}).values()}
    scenario = naming(connection, beside.scenario_id, departments)
    facts = ProjectFacts(**own, scenario=own_scenario(scenario, own["attributes"]), parts=decoded)
    return StoredProject(
        facts,
        beside.scenario_id,
        Head(beside.event_count, bytes.fromhex(beside.event_hash)),
        beside.evaluated_version,
        UUID(beside.flow_run_id) if beside.flow_run_id else None,
        beside.calendar,
        frozenset(beside.parts),
        newest_at=datetime.fromisoformat(beside.newest_at) if beside.newest_at else None,
    )


class Written(NamedTuple):
    """An outcome that is to be written, and by whose act."""

    before: StoredProject
    outcome: Outcome
    act: Act

    @property
    def rows(self) -> dict[Part[Any], list[Any]]:
        """The rows of each part that differ, and the case rounds of which there is something to say."""
        before, after = self.before.facts, self.outcome.facts
        changed = ((part, _changed(before.of(part), after.of(part))) for part in parts.known())
        rows = {part: rows for part, rows in changed if rows}
        duties = list(changed_duties(before, after, rows))
        for round_ in self.outcome.rounds:
            rows.setdefault(table_of(round_), []).append(round_)
        return rows | {DUTIES: duties} if duties else rows


class _Afterwards(NamedTuple):
    """What a project's own row says after an act, and the entries that its chain goes on with."""

    stored: StoredProject
    entries: list[tuple[LoggedEvent, Head]]
    project: dict[str, Any]


def save(
    connection: Connection, before: StoredProject, outcome: Outcome, act: Act
) -> StoredProject:
    """Write what an outcome changed, in one statement; answers the project as it stands now."""
    change = Written(before, outcome, act)
    rows = change.rows
    notices = _notices(change)
    after = _afterwards(change, rows, notices)
    project_id = before.facts.id
    parameters = {part.name: records(part, changed, project_id) for part, changed in rows.items()}
    beside: list[str] = []
    if after.entries:
        beside.append("events")
        parameters["events"] = as_records(after.entries)
    if notices:
        beside.append("notices")
        parameters["notices"] = orjson.dumps(notices).decode()
    if outcome.wake:
        beside.append("wake")
    statement = _write(tuple(rows), tuple(beside))
    statement.execute(connection, parameters | after.project)
    return after.stored


def save_all(connection: Connection, several: Sequence[Written]) -> list[StoredProject]:
    """Write an act in each of several projects, in one statement; answers the projects after it."""
    written: dict[Part[Any], list[Any]] = {}
    ends, notices = [], []
    for change in several:
        rows = change.rows
        for part, changed in rows.items():
            known = written.setdefault(part, [])
            known += [record(part, row, change.before.facts.id) for row in changed]
        told_now = _notices(change)
        ends.append(_afterwards(change, rows, told_now))
        notices += told_now
    heads = [
        _as_record(end, change.outcome.wake) for change, end in zip(several, ends, strict=True)
    ]
    parameters = {part.name: orjson.dumps(rows).decode() for part, rows in written.items()}
    parameters["events"] = as_records(entry for end in ends for entry in end.entries)
    parameters["notices"] = orjson.dumps(notices).decode()
    parameters["rows"] = orjson.dumps(heads).decode()
    ordered = tuple(part for part in (*parts.known(), *parts.BESIDE) if part in written)
    _write_all(ordered).execute(connection, parameters)
    return [end.stored for end in ends]


def _afterwards(
    change: Written, rows: Mapping[Part[Any], list[Any]], notices: Sequence[Mapping[str, Any]]
) -> _Afterwards:
    before, after, head = change.before, change.outcome.facts, change.before.head
    hashes = _hashes(notices, rows.get(MATERIALS, ()))
    if before.newest_at is not None and change.act.at < before.newest_at - SKEW:
        hashes["clock_behind"] = before.newest_at.isoformat()
    if before.facts.steward in change.act.actor.stands_in_for:
        hashes["on_behalf_of"] = before.facts.steward
    entries = chained(change.outcome.events, after.id, head, change.act, after.version, hashes)
    if entries:
        head = entries[-1][1]
    there = before.parts | {part.name for part in rows if not part.common}
    project = {
        "id": after.id,
        "version": after.version,
        "state": after.state.value,
        "steward": after.steward,
        "completed_on": after.completed_on,
        "event_count": head.seq,
        "event_hash": head.hash,
        "calendar": before.calendar,
        "parts": sorted(there),
        "architect": standing.team(after),
    }
    project |= standing.columns(after)
    newest = max(before.newest_at or change.act.at, change.act.at)
    stored = replace(before, facts=after, head=head, parts=there, newest_at=newest)
    return _Afterwards(stored, entries, project)


def _as_record(end: _Afterwards, wake: bool) -> dict[str, Any]:
    """The project's own row as a record of :func:`_write_all`."""
    own = end.project
    team = orjson.Fragment(own["architect"]) if own["architect"] else None
    return own | {"event_hash": own["event_hash"].hex(), "architect": team, "wake": wake}


def _key_of(column: str) -> str:
    return "CAST(:project AS bigint)" if column == "id" else ":project"


@cache
def _lock(column: str, seen: str) -> Prepared:
    """Wait for whoever acts in the project, then hold it to the end of the transaction."""
    return Prepared(
        f"SELECT p.parts FROM project p WHERE p.{column} = {_key_of(column)} AND {seen}"  # noqa: S608
        " FOR NO KEY UPDATE OF p",
        _TYPES,
    )


#: Department → its handlers, for the departments that decide something in the project.
_OFFICERS = (
    "SELECT json_object_agg(o.department, o.logins) FROM (SELECT a.department,"
    " json_agg(a.login ORDER BY a.login) AS logins FROM account a WHERE a.active"
    " AND a.role = 'handler' AND a.department IN"
    " (SELECT i.department FROM item i WHERE i.project_id = p.id) GROUP BY a.department) o"
)
#: Officers of whom an act may name one; whether somebody of the enterprise reads what it is told.
_FOR_AN_ACT = (
    f"json_build_object('officers', ({_OFFICERS}), 'heard', EXISTS (SELECT FROM account e"
    " WHERE e.enterprise = p.enterprise AND e.active))"
)


@cache
def _facts_query(
    column: str, history: bool, chosen: tuple[Part[Any], ...], seen: str, beside: str
) -> Prepared:
    """One JSON array: the project's row, then one array of rows per part that is asked for; at last
    what is asked ``beside`` them.
    """
    listed = _listed(history, chosen, beside)
    return Prepared(
        f"SELECT json_build_array({listed}) FROM project p"  # noqa: S608
        f" WHERE p.{column} = {_key_of(column)} AND {seen}",
        _TYPES,
    )


@cache
def _all_facts(chosen: tuple[Part[Any], ...]) -> Prepared:
    """One JSON array of such arrays, each as :func:`_facts_query` answers it for an act."""
    listed = _listed(False, chosen, _FOR_AN_ACT)
    return Prepared(
        f"SELECT json_agg(json_build_array({listed}) ORDER BY p.id) FROM project p"  # noqa: S608
        " WHERE p.id = ANY(:projects)",
        _TYPES,
    )


def _listed(history: bool, chosen: tuple[Part[Any], ...], beside: str) -> str:
    selects = list(_COLUMNS)
    for part in chosen:
        still = f" AND NOT (t.{part.past})" if part.past and not history else ""
        selects.append(f"({arrays(part, f't.project_id = p.id{still}')})")
    return ", ".join([*selects, beside])


#: The numbers of those that nobody holds, held from now on.
_LOCK_FREE = Prepared(
    "SELECT json_agg(free.id) FROM (SELECT id FROM project WHERE id = ANY(:projects)"
    " ORDER BY id FOR NO KEY UPDATE SKIP LOCKED) free",
    {"projects": "bigint[]"},
)


@cache
def _rare(chosen: tuple[Part[Any], ...]) -> Prepared:
    """One JSON array: one array of rows per part."""
    selects = ", ".join(f"({arrays(part, 't.project_id = :id')})" for part in chosen)
    return Prepared(f"SELECT json_build_array({selects})", _TYPES)


@cache
def _write(changed: tuple[Part[Any], ...], beside: tuple[str, ...]) -> Prepared:
    """The statement that writes rows of these parts, what is named beside them, the project row last."""
    queries = [f"{part.name}_ AS ({upsert(part, f':{part.name}')})" for part in changed]
    queries += [f"{name}_ AS ({_BESIDE[name]})" for name in beside]
    update = (
        "UPDATE project SET version = :version, state = :state, steward = :steward,"  # noqa: S608
        " completed_on = :completed_on, event_count = :event_count, event_hash = :event_hash,"
        " calendar = :calendar, parts = :parts, architect = :architect,"
        f" {standing.assigned(':')} WHERE id = :id"
    )
    with_ = "WITH " + ", ".join(queries) + " " if queries else ""
    types = dict.fromkeys((part.name for part in changed), "jsonb")
    return Prepared(with_ + update, types | _TYPES)


@cache
def _write_all(changed: tuple[Part[Any], ...]) -> Prepared:
    """The same for several projects, whose rows come last as records."""
    queries = [f"{part.name}_ AS ({upsert(part, f':{part.name}')})" for part in changed]
    queries += [f"{name}_ AS ({_BESIDE[name]})" for name in ("events", "notices")]
    queries.append(
        "rows_ AS MATERIALIZED (SELECT * FROM json_to_recordset(:rows) AS r(id bigint, version int,"  # noqa: S608
        " state text, steward text, completed_on date, event_count int, event_hash text,"
        " calendar text, parts text[], architect jsonb, wake boolean,"
        f" {standing.RECORD}))"
    )
    queries.append(_ALL_WOKEN)
    update = (
        "UPDATE project p SET version = r.version, state = r.state, steward = r.steward,"  # noqa: S608
        " completed_on = r.completed_on, event_count = r.event_count,"
        " event_hash = decode(r.event_hash, 'hex'), calendar = r.calendar, parts = r.parts,"
        f" architect = r.architect, {standing.assigned('r.')}"
        " FROM rows_ r WHERE p.id = r.id"
    )
    types = dict.fromkeys((part.name for part in changed), "jsonb")
    return Prepared(f"WITH {', '.join(queries)} {update}", types | _TYPES)


_WOKEN = (
    "ON CONFLICT (project_id) DO UPDATE"
    " SET version = excluded.version, not_before = now(), attempts = 0"
)
_ALL_WOKEN = (
    "wake_ AS (INSERT INTO wake_up (project_id, version)"  # noqa: S608
    f" SELECT id, version FROM rows_ WHERE wake {_WOKEN})"
)
_EVENT = "project_id, seq, at, kind, item, actor, role, data, command_key, hash"
_NOTICE = "project_id, seq, audience, template, item, params, created_at"
#: What an act writes beside the parts.
_BESIDE: Mapping[str, str] = {
    "events": (
        f"INSERT INTO case_event ({_EVENT}) SELECT {_EVENT}"  # noqa: S608
        " FROM json_populate_recordset(NULL::case_event, :events)"
    ),
    "notices": (
        f"INSERT INTO notice ({_NOTICE}) SELECT {_NOTICE}"  # noqa: S608
        " FROM jsonb_populate_recordset(NULL::notice, :notices)"
    ),
    "wake": f"INSERT INTO wake_up (project_id, version) VALUES (:id, :version) {_WOKEN}",  # noqa: S608
}


def _decoded(part: Part[Any], rows: Sequence[list[Any]] | None) -> dict[Any, Any]:
    read, key_of = part.codec.read_row, part.key_of
    return {key_of(facts): facts for facts in map(read, rows or ())}


def _changed(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> list[Any]:
    """Rows that are new or differ; facts are frozen, so identity tells."""
    if before is after:
        return []
    return [facts for key, facts in after.items() if before.get(key) is not facts]


def _notices(change: Written) -> list[dict[str, Any]]:
    """The notices of an act as records, each once."""
    project_id, first = change.before.facts.id, change.before.head.seq + 1
    at = change.act.at.isoformat()
    records = {
        (message.event, message.audience, message.template): {
            "project_id": project_id,
            "seq": first + message.event,
            "audience": message.audience,
            "template": message.template,
            "item": message.item,
            "params": dict(message.params),
            "created_at": at,
        }
        for message in change.outcome.messages
    }
    return list(records.values())


def _hashes(notices: Sequence[Mapping[str, Any]], papers: Iterable[Any]) -> dict[str, object]:
    """What the first event of an act says of its notices and of the names of its files."""
    hashes: dict[str, object] = {}
    if notices:
        hashes["told"] = told([notice[name] for name in _TOLD] for notice in notices)
    files = {paper.key: named(paper.file_name) for paper in papers if paper.file_name}
    return hashes | {"named": files} if files else hashes


_TOLD = ("seq", "audience", "template", "item", "params")
