"""The deadline watch: what time does by rule.

It finds by index what crossed a warning or an end, and issues the same commands a person would.
However many watchers run and however long the system was down, each rung of each clock is given
once, and one case that fails never stops the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.exc import OperationalError

from config.logs import get_logger
from models.actor import SYSTEM
from models.errors import Unavailable
from rules.context import Context
from rules.expiry import expired
from services.acts import apply
from services.calendars.change import on_one_calendar, recompute
from services.calendars.missing_notices import warn_of_missing_notices
from services.calendars.versions import in_force
from services.policy import context_for
from services.policy_in_force import check_policy
from services.store import load
from services.unit_of_work import Database
from services.watch.warning_batch import give_batch, projects_to_warn

log = get_logger()

#: Projects whose warnings are given in one transaction.
BATCH = 1000


@dataclass(slots=True)
class WatchReport:
    """What one watch did."""

    warnings: int = 0
    deemed_accepted: int = 0
    deemed_agreed: int = 0
    """Items on which a consulted department's silence was taken as consent."""
    voided: int = 0
    released: int = 0
    """Bundles of certificates that could not be held back any longer."""
    lapsed: int = 0
    """Permits of one phase after which the next one was not applied for in time."""
    moved: int = 0
    """Last days that a new calendar moved."""
    missing_notices: int = 0
    """Years about whose missing holiday notice someone was told just now."""
    failed: list[str] = field(default_factory=list)
    """What could not be done, one line each; the others went on."""


def watch(database: Database, now: datetime) -> WatchReport:
    """Bring every date onto the calendar in force, do what the law does at the end, and warn."""
    report = WatchReport()
    context = _on_calendar(database, context_for(SYSTEM, now), report)
    _step(report, lambda: _check_policy(database, context))
    _step(report, lambda: _warn_of_calendar(database, context, report))
    _step(report, lambda: _expire(database, _SILENT, context, report))
    _step(report, lambda: _expire(database, _UNANSWERED, context, report))
    _step(report, lambda: _expire(database, _UNCURED, context, report))
    _step(report, lambda: _expire(database, _UNDELIVERED, context, report))
    _step(report, lambda: _expire(database, _LAPSED, context, report))
    _step(report, lambda: give_warnings(database, context, report))
    return report


def give_warnings(database: Database, context: Context, report: WatchReport) -> None:
    """Every warning that is due, in batches of projects."""
    with database.reading() as connection:
        projects = projects_to_warn(connection, context)
    for first in range(0, len(projects), BATCH):
        with database.transaction() as connection:
            batch = give_batch(connection, context, projects[first : first + BATCH])
        report.warnings += batch.given
        report.failed += batch.failed


def _on_calendar(database: Database, context: Context, report: WatchReport) -> Context:
    """The context on the calendar in force, after every project was brought onto it."""
    with database.transaction() as connection:
        context = in_force(connection, context)
    _step(report, lambda: _recompute(database, context, report))
    return context


def _recompute(database: Database, context: Context, report: WatchReport) -> None:
    done = recompute(database, context)
    report.moved += done.moved
    report.failed += done.failed


def _warn_of_calendar(database: Database, context: Context, report: WatchReport) -> None:
    report.missing_notices = warn_of_missing_notices(database, context)


def _check_policy(database: Database, context: Context) -> None:
    """A machine with another policy goes on, for what time does cannot wait; but not in silence."""
    with database.transaction() as connection:
        check_policy(connection, context)


def _step(report: WatchReport, step: Callable[[], None]) -> None:
    """One part of the watch: a fault in it keeps none of the others from being done."""
    try:
        step()
    except (Unavailable, OperationalError):
        raise  # nothing can be done now; what is due is found by the next watch
    except Exception as fault:  # told in the report
        log.exception("watch_step_failed")
        report.failed.append(f"{type(fault).__name__}: {fault}")


def _expire(database: Database, query: TextClause, context: Context, report: WatchReport) -> None:
    with database.reading() as connection:
        rows = connection.execute(query, {"today": context.today}).all()
    for row in rows:
        try:
            act = _expire_item(database, row, context)
        except Exception as fault:  # one case must never stop the watch for the others
            log.exception("deadline_act_failed", project=row.code, item=row.item)
            report.failed.append(f"{row.code} {row.item}: {fault}")
            continue
        report.deemed_accepted += act == "deem_accepted"
        report.voided += act == "void_approval"
        report.released += act == "release_bundle"
        report.lapsed += act == "lapse_phase"
        report.deemed_agreed += act == "deem_agreed"


def _expire_item(database: Database, row: Any, context: Context) -> str | None:
    """Do what the end of a clock does to an item, unless somebody did something meanwhile."""
    with database.transaction() as connection:
        stored = load(connection, row.project_id, lock=True)
        stored, context = on_one_calendar(connection, stored, context)
        command = expired(stored.facts, row.item, context.today)
        if command is None:
            return None
        apply(connection, stored, command, context)
        return command.act


_ENDED = (
    "SELECT DISTINCT c.project_id, p.code, c.item FROM clock c"
    " JOIN project p ON p.id = c.project_id AND p.state = 'active'"
    " WHERE c.state = 'running' AND c.kind = '{kind}' AND c.due_on < :today"
)
_SILENT = text(_ENDED.format(kind="correction_window") + " ORDER BY c.project_id, c.item")
_UNCURED = text(
    _ENDED.format(kind="make_up")
    # Handed in by the last day is in time, however long the department takes to verify it.
    + " AND NOT EXISTS (SELECT FROM deficiency d WHERE d.project_id = c.project_id"
    " AND d.item = c.item AND d.round = c.round AND d.material = c.subject"
    " AND d.submitted_on <= c.due_on) ORDER BY c.project_id, c.item"
)
#: The promise stays open when it lapsed; the task that the lapse opened says that it was dealt with.
_LAPSED = text(
    _ENDED.format(kind="next_phase")
    + " AND NOT EXISTS (SELECT FROM supervision_task t WHERE t.project_id = c.project_id"
    " AND t.item = c.item AND t.round = c.round AND t.cause = 'lapse')"
    " ORDER BY c.project_id, c.item"
)
#: Who said nothing, where silence is consent; where it is not, the ladder of warnings has it.
_UNANSWERED = text(
    _ENDED.format(kind="consultation")
    + " AND EXISTS (SELECT FROM consultation q WHERE q.project_id = c.project_id"
    " AND q.item = c.item AND q.round = c.round AND q.department = c.subject"
    " AND q.state = 'asked' AND q.silence_is_consent) ORDER BY c.project_id, c.item"
)
#: The last day to deliver a document that is not out: it may be one that is held back (art. 44).
_UNDELIVERED = text(
    "SELECT DISTINCT ON (c.project_id) c.project_id, p.code, c.item FROM clock c"
    " JOIN project p ON p.id = c.project_id AND p.state = 'active'"
    " JOIN item i ON i.project_id = c.project_id AND i.code = c.item AND i.round = c.round"
    " AND NOT i.document_issued"
    " WHERE c.state = 'running' AND c.kind = 'delivery' AND c.due_on <= :today"
    " ORDER BY c.project_id, c.item"
)
