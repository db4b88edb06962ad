"""Clocks of items: each is a list of append-only events, and the dates derived from it for look-up.

The arithmetic stands in :mod:`rules.clock`; here a project's clock row is kept in step with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from models.clock import (
    ClockEvent,
    ClockExtended,
    ClockResumed,
    ClockStarted,
    ClockStopped,
    ClockSuspended,
    ClockTerms,
    ClockView,
    Crossing,
    Limit,
    Unit,
)
from models.definition import ItemDefinition, LimitDefinition
from models.facts import ClockFacts
from models.states import ClockKind, ClockState
from rules.clock import (
    STATUTORY_CLOCKS,
    KnownDates,
    append,
    ladder_dates,
    next_crossing,
    project_clock,
    read_history,
    yellow_on,
)
from rules.context import Context

__all__ = [
    "ClockEvent",
    "ClockStopped",
    "appended",
    "held_by",
    "line",
    "next_warning",
    "started",
    "view",
]

_EVENTS: Mapping[str, type[ClockEvent]] = {
    event.kind.value: event
    for event in (ClockStarted, ClockSuspended, ClockResumed, ClockExtended, ClockStopped)
}

#: Licensing Law art. 42(1): the longest extension of the limit to decide.
EXTENSION = STATUTORY_CLOCKS["decision"].terms.extension
#: Art. 42(2): the longest extension where several departments handle it as one.
JOINT_EXTENSION = STATUTORY_CLOCKS["joint_decision"].terms.extension


def terms(clock: ClockFacts) -> ClockTerms:
    """The limits that a clock is read against."""
    return terms_of(
        clock.kind,
        clock.promised_length,
        clock.promised_unit,
        clock.statutory_length,
        clock.statutory_unit,
    )


def terms_of(
    kind: ClockKind,
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
        extension=EXTENSION if kind is ClockKind.DECISION else None,
    )


def view(clock: ClockFacts, context: Context) -> ClockView:
    """Everything that follows from a clock's history."""
    return project_clock(terms(clock), clock.history, context.calendar, context.policy.clock)


def limit_of(definition: LimitDefinition | None) -> Limit | None:
    """A length as the scenario declares it."""
    return Limit(definition.days, definition.unit) if definition else None


def started(
    clock: ClockFacts,
    promised: Limit | None,
    statutory: Limit | None,
    on: date,
    context: Context,
) -> ClockFacts:
    """A clock that starts on ``on``, with one limit or both."""
    limits: dict[str, Any] = {}
    if promised is not None:
        limits |= {"promised_length": promised.length, "promised_unit": promised.unit}
    if statutory is not None:
        limits |= {"statutory_length": statutory.length, "statutory_unit": statutory.unit}
    return derived(replace(clock, history=(ClockStarted(on=on),), **limits), context)


def extension_of(definition: ItemDefinition) -> Limit | None:
    """The longest extension of an item's limit to decide (art. 42)."""
    return JOINT_EXTENSION if definition.joint_handling else EXTENSION


def appended(
    clock: ClockFacts, event: ClockEvent, context: Context, extension: Limit | None = None
) -> ClockFacts:
    """The clock with one more event in its history, which is checked first (arts. 42 and 45).

    ``extension`` is the longest one that the law allows here, where it is not the ordinary one.
    """
    policy = context.policy.clock
    limits = terms(clock)
    if extension is not None:
        limits = replace(limits, extension=extension)
    history = append(clock.history, event, limits, context.calendar, policy)
    return derived(replace(clock, history=history), context)


def next_warning(
    known: KnownDates, started_on: date | None, warned: Collection[str], context: Context
) -> Crossing | None:
    """The next rung of the ladder to be given, and its day; ``None`` when none is left.

    A limit so short that it is yellow from its first day warns of nothing that is not known [D].
    """
    if known.yellow_on == started_on:
        known = known._replace(yellow_on=None)
    return next_crossing(ladder_dates(known, context.calendar, context.policy.ladder), warned)


def held_by(clock: ClockFacts, ref: str) -> bool:
    """Whether a suspension of this name is open."""
    return clock.state is ClockState.SUSPENDED and ref in read_history(clock.history).open


def line(clock: ClockFacts) -> Mapping[str, object]:
    """What the project's event log keeps of the clock's newest event: enough to rebuild the clock."""
    newest = clock.history[-1]
    return {
        "clock": clock.kind.value,
        "item": clock.item,
        "round": clock.round,
        "subject": clock.subject,
        **(_limits(clock) if isinstance(newest, ClockStarted) else {}),
        **event_document(newest),
        "due_on": clock.due_on.isoformat() if clock.due_on else None,
        "statutory_due_on": clock.statutory_due_on.isoformat() if clock.statutory_due_on else None,
    }


def event_document(event: ClockEvent) -> dict[str, object]:
    """A clock's event as plain JSON values."""
    document: dict[str, object] = {"event": event.kind.value}
    for name in event.__slots__:
        value = getattr(event, name)
        if isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, Limit):
            value = {"length": value.length, "unit": value.unit.value}
        if value is not None and value != "":
            document[name] = value
    return document


def event_from_document(document: Mapping[str, Any]) -> ClockEvent:
    """A clock's event from its JSON values; what else the document says is left alone."""
    kind = _EVENTS[document["event"]]
    values = {name: document[name] for name in kind.__slots__ if name in document}
    values["on"] = date.fromisoformat(values["on"])
    for name in ("by", "planned"):
        if name in values:
            values[name] = Limit(values[name]["length"], Unit(values[name]["unit"]))
    return kind(**values)


def _limits(clock: ClockFacts) -> dict[str, object]:
    return {
        "promised_length": clock.promised_length,
        "promised_unit": clock.promised_unit.value,
        "statutory_length": clock.statutory_length,
        "statutory_unit": clock.statutory_unit.value,
    }


def derived(clock: ClockFacts, context: Context) -> ClockFacts:
    """The clock with every date that follows from its history, and its next warning.

    ``context`` is that of the project's scenario: see :meth:`rules.context.Context.under`.
    """
    found = view(clock, context)
    crossing, turns = None, None
    if found.stopped_on is None:
        turns = _yellow_on(clock, found, context)
        planned = found.suspension_planned_until
        known = KnownDates(turns, found.due_on, found.statutory_due_on, planned)
        crossing = next_warning(known, found.started_on, clock.warned, context)
    return replace(
        clock,
        state=_state(found),
        started_on=found.started_on,
        stopped_on=found.stopped_on,
        due_on=found.due_on,
        statutory_due_on=found.statutory_due_on,
        provisional=found.provisional,
        yellow_on=turns,
        next_rung=crossing.rung.key if crossing else None,
        next_rung_on=crossing.on if crossing else None,
    )


def _yellow_on(clock: ClockFacts, found: ClockView, context: Context) -> date | None:
    """First yellow day; a phase is told a number of natural days before its last day [D]."""
    policy = context.policy
    days = policy.phase_yellow.get(clock.item)
    if clock.kind is not ClockKind.NEXT_PHASE or days is None or found.due_on is None:
        return yellow_on(found, context.calendar, policy.thresholds_of(clock.item))
    turns = found.due_on - timedelta(days)
    return max(turns, found.started_on) if found.started_on else turns


def _state(found: ClockView) -> ClockState:
    if found.stopped_on is not None:
        return ClockState.STOPPED
    return ClockState.SUSPENDED if found.suspended else ClockState.RUNNING
