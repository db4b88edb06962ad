"""Calendars and random cases for the tests of the clock."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import strategies as st

from models.clock.values import (
    ClockEvent,
    ClockExtended,
    ClockPolicy,
    ClockResumed,
    ClockStarted,
    ClockSuspended,
    Limit,
    Unit,
)
from rules.clock.calendar import WorkingCalendar
from tests.unit.clock.clock_naive import Naive, Suspension

FIRST, LAST = date(2024, 1, 1), date(2031, 12, 31)
_names = itertools.count()


def toy_calendar(
    off: set[date] = frozenset(), make_up: set[date] = frozenset()
) -> tuple[WorkingCalendar, Callable[[date], bool]]:
    """A calendar from 2024 to 2031 with these days off and worked, and the same as a plain test."""
    make_up = make_up - off

    def statutory(year: int):
        names = {day: "holiday" for day in off if day.year == year}
        return names, {day for day in make_up if day.year == year}

    calendar = WorkingCalendar([], statutory, f"toy {next(_names)}", FIRST.year, LAST.year)
    return calendar, lambda day: day in make_up or (day.weekday() < 5 and day not in off)


dates = st.dates(date(2025, 1, 1), date(2026, 12, 31))
lengths = st.integers(0, 70)


@st.composite
def limits(draw) -> Limit:
    unit = draw(st.sampled_from(list(Unit)))
    return Limit(draw(st.integers(0, 7) if unit is Unit.MONTH else lengths), unit)


@st.composite
def calendars(draw):
    """Weekends with holidays up to a fortnight long and weekend days that are worked."""
    off: set[date] = set()
    for first in draw(st.lists(st.dates(FIRST, date(2028, 12, 31)), max_size=12)):
        length = draw(st.integers(1, 14))
        off |= {first + timedelta(days=i) for i in range(length)}
    days = st.dates(FIRST, date(2028, 12, 31))
    make_up = {day for day in draw(st.lists(days, max_size=20)) if day.weekday() >= 5}
    return toy_calendar(off, make_up)


@st.composite
def suspensions(draw, start: date, *, may_stay_open: bool = True) -> list[Suspension]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        began = start + timedelta(days=draw(st.integers(0, 60)))
        ended = began + timedelta(days=draw(st.integers(0, 40)))
        found.append(Suspension(began, ended))
    if may_stay_open and draw(st.integers(0, 4)) == 0:
        found.append(Suspension(start + timedelta(days=draw(st.integers(0, 60))), None))
    return found


policies = st.builds(ClockPolicy, st.booleans(), st.booleans(), st.booleans())


def history(
    start: date, suspended: list[Suspension], extensions: list[Limit] | tuple[()] = ()
) -> list[ClockEvent]:
    """The events of a clock, in order of their days."""
    events: list[ClockEvent] = []
    for index, suspension in enumerate(suspended):
        events.append(ClockSuspended(suspension.began, ref=str(index)))
        if suspension.ended is not None:
            events.append(ClockResumed(suspension.ended, ref=str(index)))
    events.sort(key=lambda event: (event.on, isinstance(event, ClockResumed)))
    return [ClockStarted(start), *(ClockExtended(start, by) for by in extensions), *events]


def naive(works: Callable[[date], bool], suspended: list[Suspension], policy: ClockPolicy) -> Naive:
    return Naive(works, suspended, policy.suspension_start_counts, policy.suspension_end_counts)


def plain(limit: Limit) -> tuple[int, str]:
    return limit.length, limit.unit.value
