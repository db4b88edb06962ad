"""What the law wants before works begin bars their commencement, not only the record of their end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.cases import commands as c
from models.cases.states import ItemState
from models.scenarios.definition import WorksEvent
from rules.cases.instruments.milestones import StartedTooEarly
from rules.cases.transitions import ActNotAllowed
from rules.scenarios.verifier.analysis.graph import ancestors
from services.scenarios.scenario_files import shipped
from tests.support.play import Play

SCENARIOS = {key: reading.definition for key, reading in shipped().items()}
#: Scenarios in which something is built to its end.
BUILDING = sorted(key for key, found in SCENARIOS.items() if "W1" in found.item)
#: Row of the table of statutes → items without which no works begin.
GATES = {
    "cl7": ("C05", "C05F", "BC1"),
    "eia25": ("A11",),
    "ec15_1": ("A12",),
    "ws26": ("A13",),
    "q11": ("C01",),
}


def begin(play: Play, days_ago: int = 0) -> None:
    play.do(c.RecordMilestone(item="W0", happened_on=play.today - timedelta(days=days_ago)))


@pytest.mark.parametrize("key", BUILDING)
def test_cl7_works_begin_and_end_on_two_days(key):
    scenario = SCENARIOS[key]
    assert scenario.item["W0"].works is WorksEvent.COMMENCEMENT
    assert scenario.item["W1"].works is WorksEvent.COMPLETION
    assert "W0" in scenario.item["W1"].after


def gated():
    for row, codes in GATES.items():
        for key in BUILDING:
            for code in codes:
                if code in SCENARIOS[key].item:
                    yield pytest.param(key, code, id=f"{row}-{key}-{code}")


@pytest.mark.parametrize(("key", "code"), list(gated()))
def test_cl7_eia25_ec15_1_ws26_q11_nothing_is_begun_without(key, code):
    """The gates stand before the commencement in every scenario that has them."""
    assert SCENARIOS[key].item[code].before_works
    assert code in ancestors(SCENARIOS[key])["W0"]


def industrial(**attributes: bool) -> Play:
    """On a parcel that was assessed regionally, unless said otherwise."""
    stated = {"energy_assessed": True, "water_soil_assessed": True, **attributes}
    return Play(SCENARIOS["industrial-simple"], **stated).conclude("E0", "A01", "A07", "A09", "B02")


def test_cl7_no_commencement_before_the_permit():
    play = industrial(eia_report=False).conclude("C01", "C03")
    with pytest.raises(ActNotAllowed):
        begin(play)
    play.conclude("C05")
    with pytest.raises(StartedTooEarly):
        begin(play, days_ago=1)
    begin(play)
    assert play.state("W0") is ItemState.CONCLUDED
    assert play.state("W1") is ItemState.OPEN
    assert play.differences() == []


def test_cl7_in_two_phases_the_works_begin_with_the_pit():
    play = industrial(eia_report=False, phased_permit=True).conclude("C03")
    with pytest.raises(ActNotAllowed):
        begin(play)
    play.conclude("C05F")
    begin(play)
    assert play.state("W1") is ItemState.WAITING  # the whole is built on its own permit


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        pytest.param({"eia_report": True}, "A11", id="eia25"),
        pytest.param({"eia_report": False, "energy_assessed": False}, "A12", id="ec15_1"),
        pytest.param({"eia_report": False, "water_soil_assessed": False}, "A13", id="ws26"),
    ],
)
def test_eia25_ec15_1_ws26_no_commencement_before_the_approval(attributes, code):
    play = industrial(**attributes).conclude("C01", "C03", "C05")
    assert play.state("W0") is ItemState.WAITING
    with pytest.raises(ActNotAllowed):
        begin(play)
    play.conclude(code)
    begin(play)
    assert play.state("W0") is ItemState.CONCLUDED


def test_q11_drawings_permitted_by_commitment_are_reviewed_before_the_works_begin():
    play = Play(SCENARIOS["factory-warehouse"]).conclude("E0", "A01", "A07", "A09")
    play.conclude("BC1")
    assert play.state("C05") is ItemState.GRANTED
    with pytest.raises(ActNotAllowed):
        begin(play)
    play.conclude("C01")
    begin(play)
    assert play.state("W0") is ItemState.CONCLUDED
