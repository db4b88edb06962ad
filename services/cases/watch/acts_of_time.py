"""The acts of time: in each project in the order of the legal dates, in many projects at a time.

After weeks without a watch thousands of projects are due. Their acts are written together, an act of
each in one statement; where anything is refused or breaks, nothing of the batch is kept, and each of
its projects is seen to by itself, so that one case never stops the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from psycopg2 import errors
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from config.logs import get_logger
from models.errors import Unavailable
from rules.cases.clocks.ends import Done, DueAct, next_act
from rules.cases.context import Context
from services.cases.acts import execute_all, execute_in_transaction
from services.cases.calendar_change import on_one_calendar
from services.cases.watch.ended_clocks import EndedProject
from services.cases.watch.report import WatchReport
from services.ledger.store import StoredProject, load, load_all
from services.unit_of_work import Database, ProjectBusy

log = get_logger()

#: Projects that time acts in together: somebody who acts in one of them waits that long.
BATCH = 25


@dataclass(slots=True)
class Together:
    """What was done in many projects at a time."""

    projects: set[int] = field(default_factory=set)
    """Those that were seen to; the others are held by somebody, or something failed."""
    acts: list[DueAct] = field(default_factory=list)


def act_in_many(database: Database, projects: Sequence[int], context: Context) -> Together:
    """What is due in these projects, written together; nothing of it where anything fails."""
    try:
        with database.transaction() as connection:
            return _together(connection, projects, context)
    except ProjectBusy:
        log.warning("deadline_batch_busy", projects=len(projects))
    except Unavailable:
        raise
    except OperationalError as fault:
        if not isinstance(fault.orig, errors.DeadlockDetected):
            raise
        log.warning("deadline_batch_crossed", projects=len(projects))
    except Exception:  # each is seen to by itself, and told of there
        log.exception("deadline_batch_failed", projects=len(projects))
    return Together()


@dataclass(slots=True)
class _Project:
    """A project while time acts in it."""

    stored: StoredProject
    done: set[Done] = field(default_factory=set)

    def next_act(self, context: Context) -> DueAct | None:
        """The act that is due next, once: a further last day of the same item may be behind it."""
        due = next_act(self.stored.facts, context.today, self.done)
        if due is not None:
            self.done.add((due.kind, due.item))
        return due


def _together(connection: Connection, projects: Sequence[int], context: Context) -> Together:
    locked = [_Project(stored) for stored in load_all(connection, projects)]
    done = Together({project.stored.facts.id for project in locked})
    for project in locked:
        project.stored, context = on_one_calendar(connection, project.stored, context)
    while locked:
        acting = [(p, due) for p in locked if (due := p.next_act(context)) is not None]
        if acting:
            _act_in_each(connection, acting, context)
        done.acts += [due for _, due in acting]
        locked = [project for project, _ in acting]
    return done


def _act_in_each(
    connection: Connection, acting: Sequence[tuple[_Project, DueAct]], context: Context
) -> None:
    """One act in each project; each has another one in it, and none sees what the others do."""
    acts = [(p.stored, due.command, _dated(context, due)) for p, due in acting]
    for (project, _), saved in zip(acting, execute_all(connection, acts), strict=True):
        project.stored = saved


def _dated(context: Context, due: DueAct) -> Context:
    return replace(context, fell_due_on=due.fell_due_on)


def act_in_one(
    database: Database, project: EndedProject, context: Context, report: WatchReport
) -> None:
    """What is due in one project; an act that fails is told, the others are done all the same."""
    try:
        with database.transaction() as connection:
            report.count(_by_itself(connection, project.project_id, context, report.failed))
    except ProjectBusy as fault:  # whoever holds it for so long stops nobody else
        log.warning("deadline_act_busy", project=project.code)
        report.failed.append(f"{project.code}: {fault}")
    except (Unavailable, OperationalError):
        raise
    except Exception as fault:  # one case must never stop the watch for the others
        log.exception("deadline_act_failed", project=project.code)
        report.failed.append(f"{project.code}: {fault}")


def _by_itself(
    connection: Connection, project_id: int, context: Context, failed: list[str]
) -> list[DueAct]:
    project, acts = _Project(load(connection, project_id, lock=True)), []
    project.stored, context = on_one_calendar(connection, project.stored, context)
    while (due := project.next_act(context)) is not None:
        try:
            with connection.begin_nested():
                about = (project.stored, due.command, _dated(context, due))
                project.stored, _ = execute_in_transaction(connection, *about)
        except (Unavailable, OperationalError):
            raise
        except Exception as fault:  # told in the report
            log.exception("deadline_act_failed", project=project.stored.facts.code, item=due.item)
            failed.append(f"{project.stored.facts.code} {due.item}: {fault}")
        else:
            acts.append(due)
    return acts
