"""A new calendar comes into force: every open clock is read again, one audited act per project.

The event of each project names the old calendar and the new one, and of each date that moved how far
and because of which days. A project somebody else works on just now is read again by their act, or
by the next watch; no act ever mixes two calendars.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from sqlalchemy import Connection, Row, TextClause, text

from config.logs import get_logger
from models.actor import SYSTEM
from models.calendar import DayChange
from models.outcome import Event, Message, Outcome
from rules.calendar import WorkingCalendar, changed_days
from rules.calendar_change import CalendarEffect, effect, tell
from rules.context import Context
from services.bulk_acts import ProjectAct, write_acts
from services.calendars.versions import bring_into_force, calendar, in_force
from services.event_log import Act, Head
from services.policy_in_force import bring_policy_into_force
from services.rows import mappings
from services.scenarios import definition
from services.store import StoredProject, save
from services.unit_of_work import Database

log = get_logger()

#: Projects that are read again in one transaction.
BATCH = 200
ACT = "change_calendar"


@dataclass(frozen=True, slots=True)
class ProjectMoved:
    """What a new calendar did to one project."""

    code: str
    before: str | None
    """Version of the calendar its dates were made with."""
    effect: CalendarEffect


@dataclass(slots=True)
class Recomputed:
    """What a change of calendar did, or would do."""

    calendar: str
    """Version in force."""
    outdated: str | None = None
    """Version of this machine's own notices, where they are older than those in force."""
    projects: list[ProjectMoved] = field(default_factory=list)
    """Those of which a date moved or was confirmed."""
    unchanged: int = 0
    """Projects of which no date moved."""
    failed: list[str] = field(default_factory=list)
    """What could not be read again, one line each; the others went on."""

    @property
    def moved(self) -> int:
        """Number of dates that moved."""
        return sum(len(project.effect.moved) for project in self.projects)


def recompute(
    database: Database,
    context: Context,
    *,
    dry_run: bool = False,
    own: bool = False,
    every: bool = False,
) -> Recomputed:
    """Read every open clock again whose dates were made with another calendar than the one in force.

    Does nothing when there is none; any number may do it at once. ``dry_run`` only tells what it
    would do. ``every`` reads the clocks of every open project again: the district's policy was changed,
    and that of this machine comes into force.
    ``own`` brings the calendar of this machine into force even when it was superseded.
    """
    mine = context.calendar.version
    if dry_run:
        with database.reading() as connection:
            chosen = context if own else in_force(connection, context)
            return _listed(connection, chosen, every)
    with database.transaction() as connection:
        if own:
            bring_into_force(connection, context)
        context = in_force(connection, context)
        if every:
            bring_policy_into_force(connection, context)
    version = context.calendar.version
    report = Recomputed(version, mine if mine != version else None)
    after: int | None = 0
    while after is not None:
        with database.transaction() as connection:
            after = _Batch(connection, context, report, every).do(after)
    return report


def on_one_calendar(
    connection: Connection, stored: StoredProject, context: Context
) -> tuple[StoredProject, Context]:
    """The locked project and the context on the calendar in force, for an act that follows."""
    if stored.calendar == context.calendar.version:
        return stored, context
    context = in_force(connection, context)
    version = context.calendar.version
    if stored.calendar == version:
        return stored, context
    facts = stored.facts
    own = replace(context, actor=SYSTEM).under(facts.scenario)
    changes = _Changes(connection, context.calendar)
    found = effect(
        facts.clocks.values(), facts.deficiencies.values(), changes.since(stored.calendar), own
    )
    events, messages = _told(found, stored.calendar, version)
    after = replace(
        facts,
        version=facts.version + len(events),
        clocks={**facts.clocks, **{clock.key: clock for clock in found.clocks}},
        deficiencies={**facts.deficiencies, **{owed.key: owed for owed in found.deficiencies}},
    )
    act = Act(SYSTEM, context.now, ACT)
    outcome = Outcome(after, tuple(events), tuple(messages), wake=bool(events))
    return save(connection, replace(stored, calendar=version), outcome, act), context


def _told(
    found: CalendarEffect, before: str | None, after: str
) -> tuple[list[Event], list[Message]]:
    if not found.told:
        return [], []
    event, messages = tell(found, before, after)
    return [event], messages


class _Changes:
    """The days that the calendar in force sees differently from each calendar before it."""

    def __init__(self, connection: Connection, after: WorkingCalendar) -> None:
        self._connection = connection
        self._after = after
        self._known: dict[str | None, tuple[DayChange, ...]] = {None: ()}

    def since(self, version: str | None) -> tuple[DayChange, ...]:
        """Nothing is known of a project that never said its calendar."""
        if version not in self._known:
            before = calendar(self._connection, version or "")
            self._known[version] = changed_days(before, self._after)
        return self._known[version]


