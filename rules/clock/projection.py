"""From a clock's events to its due dates.

Licensing Law art. 42 and 82, Civil Code art. 200-204; the suspension's boundary days and the effect
of an extension on the promise are [D] and stand in :class:`models.clock.ClockPolicy`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from models.clock import (
    RECTIFICATION,
    ClockEvent,
    ClockExtended,
    ClockPolicy,
    ClockResumed,
    ClockStarted,
    ClockStopped,
    ClockSuspended,
    ClockTerms,
    ClockView,
    CountingMode,
    Limit,
    LimitView,
    Span,
    Unit,
)
from models.errors import KaigongError
from rules.calendar import WorkingCalendar
from rules.clock.counting import FOREVER, Run, excluded_runs, last_due

DEFAULT_POLICY = ClockPolicy()


class BrokenHistory(KaigongError):
    """The clock's history is broken at {event} on {on}: {problem} Restore the history from the
    audit log.
    """


@dataclass(slots=True)
class History:
    """A clock's events, read in order."""

    started_on: date | None = None
    stopped_on: date | None = None
    suspensions: list[tuple[ClockSuspended, date | None]] = field(default_factory=list)
    """Each suspension with the day it ended; ``None``: still open."""
    open: dict[str, int] = field(default_factory=dict)
    """Ref → index into :attr:`suspensions` of those still open."""
    extensions: list[Limit] = field(default_factory=list)
    last_on: date = date.min

    @property
    def spans(self) -> list[Span]:
        """The suspensions as spans of days."""
        return [Span(event.on, ended) for event, ended in self.suspensions]

    @property
    def suspended_since(self) -> date | None:
        """First day of the suspensions that are open."""
        return min((self.suspensions[i][0].on for i in self.open.values()), default=None)


def read_history(events: Iterable[ClockEvent]) -> History:
    """Read events in the order they were appended; ``BrokenHistory`` when they contradict."""
    history = History()
    for event in events:
        _check_order(history, event)
        match event:
            case ClockStarted():
                history.started_on = event.on
            case ClockSuspended():
                history.open[event.ref] = len(history.suspensions)
                history.suspensions.append((event, None))
            case ClockResumed():
                index = history.open.pop(event.ref)
                history.suspensions[index] = (history.suspensions[index][0], event.on)
            case ClockExtended():
                history.extensions.append(event.by)
            case ClockStopped():
                history.stopped_on = event.on
        history.last_on = event.on
    return history


def _check_order(history: History, event: ClockEvent) -> None:
    problem = None
    if isinstance(event, ClockStarted):
        if history.started_on is not None:
            problem = "It started before."
    elif history.started_on is None:
        problem = "It has not started."
    elif history.stopped_on is not None:
        problem = "It has stopped."
    elif event.on < history.last_on:
        problem = "The event is earlier than the one before it."
    elif isinstance(event, ClockSuspended) and event.ref in history.open:
        problem = "This suspension is open already."
    elif isinstance(event, ClockResumed) and event.ref not in history.open:
        problem = "No such suspension is open."
    if problem:
        raise BrokenHistory(event=event.kind.value, on=event.on.isoformat(), problem=problem)


def deadline(
    calendar: WorkingCalendar,
    start: date,
    limit: Limit,
    mode: CountingMode = CountingMode.DEADLINE,
) -> date:
    """Last day of ``limit`` after ``start``.

    Mode ``deadline``: the start day is not counted (Civil Code 201); ``notice``: it is the first.
    Natural days and months that end on a rest day end on the next working day (Civil Code 203).
    """
    if limit.unit is Unit.WORKING_DAY and limit.length > 0:
        first_day_counts = mode is CountingMode.NOTICE
        return date.fromordinal(calendar.nth(start.toordinal() - first_day_counts, limit.length))
    due = last_due(calendar, start.toordinal(), (limit,), mode, ())
    # Without an open suspension every chain of limits ends.
    return start if due is None else date.fromordinal(due)


def notice_end(calendar: WorkingCalendar, start: date, limit: Limit) -> date:
    """Last day of a public notice 公示 that begins on ``start``, the first day counted."""
    return deadline(calendar, start, limit, CountingMode.NOTICE)


