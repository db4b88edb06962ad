"""Warnings of many projects in one transaction: a handful of statements, whatever their number.

The claim is the clock's own row, under the lock of its project: with the rung that is added to those
given stand the event, the notices and the wake-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import orjson
import psycopg2
from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import DBAPIError

from config.logs import get_logger
from models.cases.clock import CLOCK_EVENTS
from models.cases.outcome import Event, Message
from models.codec import Many
from models.scenarios.definition import ScenarioDefinition
from rules.cases.clocks.registry import KINDS
from rules.cases.context import Context
from rules.cases.timers import terms_of
from rules.cases.warnings import DueClock, Warner, WarningResult, to_lead
from rules.clock import project_clock
from services.cases.bulk_acts import ProjectAct, write_acts
from services.cases.watch.ended_clocks import handed_in
from services.documents import supervision_letters
from services.documents.supervision_letters import Letter, LetterBook
from services.ledger.event_log import Act, Head
from services.scenarios.published import definition

log = get_logger()


@dataclass(slots=True)
class Batch:
    """Result of one batch."""

    given: int = 0
    failed: list[str] = field(default_factory=list)
    """One line for each clock or project that could not be warned of."""


class _Warnings(NamedTuple):
    """Warnings to write for one project."""

    code: str
    clocks: list[dict[str, Any]]
    act: ProjectAct
    letters: list[Letter]


def projects_to_warn(connection: Connection, context: Context) -> Sequence[int]:
    """Numbers of the open projects with a clock that is to be warned of now."""
    return connection.execute(_DUE, {"now": context.now}).scalars().all()


def give_batch(connection: Connection, context: Context, projects: Sequence[int]) -> Batch:
    """Give the warnings that are due in these projects.

    The projects are locked. One that somebody else holds just now is left to the next watch, and so
    is one whose dates were made with another calendar than the context's.
    """
    batch = Batch()
    values = {"ids": list(projects), "calendar": context.calendar.version}
    locked = {row.id: row for row in connection.execute(_LOCK, values)}
    clocks: dict[int, list[Row[Any]]] = {}
    about: dict[str, Any] = {"ids": list(locked), "now": context.now}
    query = text(_CLOCKS.format(handed_in=handed_in(tuple(KINDS.values()), about)))
    for row in connection.execute(query, about):
        clocks.setdefault(row.project_id, []).append(row)
    warners = _Warners(connection, context)
    warnings = (
        _warnings_of(connection, locked[id_], rows, warners, context, batch)
        for id_, rows in clocks.items()
    )
    _write(connection, [project for project in warnings if project.clocks], context, batch)
    return batch


class _Warners:
    """A warner for each scenario, which may have a ladder of its own."""

    def __init__(self, connection: Connection, context: Context) -> None:
        self._connection, self._context = connection, context
        self._of: dict[int, Warner] = {}

    def of(self, scenario: int) -> Warner:
        """The warner of a scenario, by its number."""
        if scenario not in self._of:
            self._of[scenario] = Warner(self._context.under(self.scenario(scenario)))
        return self._of[scenario]

    def scenario(self, number: int) -> ScenarioDefinition:
        """The scenario of a number."""
        return definition(self._connection, number)


def _warnings_of(
    connection: Connection,
    project: Row[Any],
    rows: Sequence[Row[Any]],
    warners: _Warners,
    context: Context,
    batch: Batch,
) -> _Warnings:
    """Warnings of one project; an unreadable clock does not stop the others."""
    events: list[Event] = []
    messages: list[Message] = []
    clocks: list[dict[str, Any]] = []
    book = LetterBook(connection, project.id, context)
    for row in rows:
        try:
            clock = to_lead(_due_clock(row, context), warners.scenario(project.scenario_id))
            warned = warners.of(project.scenario_id).warn(clock, len(events))
            warned = book.draw_up(warned, clock, project.event_count + len(events) + 1)
        except Exception as fault:  # told in the report; the others go on
            log.exception("warning_failed", project=project.code, item=row.item, clock=row.kind)
            batch.failed.append(f"{project.code} {row.item} {row.kind}: {fault}")
            continue
        clocks.append(_claim(row, warned))
        events += warned.events
        messages += warned.messages
    head = Head(project.event_count, bytes(project.event_hash))
    act = ProjectAct(project.id, project.version, head, events, messages)
    return _Warnings(project.code, clocks, act, book.letters)


_HISTORY = Many(CLOCK_EVENTS)


def _due_clock(row: Row[Any], context: Context) -> DueClock:
    """The first columns of the row are a due clock's fields; a paused one says until when."""
    clock = DueClock._make(row[: len(DueClock._fields)])
    clock = clock._replace(
        warned_for=[date.fromisoformat(day) for day in row.warned_for],
        warned_on=[date.fromisoformat(day) for day in row.warned_on],
    )
    if row.paused is None:
        return clock
    limits = terms_of(
        row.promised_length,
        row.promised_unit,
        row.statutory_length,
        row.statutory_unit,
    )
    view = project_clock(limits, _HISTORY.read(row.paused), context.calendar, context.policy.clock)
    return clock._replace(planned_until=view.suspension_planned_until)


