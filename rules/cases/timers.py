"""Clocks of items: each is a list of append-only events, and the dates derived from it for look-up.

The arithmetic stands in :mod:`rules.clock`; here a project's clock row is kept in step with it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from models.cases.clock import ClockFacts
from models.cases.facts import ItemFacts
from models.cases.states import ClockState
from models.clock.values import (
    ClockEvent,
    ClockPolicy,
    ClockStarted,
    ClockStopped,
    ClockTerms,
    ClockView,
    Crossing,
    Limit,
    Unit,
    at_hour,
)
from models.making import altered
from models.scenarios.definition import (
    ItemDefinition,
    LengthDefinition,
    LimitDefinition,
    LimitStart,
)
from rules.cases.clocks.declaration import ClockDeclaration, Party
from rules.cases.clocks.registry import declaration_of
from rules.cases.context import Context
from rules.clock import (
    Given,
    KnownDates,
    after_late_ones,
    append,
    ladder_dates,
    project_clock,
    reached,
    read_history,
    statutory_yellow_at,
)

__all__ = [
    "ClockEvent",
    "ClockStopped",
    "appended",
    "extended_to",
    "held_by",
    "started",
    "view",
    "warnings_left",
]


def terms(clock: ClockFacts) -> ClockTerms:
    """The limits that a clock is read against."""
    return terms_of(
        clock.promised_length,
        clock.promised_unit,
        clock.statutory_length,
        clock.statutory_unit,
    )


def terms_of(
    promised_length: int | None,
    promised_unit: str,
    statutory_length: int | None,
    statutory_unit: str,
) -> ClockTerms:
    """The same from the columns of a clock's row."""
    promised, statutory = promised_length, statutory_length
    return ClockTerms(
        statutory=None if statutory is None else Limit(statutory, Unit(statutory_unit)),
        promised=None if promised is None else Limit(promised, Unit(promised_unit)),
    )


def view(clock: ClockFacts, context: Context) -> ClockView:
    """Everything that follows from a clock's history."""
    return view_by(declaration_of(clock.kind), clock, context)


def view_by(declared: ClockDeclaration, clock: ClockFacts, context: Context) -> ClockView:
    """The same by a declaration that is given: a matter's clocks are declared by its kind."""
    policy = declared.own_policy or context.policy.clock
    return project_clock(terms(clock), clock.history, context.calendar, policy)


def policy_of(kind: str, context: Context) -> ClockPolicy:
    """How the pauses of a kind of clock are counted: as the district chose, unless it is no choice."""
    return declaration_of(kind).own_policy or context.policy.clock


def limit_of(definition: LengthDefinition | None) -> Limit | None:
    """A length as the scenario declares it."""
    return Limit(definition.days, definition.unit) if definition else None


def started(
    clock: ClockFacts,
    promised: Limit | None,
    statutory: Limit | None,
    on: date,
    context: Context,
    statutory_on: date | None = None,
) -> ClockFacts:
    """A clock that starts on ``on``, with one limit or both; ``statutory_on`` where the statutory one
    runs from another day.
    """
    begun = with_limits(clock, promised, statutory, ClockStarted(on, statutory_on))
    return derived(begun, context)


def with_limits(
    clock: ClockFacts, promised: Limit | None, statutory: Limit | None, start: ClockStarted
) -> ClockFacts:
    """A clock with its limits and its first event; its dates are still to be derived."""
    limits: dict[str, Any] = {}
    if promised is not None:
        limits |= {"promised_length": promised.length, "promised_unit": promised.unit}
    if statutory is not None:
        limits |= {"statutory_length": statutory.length, "statutory_unit": statutory.unit}
    return altered(clock, history=(start,), **limits)


def starts_of(definition: ItemDefinition, item: ItemFacts, today: date) -> tuple[date, date | None]:
    """The day on which the time to decide begins, and that of the statutory limit where it is another:
    each limit runs from the day that it names.
    """
    statutory = _starts(definition.statutory, item, today)
    if definition.promised is None:
        return statutory, None
    promised = _starts(definition.promised, item, today)
    another = definition.statutory is not None and statutory != promised
    return promised, statutory if another else None


def _starts(limit: LimitDefinition | None, item: ItemFacts, today: date) -> date:
    """The day from which a limit runs; nobody applies for what is examined on its own."""
    of_receipt = limit is not None and limit.starts is LimitStart.RECEIVED
    received = item.received_on if of_receipt else None
    return received or item.accepted_on or today


def appended(
    clock: ClockFacts, event: ClockEvent, context: Context, extension: Limit | None = None
) -> ClockFacts:
    """The clock with one more event in its history, which is checked first (arts. 42 and 45).

    ``extension`` is the longest one that the law allows here, where it allows any.
    """
    return derived(with_event(clock, event, context, extension), context)


def with_event(
    clock: ClockFacts, event: ClockEvent, context: Context, extension: Limit | None = None
) -> ClockFacts:
    """The clock with one more event, checked; its dates are still to be derived."""
    limits = terms(clock)
    if extension is not None:
        limits = replace(limits, extension=extension)
    history = append(clock.history, event, limits, context.calendar, context.policy.clock)
    return altered(clock, history=history)


