"""The window has the day on which an application comes in; the result is told within one working day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from models.cases import commands as c
from models.cases.clock import ClockFacts
from models.cases.states import ClockKind, ItemState, Light
from models.people.actor import SYSTEM
from rules.cases.acts.aftermath.result import ToldAlready
from rules.cases.clocks.lights import light_of
from rules.cases.offers import possibilities
from rules.cases.warnings import DueClock, Warner
from rules.installation.policy import Policy
from tests.support import states
from tests.support.people import CLERK, handler
from tests.support.play import Play, moment
from tests.support.yard import HOUSING, PLANNING, changed_item

SUNDAY = date(2026, 11, 8)
#: Four o'clock in Beijing, after the half of a day at which a limit of one day turns yellow.
AFTERNOON = 8


def due_clock(play: Play, clock: ClockFacts) -> DueClock:
    """The clock as the watch reads it."""
    item = play.facts.items[clock.item]
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
        None,
        clock.warned,
        clock.next_rung,
        clock.next_rung_at,
        item.department,
        item.handler,
    )


def warned_by(play: Play, clock: ClockFacts, days: int) -> dict[str, list[str]]:
    """Rung → whom it is told, in so many days from the play's day on."""
    told: dict[str, list[str]] = {}
    at, today = due_clock(play, clock), play.today
    for number in range(days):
        play.today = today + timedelta(days=number)
        afternoon = replace(play.context(SYSTEM), now=moment(play.today, AFTERNOON))
        given = Warner(afternoon).warn(at)
        at = at._replace(
            warned=given.warned, warned_for=given.warned_for, warned_on=given.warned_on
        )
        for message in given.messages:
            told.setdefault(message.template.removeprefix("warning_"), []).append(message.audience)
        if given.next_rung is None:
            break
    play.today = today
    return told


def look(play: Play):
    return play.clock("A1", ClockKind.WINDOW_LOOK)


@pytest.mark.parametrize(
    ("received", "until"),
    [(date(2026, 11, 2), date(2026, 11, 2)), (SUNDAY, date(2026, 11, 9))],
)
def test_the_window_has_the_day_of_receipt(received, until):
    play = Play(on=received).apply("A1")
    assert look(play).due_on == until
    assert light_of(look(play), until) is Light.GREEN
    assert light_of(look(play), date.fromordinal(until.toordinal() + 1)) is Light.RED


def test_what_the_window_has_not_looked_at_is_told_to_it_and_to_nobody_above():
    play = Play().apply("A1")
    told = warned_by(play, look(play), days=15)
    assert told == {"red": ["steward", f"window:{PLANNING}"]}


ANSWERS = (
    c.AcceptApplication(item="A1"),
    c.ReferApplication(item="A1", department=HOUSING, reason="it is about a building"),
    c.RequestCorrection(item="A1", materials={"plan": "a page is missing (art. 32)"}),
)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.act)
def test_an_answer_of_the_window_ends_its_day(answer):
    play = Play().apply("A1")
    play.do(answer, CLERK)
    assert play.facts.clocks["A1", ClockKind.WINDOW_LOOK, 1, ""].stopped_on == play.today
    assert play.differences() == []


def test_where_nobody_at_the_window_has_to_look_no_day_of_it_runs():
    for scenario in (
        changed_item("A1", accept_on_submission=True),
        changed_item("A1", intake_on_the_spot=True),
    ):
        assert not [
            key for key in Play(scenario).apply("A1").facts.clocks if key[1] == "window_look"
        ]
    none = Play(policy=Policy(window_sees_first=False)).apply("A1")
    assert [key[1] for key in none.facts.clocks] == ["correction_window"]


def unread(on: date) -> Play:
    """A project of an enterprise in which nobody has an account."""
    play = Play(on=on)
    play.heard = False
    return play.apply("A1").accept("A1")


@pytest.mark.parametrize(
    ("decided", "until"),
    [
        (date(2026, 9, 30), date(2026, 10, 8)),
        (date(2026, 11, 20), date(2026, 11, 23)),
    ],
)
@pytest.mark.parametrize("granted", [True, False])
def test_the_result_is_told_within_one_working_day(decided, until, granted):
    play = unread(decided)
    decision = c.ApproveItem(item="A1") if granted else c.DenyItem(item="A1", reason="no room")
    play.do(decision)
    clock = play.clock("A1", ClockKind.RESULT_NOTICE)
    assert clock.due_on == until
    assert set(warned_by(play, clock, days=20)) == {"yellow", "red", "head", "supervision"}
    play.go_to(until).do(c.RecordResultTold(item="A1", method="telephone", to="Wang"), CLERK)
    assert play.facts.clocks[clock.key].stopped_on == until
    with pytest.raises(ToldAlready):
        play.do(c.RecordResultTold(item="A1", to="Wang"))
    assert play.differences() == []


def test_what_is_there_in_the_portal_is_told_with_the_decision():
    place = states.REACH[ItemState.GRANTED]()
    assert not [key for key in place.play.facts.clocks if key[1] == ClockKind.RESULT_NOTICE]
    offered = possibilities(place.play.facts, "A1", place.play.context(handler(PLANNING)))
    assert "record_result_told" not in {one.act for one in offered}


def test_who_fetches_the_document_knows_the_result():
    play = unread(date(2026, 11, 2)).approve("A1")
    place = states.Place(play, "A1")
    play.do(states.COMMANDS["issue_document"](place))
    play.do(c.RecordDelivery(item="A1", method="pickup"))
    assert play.facts.clocks["A1", ClockKind.RESULT_NOTICE, 1, ""].stopped_on == play.today
