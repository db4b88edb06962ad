"""Traffic light and warning ladder: green, yellow, red, and the instant each rung is reached.

[D] throughout: the sources give the colours only. Yellow when the remaining time is at most the
larger of ``working_days`` and ``percent`` of the limit, and by the district's own thresholds never
before half of the limit is used up, in working half-days: a limit of one to three days has a yellow
that still means something. Red from the first minute after the last day. The last day itself is not
overdue: it ends at midnight, Beijing time. What is due at once 即办 has no yellow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from models.cases.states import Light
from models.clock.values import (
    ZONE,
    ClockView,
    CountingMode,
    Crossing,
    LimitView,
    Rung,
    Thresholds,
    Trigger,
    Unit,
    at_hour,
)
from rules.clock.calendar import WorkingCalendar
from rules.clock.counting import Run, advance, count
from rules.clock.projection import chain, closed, runs_of

#: When the two halves of a working day begin [D].
MORNING, AFTERNOON = 9, 14
#: A rung that was given: its key, the last day that it warned of, and the day on which it was given.
Given = tuple[str, date, date]
_OVERDUE = (Trigger.OVERDUE, Trigger.STATUTORY_OVERDUE)
_PROMISED = (Trigger.WARNING, Trigger.OVERDUE)
_STATUTORY = (Trigger.STATUTORY_WARNING, Trigger.STATUTORY_OVERDUE)


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
    """What the rungs of a warning ladder are counted from; ``None``: not known."""

    yellow_at: datetime | None
    due_on: date | None
    """Last day of the operative limit."""
    statutory_yellow_at: datetime | None
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
    when: date | datetime,
    calendar: WorkingCalendar,
    thresholds: Thresholds,
) -> ClockReading:
    """The clock on a day or at an instant: days used and left, overdue on each limit, light."""
    today = day_of(when)
    on = min(today, view.stopped_on) if view.stopped_on else today
    course = _course(view, view.operative)
    return ClockReading(
        on=on,
        counted_days=_counted(view, on, calendar),
        remaining_working_days=_remaining(course, on, calendar) if course else None,
        overdue_promised=is_overdue(view.promised, on),
        overdue_statutory=is_overdue(view.statutory, on),
        light=level(view, when, calendar, thresholds),
        suspended=view.suspended and view.stopped_on is None,
        provisional=view.provisional,
    )


def instant_of(when: date | datetime) -> datetime:
    """An instant; of a day alone its last one."""
    if isinstance(when, datetime):
        return when
    return datetime.combine(when, time.max, ZONE)


def day_of(when: date | datetime) -> date:
    """The day of an instant, in Beijing time."""
    return when.astimezone(ZONE).date() if isinstance(when, datetime) else when


def is_overdue(limit: LimitView | None, on: date) -> bool:
    """Whether the limit's last day lies before ``on``."""
    return limit is not None and limit.due_on is not None and on > limit.due_on


def level(
    view: ClockView,
    when: date | datetime,
    calendar: WorkingCalendar,
    thresholds: Thresholds,
) -> Light:
    """The clock's light at an instant, or at the end of a day.

    While a suspension is open the light stays what it was; a stopped clock is red when it stopped
    too late, else green.
    """
    last_days = [limit.due_on for limit in (view.promised, view.statutory) if limit is not None]
    if view.stopped_on is not None:
        return light_on(min(day_of(when), view.stopped_on), last_days)
    return light_on(when, last_days, yellow_at(view, calendar, thresholds))


def light_on(
    when: date | datetime, last_days: Iterable[date | None], turns: datetime | None = None
) -> Light:
    """Red after any last day, yellow from the instant on at which it turns; else green.

    Of a day alone the light at its end.
    """
    day = day_of(when)
    if any(last is not None and day > last for last in last_days):
        return Light.RED
    if turns is None:
        return Light.GREEN
    return Light.YELLOW if instant_of(when) >= turns else Light.GREEN


def yellow_on(view: ClockView, calendar: WorkingCalendar, thresholds: Thresholds) -> date | None:
    """First day on which the clock is yellow; see :func:`yellow_at`."""
    turns = yellow_at(view, calendar, thresholds)
    return turns.date() if turns else None


