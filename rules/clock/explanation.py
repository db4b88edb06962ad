"""Why a due date is what it is: every day of a clock, counted or not, with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from models.calendar import CalendarDay, DayKind
from models.clock import (
    RECTIFICATION,
    ClockEvent,
    ClockPolicy,
    ClockSuspended,
    ClockTerms,
    CountingMode,
    DayCount,
    Limit,
    Reason,
    Unit,
)
from rules.calendar import WorkingCalendar
from rules.clock.counting import Leg, Run, excluded_runs, legs
from rules.clock.projection import DEFAULT_POLICY, History, closed, read_history

_REASON = {
    DayKind.WORKING_DAY: Reason.WORKING_DAY,
    DayKind.MAKE_UP_DAY: Reason.MAKE_UP_DAY,
    DayKind.WEEKEND: Reason.WEEKEND,
    DayKind.HOLIDAY: Reason.HOLIDAY,
}

_SENTENCES = {
    Reason.FIRST_DAY: "The first day is not counted",
    Reason.WORKING_DAY: "Working day",
    Reason.MAKE_UP_DAY: "Make-up working day for {name}",
    Reason.NATURAL_DAY: "Natural day",
    Reason.WEEKEND: "Weekend",
    Reason.HOLIDAY: "Holiday: {name}",
    Reason.SUSPENDED: "Special procedure, not counted",
    Reason.MOVED_ON: "The last day fell on a rest day and moves on",
}
_NAMELESS = {
    Reason.MAKE_UP_DAY: "Make-up working day",
    Reason.HOLIDAY: "Holiday",
}
_NAMED_SUSPENSION = "Special procedure, not counted: {name}"
_RECTIFICATION = "The applicant rectifies, not counted"
_PROVISIONAL = "{reason} (provisional: no official notice for this year yet)"


def describe(day: DayCount, translate: Callable[[str], str] = str) -> str:
    """The reason as a person reads it; ``translate`` maps the English sentence to their language."""
    template = _SENTENCES[day.reason]
    if day.reason is Reason.SUSPENDED and day.name:
        template = _RECTIFICATION if day.name == RECTIFICATION else _NAMED_SUSPENSION
    elif not day.name:
        template = _NAMELESS.get(day.reason, template)
    reason = translate(template).format(name=translate(day.name))
    if day.provisional and day.reason is not Reason.NATURAL_DAY:
        return translate(_PROVISIONAL).format(reason=reason)
    return reason


def explain(
    terms: ClockTerms,
    events: Iterable[ClockEvent],
    calendar: WorkingCalendar,
    policy: ClockPolicy = DEFAULT_POLICY,
    *,
    statutory: bool = False,
    until: date | None = None,
) -> tuple[DayCount, ...]:
    """Every day from the start to the due day: counted or not, and why.

    The operative limit (promised, else statutory), or the statutory one when asked for. ``until``
    is where a clock ends that is paused by an open suspension (default: its last event). Nothing
    when the clock has not started.
    """
    history = read_history(events)
    limit = terms.statutory if statutory else terms.promised or terms.statutory
    if history.started_on is None or limit is None:
        return ()
    extends = limit is not terms.promised or policy.extension_moves_promise
    limits = (limit, *history.extensions) if extends else (limit,)
    start = history.started_on.toordinal()
    runs = excluded_runs(history.spans, policy)
    found = legs(calendar, start, limits, terms.mode, runs)
    if found is None:
        last = (until or history.last_on).toordinal()
        found = _paused(calendar, start, limits, terms.mode, runs, last)
    return tuple(_days(calendar, start, found, runs, _procedures(history, policy)))


def _paused(
    calendar: WorkingCalendar,
    start: int,
    limits: Sequence[Limit],
    mode: CountingMode,
    runs: Sequence[Run],
    last: int,
) -> list[Leg]:
    """The legs as if the open suspension ended on ``last``, cut off there."""
    shut = [*closed(runs), (runs[-1][0], max(runs[-1][0], last))]
    found = legs(calendar, start, limits, mode, shut) or []
    return [
        Leg(step.cursor, min(step.end, last), min(step.due, last), step.unit)
        for step in found
        if step.cursor < last
    ]


def _days(
    calendar: WorkingCalendar,
    start: int,
    found: Sequence[Leg],
    runs: Sequence[Run],
    procedures: Sequence[tuple[Run, str]],
) -> Iterator[DayCount]:
    if not found or found[0].cursor >= start:
        first = calendar.day(date.fromordinal(start))
        yield DayCount(first.date, False, Reason.FIRST_DAY, "", first.provisional)
    for step in found:
        for ordinal in range(step.cursor + 1, step.due + 1):
            day = calendar.day(date.fromordinal(ordinal))
            if any(low <= ordinal <= high for low, high in runs):
                name = next((n for (low, high), n in procedures if low <= ordinal <= high), "")
                yield DayCount(day.date, False, Reason.SUSPENDED, name, day.provisional)
            elif ordinal > step.end:
                yield DayCount(day.date, False, Reason.MOVED_ON, "", day.provisional)
            else:
                yield _count(day, step.unit)


def _count(day: CalendarDay, unit: Unit) -> DayCount:
    if unit is Unit.WORKING_DAY:
        return DayCount(day.date, day.working, _REASON[day.kind], day.name, day.provisional)
    return DayCount(day.date, True, Reason.NATURAL_DAY, "", day.provisional)


def _procedures(history: History, policy: ClockPolicy) -> list[tuple[Run, str]]:
    """The excluded days of each suspension with the name of its procedure."""
    named: list[tuple[Run, str]] = []
    for (event, _), span in zip(history.suspensions, history.spans, strict=True):
        named += [(run, _procedure(event)) for run in excluded_runs([span], policy)]
    return named


def _procedure(event: ClockSuspended) -> str:
    return (event.procedure or "").replace("_", " ")
