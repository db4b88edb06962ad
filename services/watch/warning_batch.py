"""Warnings of many projects in one transaction: a handful of statements, whatever their number.

The claim is the clock's own row, under the lock of its project: with the rung that is added to those
given stand the event, the notices and the wake-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
import psycopg2
from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import DBAPIError

from config.logs import get_logger
from models.outcome import Event, Message
from models.states import ClockKind
from rules.clock import project_clock
from rules.context import Context
from rules.timers import terms_of
from rules.warnings import DueClock, Warned, Warner
from services.bulk_acts import ProjectAct, write_acts
from services.documents import supervision_letters
from services.documents.supervision_letters import Letter, LetterBook
from services.event_log import Act, Head
from services.rows import decode_history
from services.scenarios import definition

log = get_logger()


@dataclass(slots=True)
class Batch:
    """What one batch did."""

    given: int = 0
    failed: list[str] = field(default_factory=list)
    """One line for each clock or project that could not be warned of."""


class _Given(NamedTuple):
    """What is to be written for one project."""

    code: str
    clocks: list[dict[str, Any]]
    act: ProjectAct
    letters: list[Letter]


def projects_to_warn(connection: Connection, context: Context) -> Sequence[int]:
    """Numbers of the open projects with a clock that is to be warned of today."""
    return connection.execute(_DUE, {"today": context.today}).scalars().all()


def give_batch(connection: Connection, context: Context, projects: Sequence[int]) -> Batch:
    """Give the warnings that are due in these projects.

    The projects are locked. One that somebody else holds just now is left to the next watch, and so
    is one whose dates were made with another calendar than the context's.
    """
    batch = Batch()
    values = {"ids": list(projects), "calendar": context.calendar.version}
    locked = {row.id: row for row in connection.execute(_LOCK, values)}
    clocks: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(_CLOCKS, {"ids": list(locked), "today": context.today}):
        clocks.setdefault(row.project_id, []).append(row)
    warners = _Warners(connection, context)
    found = (
        _given(connection, locked[id_], rows, warners, context, batch)
        for id_, rows in clocks.items()
    )
    _write(connection, [given for given in found if given.clocks], context, batch)
    return batch


class _Warners:
    """A warner for each scenario: each has a ladder of its own, if it wants to."""

    def __init__(self, connection: Connection, context: Context) -> None:
        self._connection, self._context = connection, context
        self._of: dict[int, Warner] = {}

    def of(self, scenario: int) -> Warner:
        """That of the scenario with this number."""
        if scenario not in self._of:
            under = self._context.under(definition(self._connection, scenario))
            self._of[scenario] = Warner(under)
        return self._of[scenario]


def _given(
    connection: Connection,
    project: Row[Any],
    rows: Sequence[Row[Any]],
    warners: _Warners,
    context: Context,
    batch: Batch,
) -> _Given:
    """The warnings of one project. A clock that cannot be read keeps none of the others back."""
    events: list[Event] = []
    messages: list[Message] = []
    clocks: list[dict[str, Any]] = []
    book = LetterBook(connection, project.id, context)
    for row in rows:
        try:
            clock = _due_clock(row, context)
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
    return _Given(project.code, clocks, act, book.letters)


def _due_clock(row: Row[Any], context: Context) -> DueClock:
    """The first columns of the row are a due clock's fields; a paused one says until when."""
    clock = DueClock._make(row[: len(DueClock._fields)])
    if row.paused is None:
        return clock
    limits = terms_of(
        ClockKind(row.kind),
        row.promised_length,
        row.promised_unit,
        row.statutory_length,
        row.statutory_unit,
    )
    view = project_clock(limits, decode_history(row.paused), context.calendar, context.policy.clock)
    return clock._replace(planned_until=view.suspension_planned_until)


def _claim(row: Row[Any], warned: Warned) -> dict[str, Any]:
    return {
        "p": row.project_id,
        "item": row.item,
        "kind": row.kind,
        "round": row.round,
        "subject": row.subject,
        "warned": warned.warned,
        "next_rung": warned.next_rung,
        "next_rung_on": warned.next_rung_on,
    }


def _write(connection: Connection, given: Sequence[_Given], context: Context, batch: Batch) -> None:
    """Write it all at once; when the database refuses, in halves, until the one at fault is found."""
    if not given:
        return
    clocks = [clock for one in given for clock in one.clocks]
    try:
        with connection.begin_nested():
            connection.execute(_CLAIM, {"clocks": orjson.dumps(clocks).decode()})
            act = Act(context.actor, context.now, "warn")
            write_acts(connection, [one.act for one in given], act)
            supervision_letters.write(connection, [one for each in given for one in each.letters])
    except (DBAPIError, psycopg2.Error) as fault:
        if isinstance(getattr(fault, "orig", fault), psycopg2.OperationalError):
            raise  # no connection, or no answer in time: nothing of the warnings' own
        if len(given) == 1:
            log.exception("warning_failed", project=given[0].code)
            batch.failed.append(f"{given[0].code}: {getattr(fault, 'orig', fault)}")
            return
        half = len(given) // 2
        _write(connection, given[:half], context, batch)
        _write(connection, given[half:], context, batch)
    else:
        batch.given += sum(len(one.act.events) for one in given)


#: The days come first: whatever else is asked, nothing but the index on them is to be read.
_DUE = text(
    "WITH due AS MATERIALIZED (SELECT project_id FROM clock WHERE next_rung_on <= :today)"
    " SELECT id FROM project WHERE id IN (SELECT project_id FROM due) AND state = 'active'"
    " ORDER BY id"
)
_LOCK = text(
    "SELECT id, code, version, event_count, event_hash, scenario_id FROM project WHERE id = ANY(:ids)"
    " AND state = 'active' AND calendar = :calendar ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
)
#: Read after the lock is held, so they are never older than the project.
_CLOCKS = text(
    "SELECT c.item, c.kind, c.round, c.subject, c.started_on, c.due_on, c.statutory_due_on,"
    " c.yellow_on, NULL AS planned_until, c.warned, c.next_rung, c.next_rung_on, i.department,"
    " i.handler, (c.kind = 'make_up' AND EXISTS (SELECT FROM deficiency d"
    " WHERE d.project_id = c.project_id AND d.item = c.item AND d.round = c.round"
    " AND d.material = c.subject AND d.state = 'submitted')) AS handed_in,"
    " c.project_id, CASE WHEN c.state = 'suspended' THEN c.history END AS paused,"
    " c.promised_length, c.promised_unit, c.statutory_length, c.statutory_unit"
    " FROM clock c JOIN item i ON i.project_id = c.project_id AND i.code = c.item"
    " WHERE c.project_id = ANY(:ids) AND c.next_rung_on <= :today"
    " ORDER BY c.project_id, c.next_rung_on, c.item, c.kind, c.subject"
)
_CLAIM = text(
    "UPDATE clock c SET warned = r.warned, next_rung = r.next_rung,"
    " next_rung_on = r.next_rung_on FROM json_to_recordset(CAST(:clocks AS json)) AS"
    " r(p bigint, item text, kind text, round int, subject text, warned text[], next_rung text,"
    " next_rung_on date) WHERE c.project_id = r.p AND c.item = r.item AND c.kind = r.kind"
    " AND c.round = r.round AND c.subject = r.subject"
)
