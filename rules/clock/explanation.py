"""Why a due date is what it is: every day of a clock, counted or not, with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from config.texts import Word, context_of
from models.clock.calendar import CalendarDay, DayKind
from models.clock.values import (
    BASIS_FALLEN,
    BETWEEN,
    PRELIMINARY_OPINION,
    RECTIFICATION,
    VERIFICATION,
    ClockEvent,
    ClockPolicy,
    ClockSuspended,
    ClockTerms,
    ClockView,
    CountingMode,
    DayCount,
    Limit,
    LimitView,
    Reason,
    Unit,
)
from models.scenarios.definition import SpecialProcedure
from rules.clock.calendar import WorkingCalendar
from rules.clock.counting import Leg, Run, excluded_runs, legs
from rules.clock.projection import (
    History,
    closed,
    project_clock,
    promise_extensions,
    read_history,
)

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
    Reason.HELD: "Not counted: the last day that was told holds",
}
_NAMELESS = {
    Reason.MAKE_UP_DAY: "Make-up working day",
    Reason.HOLIDAY: "Holiday",
}
_NAMED_SUSPENSION = "Special procedure, not counted: {name}"
_UNPLANNED = {
    RECTIFICATION: "The applicant rectifies, not counted",
    PRELIMINARY_OPINION: "The applicant still owes what the decision rests on, not counted",
    BETWEEN: "No limit to decide runs on the critical path, not counted",
    BASIS_FALLEN: "What it builds on does not stand, not counted",
    VERIFICATION: "The department verifies what was handed in, not counted",
}
_PROVISIONAL = "{reason} (provisional: no official notice for this year yet)"


def describe(day: DayCount, translate: Callable[[str], str] = str) -> str:
    """The reason as a person reads it; ``translate`` maps the English sentence to their language."""
    template = _SENTENCES[day.reason]
    if day.reason is Reason.SUSPENDED and day.name:
        template = _UNPLANNED.get(day.name, _NAMED_SUSPENSION)
    elif not day.name:
        template = _NAMELESS.get(day.reason, template)
    # A special procedure is a word of ours; a holiday is called what the notice calls it.
    name = day.name
    if day.reason is Reason.SUSPENDED:
        name = translate(Word(name, context_of(SpecialProcedure)))
    reason = translate(template).format(name=name)
    if day.provisional and day.reason is not Reason.NATURAL_DAY:
        return translate(_PROVISIONAL).format(reason=reason)
    return reason


def explain(
    terms: ClockTerms,
    events: Iterable[ClockEvent],
    calendar: WorkingCalendar,
    policy: ClockPolicy,
    *,
    statutory: bool = False,
    until: date | None = None,
) -> tuple[DayCount, ...]:
    """Every day from the start to the due day: counted or not, and why.

    The operative limit (promised, else statutory), or the statutory one when asked for. ``until``
    is where a clock ends that is paused by an open suspension (default: its last event). Nothing
    when the clock has not started.
    """
    known = tuple(events)
    history = read_history(known)
    by_law = statutory or _capped(terms, known, calendar, policy)
    limit = terms.statutory if by_law else terms.promised or terms.statutory
    began = history.statutory_on if limit is terms.statutory else history.started_on
    if began is None or limit is None:
        return ()
    if limit is terms.promised:
        limits = (limit, *promise_extensions(terms, history, calendar, policy))
    else:
        limits = (limit, *history.extensions)
    start = began.toordinal()
    runs = excluded_runs(history.spans, policy)
    procedures = _procedures(history, policy)
    steps = legs(calendar, start, limits, terms.mode, runs)
    if steps is None:
        last = (until or history.last_on).toordinal()
        steps = _paused(calendar, start, limits, terms.mode, runs, last)
    days = tuple(_days(calendar, start, steps, runs, procedures))
    if not history.holds and not history.renewals:
        return days
    view = project_clock(terms, known, calendar, policy)
    which = view.promised if limit is terms.promised else view.statutory
    return (*days, *_behind(calendar, days[-1].date, which, view, procedures))


def _behind(
    calendar: WorkingCalendar,
    last: date,
    limit: LimitView | None,
    view: ClockView,
    procedures: Sequence[tuple[Run, str]],
) -> Iterator[DayCount]:
    """The days behind the last one that is counted, up to the last day that holds or was renewed."""
    end = limit.due_on if limit is not None else None
    renewed = view.renewed if limit is view.operative else None
    for ordinal in range(last.toordinal() + 1, end.toordinal() + 1 if end else 0):
        day = calendar.day(date.fromordinal(ordinal))
        names = [name for (low, high), name in procedures if low <= ordinal <= high]
        if names:
            yield DayCount(day.date, False, Reason.SUSPENDED, names[0], day.provisional)
        elif renewed is not None and day.date > renewed.on:
            yield _count(day, renewed.by.unit)
        else:
            yield DayCount(day.date, False, Reason.HELD, "", day.provisional)


def _capped(
    terms: ClockTerms,
    events: Sequence[ClockEvent],
    calendar: WorkingCalendar,
    policy: ClockPolicy,
) -> bool:
    """Whether the promise ends because the statutory limit ends, as it would be longer."""
    if terms.promised is None or terms.statutory is None:
        return False
    view = project_clock(terms, events, calendar, policy)
    alone = project_clock(replace(terms, statutory=None), events, calendar, policy)
    return view.promised_due_on != alone.promised_due_on


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
    steps = legs(calendar, start, limits, mode, shut) or []
    return [
        Leg(step.cursor, min(step.end, last), min(step.due, last), step.unit)
        for step in steps
        if step.cursor < last
    ]


def _days(
    calendar: WorkingCalendar,
    start: int,
    steps: Sequence[Leg],
    runs: Sequence[Run],
    procedures: Sequence[tuple[Run, str]],
) -> Iterator[DayCount]:
    if not steps or steps[0].cursor >= start:
        first = calendar.day(date.fromordinal(start))
        yield DayCount(first.date, False, Reason.FIRST_DAY, "", first.provisional)
    for step in steps:
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
    procedure = event.procedure or ""
    return procedure if procedure in _UNPLANNED else procedure.replace("_", " ")