class _Batch:
    """Up to ``BATCH`` projects in one transaction."""

    def __init__(
        self, connection: Connection, context: Context, report: Recomputed, every: bool
    ) -> None:
        self._connection = connection
        self._context = replace(context, actor=SYSTEM)
        self._report = report
        self._every = every
        self._changes = _Changes(connection, context.calendar)
        self._version = context.calendar.version

    def do(self, after: int) -> int | None:
        """Do those after the project ``after``; the last one, or ``None`` when none is left."""
        values = {"version": self._version, "after": after, "limit": BATCH}
        ids = self._connection.execute(_which(self._every), values).scalars().all()
        if not ids:
            return None
        named = {"ids": ids, "version": self._version, "every": self._every}
        rows = self._connection.execute(_LOCK, named).all()
        changed = list(_effects(self._connection, rows, self._changes, self._context, self._report))
        self._write(changed)
        for row, found in changed:
            _note(self._report, row, found)
        return ids[-1] if len(ids) == BATCH else None

    def _write(self, changed: Sequence[tuple[Row[Any], CalendarEffect]]) -> None:
        """Rows first, then what happened: of the projects where a date moved or was confirmed."""
        clocks: list[dict[str, Any]] = []
        owed: list[dict[str, Any]] = []
        acts: list[ProjectAct] = []
        for row, found in changed:
            clocks += [mappings()["clocks"].encode(clock, row.id) for clock in found.clocks]
            owed += [mappings()["deficiencies"].encode(one, row.id) for one in found.deficiencies]
            told = _told(found, row.calendar, self._version)
            if told[0]:
                acts.append(
                    ProjectAct(
                        row.id, row.version, Head(row.event_count, bytes(row.event_hash)), *told
                    )
                )
        if clocks:
            values = {"clocks": _json(clocks), "deficiencies": _json(owed)}
            self._connection.execute(_MOVE, values)
        if acts:
            act = Act(SYSTEM, self._context.now, ACT)
            write_acts(self._connection, acts, act)
        ids = [row.id for row, _ in changed]
        self._connection.execute(_STAMP, {"ids": ids, "version": self._version})


def _listed(connection: Connection, context: Context, every: bool) -> Recomputed:
    """What would be done; nothing is locked and nothing is written."""
    report = Recomputed(context.calendar.version)
    changes = _Changes(connection, context.calendar)
    after = 0
    while True:
        values = {"version": report.calendar, "after": after, "limit": BATCH}
        ids = connection.execute(_which(every), values).scalars().all()
        if not ids:
            return report
        rows = connection.execute(_LOOK, {"ids": ids}).all()
        for row, found in _effects(connection, rows, changes, context, report):
            _note(report, row, found)
        after = ids[-1]


def _effects(
    connection: Connection,
    rows: Sequence[Row[Any]],
    changes: _Changes,
    context: Context,
    report: Recomputed,
) -> Iterator[tuple[Row[Any], CalendarEffect]]:
    """What follows for each project; one that cannot be read keeps no other back."""
    ids = [row.id for row in rows]
    parts = {row.id: row for row in connection.execute(_PARTS, {"ids": ids})}
    decode = {name: mappings()[name].decode for name in ("clocks", "deficiencies")}
    for row in rows:
        part = parts[row.id]
        try:
            clocks = [decode["clocks"](one) for one in part.clocks or ()]
            owed = [decode["deficiencies"](one) for one in part.deficiencies or ()]
            own = context.under(definition(connection, row.scenario_id))
            yield row, effect(clocks, owed, changes.since(row.calendar), own)
        except Exception as fault:  # told in the report; the others go on
            log.exception("calendar_change_failed", project=row.code)
            report.failed.append(f"{row.code} {ACT}: {fault}")


def _which(every: bool) -> TextClause:
    return _EVERY if every else _OUTDATED


def _note(report: Recomputed, row: Row[Any], found: CalendarEffect) -> None:
    if found.told:
        report.projects.append(ProjectMoved(row.code, row.calendar, found))
    else:
        report.unchanged += 1


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _columns(part: str) -> str:
    return ", ".join(f't."{column}"' for column in mappings()[part].columns)


#: ``<>`` finds nothing by index; less and more do.
_OUTDATED = text(
    "SELECT id FROM project WHERE state = 'active' AND id > :after"
    " AND (calendar < :version OR calendar > :version OR calendar IS NULL) ORDER BY id LIMIT :limit"
)
_EVERY = text(
    "SELECT id FROM project WHERE state = 'active' AND id > :after ORDER BY id LIMIT :limit"
)
_LOOK = text(
    "SELECT id, code, version, event_count, event_hash, calendar, scenario_id FROM project"
    " WHERE id = ANY(:ids) ORDER BY id"
)
_LOCK = text(
    "SELECT id, code, version, event_count, event_hash, calendar, scenario_id FROM project"
    " WHERE id = ANY(:ids) AND state = 'active' AND (:every OR calendar IS DISTINCT FROM :version)"
    " ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
)
_PARTS = text(
    f"""
SELECT p.id,
    (SELECT json_agg(json_build_array({_columns("clocks")})) FROM clock t
     WHERE t.project_id = p.id AND t.state <> 'stopped') AS clocks,
    (SELECT json_agg(json_build_array({_columns("deficiencies")})) FROM deficiency t
     WHERE t.project_id = p.id AND t.state IN ('open', 'submitted')) AS deficiencies
FROM project p WHERE p.id = ANY(:ids)
"""  # noqa: S608 - put together from constants
)
_MOVE = text(
    "WITH owed AS (UPDATE deficiency d SET due_on = r.due_on"
    " FROM json_populate_recordset(NULL::deficiency, CAST(:deficiencies AS json)) r"
    " WHERE d.project_id = r.project_id AND d.item = r.item AND d.round = r.round"
    " AND d.material = r.material)"
    " UPDATE clock c SET due_on = r.due_on, statutory_due_on = r.statutory_due_on,"
    " yellow_on = r.yellow_on, provisional = r.provisional, next_rung = r.next_rung,"
    " next_rung_on = r.next_rung_on"
    " FROM json_populate_recordset(NULL::clock, CAST(:clocks AS json)) r"
    " WHERE c.project_id = r.project_id AND c.item = r.item AND c.kind = r.kind"
    " AND c.round = r.round AND c.subject = r.subject"
)
_STAMP = text("UPDATE project SET calendar = :version WHERE id = ANY(:ids)")
