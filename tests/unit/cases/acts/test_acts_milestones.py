"""A milestone has a plausible day, the sheet of a parcel makes sense, and both can be corrected."""

from datetime import date, timedelta

import pytest

from models.cases import commands as c
from models.cases.states import ItemState
from models.scenarios.definition import NamedPromise
from rules.cases.acts.attributes import NothingCorrected
from rules.cases.instruments.guards import GuardRefused
from rules.cases.instruments.milestones import (
    DateInFuture,
    DateLongAgo,
    DateTooEarly,
)
from rules.cases.migration.correction import CorrectionRefused
from services.clock.working_calendar import working_calendar
from services.scenarios.scenario_files import shipped
from tests.support.people import APPLICANT, STEWARD
from tests.support.play import Play
from tests.support.yard import LAND, YARD, name

HALF_YEAR = NamedPromise(key="half", name=name("half"), start="E0", end="B0", days=6, unit="month")


def record(play: Play, on: date, **more: object) -> None:
    play.do(c.RecordMilestone(item="E0", happened_on=on, **more))


@pytest.mark.parametrize("on", [date(1, 1, 1), date(1999, 1, 1), date(2015, 12, 31)])
def test_mile1_a_day_before_there_was_anything_is_refused(on):
    play = Play()
    for confirmed in (False, True):
        with pytest.raises(DateTooEarly) as refused:
            record(play, on, long_ago=confirmed)
    assert "2016-01-01" in refused.value.sentence()
    with pytest.raises(DateInFuture):
        record(play, play.today + timedelta(days=1))
    assert play.state("E0") is ItemState.OPEN


def test_mile1_a_day_long_ago_is_asked_back():
    play = Play()
    a_year_ago = date(play.today.year - 1, play.today.month, play.today.day)
    with pytest.raises(DateLongAgo) as asked:
        record(play, a_year_ago - timedelta(days=1))
    assert "long_ago" in asked.value.sentence()
    record(play, a_year_ago - timedelta(days=1), long_ago=True)
    assert play.state("E0") is ItemState.CONCLUDED
    other = Play()
    record(other, a_year_ago)
    assert other.item("E0").decided_on == a_year_ago


def test_mile1_a_slip_is_corrected_and_counted_anew():
    play = Play(YARD.model_copy(update={"promises": (HALF_YEAR,)}), on=date(2026, 3, 12))
    record(play, date(2026, 2, 3))
    half = ("B0", "promise", 0, "half")
    assert play.facts.clocks[half].due_on == date(2026, 8, 3)
    correct = c.CorrectMilestone(item="E0", happened_on=date(2026, 3, 2), reason="a slip")
    play.do(correct, APPLICANT)
    assert play.item("E0").decided_on == date(2026, 3, 2)
    assert play.facts.clocks[half].due_on == date(2026, 9, 2)
    assert play.last("MilestoneCorrected")["before"] == "2026-02-03"
    assert {"enterprise", "steward"} <= set(play.told("milestone_corrected"))
    assert play.differences() == []
    with pytest.raises(NothingCorrected):
        play.do(correct)
    with pytest.raises(DateTooEarly):
        play.do(c.CorrectMilestone(item="E0", happened_on=date(1, 1, 1), reason="a slip"))


def test_mile1_who_built_on_a_milestone_is_told():
    play = Play().record("E0").apply("A2")
    on = working_calendar().add_working_days(play.today, -1)
    play.do(c.CorrectMilestone(item="E0", happened_on=on, reason="a slip"))
    assert f"department:{LAND}" in play.told("milestone_corrected")


# --- the sheet of the parcel ----------------------------------------------------------------------


def industrial(**attributes: bool) -> Play:
    definition = shipped()["industrial-simple"].definition
    assert definition is not None
    return Play(definition, **attributes)


def test_land1_no_default_waives_an_assessment():
    play = industrial()
    record(play, play.today)
    for item in ("A12", "A13"):
        assert play.state(item) is not ItemState.NOT_REQUIRED


@pytest.mark.parametrize(("stated", "sheet"), [(True, False), (False, True)])
@pytest.mark.parametrize(
    ("attribute", "field"),
    [("energy_assessed", "energy_done"), ("water_soil_assessed", "water_soil_done")],
)
def test_land1_a_sheet_that_contradicts_the_particulars_is_asked_back(
    attribute, field, stated, sheet
):
    play = industrial(**{attribute: stated})
    with pytest.raises(GuardRefused) as refused:
        record(play, play.today, form={field: sheet})
    assert "contradict" in refused.value.params["refusal"].en
    record(play, play.today, form={field: stated})
    assert play.state("E0") is ItemState.CONCLUDED


def test_land1_particulars_are_not_corrected_against_the_sheet():
    play = industrial(energy_assessed=False)
    record(play, play.today, form={"energy_done": False})
    correct = c.CorrectAttributes(attributes={"energy_assessed": True}, reason="registered wrongly")
    with pytest.raises(CorrectionRefused) as refused:
        play.do(correct, STEWARD)
    assert "says otherwise" in refused.value.sentence()
    assert "contradict" in refused.value.sentence()
    # The record was the wrong one: it is corrected as a fact, and the particulars follow.
    play.do(
        c.CorrectMilestone(
            item="E0", happened_on=play.today, reason="misread", form={"far_max": 2.5}
        )
    )
    play.do(correct, STEWARD)
    assert play.facts.attributes["energy_assessed"] is True
    assert play.differences() == []


@pytest.mark.parametrize(
    "sheet",
    [
        {"far_min": 2.0, "far_max": 1.0},
        {"coefficient_min": 140},
        {"coefficient_min": -1},
        {"green_max": -5},
        {"green_max": 100.5},
        {"far_min": -1},
        {"land_area": 0},
    ],
)
def test_land2_limits_that_no_design_could_keep_are_refused(sheet):
    play = industrial()
    with pytest.raises(GuardRefused):
        record(play, play.today, form=sheet)
    assert play.state("E0") is ItemState.OPEN


def test_land2_the_sheet_is_corrected_by_an_act():
    play = industrial()
    record(play, play.today, form={"far_min": 2.0, "far_max": 2.5, "green_max": 20})
    on = play.today
    wrong = {"far_min": 3, "far_max": 2}
    with pytest.raises(GuardRefused):
        play.do(c.CorrectMilestone(item="E0", happened_on=on, reason="x", form=wrong))
    sheet = {"far_min": 1.0, "far_max": 2.5, "green_max": 20}
    play.do(c.CorrectMilestone(item="E0", happened_on=on, reason="read wrongly", form=sheet))
    assert play.item("E0").form == sheet
    # A day alone leaves the sheet as it is.
    earlier = on - timedelta(days=1)
    play.do(c.CorrectMilestone(item="E0", happened_on=earlier, reason="the day before"))
    assert (play.item("E0").form, play.item("E0").decided_on) == (sheet, earlier)
    assert play.differences() == []
