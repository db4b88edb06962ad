"""A complete application is accepted at once 马上受理 where the catalogue says so (issue: one notice, complete)."""

from __future__ import annotations

import pytest

from models.cases import commands as c
from models.cases.states import ClockKind, ItemState
from rules.documents.procedure import kind_written
from tests.support.people import handler
from tests.support.play import Play
from tests.support.yard import PLANNING, changed_item

S = ItemState
SUBMIT = c.SubmitApplication(item="A1")


def at_once() -> Play:
    return Play(changed_item("A1", accept_on_submission=True))


def test_a_complete_application_is_accepted_in_that_moment():
    play = at_once().apply("A1")
    item = play.item("A1")
    assert (item.state, item.received_on, item.accepted_on) == (S.ACCEPTED, play.today, play.today)
    assert item.handler == handler(PLANNING).login
    assert play.clock("A1", ClockKind.DECISION).started_on == play.today
    assert ("A1", ClockKind.CORRECTION_WINDOW, 1, "") not in play.facts.clocks
    assert play.kinds()[-2:] == ["ApplicationSubmitted", "ApplicationAccepted"]
    assert play.told("application_accepted") == ["enterprise"]
    assert play.told("case_officer_named") == [f"handler:{handler(PLANNING).login}"]
    assert kind_written(play.facts, SUBMIT) == "acceptance_notice"
    assert play.differences() == []
    play.approve("A1")


def test_an_incomplete_one_goes_to_the_window():
    play = at_once()
    play.do(SUBMIT)
    assert play.state("A1") is S.RECEIVED
    assert play.clock("A1", ClockKind.CORRECTION_WINDOW).started_on == play.today
    assert kind_written(play.facts, SUBMIT) is None
    play.do(c.RequestCorrection(item="A1", materials={"plan": "not handed in"}))
    play.hand_in("plan").do(c.SupplyCorrection(item="A1"))
    play.accept("A1")


def test_and_so_does_one_for_which_nobody_could_be_named():
    play = at_once()
    play.nobody = True
    play.apply("A1")
    assert play.state("A1") is S.RECEIVED


@pytest.mark.parametrize("complete", [True, False])
def test_elsewhere_the_window_sees_it_first(complete):
    play = Play().apply("A1", complete=complete)
    assert play.state("A1") is S.RECEIVED
