"""Architect responsibility: who answers for the design, what was advised, and which papers need not be handed in."""

from __future__ import annotations

import pytest

from config.texts import translator
from models.cases import commands as c
from models.cases.states import ItemState
from models.errors import KaigongError
from models.scenarios.definition import MaterialClass
from rules.cases.acts.application import CommitmentMissing
from rules.cases.acts.architect import ArchitectToRecord, NoArchitect, NotUnderArchitect
from rules.cases.instruments.architect import is_under, replaced
from rules.scenarios.diff import differences as said_differently
from services.cases.views.parts.architect import architect_row
from services.scenarios.guides.guides import guide_for
from services.scenarios.scenario_files import shipped
from tests.support.people import APPLICANT, STEWARD
from tests.support.play import SIGNED, Play

BUILDING = shipped()["government-building"].definition
TEAM = c.RecordArchitectTeam(
    unit="秦岭建筑设计院",
    unit_code="91611102MA0FAKE250",
    architect="赵栋梁",
    registration="1856100123",
)
OPINION = c.RecordDesignOpinion(
    by="赵栋梁",
    subject="地下车库柱网",
    opinion="柱网调整为8.4米",
    adopted=True,
    saved_cost=1_200_000,
)
DRAWINGS = "construction_drawings"


def pilot() -> Play:
    return Play(BUILDING, architect_responsibility=True)


def ready(play: Play) -> Play:
    """So far that the drawing review is open, with every paper but the drawings."""
    for code in ("A03", "A12", "A06", "A04", "A07", "A05", "B01"):
        play.conclude(code)
    assert play.state("C01") is ItemState.OPEN
    return play.hand_in("form_construction", "survey_report_amendment")


def submit(play: Play, signed: c.Commitment | None = SIGNED):
    return play.do(c.SubmitApplication(item="C01", commitment=signed), APPLICANT)


def test_the_team_is_on_record_and_the_one_before_stays_in_the_log():
    play = pilot()
    assert play.facts.architect is None
    play.do(TEAM, APPLICANT)
    assert play.facts.architect.architect == "赵栋梁"
    assert play.facts.architect.since == play.today
    play.do(TEAM.model_copy(update={"architect": "钱工"}), STEWARD)
    assert play.facts.architect.architect == "钱工"
    assert play.kinds().count("ArchitectTeamRecorded") == 2
    assert play.differences() == []


def test_the_register_only_grows_and_says_what_was_saved():
    play = pilot()
    with pytest.raises(NoArchitect):
        play.do(OPINION, APPLICANT)
    play.do(TEAM, APPLICANT)
    play.do(OPINION, APPLICANT)
    play.do(OPINION.model_copy(update={"adopted": False, "saved_cost": 5}), STEWARD)
    play.do(OPINION.model_copy(update={"saved_cost": None}), STEWARD)
    assert list(play.facts.opinions) == [1, 2, 3]
    line = architect_row(play.facts)
    assert (line.adopted, line.saved_cost) == (2, 1_200_000)
    assert [one.number for one in line.opinions] == [3, 2, 1]
    assert play.differences() == []


def test_other_projects_have_nothing_to_do_with_it():
    play = Play(BUILDING)
    assert not is_under(play.facts)
    assert architect_row(play.facts) is None
    with pytest.raises(NotUnderArchitect):
        play.do(TEAM, APPLICANT)
    assert replaced(play.facts, play.facts.definition("C01")) == ()
    assert play.facts.definition("C01").required[DRAWINGS].material_class is MaterialClass.CORE


def test_a_wrong_credit_code_is_refused():
    with pytest.raises(KaigongError, match="unit_code"):
        pilot().do(TEAM.model_copy(update={"unit_code": "1234"}), APPLICANT)


def test_the_architects_commitment_takes_the_place_of_the_drawings():
    play = ready(pilot())
    assert replaced(play.facts, play.facts.definition("C01")) == (DRAWINGS,)
    with pytest.raises(ArchitectToRecord) as refused:
        submit(play)
    assert DRAWINGS in str(refused.value)
    play.do(TEAM, APPLICANT)
    with pytest.raises(CommitmentMissing):
        submit(play, None)
    submit(play)
    said = play.last("ApplicationSubmitted")
    assert said["by_architect"] == [DRAWINGS]
    assert said["architect"]["registration"] == "1856100123"
    play.accept("C01")
    assert play.state("C01") is ItemState.ACCEPTED
    assert play.differences() == []


def test_who_hands_the_drawings_in_needs_neither():
    play = ready(pilot()).hand_in(DRAWINGS)
    submit(play, None)
    assert "architect" not in play.last("ApplicationSubmitted")


def test_guides_say_who_signs():
    blocks, _ = guide_for(BUILDING, None, translator("zh-CN"), "zh-CN")
    assert "由责任建筑师承诺代替" in str(blocks)
    _, view = guide_for(BUILDING, {"architect_responsibility": True}, translator("zh-CN"), "zh-CN")
    review = next(one for one in view["items"] if one["code"] == "C01")
    drawings = next(one for one in review["materials"] if one["material"] == DRAWINGS)
    assert (drawings["class"], drawings["provided_by"]) == ("commitment", "commitment")


def test_the_pilot_is_a_difference_in_words():
    without = BUILDING.model_copy(update={"architect": None})
    [said] = [
        one.message(translator("zh-CN"), "zh-CN") for one in said_differently(without, BUILDING)
    ]
    assert "建筑师负责制" in said
