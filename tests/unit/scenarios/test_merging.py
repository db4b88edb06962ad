"""Stages that are one for some projects: run, shown and counted together, and nothing left of the other."""

from __future__ import annotations

import pytest

from config.texts import translator
from models.cases import commands as c
from models.cases.states import ItemState
from models.scenarios.definition import MergeDefinition, ScenarioDefinition
from rules.cases.migration import migrate
from rules.cases.migration.correction import CorrectionRefused
from rules.cases.progress import can_close, machine_work, stage_views
from rules.cases.promise import stage_days
from rules.cases.replay import differences, replay
from rules.installation.policy import Policy
from rules.scenarios.diff import differences as said_differently
from rules.scenarios.guides import guide
from rules.scenarios.own_scenario import own_scenario
from services.clock.working_calendar import working_calendar
from services.scenarios.guides.guides import guide_for
from services.scenarios.scenario_files import shipped
from tests.support.people import ADMINISTRATOR, CLERK, STEWARD
from tests.support.play import Play

ESTATE = shipped()["real-estate-presale"].definition
INTO = "construction_permit"
TAKEN_IN = {"B01", "B02", "B03"}


def estate(version: int, rule: MergeDefinition | None) -> ScenarioDefinition:
    stages = tuple(
        one.model_copy(update={"merge_into": rule}) if one.key == "planning" else one
        for one in ESTATE.stages
    )
    return ESTATE.model_copy(update={"version": version, "stages": stages})


RULE = ESTATE.stage["planning"].merge_into
APART = estate(1, None)
LATER = estate(2, RULE)


def stages(play: Play) -> list[str]:
    shown = [view.key for view in stage_views(play.facts)]
    assert set(play.facts.stages) == set(play.facts.scenario.stage)
    assert {item.stage for item in play.facts.items.values()} <= set(play.facts.stages)
    return shown


def correct(play: Play, **attributes: object) -> None:
    play.do(c.CorrectAttributes(attributes=attributes, reason="typed wrongly"), STEWARD)


def merged_events(play: Play) -> list[tuple[object, object]]:
    events = [one.event for one in play.log if one.event.kind == "StagesMerged"]
    return [(event.data["merged"], event.data["into"]) for event in events]


def test_the_two_are_one_under_both_names():
    play = Play(ESTATE, transfer_with_scheme=True)
    assert stages(play) == ["land", INTO, "pre_sale"]
    assert play.facts.scenario.stage[INTO].name.zh == "工程建设许可+施工许可"
    assert {play.item(code).stage for code in TAKEN_IN} == {INTO}
    assert merged_events(play) == [("planning", INTO)]
    assert play.last("StagesMerged")["basis"] == RULE.basis
    assert play.differences() == []


def test_other_projects_have_both():
    play = Play(ESTATE)
    assert stages(play) == ["land", "planning", INTO, "pre_sale"]
    assert merged_events(play) == []
    assert play.facts.scenario.stage[INTO].name == ESTATE.stage[INTO].name


def test_it_is_opened_once_and_counted_as_one():
    play = Play(ESTATE, transfer_with_scheme=True)
    for code in ("E0", "A01", "A07"):
        play.conclude(code)
    assert play.state("B01") is ItemState.NOT_REQUIRED
    assert play.state("B02") is ItemState.OPEN
    assert c.OpenStage(stage=INTO) in machine_work(play.facts, INTO)
    for code in ("B02", "B03"):
        play.apply(code).accept(code)
    play.wait(5)
    assert stage_days(play.facts, working_calendar(), play.today, Policy())[INTO] == 5
    assert "planning" not in stage_days(play.facts, working_calendar(), play.today, Policy())


def test_it_comes_to_its_end():
    play = Play(ESTATE, transfer_with_scheme=True)
    undecided = {ItemState.OPEN, ItemState.ACCEPTED}
    while codes := [code for code in play.facts.items if play.state(code) in undecided]:
        play.conclude(codes[0])
    play.supervise()
    assert can_close(play.facts, play.today)
    assert play.differences() == []


def test_a_correction_makes_them_one_and_two_again():
    play = Play(ESTATE)
    correct(play, transfer_with_scheme=True)
    assert stages(play) == ["land", INTO, "pre_sale"]
    assert merged_events(play) == [("planning", INTO)]
    assert play.differences() == []
    correct(play, transfer_with_scheme=False)
    assert stages(play) == ["land", "planning", INTO, "pre_sale"]
    assert {play.item(code).stage for code in TAKEN_IN} == {"planning"}
    assert play.differences() == []


def test_what_is_in_hand_does_not_change_its_stage():
    play = Play(ESTATE)
    for code in ("E0", "A01", "A07"):
        play.conclude(code)
    play.apply("B01")
    with pytest.raises(CorrectionRefused):
        correct(play, transfer_with_scheme=True)
    assert stages(play) == ["land", "planning", INTO, "pre_sale"]


def test_a_project_follows_a_version_that_makes_them_one():
    play = Play(APART, transfer_with_scheme=True)
    assert stages(play) == ["land", "planning", INTO, "pre_sale"]
    play._keep(migrate(play.facts, LATER, play.context(ADMINISTRATOR)), ADMINISTRATOR)
    assert stages(play) == ["land", INTO, "pre_sale"]
    assert merged_events(play) == [("planning", INTO)]
    replayed = replay(play.facts.scenario, play.log, {1: APART})
    assert list(differences(play.facts, replayed, play.context(CLERK))) == []


def test_and_stays_on_one_that_does_so_as_well():
    """The version before is replayed as it was for this project: with the two as one."""
    play = Play(ESTATE, transfer_with_scheme=True)
    play._keep(migrate(play.facts, LATER, play.context(ADMINISTRATOR)), ADMINISTRATOR)
    assert stages(play) == ["land", INTO, "pre_sale"]
    assert merged_events(play) == [("planning", INTO)]
    replayed = replay(play.facts.scenario, play.log, {1: ESTATE})
    assert list(differences(play.facts, replayed, play.context(CLERK))) == []


def test_the_scenario_of_a_project_remembers_what_it_was_made_from():
    own = Play(ESTATE, transfer_with_scheme=True).facts.scenario
    assert own.whole is ESTATE
    again = own_scenario(own, Play(ESTATE).facts.attributes)
    assert list(again.stage) == list(ESTATE.stage)
    assert own.content_hash != ESTATE.content_hash


def test_the_guide_says_for_whom_and_by_which_rule():
    blocks, view = guide_for(ESTATE, None, translator("zh-CN"), "zh-CN")
    [said] = view["merged_stages"]
    assert (said["key"], said["into"], said["basis"]["authority"]) == (
        "planning",
        INTO,
        "published",
    )
    assert "与“施工许可”合并办理" in str(blocks).replace("施工许可合并办理", "")
    given = {"transfer_with_scheme": True}
    found = guide(ESTATE, given)
    assert {one.definition.stage for one in found.items} == {"land", INTO, "pre_sale"}
    blocks, view = guide_for(ESTATE, given, translator("zh-CN"), "zh-CN")
    assert "工程建设许可+施工许可" in str(blocks)
    assert "以上阶段合并办理。" in str(blocks)
    assert view["merged_stages"][0]["when"] is None


def test_a_rule_more_is_a_difference_in_words():
    [said] = [one.message() for one in said_differently(APART, ESTATE)]
    assert said.startswith(
        "stage planning: merge_into is construction_permit where project.transfer"
    )
    [said] = [one.message(translator("zh-CN"), "zh-CN") for one in said_differently(APART, ESTATE)]
    assert "合并办理" in said