def project_clock(
    terms: ClockTerms,
    events: Iterable[ClockEvent],
    calendar: WorkingCalendar,
    policy: ClockPolicy = DEFAULT_POLICY,
) -> ClockView:
    """What follows from a clock's events: both due dates, each on its own, and what moved them.

    ``BrokenHistory`` when the events contradict each other.
    """
    history = read_history(events)
    start, mode = history.started_on, terms.mode
    extensions = tuple(history.extensions)
    runs = excluded_runs(history.spans, policy) if history.suspensions else []
    promised = statutory = None
    if terms.promised is not None:
        extended = extensions if policy.extension_moves_promise else ()
        promised = _limit_view(calendar, start, terms.promised, extended, mode, runs)
    if terms.statutory is not None:
        statutory = _limit_view(calendar, start, terms.statutory, extensions, mode, runs)
    return ClockView(
        terms=terms,
        statutory=statutory,
        promised=promised,
        started_on=start,
        stopped_on=history.stopped_on,
        suspended_since=history.suspended_since if history.open else None,
        suspension_planned_until=_planned_until(calendar, history) if history.open else None,
        excluded=_as_spans(runs) if runs else (),
        extensions=extensions,
        provisional=start is not None and _provisional(calendar, start, promised, statutory, mode),
        calendar_version=calendar.version,
        extensions_move_promise=policy.extension_moves_promise,
    )


def chain(view: ClockView, which: LimitView) -> tuple[Limit, ...]:
    """The limit and the extensions that lengthen it."""
    if which is view.promised and not view.extensions_move_promise:
        return (which.limit,)
    return (which.limit, *view.extensions)


def runs_of(view: ClockView) -> list[Run]:
    """The view's excluded days as runs of ordinals."""
    return [
        (span.after.toordinal() + 1, FOREVER if span.until is None else span.until.toordinal())
        for span in view.excluded
    ]


def _limit_view(
    calendar: WorkingCalendar,
    start: date | None,
    limit: Limit,
    extensions: tuple[Limit, ...],
    mode: CountingMode,
    runs: Sequence[Run],
) -> LimitView:
    if start is None:
        return LimitView(limit, None)
    if not runs and not extensions:
        return LimitView(limit, deadline(calendar, start, limit, mode))
    limits = (limit, *extensions) if extensions else (limit,)
    due = last_due(calendar, start.toordinal(), limits, mode, runs)
    if due is not None:
        return LimitView(limit, date.fromordinal(due))
    frozen = last_due(calendar, start.toordinal(), limits, mode, closed(runs))
    return LimitView(limit, None, None if frozen is None else date.fromordinal(frozen))


def closed(runs: Sequence[Run]) -> Sequence[Run]:
    """The runs without the one that has not ended."""
    return runs[:-1] if runs and runs[-1][1] >= FOREVER else runs


def _planned_until(calendar: WorkingCalendar, history: History) -> date | None:
    """Last day of the open suspensions by their written notices; ``None`` when one gave none.

    How long the applicant rectifies is written in no notice.
    """
    ends = []
    for index in history.open.values():
        event = history.suspensions[index][0]
        if event.procedure == RECTIFICATION:
            continue
        if event.planned is None:
            return None
        ends.append(deadline(calendar, event.on, event.planned))
    return max(ends, default=None)


def _provisional(
    calendar: WorkingCalendar,
    start: date,
    promised: LimitView | None,
    statutory: LimitView | None,
    mode: CountingMode,
) -> bool:
    """Whether the later of the due dates leans on a year without an official notice."""
    last = start
    for view in (promised, statutory):
        due = (view.due_on or view.frozen_due_on) if view is not None else None
        if due is not None and due > last:
            last = due
    if mode is CountingMode.NOTICE and start > date.min:
        start = date.fromordinal(start.toordinal() - 1)
    return calendar.is_provisional(start, last)


def _as_spans(runs: Sequence[Run]) -> tuple[Span, ...]:
    return tuple(
        Span(
            date.fromordinal(first - 1),
            None if last >= FOREVER else date.fromordinal(last),
        )
        for first, last in runs
    )
