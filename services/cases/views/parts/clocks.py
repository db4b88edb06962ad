"""Clocks of a project as they are shown: as they read today, day by day, the one that counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from models.cases.clock import ClockFacts
from models.cases.facts import ItemFacts
from models.cases.states import (
    ClockState,
)
from rules.cases import timers
from rules.cases.clocks.lights import light_of
from rules.cases.clocks.registry import declaration_of
from rules.cases.context import Context
from rules.clock import describe, explain, read_clock
from services.cases.views.values.items import ClockRow, DayRow


def clock_row(clock: ClockFacts, context: Context) -> ClockRow:
    """One clock as it reads today."""
    view = timers.view(clock, context)
    reading = read_clock(
        view, context.now, context.calendar, context.policy.thresholds_of(clock.item)
    )
    return ClockRow(
        item=clock.item,
        kind=clock.kind,
        round=clock.round,
        subject=clock.subject,
        state=clock.state,
        light=light_of(clock, context.now),
        started_on=clock.started_on,
        stopped_on=clock.stopped_on,
        promised_length=clock.promised_length,
        promised_unit=clock.promised_unit,
        statutory_length=clock.statutory_length,
        statutory_unit=clock.statutory_unit,
        due_on=clock.due_on,
        statutory_due_on=clock.statutory_due_on,
        counted_days=reading.counted_days,
        remaining_working_days=reading.remaining_working_days,
        provisional=clock.provisional,
        extended=bool(view.extensions),
    )


def next_due(clocks: Sequence[ClockRow]) -> ClockRow | None:
    """The running clock that ends first."""
    running = [c for c in clocks if c.state is ClockState.RUNNING and c.due_on]
    return min(running, key=lambda c: c.due_on or date.max, default=None)


def days_of(
    clock: ClockFacts,
    context: Context,
    translate: Callable[[str], str],
    *,
    statutory: bool = False,
) -> tuple[DayRow, ...]:
    """Every day of a clock and why it counts or not, in the language of ``translate``."""
    days = explain(
        timers.terms(clock),
        clock.history,
        context.calendar,
        timers.policy_of(clock.kind, context),
        statutory=statutory,
        until=context.today,
    )
    return tuple(
        DayRow(day.date, day.counted, day.reason.value, describe(day, translate)) for day in days
    )


def decision_clock(clocks: Sequence[ClockFacts], item: ItemFacts) -> ClockFacts | None:
    """The clock of an item's current round that its deadline is explained by."""
    own = [
        c
        for c in clocks
        if c.item == item.code and c.round == item.round and declaration_of(c.kind).explains
    ]
    running = [c for c in own if c.state is not ClockState.STOPPED]
    return max(running or own, key=lambda c: declaration_of(c.kind).explains, default=None)
