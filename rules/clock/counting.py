"""Counting over day ordinals (``date.toordinal``): the arithmetic under every clock.

A *cursor* is the last day that is used up; counting goes on with the day after it. *Excluded* days
are closed runs (first, last), merged and in order; a run that has not ended reaches to ``FOREVER``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import pendulum

from models.clock.values import ClockPolicy, CountingMode, Limit, Span, Unit
from rules.clock.calendar import WorkingCalendar

FOREVER = date.max.toordinal()
Run = tuple[int, int]


class Leg(NamedTuple):
    """One limit of a chain: counted after ``cursor`` up to ``end``, due on ``due``.

    ``due`` is later than ``end`` when the last day fell on a rest day (Civil Code art. 203).
    """

    cursor: int
    end: int
    due: int
    unit: Unit


def excluded_runs(spans: Iterable[Span], policy: ClockPolicy) -> list[Run]:
    """Days not counted for suspensions from ``after`` to ``until``, merged; boundary days [D]."""
    runs = []
    for span in spans:
        first = span.after.toordinal() + policy.suspension_start_counts
        last = FOREVER if span.until is None else span.until.toordinal()
        if span.until is not None and policy.suspension_end_counts:
            last -= 1
        if first <= last:
            runs.append((first, last))
    return merged(runs)


def merged(runs: Iterable[Run]) -> list[Run]:
    """The same days as runs that neither overlap nor touch, in order."""
    ordered = sorted(runs)
    if len(ordered) == 1:
        return ordered
    joined: list[Run] = []
    for first, last in ordered:
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def count(
    calendar: WorkingCalendar, working: bool, after: int, until: int, excluded: Sequence[Run]
) -> int:
    """Days in (after, until] that are not excluded: working days, or all days."""
    total = calendar.count(after, until) if working else until - after
    for first, last in excluded:
        low, high = max(first - 1, after), min(last, until)
        if low < high:
            total -= calendar.count(low, high) if working else high - low
    return total


def advance(
    calendar: WorkingCalendar, working: bool, cursor: int, n: int, excluded: Sequence[Run]
) -> int | None:
    """The ``n``-th (≥ 1) day after ``cursor`` that counts; ``None`` when an open run stops it."""
    for first, last in excluded:
        if last <= cursor:
            continue
        if first - 1 > cursor:
            free = calendar.count(cursor, first - 1) if working else first - 1 - cursor
            if free >= n:
                break
            n -= free
        if last >= FOREVER:
            return None
        cursor = last
    return calendar.nth(cursor, n) if working else cursor + n


def next_open_day(calendar: WorkingCalendar, day: int, excluded: Sequence[Run]) -> int | None:
    """``day`` or the first day after it that is a working day and not excluded."""
    return advance(calendar, True, day - 1, 1, excluded)


def leg(
    calendar: WorkingCalendar, cursor: int, limit: Limit, excluded: Sequence[Run]
) -> Leg | None:
    """Count one limit after ``cursor``; ``None`` while an open suspension stops it."""
    if limit.length == 0:
        end: int | None = cursor
    elif limit.unit is Unit.WORKING_DAY:
        end = advance(calendar, True, cursor, limit.length, excluded)
        return None if end is None else Leg(cursor, end, end, limit.unit)
    else:
        days = limit.length
        if limit.unit is Unit.MONTH:
            days = corresponding_day(cursor, limit.length) - cursor
        end = advance(calendar, False, cursor, days, excluded)
    due = None if end is None else next_open_day(calendar, end, excluded)
    return None if end is None or due is None else Leg(cursor, end, due, limit.unit)


def legs(
    calendar: WorkingCalendar,
    start: int,
    limits: Sequence[Limit],
    mode: CountingMode,
    excluded: Sequence[Run],
) -> list[Leg] | None:
    """Count the limits one after the other, each from the due day of the one before.

    ``None`` while an open suspension keeps the last due day unknown.
    """
    cursor = start
    steps: list[Leg] = []
    for index, limit in enumerate(limits):
        if index == 0 and mode is CountingMode.NOTICE and limit.length:
            cursor, limit = start - 1, _inclusive(start, limit)  # noqa: PLW2901
        step = leg(calendar, cursor, limit, excluded)
        if step is None:
            return None
        steps.append(step)
        cursor = step.due
    return steps


def last_due(
    calendar: WorkingCalendar,
    start: int,
    limits: Sequence[Limit],
    mode: CountingMode,
    excluded: Sequence[Run],
) -> int | None:
    """Where the chain of :func:`legs` ends; working days alone are counted in one go."""
    total = 0
    for limit in limits:
        if limit.unit is not Unit.WORKING_DAY:
            break
        total += limit.length
    else:
        # A first limit of no days may begin by moving off a rest day: not counted in one go.
        if limits[0].length:
            return advance(calendar, True, start - (mode is CountingMode.NOTICE), total, excluded)
    steps = legs(calendar, start, limits, mode, excluded)
    return steps[-1].due if steps else None


def corresponding_day(start: int, length: int) -> int:
    """The day ``length`` months later, or the month's last when it has no such day (art. 202)."""
    try:
        return pendulum.Date.fromordinal(start).add(months=length).toordinal()
    except (ValueError, OverflowError):
        return FOREVER  # past every calendar, which then refuses


def _inclusive(start: int, limit: Limit) -> Limit:
    """The limit to count from the day before ``start`` so that ``start`` itself is its first day.

    A month from the 1st ends on the last of that month, from the 15th on the 14th of the next; a
    month that lacks the corresponding day ends with the month.
    """
    if limit.unit is not Unit.MONTH:
        return limit
    end = corresponding_day(start, limit.length)
    if date.fromordinal(end).day == date.fromordinal(start).day:
        end -= 1
    return Limit(end - (start - 1), Unit.NATURAL_DAY)
