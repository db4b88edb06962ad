"""Limits of the shipped catalogue, each played with the dates of its row."""

from __future__ import annotations

from datetime import date

import pytest

from models.cases import commands as c
from models.cases.states import ClockKind
from models.scenarios.definition import ScenarioDefinition
from rules.cases.acts.limits import GroundMissing, LengthMissing
from rules.clock.appending import ExtendedAlready, ExtensionTooLong, NoExtension
from services.scenarios.scenario_files import catalogue
from tests.support.people import head
from tests.support.play import Play
from tests.support.yard import PLANNING, changed_item

MONDAY = date(2026, 11, 2)


def as_in_catalogue(code: str) -> ScenarioDefinition:
    """The yard, with the statutory limit of an item of the catalogue on its own application."""
    statutory = catalogue().item[code].statutory
    assert statutory is not None
    return changed_item("A1", statutory=statutory.model_dump(), promised=None)


def until(play: Play) -> date | None:
    return play.clock("A1", ClockKind.DECISION).statutory_due_on


def accepted(code: str, received: date = MONDAY, after: int = 0) -> Play:
    return Play(as_in_catalogue(code), received).apply("A1").wait(after).accept("A1")


def refuses_extension(play: Play) -> None:
    with pytest.raises(NoExtension):
        play.do(c.ExtendLimit(item="A1", reason="r"), head(PLANNING))


@pytest.mark.parametrize("code", ["C05", "C05F", "C05M"])
def test_cl8_2_seven_days_from_the_receipt(code):
    play = accepted(code, after=5)
    assert until(play) == date(2026, 11, 11)
    assert until(accepted(code, date(2026, 9, 24), after=1)) == date(2026, 10, 12)
    refuses_extension(play)


def test_cpm5_from_completeness_after_a_notice():
    play = Play(as_in_catalogue("C05"), MONDAY).apply("A1", complete=False)
    play.do(c.RequestCorrection(item="A1", materials={"plan": "missing"}))
    play.go_to(date(2026, 11, 5)).hand_in("plan").do(c.SupplyCorrection(item="A1"))
    play.go_to(date(2026, 11, 9)).accept("A1")
    assert until(play) == date(2026, 11, 16)


def test_red24_ten_days_from_the_receipt():
    play = accepted("D03", date(2026, 11, 16), after=3)
    assert until(play) == date(2026, 11, 26)
    refuses_extension(play)


def test_eia22_1_thirty_days_from_the_receipt():
    play = accepted("A11", after=4)
    assert until(play) == date(2026, 12, 2)
    refuses_extension(play)


def test_eia22_1b_sixty_days_for_a_report_book():
    """From receipt; 2027-01-01 is a holiday and a weekend follows."""
    play = accepted("A11B", after=4)
    assert until(play) == date(2027, 1, 4)
    refuses_extension(play)


@pytest.mark.parametrize("code", ["A09", "D02", "N03"])
def test_rr20_mr31_thirty_working_days_without_extension(code):
    play = accepted(code)
    assert until(play) == date(2026, 12, 14)
    refuses_extension(play)


def test_wsr_ten_and_ten():
    play = accepted("A13")
    assert until(play) == date(2026, 11, 16)
    play.do(c.ExtendLimit(item="A1", reason="an expert review"), head(PLANNING))
    assert until(play) == date(2026, 11, 30)


def test_r673_10_e673_up_to_forty_working_days_more():
    """E673: the length is chosen and reasoned, on one of the two grounds."""
    play = accepted("A02")
    assert until(play) == date(2026, 11, 30)
    play.go_to(date(2026, 11, 30))
    asked = {"item": "A1", "reason": "the ministry is asked", "ground": "others_asked"}
    with pytest.raises(LengthMissing):
        play.do(c.ExtendLimit(**asked), head(PLANNING))
    with pytest.raises(ExtensionTooLong):
        play.do(c.ExtendLimit(**asked, days=41), head(PLANNING))
    with pytest.raises(GroundMissing):
        play.do(c.ExtendLimit(item="A1", reason="r", days=40), head(PLANNING))
    play.do(c.ExtendLimit(**asked, days=40), head(PLANNING))
    assert until(play) == date(2027, 1, 26)
    with pytest.raises(ExtendedAlready):
        play.do(c.ExtendLimit(**asked, days=1), head(PLANNING))
    assert play.differences() == []


def test_r673_10_as_little_as_the_case_needs():
    play = accepted("A02")
    play.do(c.ExtendLimit(item="A1", reason="large", ground="complicated", days=5), head(PLANNING))
    assert until(play) == date(2026, 12, 7)
