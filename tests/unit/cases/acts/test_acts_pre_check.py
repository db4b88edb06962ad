"""A project without a code: looked at within one working day, and coded by what the platform gave."""

from __future__ import annotations

from datetime import date

import pytest

from models.cases import commands as c
from models.cases.pre_check import PRE_CHECKS, PreCheckState, number_of, placeholder
from models.cases.states import ClockKind, ItemState
from rules.cases.acts.receipt import pre_check
from rules.cases.decide import ProjectCodeAwaited
from rules.cases.standing import standing
from rules.formats import InvalidProjectCode
from tests.support import states
from tests.support.people import CLERK, STEWARD
from tests.support.play import SHA, Play
from tests.support.yard import CODE

COMMANDS = states.COMMANDS


def record(code: str = CODE) -> c.RecordProjectCode:
    return c.RecordProjectCode(item="A1", code=code, file_name="page.pdf", sha256=SHA)


def test_nothing_opens_before_the_code_and_the_code_is_never_made_up():
    play = Play(code=None)
    assert play.facts.awaits_code
    assert standing(play.facts).waits_for_department
    assert play.facts.code == placeholder(play.facts.id)
    assert {play.state(item) for item in play.facts.items} <= {
        ItemState.WAITING,
        ItemState.NOT_REQUIRED,
    }
    with pytest.raises(ProjectCodeAwaited):
        play.do(c.SubmitApplication(item="A1"))
    assert play.hand_in("plan").facts.materials["plan"].file_name == "plan.pdf"


@pytest.mark.parametrize(
    ("registered", "until"),
    [
        (date(2026, 11, 2), date(2026, 11, 3)),
        (date(2026, 9, 30), date(2026, 10, 8)),
    ],
)
def test_the_pre_check_has_one_working_day(registered, until):
    play = Play(code=None, on=registered)
    clock = play.clock("A1", ClockKind.PRE_CHECK, "1")
    assert clock.due_on == until
    assert clock.next_rung == "yellow"
    play.do(record(), CLERK)
    assert play.facts.clocks[clock.key].stopped_on == registered
    assert (play.facts.code, play.facts.region) == (CODE, "611102")
    assert play.state("A1") is ItemState.OPEN
    assert play.facts.of(PRE_CHECKS)[1].state is PreCheckState.CODED
    assert play.differences() == []
    assert play.told("project_code_recorded") == ["enterprise", "steward"]
    with pytest.raises(pre_check.CodedAlready):
        play.do(c.ReturnPreCheck(item="B0", reason="r"))


def test_what_is_wrong_is_told_once_and_starts_the_day_anew():
    place = states.uncoded(returned=True)
    play = place.play
    assert play.clock("A1", ClockKind.PRE_CHECK, "1").stopped_on == play.today
    assert standing(play.facts).waits_for_applicant
    with pytest.raises(pre_check.WithTheEnterprise):
        play.do(COMMANDS["return_pre_check"](place))
    play.wait(3).do(COMMANDS["submit_for_pre_check"](place), STEWARD)
    again = play.clock("A1", ClockKind.PRE_CHECK, "2")
    assert again.due_on == date(2026, 11, 6)
    with pytest.raises(pre_check.ReturnedOnce):
        play.do(COMMANDS["return_pre_check"](place))
    with pytest.raises(pre_check.NotReturned):
        play.do(COMMANDS["submit_for_pre_check"](place))
    play.do(record())
    assert play.differences() == []


def test_the_code_has_the_shape_of_one_and_is_recorded_where_the_project_begins():
    play = Play(code=None)
    with pytest.raises(InvalidProjectCode):
        play.do(record("待赋码-1"))
    with pytest.raises(pre_check.CheckedElsewhere):
        play.do(record().model_copy(update={"item": "B0"}))


@pytest.mark.parametrize(
    ("code", "number"),
    [("待赋码-17", 17), ("待赋码-", None), ("待赋码-x", None), (CODE, None), ("待赋码-１", None)],
)
def test_what_it_was_called_leads_to_its_number(code, number):
    assert number_of(code) == number
