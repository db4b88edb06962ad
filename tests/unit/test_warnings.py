"""Warnings from a clock's dates alone: the same rungs on the same days as from its whole history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.actor import SYSTEM
from models.clock import (
    ClockEvent,
    ClockExtended,
    ClockResumed,
    ClockStarted,
    ClockSuspended,
    Limit,
    Unit,
)
from models.facts import ClockFacts
from models.states import ClockKind
from rules import timers
from rules.clock import project_clock
from rules.context import Context
from rules.warnings import DueClock, Warner
from services.working_calendar import working_calendar
from tests.support.play import moment

START = date(2026, 1, 5)


def context(on: date) -> Context:
    return Context(SYSTEM, moment(on), working_calendar())


@st.composite
def clocks(draw: st.DrawFn) -> ClockFacts:
    """Clocks that run or are paused, with or without a promise, extended or not."""
    started = START + timedelta(days=draw(st.integers(0, 330)))
    at = started
    events: list[ClockEvent] = [ClockStarted(started)]
    for _ in range(draw(st.integers(0, 2))):
        at += timedelta(days=draw(st.integers(0, 6)))
        events.append(
            ClockSuspended(at, procedure="hearing", planned=Limit(draw(st.integers(1, 9))))
        )
        at += timedelta(days=draw(st.integers(0, 20)))
        events.append(ClockResumed(at))
    if draw(st.booleans()):
        events.append(ClockExtended(at, Limit(draw(st.integers(1, 10)))))
    if draw(st.booleans()):
        at += timedelta(days=draw(st.integers(0, 6)))
        events.append(
            ClockSuspended(at, procedure="testing", planned=Limit(draw(st.integers(1, 9))))
        )
    promised = draw(st.none() | st.integers(0, 15))
    unit = draw(st.sampled_from(Unit))
    clock = ClockFacts(
        "A1",
        ClockKind.DECISION,
        1,
        promised_length=promised,
        promised_unit=Unit.WORKING_DAY,
        statutory_length=2 if unit is Unit.MONTH else draw(st.integers(15, 60)),
        statutory_unit=unit,
        history=tuple(events),
    )
    return timers.derived(clock, context(at))


def due(clock: ClockFacts) -> DueClock:
    view = project_clock(timers.terms(clock), clock.history, working_calendar())
    assert clock.next_rung is not None
    assert clock.next_rung_on is not None
    return DueClock(
        clock.item,
        clock.kind,
        clock.round,
        clock.subject,
        clock.started_on,
        clock.due_on,
        clock.statutory_due_on,
        clock.yellow_on,
        view.suspension_planned_until,
        clock.warned,
        clock.next_rung,
        clock.next_rung_on,
        "land_bureau",
        None,
    )


@settings(max_examples=300, deadline=None)
@given(clocks(), st.integers(0, 150))
def test_the_ladder_goes_on_as_the_history_says(clock: ClockFacts, days: int) -> None:
    on = START + timedelta(days=330 + days)
    if clock.next_rung is None:
        return
    warned = Warner(context(on)).warn(due(clock))
    after = timers.derived(replace(clock, warned=warned.warned), context(on))
    assert (warned.next_rung, warned.next_rung_on) == (after.next_rung, after.next_rung_on)
    assert warned.next_rung_on is None or warned.next_rung_on > on
    assert len(set(warned.warned)) == len(warned.warned) == len(warned.events)


@pytest.mark.parametrize(
    ("kind", "handler", "told"),
    [
        (ClockKind.DECISION, "li", "handler:li"),
        (ClockKind.DECISION, None, "department:land_bureau"),
        (ClockKind.MAKE_UP, "li", "enterprise"),
        (ClockKind.MAKE_UP, "handed in", "handler:handed in"),
    ],
)
def test_the_rungs_go_up_the_ladder(kind, handler, told):
    clock = timers.derived(
        ClockFacts("A1", kind, 1, statutory_length=5, history=(ClockStarted(START),)),
        context(START),
    )
    warned = Warner(context(date(2026, 3, 2))).warn(
        due(clock)._replace(handler=handler, handed_in=handler == "handed in"), 4
    )
    audiences = {
        rung: [m.audience for m in warned.messages if m.template == f"warning_{rung}"]
        for rung in warned.warned
    }
    assert audiences == {
        "yellow": ["steward", told],
        "red": ["steward", told],
        "head": ["steward", "department_head:land_bureau"],
        "supervision": ["steward", "leader", "department_head:land_bureau"],
    }
    # Each message tells of its own event of the act: four came before.
    assert [m.event for m in warned.messages] == [4, 4, 5, 5, 6, 6, 7, 7, 7]
