"""The deadline watch: what time does by rule.

It finds by index what crossed a warning or an end, and issues the same commands a person would.
However many watchers run and however long the system was down, each rung of each clock is given
once, and one case that fails never stops the others.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import OperationalError

from config.logs import get_logger
from models.errors import Unavailable
from models.people.actor import SYSTEM
from rules.cases.context import Context
from services.cases.calendar_change import recompute
from services.cases.handover.absence_lists import hand_over_absences, warn_of_unsigned
from services.cases.handover.choice import accept_unanswered
from services.cases.handover.expiry import move_from_ended_posts, warn_of_ending_posts
from services.cases.handover.unused_accounts import close_unused
from services.cases.watch import acts_of_time
from services.cases.watch.authorisations import act_on, due_authorisations
from services.cases.watch.clock_behind import ahead_of
from services.cases.watch.ended_clocks import projects_of_ended
from services.cases.watch.objections import wake_after_last_day
from services.cases.watch.report import WatchReport
from services.cases.watch.warning_batch import give_batch, projects_to_warn
from services.clock.calendar_versions import in_force
from services.clock.missing_notices import warn_of_missing_notices
from services.installation.heartbeat import beat
from services.installation.policy import context_for
from services.installation.policy_in_force import check_policy
from services.people import security_log
from services.unit_of_work import Database

log = get_logger()

#: Projects whose warnings are given in one transaction.
BATCH = 1000


def watch(database: Database, now: datetime) -> WatchReport:
    """Bring every date onto the calendar in force, do what the law does at the end, and warn.

    That it came to its end is written down: whoever looks can tell when none came any more. Nothing is
    done, nor written down, while the clock stands behind the log.
    """
    report = WatchReport()
    with database.reading() as connection:
        report.paused_until = ahead_of(connection, now)
    if report.paused_until is not None:
        log.warning("clock_behind_the_log", now=now, newest=report.paused_until)
        return report
    context = _on_calendar(database, context_for(SYSTEM, now), report)
    _step(report, lambda: _check_policy(database, context))
    _step(report, lambda: _warn_of_calendar(database, context, report))
    _step(report, lambda: _act_of_time(database, context, report))
    _step(report, lambda: _authorisations(database, context, report))
    _step(report, lambda: give_warnings(database, context, report))
    _step(report, lambda: wake_after_last_day(database, context))
    _step(report, lambda: _hand_over(database, context))
    _step(report, lambda: _forget_old(database, context))
    _step(report, lambda: _close_unused(database, context))
    with database.transaction() as connection:
        beat(connection, now)
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
    """Report a policy that differs from the database; the watch goes on."""
    with database.transaction() as connection:
        check_policy(connection, context)


def _hand_over(database: Database, context: Context) -> None:
    """Settle choices, move projects from posts that end, draw up lists of absences, warn of those that nobody signs."""
    accept_unanswered(database, context)
    move_from_ended_posts(database, context)
    warn_of_ending_posts(database, context)
    hand_over_absences(database, context)
    warn_of_unsigned(database, context)


def _forget_old(database: Database, context: Context) -> None:
    """Remove what the security log has kept as long as the district wants it."""
    security_log.forget_old(database, context.policy.security.log_months)


def _close_unused(database: Database, context: Context) -> None:
    """Close accounts that nobody uses; each is in the security log."""
    close_unused(database, context.policy.security, context.now)


def _step(report: WatchReport, step: Callable[[], None]) -> None:
    """Run one part of the watch; a fault in it does not stop the others."""
    try:
        step()
    except (Unavailable, OperationalError):
        raise  # nothing can be done now; what is due is found by the next watch
    except Exception as fault:  # told in the report
        log.exception("watch_step_failed")
        report.failed.append(f"{type(fault).__name__}: {fault}")


def _authorisations(database: Database, context: Context, report: WatchReport) -> None:
    """End what agents were authorised for in time, and warn of what soon will be over."""
    with database.reading() as connection:
        waiting = due_authorisations(connection, context)
    for due in waiting:
        try:
            report.authorisations += act_on(database, due, context)
        except Exception as fault:  # one case must never stop the watch for the others
            log.exception("authorisation_act_failed", project=due.code, number=due.number)
            report.failed.append(f"{due.code}: {fault}")


def _act_of_time(database: Database, context: Context, report: WatchReport) -> None:
    """Execute the acts of time: many projects at a time, by themselves those in which that failed."""
    waiting = projects_of_ended(database, context.today)
    for first in range(0, len(waiting), acts_of_time.BATCH):
        batch = waiting[first : first + acts_of_time.BATCH]
        done = acts_of_time.act_in_many(database, [ended.project_id for ended in batch], context)
        report.count(done.acts)
        for project in batch:
            if project.project_id not in done.projects:
                acts_of_time.act_in_one(database, project, context, report)
