"""Traffic light and warning ladder: green, yellow, red, and the day each rung is reached.

[D] throughout: the sources give the colours only. Yellow when the remaining time is at most the
larger of ``working_days`` and ``percent`` of the limit; red from the first minute after the last
day. The last day itself is not overdue: it ends at midnight, Beijing time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from models.clock import (
    ClockView,
    CountingMode,
    Crossing,
    LimitView,
    Rung,
    Thresholds,
    Trigger,
    Unit,
)
from models.states import Light
from rules.calendar import WorkingCalendar
from rules.clock.counting import Run, advance, count
from rules.clock.projection import chain, closed, runs_of

DEFAULT_THRESHOLDS = Thresholds()
DEFAULT_LADDER: tuple[Rung, ...] = (
    Rung("steward", Trigger.WARNING, audience="steward"),
    Rung("first_handler", Trigger.OVERDUE, audience="first_handler"),
    Rung("department_head", Trigger.OVERDUE, after=2, audience="department_head"),
    Rung("supervision_letter", Trigger.OVERDUE, after=5, audience="department_head"),
    Rung("special_procedure", Trigger.SUSPENSION_OVERRUN, audience="steward"),
)
"""Warned in turn [D]: steward, first handler, department head, supervision letter 督办函."""


@dataclass(frozen=True, slots=True)
class ClockReading:
    """A clock read on one day."""

    on: date
    """The day read: today, or the day the clock stopped."""
    counted_days: int
    """Days used up so far, in the operative limit's unit (months: natural days)."""
    remaining_working_days: int | None
    """Working days left after today; negative: overdue by so many; ``None`` before the start."""
    overdue_promised: bool
    overdue_statutory: bool
    light: Light
    suspended: bool
    provisional: bool


class KnownDates(NamedTuple):
    """The days that the rungs of a warning ladder are counted from; ``None``: not known."""

    yellow_on: date | None
    due_on: date | None
    """Last day of the operative limit."""
    statutory_due_on: date | None
    planned_until: date | None
    """Last day of the open suspension according to its written notice."""


class _Course(NamedTuple):
    """The operative limit as it stands, or stood when the open suspension began."""

    cursor: int
    due: int
    runs: Sequence[Run]
    frozen_from: int | None
    """Last day used before the open suspension, when the limit is paused."""


