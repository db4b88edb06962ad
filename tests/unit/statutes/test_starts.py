"""Limits that run from the receipt of the application, not from its acceptance."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models.cases import commands as c
from models.cases.clock import ClockFacts
from models.cases.states import ClockKind, ItemState, Light
from models.clock.values import DayCount
from rules.cases import timers
from rules.cases.clocks.lights import light_of
from rules.clock import explain
from tests.support.play import Play
from tests.support.yard import changed_item

MONDAY = date(2026, 11, 2)
SEVEN = {"days": 7, "source": "建筑法第8条 [L]", "starts": "received"}


def received(statutory: object, promised: object = None, on: date = MONDAY) -> Play:
    return Play(changed_item("A1", statutory=statutory, promised=promised), on).apply("A1")


def clock(play: Play) -> ClockFacts:
    return play.clock("A1", ClockKind.DECISION)


def days(play: Play, *, statutory: bool = False) -> tuple[DayCount, ...]:
    facts, context = clock(play), play.context(play.acts[0].actor)
    return explain(
        timers.terms(facts),
        facts.history,
        context.calendar,
        context.policy.clock,
        statutory=statutory,
    )


def test_rcpt_the_limit_runs_from_the_receipt():
    play = received(SEVEN).go_to(date(2026, 11, 9)).accept("A1")
    assert clock(play).statutory_due_on == date(2026, 11, 11)
    assert play.differences() == []


@pytest.mark.parametrize(
    ("statutory", "on", "until"),
    [
        pytest.param(SEVEN, date(2026, 9, 24), date(2026, 10, 12), id="seven-wd-over-a-holiday"),
        pytest.param(
            {**SEVEN, "unit": "natural_day"}, date(2026, 9, 24), date(2026, 10, 8), id="seven-nd"
        ),
        pytest.param(
            {"days": 30, "unit": "natural_day", "starts": "received"},
            MONDAY,
            date(2026, 12, 2),
            id="thirty-nd",
        ),
        pytest.param(
            {"days": 60, "unit": "natural_day", "starts": "received"},
            MONDAY,
            date(2027, 1, 4),
            id="sixty-nd-moves-on",
        ),
        pytest.param(
            {"days": 10, "unit": "natural_day", "starts": "received"},
            date(2026, 11, 16),
            date(2026, 11, 26),
            id="ten-nd",
        ),
    ],
)
def test_rcpt_days_of_the_table(statutory, on, until):
    play = received(statutory, on=on).wait(2).accept("A1")
    assert clock(play).statutory_due_on == until


def test_rcpt_after_a_notice_from_the_day_the_papers_are_complete():
    play = Play(changed_item("A1", statutory=SEVEN, promised=None), MONDAY)
    play.apply("A1", complete=False)
    play.do(c.RequestCorrection(item="A1", materials={"plan": "missing"}))
    play.go_to(date(2026, 11, 5)).hand_in("plan")
    play.do(c.SupplyCorrection(item="A1"))
    if play.state("A1") is ItemState.RECEIVED:  # where completeness does not accept by itself
        play.go_to(date(2026, 11, 9)).accept("A1")
    assert clock(play).statutory_due_on == date(2026, 11, 16)


def test_rcpt_a_promise_runs_from_the_acceptance_and_ends_with_the_limit_at_the_latest():
    play = received(SEVEN, {"days": 2}).go_to(date(2026, 11, 3)).accept("A1")
    assert (clock(play).due_on, clock(play).statutory_due_on) == (
        date(2026, 11, 5),
        date(2026, 11, 11),
    )
    late = received(SEVEN, {"days": 3}).go_to(date(2026, 11, 9)).accept("A1")
    assert (clock(late).due_on, clock(late).statutory_due_on) == (
        date(2026, 11, 11),
        date(2026, 11, 11),
    )
    assert late.differences() == []


def test_rcpt_every_day_is_explained():
    play = received(SEVEN, {"days": 3}).go_to(date(2026, 11, 9)).accept("A1")
    for listed in (days(play), days(play, statutory=True)):
        assert (listed[0].date, listed[-1].date) == (MONDAY, date(2026, 11, 11))
        assert sum(day.counted for day in listed) == 7
    early = received(SEVEN, {"days": 2}).go_to(date(2026, 11, 3)).accept("A1")
    assert (days(early)[0].date, days(early)[-1].date) == (date(2026, 11, 3), date(2026, 11, 5))


def test_rcpt_a_promise_may_run_from_the_receipt_as_well():
    play = received(SEVEN, {"days": 5, "starts": "received"}).wait(3).accept("A1")
    assert clock(play).due_on == date(2026, 11, 9)


def test_rcpt_silence_accepts_and_the_limit_is_the_same():
    play = received(SEVEN)
    play.after(play.clock("A1", ClockKind.CORRECTION_WINDOW).due_on).do(c.DeemAccepted(item="A1"))
    assert clock(play).statutory_due_on == date(2026, 11, 11)


def test_rcpt_the_last_day_is_in_time_and_the_next_is_not():
    play = received(SEVEN).wait(2).accept("A1")
    last = date(2026, 11, 11)
    assert light_of(clock(play), last) is not Light.RED
    assert light_of(clock(play), last + timedelta(days=1)) is Light.RED
