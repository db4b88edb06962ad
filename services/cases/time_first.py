"""What time has done by law comes before what an applicant does after its last day.

Whether the watch or the applicant was faster changes nothing of the outcome: a last day ends at midnight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from models.cases import commands as c
from models.cases.facts import ProjectFacts
from models.people.actor import SYSTEM, Role
from rules.cases.clocks.ends import DueAct, due_acts
from rules.cases.clocks.registry import KINDS
from rules.cases.context import Context
from rules.cases.declarations.registry import registry
from services.cases.calendar_change import on_one_calendar
from services.ledger.store import StoredProject

Execute = Callable[[Connection, StoredProject, c.ProjectCommand, Context], StoredProject]


def is_due(facts: ProjectFacts, today: date, asked: c.ProjectCommand) -> bool:
    """Whether time has something to do before what is asked; looked at without a query."""
    applicants = Role.APPLICANT in registry().acts[asked.act].roles
    return applicants and _first(facts, today) is not None


def act(connection: Connection, stored: StoredProject, context: Context, execute: Execute) -> None:
    """Do what is due first in a locked project, in the order in which the last days fell."""
    stored, context = on_one_calendar(connection, stored, context)
    while (due := _first(stored.facts, context.today)) is not None:
        dated = replace(context, actor=SYSTEM, fell_due_on=due.fell_due_on)
        stored = execute(connection, stored, due.command, dated)


def _first(facts: ProjectFacts, today: date) -> DueAct | None:
    """The act of time that fell due first, of those that come before what an applicant does."""
    over = any(clock.due_on is not None and clock.due_on < today for clock in facts.clocks.values())
    due = due_acts(facts, today) if over else ()
    return next((due_act for due_act in due if _comes_first(due_act.kind)), None)


def _comes_first(kind: str) -> bool:
    end = KINDS[kind].end
    return end is not None and end.first
