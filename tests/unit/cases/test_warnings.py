"""Warnings from a clock's dates alone: the same rungs on the same days as from its whole history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.cases.clock import ClockFacts
from models.cases.states import ClockKind
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
from models.people.actor import SYSTEM
from rules.cases import timers
from rules.cases.context import Context
from rules.cases.warnings import DueClock, Warner
from rules.clock import project_clock
from rules.installation.policy import LADDER, Policy
from services.clock.working_calendar import working_calendar
from tests.support.play import moment
from tests.support.sizes import size

START = date(2026, 1, 5)


def context(on: date) -> Context:
    return Context(SYSTEM, moment(on), working_calendar(), Policy())


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
    view = project_clock(timers.terms(clock), clock.history, working_calendar(), ClockPolicy())
    assert clock.next_rung is not None
    assert clock.next_rung_at is not None
    return DueClock(
        clock.item,
        clock.kind,
        clock.round,
        clock.subject,
        clock.started_on,
        clock.due_on,
        clock.statutory_due_on,
        clock.yellow_at,
        view.suspension_planned_until,
        clock.warned,
        clock.next_rung,
        clock.next_rung_at,
        "land_bureau",
        None,
        False,
        clock.statutory_yellow_at,
        clock.warned_for,
        clock.warned_on,
    )


@settings(max_examples=size(120, whole=300), deadline=None)
@given(clocks(), st.integers(0, 150))
def test_the_ladder_goes_on_as_the_history_says(clock: ClockFacts, days: int) -> None:
    on = START + timedelta(days=330 + days)
    if clock.next_rung is None:
        return
    warned = Warner(context(on)).warn(due(clock))
    given = {name: getattr(warned, name) for name in ("warned", "warned_for", "warned_on")}
    after = timers.derived(replace(clock, **given), context(on))
    assert (warned.next_rung, warned.next_rung_at) == (after.next_rung, after.next_rung_at)
    assert warned.next_rung_at is None or warned.next_rung_at > moment(on)
    assert len(set(after.given)) == len(after.given)
    told = sum(1 + len(event.data.get("missed", ())) for event in warned.events)
    assert told == len(after.given)


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
        ClockFacts("A1", kind, 1, promised_length=5, history=(ClockStarted(START),)),
        context(START),
    )
    audiences, messages = {}, []
    at = due(clock)._replace(handler=handler, handed_in=handler == "handed in")
    # Watched every day, so that each rung is told on its own.
    for number in range(15):
        warned = Warner(context(START + timedelta(days=number))).warn(at, 4)
        at = at._replace(
            warned=warned.warned, warned_for=warned.warned_for, warned_on=warned.warned_on
        )
        for message in warned.messages:
            rung = message.template.removeprefix("warning_")
            audiences.setdefault(rung, []).append(message.audience)
        messages += warned.messages
    assert audiences == {
        "yellow": ["steward", told],
        "red": ["steward", told],
        "head": ["steward", "department_head:land_bureau"],
        "supervision": ["steward", "leader", "department_head:land_bureau"],
    }
    # Each message tells of its own event of the act: four came before.
    assert [m.event for m in messages] == [4] * 9


def decision(promised: int | None = 5, statutory: int | None = 20) -> DueClock:
    clock = ClockFacts(
        "A1",
        ClockKind.DECISION,
        1,
        promised_length=promised,
        statutory_length=statutory,
        history=(ClockStarted(date(2026, 11, 2)),),
    )
    return due(timers.derived(clock, context(date(2026, 11, 2))))._replace(handler="li")


def watched(at: DueClock, on: date) -> tuple[DueClock, list[tuple[str, list[str]]]]:
    """The clock after a watch, and what was told: each template with whom."""
    warned = Warner(context(on)).warn(at)
    told: dict[str, list[str]] = {}
    for message in warned.messages:
        told.setdefault(message.template, []).append(message.audience)
    known = ("warned", "warned_for", "warned_on")
    return at._replace(**{name: getattr(warned, name) for name in known}), list(told.items())


def test_warn2_the_end_of_the_statutory_limit_is_told_to_everybody():
    at, told = decision(), {}
    for day in range(45):
        on = date(2026, 11, 2) + timedelta(days=day)
        at, news = watched(at, on)
        told |= {template: (str(on), who) for template, who in news}
    head = "department_head:land_bureau"
    assert told["warning_supervision"] == ("2026-11-16", ["steward", "leader", head])
    assert told["warning_statutory_yellow"] == ("2026-11-24", ["steward", "handler:li", head])
    assert told["warning_statutory"] == ("2026-12-01", ["steward", "handler:li", head, "leader"])
    assert told["warning_statutory_supervision"] == ("2026-12-02", ["steward", "leader", head])
    assert len(told) == 7


def test_down_what_was_missed_is_told_once_with_the_facts_as_they_are():
    at, told = watched(decision(), date(2027, 1, 24))
    head = "department_head:land_bureau"
    assert told == [("warning_missed", ["steward", "handler:li", head, "leader"])]
    warned = Warner(context(date(2027, 1, 24))).warn(decision())
    assert warned.messages[0].params == {
        "clock": "decision",
        "subject": "",
        "due_on": "2026-11-09",
        "overdue": True,
        "statutory_due_on": "2026-11-30",
        "statutory_overdue": True,
    }
    (event,) = warned.events
    assert event.data["rung"] == "statutory"
    assert [one["rung"] for one in event.data["missed"]] == [
        "yellow", "red", "head", "statutory_yellow"
    ]  # fmt: skip
    # The letter comes after the warning as many days later as the ladder has between them.
    for on, expected in (("2027-01-25", []), ("2027-01-26", ["warning_statutory_supervision"])):
        at, told = watched(at, date.fromisoformat(on))
        assert [template for template, _ in told] == expected
    at, told = watched(at, date(2027, 1, 27))
    assert [template for template, _ in told] == ["warning_supervision"]
    assert watched(at, date(2027, 12, 1))[1] == []


def test_down_two_letters_that_were_missed_are_one():
    at = decision()
    for day in range(30):
        at, _ = watched(at, date(2026, 11, 2) + timedelta(days=day))
    # Nobody watched from the first day after the statutory limit on.
    lost = at._replace(
        **{
            name: [
                v
                for v, rung in zip(getattr(at, name), at.warned, strict=True)
                if rung != "supervision"
            ]
            for name in ("warned", "warned_for", "warned_on")
        }
    )
    at, told = watched(lost, date(2027, 1, 24))
    assert [template for template, _ in told] == ["warning_statutory_supervision"]
    assert {"supervision", "statutory_supervision"} <= set(at.warned)


def test_warnings_of_today_are_each_given_and_none_was_missed():
    """A ladder may have two rungs on one day; that is no standstill."""
    quick = tuple(replace(rung, after=min(rung.after, 1)) for rung in LADDER)
    here = replace(context(date(2026, 11, 10)), policy=Policy(ladder=quick))
    at, _ = watched(decision(), date(2026, 11, 6))
    warned = Warner(here).warn(at)
    assert [event.data["rung"] for event in warned.events] == ["red", "head", "supervision"]
    assert all("missed" not in event.data for event in warned.events)
