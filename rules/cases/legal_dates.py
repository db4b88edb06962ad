"""Stored legal dates that no clock has: what each is counted from, and what a new calendar makes of it.

A last day that was told to an applicant moves later at once and never earlier (Licensing Law art. 8;
Civil Code art. 203 moves an end only later). An authority's own moves earlier only while it lies ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from models.cases.facts import VOIDINGS, NamedParts
from models.cases.part import Part
from models.cases.states import VoidingState
from models.cases.supervision import SUPERVISION, SupervisionKind, SupervisionState
from models.clock.values import Limit, Unit
from models.enterprises.credit import SERIOUS, CreditEntry
from models.scenarios.definition import ScenarioDefinition
from rules.cases.context import Context
from rules.cases.timers import limit_of
from rules.clock import deadline
from rules.clock.calendar import WorkingCalendar


def standing(notified: date, counted: date, today: date, *, applicants: bool) -> date:
    """The last day from now on, of the one that was told and the one that is counted now."""
    if counted >= notified:
        return counted
    return notified if applicants or counted <= today else counted


def given(calendar: WorkingCalendar, start: date, notified: date, limit: Limit) -> Limit:
    """The limit by which a last day was told: the present one, where it comes to that day."""
    if deadline(calendar, start, limit) == notified:
        return limit
    if limit.unit is Unit.WORKING_DAY:
        return Limit(calendar.working_days_between(start, notified), Unit.WORKING_DAY)
    return Limit(max((notified - start).days, 0), Unit.NATURAL_DAY)


def counted_anew(
    start: date,
    notified: date,
    limit: Limit,
    before: WorkingCalendar | None,
    after: WorkingCalendar,
) -> date:
    """A last day on the calendar ``after``, that was told on ``before``; whatever the policy says since."""
    if before is None:
        return deadline(after, start, limit)
    return deadline(after, start, given(before, start, notified, limit))


@dataclass(frozen=True, slots=True)
class LegalDate:
    """One stored legal date of the rows of a part."""

    key: str
    """Its name in events and JSON."""
    phrase: str
    """What a sentence calls it."""
    part: Part[Any]
    column: str
    start: str
    """Column of the day from which it is counted."""
    limit: Callable[[Any, Context, ScenarioDefinition], Limit | None]
    matters: Callable[[Any], bool]
    """Whether anything still depends on it."""
    department: str | None = None
    """Column of the department whose day it is; ``None``: it is the applicant's."""


class DateMoved(NamedTuple):
    """A stored legal date that moved."""

    which: LegalDate
    row: Any
    """The row as it is now."""
    before: date
    after: date

    @property
    def department(self) -> str | None:
        """The department whose day it is."""
        name = self.which.department
        return None if name is None else str(getattr(self.row, name))


def _appeal(_: Any, context: Context, scenario: ScenarioDefinition) -> Limit:
    del scenario
    return context.policy.appeal


def _reply(_: Any, context: Context, scenario: ScenarioDefinition) -> Limit:
    del scenario
    return context.policy.supervision_reply


def _inspection(task: Any, context: Context, scenario: ScenarioDefinition) -> Limit | None:
    del context
    item = scenario.item.get(task.item)
    declared = item.next_phase if item is not None else None
    return limit_of(declared.inspection_every) if declared is not None else None


def _open_task(kind: SupervisionKind) -> Callable[[Any], bool]:
    return lambda task: task.kind is kind and task.state is SupervisionState.OPEN


APPEAL = LegalDate(
    "appeal_until",
    "last day to object to the voiding",
    VOIDINGS,
    "appeal_until",
    "voided_on",
    _appeal,
    lambda voiding: voiding.state in (VoidingState.STANDING, VoidingState.APPEALED),
)
REPLY = LegalDate(
    "supervision_reply",
    "last day to answer the supervision letter",
    SUPERVISION,
    "due_on",
    "opened_on",
    _reply,
    _open_task(SupervisionKind.LETTER),
    "department",
)
INSPECTION = LegalDate(
    "inspection",
    "day of the next inspection",
    SUPERVISION,
    "due_on",
    "opened_on",
    _inspection,
    _open_task(SupervisionKind.INSPECTION),
    "department",
)
DATES = (APPEAL, REPLY, INSPECTION)
#: The end of an entry in the credit record, which is no row of the project.
CREDIT_END = "credit_until"
CREDIT_PHRASE = "day up to which the entry in the credit record counts"
PHRASES = {**{which.key: which.phrase for which in DATES}, CREDIT_END: CREDIT_PHRASE}


def moved(
    parts: NamedParts,
    scenario: ScenarioDefinition,
    before: WorkingCalendar | None,
    context: Context,
) -> Iterator[DateMoved]:
    """The stored legal dates of a project that move on the calendar of ``context``."""
    for which in DATES:
        for row in parts.of(which.part).values():
            notified = getattr(row, which.column)
            if notified is None or not which.matters(row):
                continue
            limit = which.limit(row, context, scenario)
            if limit is None:
                continue
            start = getattr(row, which.start)
            counted = counted_anew(start, notified, limit, before, context.calendar)
            own = which.department is None
            last = standing(notified, counted, context.today, applicants=own)
            if last != notified:
                values = {which.column: last}
                yield DateMoved(which, replace(row, **values), notified, last)


def credit_end(entry: CreditEntry, before: WorkingCalendar | None, context: Context) -> date | None:
    """The day up to which an entry counts on the calendar of ``context``; one that ended stays ended."""
    policy = context.policy
    serious = entry.cause in SERIOUS
    length = policy.credit_serious_length if serious else policy.credit_length
    if entry.until is None or length is None or entry.until < context.today:
        return entry.until
    return counted_anew(entry.entered_on, entry.until, length, before, context.calendar)
