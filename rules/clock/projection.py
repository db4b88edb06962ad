"""From a clock's events to its due dates.

Licensing Law art. 42 and 82, Civil Code art. 200-204; the suspension's boundary days and the effect
of an extension on the promise are [D] and stand in :class:`models.clock.values.ClockPolicy`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from config.texts import Word
from models.clock.values import (
    UNPLANNED,
    VERIFICATION,
    ClockEvent,
    ClockExtended,
    ClockHeld,
    ClockPolicy,
    ClockRenewed,
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
from rules.clock.calendar import WorkingCalendar
from rules.clock.counting import FOREVER, Run, excluded_runs, last_due


class BrokenHistory(KaigongError):
    template = "The clock's history is broken at {event} on {on}: {problem} Restore the history from the audit log."


class Extended(NamedTuple):
    """An extension, and the suspensions as they stood when it was given."""

    on: date
    by: Limit
    spans: tuple[Span, ...]


@dataclass(slots=True)
class History:
    """A clock's events, read in order."""

    started_on: date | None = None
    statutory_on: date | None = None
    """The day from which the statutory limit runs."""
    stopped_on: date | None = None
    suspensions: list[tuple[ClockSuspended, date | None]] = field(default_factory=list)
    """Each suspension with the day it ended; ``None``: still open."""
    open: dict[str, int] = field(default_factory=dict)
    """Ref → index into :attr:`suspensions` of those still open."""
    extended: list[Extended] = field(default_factory=list)
    holds: list[ClockHeld] = field(default_factory=list)
    renewals: list[ClockRenewed] = field(default_factory=list)
    last_on: date = date.min

    @property
    def extensions(self) -> tuple[Limit, ...]:
        """The extensions, in order."""
        return tuple(extended.by for extended in self.extended)

    @property
    def spans(self) -> list[Span]:
        """The suspensions as spans of days."""
        return [Span(event.on, ended) for event, ended in self.suspensions]

    @property
    def handed_in(self) -> bool:
        """Whether a paper was handed in that the department has not verified yet."""
        suspended = (self.suspensions[index][0] for index in self.open.values())
        return any(event.procedure == VERIFICATION for event in suspended)

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
                history.statutory_on = event.statutory_on or event.on
            case ClockSuspended():
                history.open[event.ref] = len(history.suspensions)
                history.suspensions.append((event, None))
            case ClockResumed():
                index = history.open.pop(event.ref)
                history.suspensions[index] = (history.suspensions[index][0], event.on)
            case ClockExtended():
                history.extended.append(Extended(event.on, event.by, tuple(history.spans)))
            case ClockHeld():
                history.holds.append(event)
            case ClockRenewed():
                history.renewals.append(event)
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
        raise BrokenHistory(event=event.kind, on=event.on.isoformat(), problem=Word(problem))


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
    policy: ClockPolicy,
) -> ClockView:
    """What follows from a clock's events: both due dates, each on its own, and what moved them.

    ``BrokenHistory`` when the events contradict each other.
    """
    history = read_history(events)
    start, mode = history.started_on, terms.mode
    extensions = history.extensions
    prolonged = promise_extensions(terms, history, calendar, policy)
    runs = excluded_runs(history.spans, policy) if history.suspensions else []
    promised = statutory = None
    if terms.promised is not None:
        promised = _limit_view(calendar, start, terms.promised, prolonged, mode, runs)
    if terms.statutory is not None:
        statutory = _limit_view(
            calendar, history.statutory_on, terms.statutory, extensions, mode, runs
        )
    if promised is not None:
        promised = _within(promised, statutory)
    renewed = None
    if history.holds or history.renewals:
        promised, statutory, renewed = _not_before(calendar, history, promised, statutory)
    if history.handed_in:
        promised, statutory = _held(promised), _held(statutory)
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
        promise_extensions=prolonged,
        renewed=renewed,
    )


def promise_extensions(
    terms: ClockTerms, history: History, calendar: WorkingCalendar, policy: ClockPolicy
) -> tuple[Limit, ...]:
    """The extensions that the promised limit takes part in: those given while it still ran [D].

    A promise that was broken before stays broken, whatever the law gives besides (R7).
    """
    start, promised = history.started_on, terms.promised
    if promised is None or start is None or not policy.extension_moves_promise:
        return ()
    limits = [promised]
    for extended in history.extended:
        runs = excluded_runs(extended.spans, policy)
        due = last_due(calendar, start.toordinal(), limits, terms.mode, runs)
        if due is None or extended.on.toordinal() <= due:
            limits.append(extended.by)
    return tuple(limits[1:])


def _within(promised: LimitView, statutory: LimitView | None) -> LimitView:
    """A promise ends with the statutory limit at the latest: it may begin later, or have rest days to
    move over that natural days do not have.
    """
    if statutory is None or promised.due_on is None or statutory.due_on is None:
        return promised
    return promised._replace(due_on=min(promised.due_on, statutory.due_on))


def renewed_until(calendar: WorkingCalendar, renewed: ClockRenewed) -> date:
    """The last day that a renewal gives at the least."""
    return deadline(calendar, renewed.on, renewed.by)


def _not_before(
    calendar: WorkingCalendar,
    history: History,
    promised: LimitView | None,
    statutory: LimitView | None,
) -> tuple[LimitView | None, LimitView | None, ClockRenewed | None]:
    """The limits with last days no earlier than those that hold, and the renewal that decides."""
    promised = _at_least(
        promised, max((h.promised for h in history.holds if h.promised), default=None)
    )
    statutory = _at_least(
        statutory, max((h.statutory for h in history.holds if h.statutory), default=None)
    )
    ends = [(renewed_until(calendar, renewed), renewed) for renewed in history.renewals]
    until, renewed = max(ends, key=lambda end: end[0], default=(None, None))
    operative = promised or statutory
    last = _last_day(operative)
    if until is None or operative is None or (last is not None and last >= until):
        return promised, statutory, None
    if operative is promised:
        return _at_least(promised, until), statutory, renewed
    return promised, _at_least(statutory, until), renewed


def _at_least(view: LimitView | None, until: date | None) -> LimitView | None:
    """The limit with its last day, or that at which it is paused, no earlier than ``until``."""
    last = _last_day(view)
    if view is None or until is None or last is None or last >= until:
        return view
    if view.due_on is not None:
        return view._replace(due_on=until)
    return view._replace(frozen_due_on=until)


def _held(view: LimitView | None) -> LimitView | None:
    """The limit without a last day, even where every day of it is used: it was met by what came."""
    return None if view is None else LimitView(view.limit, None, _last_day(view))


def _last_day(view: LimitView | None) -> date | None:
    return None if view is None else view.due_on or view.frozen_due_on


def chain(view: ClockView, which: LimitView) -> tuple[Limit, ...]:
    """The limit and the extensions that lengthen it."""
    extensions = view.promise_extensions if which is view.promised else view.extensions
    return (which.limit, *extensions)


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

    How long the applicant takes, a basis does not stand, or a paper is verified, is written in no
    notice.
    """
    ends = []
    for index in history.open.values():
        event = history.suspensions[index][0]
        if event.procedure in UNPLANNED:
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