def read_clock(
    view: ClockView,
    today: date,
    calendar: WorkingCalendar,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> ClockReading:
    """What the clock says on ``today``: days used and left, overdue on each limit, light."""
    on = min(today, view.stopped_on) if view.stopped_on else today
    course = _course(view)
    return ClockReading(
        on=on,
        counted_days=_counted(view, on, calendar),
        remaining_working_days=_remaining(course, on, calendar) if course else None,
        overdue_promised=is_overdue(view.promised, on),
        overdue_statutory=is_overdue(view.statutory, on),
        light=level(view, today, calendar, thresholds),
        suspended=view.suspended and view.stopped_on is None,
        provisional=view.provisional,
    )


def is_overdue(limit: LimitView | None, on: date) -> bool:
    """Whether the limit's last day lies before ``on``."""
    return limit is not None and limit.due_on is not None and on > limit.due_on


def level(
    view: ClockView,
    today: date,
    calendar: WorkingCalendar,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> Light:
    """The clock's light on ``today``.

    While a suspension is open the light stays what it was; a stopped clock is red when it stopped
    too late, else green.
    """
    on = min(today, view.stopped_on) if view.stopped_on else today
    if is_overdue(view.promised, on) or is_overdue(view.statutory, on):
        return Light.RED
    if view.stopped_on is not None:
        return Light.GREEN
    turns = yellow_on(view, calendar, thresholds)
    return Light.YELLOW if turns is not None and on >= turns else Light.GREEN


def yellow_on(
    view: ClockView, calendar: WorkingCalendar, thresholds: Thresholds = DEFAULT_THRESHOLDS
) -> date | None:
    """First day on which the clock is yellow; ``None`` when it has not started or is paused before."""
    course = _course(view)
    operative = view.operative
    if course is None or operative is None:
        return None
    working = operative.limit.unit is Unit.WORKING_DAY
    total = count(calendar, working, course.cursor, course.due, course.runs)
    limits = chain(view, operative)
    if all(limit.unit is operative.limit.unit is not Unit.MONTH for limit in limits):
        limit_days = sum(limit.length for limit in limits)
    else:
        limit_days = total
    by_share = _reaches(course, total - thresholds.percent * limit_days // 100, calendar, working)
    all_working = count(calendar, True, course.cursor, course.due, course.runs)
    by_days = _reaches(course, all_working - thresholds.working_days, calendar, True)
    turns = min(by_share, by_days)
    if course.frozen_from is not None and turns > course.frozen_from:
        return None
    return max(date.fromordinal(turns), view.started_on or date.min)


def rung_dates(
    view: ClockView,
    calendar: WorkingCalendar,
    ladder: Iterable[Rung] = DEFAULT_LADDER,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> tuple[Crossing, ...]:
    """The day each rung is reached, in order; rungs that cannot be dated yet are left out.

    A stopped clock keeps the rungs it had reached when it stopped.
    """
    turns = yellow_on(view, calendar, thresholds)
    known = KnownDates(turns, view.due_on, view.statutory_due_on, view.suspension_planned_until)
    last = view.stopped_on or date.max
    return tuple(one for one in ladder_dates(known, calendar, ladder) if one.on <= last)


def ladder_dates(
    known: KnownDates, calendar: WorkingCalendar, ladder: Iterable[Rung] = DEFAULT_LADDER
) -> tuple[Crossing, ...]:
    """The day each rung is reached, in order, from dates that are known already."""
    days = ((rung, _rung_day(known, rung, calendar)) for rung in ladder)
    return tuple(sorted((Crossing(day, rung) for rung, day in days if day is not None), key=_when))


def _when(crossing: Crossing) -> date:
    return crossing.on


def next_crossing(crossings: Iterable[Crossing], claimed: Collection[str] = ()) -> Crossing | None:
    """The earliest crossing whose rung was not claimed yet: what ``next_warning_on`` holds."""
    left = (crossing for crossing in crossings if crossing.rung.key not in claimed)
    return min(left, key=_when, default=None)


def reached(
    crossings: Iterable[Crossing], today: date, claimed: Collection[str] = ()
) -> tuple[Crossing, ...]:
    """The crossings of today and before that were not claimed yet, in order."""
    return tuple(
        crossing
        for crossing in crossings
        if crossing.on <= today and crossing.rung.key not in claimed
    )


def _rung_day(known: KnownDates, rung: Rung, calendar: WorkingCalendar) -> date | None:
    """The ``after``-th working day past the trigger; with 0 the first day it holds."""
    match rung.trigger:
        case Trigger.WARNING:
            turns = known.yellow_on
            return calendar.add_working_days(turns, rung.after) if turns else None
        case Trigger.OVERDUE:
            last = known.due_on
        case Trigger.STATUTORY_OVERDUE:
            last = known.statutory_due_on
        case Trigger.SUSPENSION_OVERRUN:
            last = known.planned_until
    if last is None:
        return None
    if rung.after == 0:
        return last + timedelta(days=1)
    return calendar.add_working_days(last, rung.after)


def _course(view: ClockView) -> _Course | None:
    operative = view.operative
    if view.started_on is None or operative is None:
        return None
    cursor = view.started_on.toordinal() - (view.terms.mode is CountingMode.NOTICE)
    runs = runs_of(view)
    if operative.due_on is not None:
        return _Course(cursor, operative.due_on.toordinal(), runs, None)
    if operative.frozen_due_on is None:
        return None
    frozen_from = runs[-1][0] - 1
    return _Course(cursor, operative.frozen_due_on.toordinal(), closed(runs), frozen_from)


def _reaches(course: _Course, used: int, calendar: WorkingCalendar, working: bool) -> int:
    """First day on which ``used`` days of the course are used up."""
    if used <= 0:
        return course.cursor
    day = advance(calendar, working, course.cursor, used, course.runs)
    return course.due if day is None else day


def _counted(view: ClockView, on: date, calendar: WorkingCalendar) -> int:
    operative = view.operative
    if view.started_on is None or operative is None:
        return 0
    cursor = view.started_on.toordinal() - (view.terms.mode is CountingMode.NOTICE)
    if on.toordinal() <= cursor:
        return 0
    working = operative.limit.unit is Unit.WORKING_DAY
    return count(calendar, working, cursor, on.toordinal(), runs_of(view))


def _remaining(course: _Course, on: date, calendar: WorkingCalendar) -> int:
    day = on.toordinal()
    if course.frozen_from is not None:
        day = min(day, course.frozen_from)
    if day > course.due:
        return -calendar.count(course.due, day)
    return count(calendar, True, max(day, course.cursor), course.due, course.runs)