def yellow_at(
    view: ClockView,
    calendar: WorkingCalendar,
    thresholds: Thresholds,
    which: LimitView | None = None,
) -> datetime | None:
    """The instant at which the clock turns yellow before the end of a limit, by default the operative one.

    ``None`` when it has not started, is paused before, or is due at once.
    """
    limit = which or view.operative
    course = _course(view, limit)
    if course is None or limit is None or not limit.limit.length:
        return None
    working = limit.limit.unit is Unit.WORKING_DAY
    total = count(calendar, working, course.cursor, course.due, course.runs)
    by_share = total - thresholds.percent * _length(view, limit, total) // 100
    all_working = count(calendar, True, course.cursor, course.due, course.runs)
    turns = min(
        _reaches(course, by_share, calendar, working),
        _reaches(course, all_working - thresholds.working_days, calendar, True),
    )
    at = at_hour(max(date.fromordinal(turns), view.started_on or date.min))
    if thresholds.halfway:
        at = max(at, _halfway(course, total, calendar, working))
    if course.frozen_from is not None and at.toordinal() > course.frozen_from:
        return None
    return at


def _length(view: ClockView, limit: LimitView, total: int) -> int:
    """The length of a limit with its extensions; counted where it is not one number of days."""
    renewed = view.renewed if limit is view.operative else None
    limits = (renewed.by,) if renewed is not None else chain(view, limit)
    if all(own.unit is limit.limit.unit is not Unit.MONTH for own in limits):
        return sum(own.length for own in limits)
    return total


def _halfway(course: _Course, total: int, calendar: WorkingCalendar, working: bool) -> datetime:
    """The opening of the half-day by which half of the limit is used up; at the latest the last one."""
    before, odd = divmod(total, 2)
    day = advance(calendar, working, course.cursor, before + 1, course.runs) or course.due
    last = at_hour(date.fromordinal(course.due), AFTERNOON)
    opens = calendar.nth(day - 1, 1)
    half = AFTERNOON if odd and opens == day else MORNING
    return min(at_hour(date.fromordinal(opens), half), last)


def rung_dates(
    view: ClockView,
    calendar: WorkingCalendar,
    ladder: Iterable[Rung],
    thresholds: Thresholds,
) -> tuple[Crossing, ...]:
    """The day each rung is reached, in order; rungs that cannot be dated yet are left out.

    A stopped clock keeps the rungs it had reached when it stopped.
    """
    last = view.stopped_on or date.max
    known = known_dates(view, calendar, thresholds)
    return tuple(
        crossing for crossing in ladder_dates(known, calendar, ladder) if crossing.on <= last
    )


def known_dates(view: ClockView, calendar: WorkingCalendar, thresholds: Thresholds) -> KnownDates:
    """What the rungs of a clock's ladder are counted from."""
    return KnownDates(
        yellow_at(view, calendar, thresholds),
        view.due_on,
        statutory_yellow_at(view, calendar, thresholds),
        view.statutory_due_on,
        view.suspension_planned_until,
    )


def statutory_yellow_at(
    view: ClockView, calendar: WorkingCalendar, thresholds: Thresholds
) -> datetime | None:
    """When the statutory limit turns yellow."""
    if view.statutory is None:
        return None
    return yellow_at(view, calendar, thresholds, view.statutory)


def ladder_dates(
    known: KnownDates, calendar: WorkingCalendar, ladder: Iterable[Rung]
) -> tuple[Crossing, ...]:
    """The instant each rung is reached, in order, from dates that are known already.

    Where the limit people work to ends with the statutory one, the louder rung stands for both.
    """
    crossings = (_crossing(known, rung, calendar) for rung in climbed(known, tuple(ladder)))
    return tuple(sorted((crossing for crossing in crossings if crossing is not None), key=_when))


def climbed(known: KnownDates, ladder: Sequence[Rung]) -> Iterator[Rung]:
    """The rungs of a ladder that are warned of: none says what another one says louder."""
    louder = any(rung.trigger in _STATUTORY for rung in ladder)
    if not louder or known.due_on is None or known.due_on != known.statutory_due_on:
        yield from ladder
        return
    yield from (rung for rung in ladder if rung.trigger not in _PROMISED)