def _claim(row: Row[Any], warned: WarningResult) -> dict[str, Any]:
    return {
        "p": row.project_id,
        "item": row.item,
        "kind": row.kind,
        "round": row.round,
        "subject": row.subject,
        "warned": warned.warned,
        "warned_for": [day.isoformat() for day in warned.warned_for],
        "warned_on": [day.isoformat() for day in warned.warned_on],
        "next_rung": warned.next_rung,
        "next_rung_at": warned.next_rung_at,
    }


def _write(
    connection: Connection, projects: Sequence[_Warnings], context: Context, batch: Batch
) -> None:
    """Write it all at once; when the database refuses, in halves, until the one at fault is found."""
    if not projects:
        return
    clocks = [clock for project in projects for clock in project.clocks]
    try:
        with connection.begin_nested():
            connection.execute(_CLAIM, {"clocks": orjson.dumps(clocks).decode()})
            act = Act(context.actor, context.now, "warn")
            write_acts(connection, [project.act for project in projects], act)
            supervision_letters.write(
                connection, [letter for project in projects for letter in project.letters]
            )
    except (DBAPIError, psycopg2.Error) as fault:
        if isinstance(getattr(fault, "orig", fault), psycopg2.OperationalError):
            raise  # no connection, or no answer in time: nothing of the warnings' own
        if len(projects) == 1:
            log.exception("warning_failed", project=projects[0].code)
            batch.failed.append(f"{projects[0].code}: {getattr(fault, 'orig', fault)}")
            return
        half = len(projects) // 2
        _write(connection, projects[:half], context, batch)
        _write(connection, projects[half:], context, batch)
    else:
        batch.given += sum(len(project.act.events) for project in projects)


#: The days come first: whatever else is asked, nothing but the index on them is to be read.
_DUE = text(
    "WITH due AS MATERIALIZED (SELECT project_id FROM clock WHERE next_rung_at <= :now)"
    " SELECT id FROM project WHERE id IN (SELECT project_id FROM due) AND state = 'active'"
    " ORDER BY id"
)
_LOCK = text(
    "SELECT id, code, version, event_count, event_hash, scenario_id FROM project WHERE id = ANY(:ids)"
    " AND state = 'active' AND calendar = :calendar ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
)
#: Read after the lock is held, so they are never older than the project.
_CLOCKS = (
    "SELECT c.item, c.kind, c.round, c.subject, c.started_on, c.due_on, c.statutory_due_on,"
    " c.yellow_at, NULL AS planned_until, c.warned, c.next_rung, c.next_rung_at, i.department,"
    " i.handler, ({handed_in}) AS handed_in, c.statutory_yellow_at, c.warned_for, c.warned_on,"
    " c.project_id, CASE WHEN c.state = 'suspended' THEN c.history END AS paused,"
    " c.promised_length, c.promised_unit, c.statutory_length, c.statutory_unit"
    " FROM clock c JOIN item i ON i.project_id = c.project_id AND i.code = c.item"
    " WHERE c.project_id = ANY(:ids) AND c.next_rung_at <= :now"
    " ORDER BY c.project_id, c.next_rung_at, c.item, c.kind, c.subject"
)
_CLAIM = text(
    "UPDATE clock c SET warned = r.warned, warned_for = r.warned_for, warned_on = r.warned_on,"
    " next_rung = r.next_rung, next_rung_at = r.next_rung_at FROM json_to_recordset(CAST(:clocks AS json)) AS"
    " r(p bigint, item text, kind text, round int, subject text, warned text[], warned_for text[],"
    " warned_on text[], next_rung text, next_rung_at timestamptz) WHERE c.project_id = r.p AND c.item = r.item AND c.kind = r.kind"
    " AND c.round = r.round AND c.subject = r.subject"
)