def warnings_left(
    kind: str,
    known: KnownDates,
    started_on: date | None,
    given: Collection[Given],
    context: Context,
) -> tuple[Crossing, ...]:
    """The rungs of the ladder that are still to be given, and when, in order."""
    return warnings_by(declaration_of(kind), known, started_on, given, context)


def warnings_by(
    declared: ClockDeclaration,
    known: KnownDates,
    started_on: date | None,
    given: Collection[Given],
    context: Context,
) -> tuple[Crossing, ...]:
    """The same by a declaration that is given.

    A limit that a department's scenario makes yellow from its first day warns of nothing that is not
    known [D]; the applicant is reminded all the same.
    """
    if declared.of_project:
        # One for the whole project is counted anew with every pause: each rung of it is given once.
        return _each_once(known, given, context)
    told_before = declared.moves is not Party.APPLICANT and _at_once(known.yellow_at, started_on)
    if told_before or known.due_on is None:
        known = known._replace(yellow_at=None)
    ladder = declared.climbs(context.policy.ladder)
    crossings = ladder_dates(known, context.calendar, ladder)
    if not given:
        return crossings
    delayed = tuple(after_late_ones(crossings, given, context.calendar))
    return reached(sorted(delayed, key=lambda crossing: crossing.at), date.max, given)


def _each_once(
    known: KnownDates, given: Collection[Given], context: Context
) -> tuple[Crossing, ...]:
    passed = {key for key, _, _ in given}
    crossings = ladder_dates(known, context.calendar, context.policy.ladder)
    return tuple(crossing for crossing in crossings if crossing.rung.key not in passed)


def _at_once(turns: datetime | None, started_on: date | None) -> bool:
    return turns is not None and started_on is not None and turns <= at_hour(started_on)


def extended_to(clock: ClockFacts, context: Context) -> date | None:
    """The last day that the newest extension gives: of the promise where it still ran, else by law."""
    projection = view(clock, context)
    moved = len(projection.promise_extensions) == len(projection.extensions)
    return projection.due_on if moved else projection.statutory_due_on


def held_by(clock: ClockFacts, ref: str) -> bool:
    """Whether a suspension of this name is open."""
    return clock.state is ClockState.SUSPENDED and ref in read_history(clock.history).open


def run_on(clock: ClockFacts, context: Context) -> ClockFacts:
    """The clock as if nothing had stopped it."""
    history = tuple(event for event in clock.history if not isinstance(event, ClockStopped))
    return derived(altered(clock, history=history), context)


def derived(clock: ClockFacts, context: Context, projection: ClockView | None = None) -> ClockFacts:
    """The clock with every date that follows from its history, and its next warning.

    ``context`` is that of the project's scenario: see :meth:`rules.cases.context.Context.under`;
    ``projection`` its view, where it is known already.
    """
    return derived_by(declaration_of(clock.kind), clock, context, projection)


def derived_by(
    declared: ClockDeclaration,
    clock: ClockFacts,
    context: Context,
    projection: ClockView | None = None,
) -> ClockFacts:
    """The same by a declaration that is given."""
    projection = projection or view_by(declared, clock, context)
    due_on = _last_day(declared, projection)
    crossing, known = None, _UNKNOWN
    if projection.stopped_on is None:
        known = _known(declared, clock, projection, due_on, context)
        started_on = projection.started_on
        left = warnings_by(declared, known, started_on, clock.given, context)
        crossing = left[0] if left else None
    return altered(
        clock,
        state=_state(projection),
        started_on=projection.started_on,
        stopped_on=projection.stopped_on,
        due_on=due_on,
        statutory_due_on=projection.statutory_due_on,
        provisional=projection.provisional,
        yellow_at=known.yellow_at,
        statutory_yellow_at=known.statutory_yellow_at,
        next_rung=crossing.rung.key if crossing else None,
        next_rung_at=crossing.at if crossing else None,
    )


_UNKNOWN = KnownDates(None, None, None, None, None)


def _known(
    declared: ClockDeclaration,
    clock: ClockFacts,
    projection: ClockView,
    due_on: date | None,
    context: Context,
) -> KnownDates:
    """What the warnings of a clock are counted from."""
    thresholds = context.policy.thresholds_of(clock.item)
    statutory = (
        statutory_yellow_at(projection, context.calendar, thresholds)
        if declared.statutory_ladder
        else None
    )
    return KnownDates(
        declared.yellow(clock, projection, context),
        due_on,
        statutory,
        projection.statutory_due_on,
        projection.suspension_planned_until,
    )


def last_day(kind: str, projection: ClockView) -> date | None:
    """The last day; none where all is spent and nothing more is counted, which breaks nothing."""
    return _last_day(declaration_of(kind), projection)


def _last_day(declared: ClockDeclaration, projection: ClockView) -> date | None:
    due, paused = projection.due_on, projection.suspended_since
    if declared.spent_is_kept and due is not None and paused is not None:
        return due if due < paused else None
    return due


def _state(projection: ClockView) -> ClockState:
    if projection.stopped_on is not None:
        return ClockState.STOPPED
    return ClockState.SUSPENDED if projection.suspended else ClockState.RUNNING