def _when(crossing: Crossing) -> datetime:
    return crossing.at


def next_crossing(crossings: Iterable[Crossing], given: Collection[Given] = ()) -> Crossing | None:
    """The earliest crossing whose rung was not given yet: what ``next_rung_at`` holds."""
    return min(_left(crossings, given), key=_when, default=None)


def reached(
    crossings: Iterable[Crossing], when: date | datetime, given: Collection[Given] = ()
) -> tuple[Crossing, ...]:
    """The crossings up to an instant, or up to the end of a day, that were not given yet, in order."""
    whole = not isinstance(when, datetime)
    return tuple(
        crossing
        for crossing in _left(crossings, given)
        if (crossing.on <= when if whole else crossing.at <= when)
    )


def _left(crossings: Iterable[Crossing], given: Collection[Given]) -> Iterator[Crossing]:
    """The rungs that were not given for their last day."""
    claimed = {(key, last_day) for key, last_day, _ in given}
    return (
        crossing for crossing in crossings if (crossing.rung.key, crossing.last_day) not in claimed
    )


def after_late_ones(
    crossings: Sequence[Crossing], given: Collection[Given], calendar: WorkingCalendar
) -> Iterator[Crossing]:
    """The same crossings; a rung whose day passed before the one below it was given comes after that
    one as many working days later as the ladder has between them.

    So after a standstill nobody is written to in the minute of the first warning.
    """
    for crossing in crossings:
        below = _below(crossing, crossings)
        days = [day for key, last, day in given if below and (key, last) == _claim(below)]
        if not below or not days or not below.on < days[-1] or crossing.on > days[-1]:
            yield crossing
            continue
        gap = max(crossing.rung.after - below.rung.after, 1)
        at = at_hour(calendar.add_working_days(days[-1], gap))
        yield Crossing(at, crossing.rung, crossing.last_day)


def _below(crossing: Crossing, crossings: Iterable[Crossing]) -> Crossing | None:
    """The rung below one of those that follow on a last day."""
    if crossing.rung.trigger not in _OVERDUE:
        return None
    lower = (
        other
        for other in crossings
        if other.last_day == crossing.last_day
        and other.rung.trigger in _OVERDUE
        and other.rung.after < crossing.rung.after
    )
    return max(lower, key=lambda other: other.rung.after, default=None)


def _claim(crossing: Crossing) -> tuple[str, date]:
    return crossing.rung.key, crossing.last_day


def _crossing(known: KnownDates, rung: Rung, calendar: WorkingCalendar) -> Crossing | None:
    """The ``after``-th working day past the trigger; with 0 the first instant it holds."""
    match rung.trigger:
        case Trigger.WARNING:
            return _warning(known.yellow_at, known.due_on, rung, calendar)
        case Trigger.STATUTORY_WARNING:
            return _warning(known.statutory_yellow_at, known.statutory_due_on, rung, calendar)
        case Trigger.OVERDUE:
            last = known.due_on
        case Trigger.STATUTORY_OVERDUE:
            last = known.statutory_due_on
        case Trigger.SUSPENSION_OVERRUN:
            last = known.planned_until
    if last is None:
        return None
    first = last + timedelta(days=1)
    day = calendar.add_working_days(last, rung.after) if rung.after else first
    return Crossing(at_hour(day), rung, last)


def _warning(
    turns: datetime | None, last: date | None, rung: Rung, calendar: WorkingCalendar
) -> Crossing | None:
    """A rung before a last day; while that one is not known it belongs to the day on which it turned."""
    if turns is None:
        return None
    known = last or day_of(turns)
    if not rung.after:
        return Crossing(turns, rung, known)
    return Crossing(at_hour(calendar.add_working_days(day_of(turns), rung.after)), rung, known)


def _course(view: ClockView, operative: LimitView | None) -> _Course | None:
    if view.started_on is None or operative is None:
        return None
    cursor = view.started_on.toordinal() - (view.terms.mode is CountingMode.NOTICE)
    if view.renewed is not None and operative is view.operative:
        cursor = view.renewed.on.toordinal()
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
