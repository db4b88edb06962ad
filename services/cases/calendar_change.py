"""A new calendar comes into force: every open clock is read again, one audited act per project.

The event of each project names the old calendar and the new one, and of each date that moved how far
and because of which days. A project somebody else works on just now is read again by their act, or
by the next watch; no act ever mixes two calendars.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

from config.logs import get_logger
from models.cases.outcome import Event, Message, Outcome
from models.cases.states import ProjectState
from models.people.actor import SYSTEM
from rules.cases.calendar_change import events_of
from rules.cases.calendar_effect import CalendarEffect, Since, effect
from rules.cases.context import Context
from rules.clock.calendar import changed_days
from services.cases import calendar_rows
from services.cases.bulk_acts import ProjectAct, write_acts
from services.clock.calendar_versions import bring_into_force, calendar, in_force
from services.installation.policy_in_force import bring_policy_into_force
from services.ledger import duties
from services.ledger.event_log import Act, Head
from services.ledger.standing import OF_CLOCKS, RESTANDING
from services.ledger.store import StoredProject, load, save
from services.scenarios.published import definition
from services.unit_of_work import Database

log = get_logger()

#: Projects that are read again in one transaction: nobody who acts on one of them waits for long.
BATCH = 50
ACT = "change_calendar"


@dataclass(frozen=True, slots=True)
class ProjectMoved:
    """Effect of a new calendar on one project."""

    code: str
    before: str | None
    """Version of the calendar its dates were made with."""
    effect: CalendarEffect


@dataclass(slots=True)
class Recomputed:
    """Result of a change of calendar, or of its dry run."""

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
    known: dict[str | None, Since] = {None: Since()}
    after: int | None = 0
    while after is not None:
        with database.transaction() as connection:
            changes = _Changes(connection, context, known)
            after = _Batch(connection, context, report, changes, every).do(after)
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
    return _read_again(connection, stored, context, _Changes(connection, context)), context


def _read_again(
    connection: Connection, stored: StoredProject, context: Context, changes: _Changes
) -> StoredProject:
    """One project on the calendar of the context, written like any act."""
    facts, version = stored.facts, context.calendar.version
    own = replace(context, actor=SYSTEM).under(facts.scenario)
    parts, entries = calendar_rows.of_project(connection, facts)
    change = effect(parts, facts.scenario, changes.since(stored.calendar), own, entries)
    events, messages = _notification(change, stored.calendar, version)
    calendar_rows.write_credit(connection, (change,), context.today)
    moved = calendar_rows.having(facts, change)
    after = replace(moved, version=facts.version + len(events))
    act = Act(SYSTEM, context.now, ACT)
    outcome = Outcome(after, tuple(events), tuple(messages), wake=bool(events))
    return save(connection, replace(stored, calendar=version), outcome, act)


def _notification(
    change: CalendarEffect, before: str | None, after: str
) -> tuple[list[Event], list[Message]]:
    if not change.is_notified:
        return [], []
    return events_of(change, before, after)


class _Changes:
    """What is new since each calendar that was in force before."""

    def __init__(
        self,
        connection: Connection,
        context: Context,
        known: dict[str | None, Since] | None = None,
    ) -> None:
        self._connection = connection
        self._after = context.calendar
        fresh: dict[str | None, Since] = {None: Since()}
        self._known = fresh if known is None else known
        """Version → what is new since; may be kept from one transaction to the next."""

    def since(self, version: str | None) -> Since:
        """The calendar of a version and its changed days; nothing for a project without one."""
        if version not in self._known:
            before = calendar(self._connection, version or "")
            self._known[version] = Since(before, changed_days(before, self._after))
        return self._known[version]


class _Batch:
    """Up to ``BATCH`` projects in one transaction."""

    def __init__(
        self,
        connection: Connection,
        context: Context,
        report: Recomputed,
        changes: _Changes,
        every: bool,
    ) -> None:
        self._connection = connection
        self._context = replace(context, actor=SYSTEM)
        self._report = report
        self._every = every
        self._changes = changes
        self._version = context.calendar.version

    def do(self, after: int) -> int | None:
        """Process the next batch after project ``after``; its last id, or ``None`` at the end."""
        values = {"version": self._version, "after": after, "limit": BATCH}
        ids = self._connection.execute(_which(self._every), values).scalars().all()
        if not ids:
            return None
        named = {"ids": ids, "version": self._version, "every": self._every}
        rows = self._connection.execute(_LOCK, named).all()
        changed = list(_effects(self._connection, rows, self._changes, self._context, self._report))
        self._write([(row, change) for row, change in changed if not change.lapsed])
        for row in (row for row, change in changed if change.lapsed):
            # What waits for whom changes with it: more than a last day.
            stored = load(self._connection, row.id, lock=True)
            _read_again(self._connection, stored, self._context, self._changes)
        for row, change in changed:
            _note(self._report, row, change)
        return ids[-1] if len(ids) == BATCH else None

    def _write(self, changed: Sequence[tuple[Row[Any], CalendarEffect]]) -> None:
        """Write the rows, then the events of projects where a date moved or was confirmed."""
        effects = [(row.id, change) for row, change in changed]
        calendar_rows.write(self._connection, effects, self._context.today)
        acts = [
            written for row, change in changed if (written := self._act(row, change)) is not None
        ]
        if acts:
            act = Act(SYSTEM, self._context.now, ACT)
            write_acts(self._connection, acts, act)
        ids = [row.id for row, _ in changed]
        self._connection.execute(_STAMP, {"ids": ids, "version": self._version})
        self._connection.execute(_DUTIES, {"ids": ids})

    def _act(self, row: Row[Any], change: CalendarEffect) -> ProjectAct | None:
        """The act in the log of a project; ``None`` where nothing changed that people see."""
        events, messages = _notification(change, row.calendar, self._version)
        if not events:
            return None
        head = Head(row.event_count, bytes(row.event_hash))
        active = row.state == ProjectState.ACTIVE
        return ProjectAct(row.id, row.version, head, events, messages, wake=active)


def _listed(connection: Connection, context: Context, every: bool) -> Recomputed:
    """Report of a dry run; nothing is locked or written."""
    report = Recomputed(context.calendar.version)
    changes = _Changes(connection, context)
    after = 0
    while True:
        values = {"version": report.calendar, "after": after, "limit": BATCH}
        ids = connection.execute(_which(every), values).scalars().all()
        if not ids:
            return report
        rows = connection.execute(_LOOK, {"ids": ids}).all()
        for row, change in _effects(connection, rows, changes, context, report):
            _note(report, row, change)
        after = ids[-1]


def _effects(
    connection: Connection,
    rows: Sequence[Row[Any]],
    changes: _Changes,
    context: Context,
    report: Recomputed,
) -> Iterator[tuple[Row[Any], CalendarEffect]]:
    """Effect on each project; an unreadable one does not stop the others."""
    read = calendar_rows.read(connection, [row.id for row in rows])
    ledgers = {project: (arrays, entries) for project, arrays, entries in read}
    for row in rows:
        arrays, entries = ledgers[row.id]
        try:
            own = context.under(definition(connection, row.scenario_id))
            parts = calendar_rows.parts_of(arrays)
            scenario, since = definition(connection, row.scenario_id), changes.since(row.calendar)
            yield row, effect(parts, scenario, since, own, entries)
        except Exception as fault:  # told in the report; the others go on
            log.exception("calendar_change_failed", project=row.code)
            report.failed.append(f"{row.code} {ACT}: {fault}")


def _which(every: bool) -> TextClause:
    return _EVERY if every else _OUTDATED


def _note(report: Recomputed, row: Row[Any], change: CalendarEffect) -> None:
    if change.is_notified:
        report.projects.append(ProjectMoved(row.code, row.calendar, change))
    else:
        report.unchanged += 1


#: What is finished has no days left but those of its credit entries.
_COUNTED = (
    "(state = 'active' OR id IN (SELECT project_id FROM credit_entry"
    " WHERE state = 'open' AND until IS NOT NULL))"
)
#: ``<>`` finds nothing by index; less and more do.
_OUTDATED = text(
    f"SELECT id FROM project WHERE {_COUNTED} AND id > :after"  # noqa: S608
    " AND (calendar < :version OR calendar > :version OR calendar IS NULL) ORDER BY id LIMIT :limit"
)
_EVERY = text(
    f"SELECT id FROM project WHERE {_COUNTED} AND id > :after ORDER BY id LIMIT :limit"  # noqa: S608
)
_COLUMNS = "id, code, version, event_count, event_hash, calendar, scenario_id, state"
_LOOK = text(f"SELECT {_COLUMNS} FROM project WHERE id = ANY(:ids) ORDER BY id")  # noqa: S608
_LOCK = text(
    f"SELECT {_COLUMNS} FROM project"  # noqa: S608
    " WHERE id = ANY(:ids) AND (:every OR calendar IS DISTINCT FROM :version)"
    " ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
)
_DUTIES = text(duties.RECOUNT)
_STAMP = text(
    f"UPDATE project p SET calendar = :version, {RESTANDING}"  # noqa: S608
    f" FROM ({OF_CLOCKS}) k WHERE k.id = p.id AND p.id = ANY(:ids)"
)
