"""不动产登记暂行条例: what lacks is told on the spot, or it is accepted."""

from __future__ import annotations

from datetime import date

import pytest

from models.cases import commands as c
from models.cases.states import ClockKind, ItemState
from rules.cases.acts.application import AcceptedBySilence, NotExpiredYet
from services.scenarios.scenario_files import catalogue
from tests.support.play import Play
from tests.support.yard import changed_item

MONDAY = date(2026, 11, 2)


def registration(on: date = MONDAY, *, complete: bool = True) -> Play:
    return Play(changed_item("A1", intake_on_the_spot=True), on).apply("A1", complete=complete)


@pytest.mark.parametrize("code", ["A09", "D02"])
def test_rr17_1_registrations_are_taken_in_on_the_spot(code):
    assert catalogue().item[code].intake_on_the_spot


def test_rr17_1_there_is_no_window_of_five_days():
    play = registration(complete=False)
    assert play.clock("A1", ClockKind.CORRECTION_WINDOW).due_on == MONDAY
    play.do(c.RequestCorrection(item="A1", materials={"plan": "missing"}))
    assert play.state("A1") is ItemState.CORRECTING
    play.go_to(date(2026, 11, 4)).hand_in("plan").do(c.SupplyCorrection(item="A1"))
    assert play.clock("A1", ClockKind.CORRECTION_WINDOW, "corrected").due_on == play.today


def test_rr17_2_nothing_said_on_the_spot_is_accepted_as_of_receipt():
    play = registration(complete=False)
    with pytest.raises(NotExpiredYet):
        play.do(c.DeemAccepted(item="A1"))
    play.go_to(date(2026, 11, 3)).do(c.DeemAccepted(item="A1"))
    assert play.state("A1") is ItemState.ACCEPTED
    assert play.item("A1").accepted_on == MONDAY
    assert play.last("ApplicationDeemedAccepted")["on_the_spot"] is True
    assert play.differences() == []


def test_rr17_2_afterwards_nothing_is_asked_for():
    play = registration(complete=False).go_to(date(2026, 11, 3))
    with pytest.raises(AcceptedBySilence):
        play.do(c.RequestCorrection(item="A1", materials={"plan": "missing"}))


def test_rr17_2_what_comes_on_a_rest_day_has_the_next_working_day():
    play = registration(date(2026, 11, 7))
    assert play.clock("A1", ClockKind.CORRECTION_WINDOW).due_on == date(2026, 11, 9)


def test_rr17_1_elsewhere_the_five_days_run():
    play = Play(on=MONDAY).apply("A1")
    assert play.clock("A1", ClockKind.CORRECTION_WINDOW).due_on == date(2026, 11, 9)
