"""The deadline watch: what time does by rule.

It finds by index what crossed a warning or an end, and issues the same commands a person would.
However many watchers run and however long the system was down, each rung of each clock is given
once, and one case that fails never stops the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import TextClause, text

from models import commands as c
from models.actor import SYSTEM
from rules.context import Context
from services.acts import perform
from services.policy import context_for
from services.unit_of_work import Database
from services.warning_batch import give_batch

log = structlog.get_logger()

#: Projects whose warnings are given in one transaction.
BATCH = 1000


@dataclass(slots=True)
class WatchReport:
    """What one watch did."""

    warnings: int = 0
    deemed_accepted: int = 0
    voided: int = 0
    failed: list[str] = field(default_factory=list)
    """What could not be done, one line each; the others went on."""


def watch(database: Database, now: datetime) -> WatchReport:
    """Give the warnings that are due, and do what the law does when a clock has ended."""
    report = WatchReport()
    context = context_for(SYSTEM, now)
    _deem_accepted(database, context, report)
    _void(database, context, report)
    give_warnings(database, context, report)
    return report


def give_warnings(database: Database, context: Context, report: WatchReport) -> None:
    """Every warning that is due, in batches."""
    after: int | None = 0
    while after is not None:
        with database.transaction() as connection:
            batch = give_batch(connection, context, after, BATCH)
        report.warnings += batch.given
        report.failed += batch.failed
        after = batch.last


def _deem_accepted(database: Database, context: Context, report: WatchReport) -> None:
    """Silence through the correction window is acceptance (Licensing Law art. 32(4))."""
    for row in _due(database, _SILENT, context):
        if _do(database, row, c.DeemAccepted(item=row.item), context, report):
            report.deemed_accepted += 1


def _void(database: Database, context: Context, report: WatchReport) -> None:
    """A deferred material that did not come in time voids the approval (S:004 case 12)."""
    for row in _due(database, _UNCURED, context):
        command = c.VoidApproval(item=row.item, reason=f"not made good: {row.materials}")
        if _do(database, row, command, context, report):
            report.voided += 1


def _due(database: Database, query: TextClause, context: Context) -> Iterator[Any]:
    with database.reading() as connection:
        rows = connection.execute(query, {"today": context.today}).all()
    yield from rows


def _do(
    database: Database, row: Any, command: c.ProjectCommand, context: Context, report: WatchReport
) -> bool:
    try:
        perform(database, row.project_id, command, SYSTEM, context.now)
    except Exception as fault:  # one case must never stop the watch for the others
        log.exception("deadline_act_failed", project=row.code, item=row.item, act=command.act)
        report.failed.append(f"{row.code} {row.item} {command.act}: {fault}")
        return False
    return True


_SILENT = text(
    "SELECT c.project_id, p.code, c.item FROM clock c JOIN project p ON p.id = c.project_id"
    " WHERE c.state = 'running' AND c.kind = 'correction_window' AND c.due_on < :today"
    " AND p.state = 'active' ORDER BY c.due_on, c.project_id"
)
_UNCURED = text(
    "SELECT c.project_id, p.code, c.item, string_agg(c.subject, ', ' ORDER BY c.subject)"
    " AS materials FROM clock c JOIN project p ON p.id = c.project_id"
    " WHERE c.state = 'running' AND c.kind = 'make_up' AND c.due_on < :today"
    # Handed in by the last day is in time, however long the department takes to verify it.
    " AND NOT EXISTS (SELECT FROM deficiency d WHERE d.project_id = c.project_id"
    " AND d.item = c.item AND d.round = c.round AND d.material = c.subject"
    " AND d.submitted_on <= c.due_on)"
    " AND p.state = 'active' GROUP BY c.project_id, p.code, c.item ORDER BY c.project_id, c.item"
)
