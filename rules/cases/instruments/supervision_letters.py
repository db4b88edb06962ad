"""Supervision letters 督办函: the last rung of the warning ladder, to the department that is late [D].

A letter is a supervision task of that department, opened by the warning and closed by its answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from models.cases.supervision import (
    SupervisionCause,
    SupervisionFacts,
    SupervisionKind,
    SupervisionState,
)
from rules.cases.warnings import DueClock, answers_for

Tasks = Mapping[int, SupervisionFacts]


def letter(
    tasks: Iterable[int],
    clock: DueClock,
    opened_on: date,
    reply_by: date,
    missed_on: date | None = None,
) -> SupervisionFacts:
    """The supervision task of a letter about a last day that was missed, by default the one that people
    work to; ``tasks`` are the numbers already given.
    """
    return SupervisionFacts(
        number=max(tasks, default=0) + 1,
        kind=SupervisionKind.LETTER,
        cause=SupervisionCause.OVERDUE,
        item=clock.item,
        round=clock.round,
        department=answers_for(clock) or clock.department,
        state=SupervisionState.OPEN,
        opened_on=opened_on,
        due_on=reply_by,
        clock=str(clock.kind),
        subject=clock.subject,
        missed_on=missed_on or clock.due_on,
    )


def unanswered(tasks: Tasks, item: str) -> tuple[SupervisionFacts, ...]:
    """Unanswered letters about an item."""
    return tuple(
        task
        for task in tasks.values()
        if task.is_letter and task.item == item and task.state is SupervisionState.OPEN
    )
