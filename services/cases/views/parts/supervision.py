"""Supervision tasks and letters of a project as they are shown: what is open first, then the latest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models.cases.facts import ProjectFacts
from models.cases.states import Light
from models.cases.supervision import (
    SupervisionCause,
    SupervisionFacts,
    SupervisionKind,
    SupervisionState,
)
from models.scenarios.definition import Text
from services.wording.names import department_name, item_name, subject_name


@dataclass(frozen=True, slots=True)
class SupervisionRow:
    """A supervision task of a project."""

    number: int
    kind: SupervisionKind
    cause: SupervisionCause
    item: str
    item_name: Text
    department: str
    department_name: Text
    state: SupervisionState
    light: Light
    """While it is open: red where work has to stop or it is late, yellow for a handover and a letter.
    A letter that was answered late stays red, and so does one whose promised day is over."""
    opened_on: date
    due_on: date | None
    reason: str | None
    closed_on: date | None
    note: str | None
    clock: str | None
    """For a letter: the clock whose last day was missed."""
    subject_name: Text | None
    """For a letter: the paper or the department that the clock is about."""
    until: date | None
    """For a letter: by when it is done, as the department says."""
    late: bool
    """Whether it was not closed by its last day."""
    unkept: bool
    """For a letter: the day that the department named is over, and the clock still runs."""


def supervision_rows(facts: ProjectFacts, today: date) -> Iterator[SupervisionRow]:
    """Every task of the project."""
    tasks = facts.supervision.values()
    for task in sorted(tasks, key=lambda t: (t.state is not SupervisionState.OPEN, -t.number)):
        yield SupervisionRow(
            number=task.number,
            kind=task.kind,
            cause=task.cause,
            item=task.item,
            item_name=item_name(facts.scenario, task.item),
            department=task.department,
            department_name=department_name(facts.scenario, task.department),
            state=task.state,
            light=_light(facts, task, today),
            opened_on=task.opened_on,
            due_on=task.due_on,
            reason=task.reason,
            closed_on=task.closed_on,
            note=task.note,
            clock=task.clock,
            subject_name=subject_name(facts.scenario, task.subject) if task.subject else None,
            until=task.until,
            late=task.late(today),
            unkept=_unkept(facts, task, today),
        )


def _unkept(facts: ProjectFacts, task: SupervisionFacts, today: date) -> bool:
    key = (task.item, task.clock, task.round, task.subject)
    return task.until is not None and task.until < today and key in facts.clocks


def _light(facts: ProjectFacts, task: SupervisionFacts, today: date) -> Light:
    """Work that has to stop is red, what is to be handed over yellow, an inspection red when late."""
    if task.is_letter:
        answered = task.state is not SupervisionState.OPEN
        late = task.late(today) or _unkept(facts, task, today)
        return Light.RED if late else Light.GREEN if answered else Light.YELLOW
    if task.state is not SupervisionState.OPEN:
        return Light.GREEN
    if task.kind is SupervisionKind.INSPECTION:
        return Light.RED if task.late(today) else Light.GREEN
    return Light.RED if task.kind is SupervisionKind.STOP_WORK else Light.YELLOW
