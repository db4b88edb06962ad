"""Exemptions: satisfied without anything being asked, on record with the rule, and told to everyone."""

from __future__ import annotations

import pytest

from config.texts import translator
from models.cases import commands as c
from models.cases.states import ItemState
from models.scenarios.definition import ExemptionDefinition, ScenarioDefinition
from rules.cases.decide import decide
from rules.cases.migration import migrate, plan
from rules.cases.replay import replay
from rules.rehearsal.sampled_attributes import possible_attributes
from rules.scenarios.diff import differences
from rules.scenarios.exemptions import exempt_items
from rules.scenarios.guides import guide
from rules.scenarios.verifier import critical_path, worst_case
from services.cases.views.parts.exemptions import exempt_rows
from services.scenarios.guides.guides import guide_for
from services.scenarios.scenario_files import shipped
from tests.support.people import ADMINISTRATOR, STEWARD
from tests.support.play import Play
from tests.support.yard import YARD

RULE = ExemptionDefinition(when="project.phased", basis="示例规定第3条 [L]")
ALL = ExemptionDefinition(basis="[P:7]")


def with_rule(
    rule: ExemptionDefinition | None, code: str = "A1", **more: object
) -> ScenarioDefinition:
    items = tuple(
        one.model_copy(update={"exempt": rule, **more}) if one.code == code else one
        for one in YARD.items
    )
    changed = YARD.model_copy(update={"items": items, "version": 2})
    return ScenarioDefinition.model_validate(changed.model_dump(by_alias=True))


EXEMPT = with_rule(RULE)


def exempt(play: Play) -> list[str]:
    return [item.code for item in exempt_items(play.facts)]


def test_it_is_on_record_and_satisfied_at_once():
    play = Play(EXEMPT, phased=True)
    assert play.state("A1") is ItemState.NOT_REQUIRED
    assert exempt(play) == ["A1"]
    [event] = [one.event for one in play.log if one.event.kind == "ItemExempted"]
    assert (event.item, event.data["basis"]) == ("A1", RULE.basis)
    assert event.data["condition"] == RULE.when
    assert play.differences() == []
    [line] = exempt_rows(play.facts)
    assert (line.item, line.basis, line.condition) == ("A1", RULE.basis, RULE.when)


def test_who_is_not_exempt_goes_through_it():
    play = Play(EXEMPT, phased=False)
    assert play.state("A1") is not ItemState.NOT_REQUIRED
    assert exempt(play) == []
    assert not any(one.event.kind == "ItemExempted" for one in play.log)


@pytest.mark.parametrize("phased", [True, False])
def test_what_comes_after_goes_on_as_if_it_were_not_needed(phased):
    waived = Play(EXEMPT, phased=phased)
    silent = Play(with_rule(None, when="!project.phased"), phased=phased)
    assert waived.facts.items == silent.facts.items


def test_nobody_can_apply_for_it_or_begin_it_again():
    play = Play(EXEMPT, phased=True)
    for command in (c.SubmitApplication(item="A1"), c.StartNewRound(item="A1")):
        with pytest.raises(Exception, match="A1"):
            decide(play.facts, command, play.context(STEWARD))


def test_what_does_not_concern_a_project_is_not_exempt():
    play = Play(with_rule(RULE, when="!project.phased"), phased=True)
    assert play.state("A1") is ItemState.NOT_REQUIRED
    assert exempt(play) == []


@pytest.mark.parametrize(
    ("when", "rule", "needed"),
    [
        (None, None, None),
        ("project.a", None, "project.a"),
        (None, RULE, "!(project.phased)"),
        ("project.a || project.b", RULE, "(project.a || project.b) && !(project.phased)"),
        ("project.a", ALL, "false"),
    ],
)
def test_needed_when(when, rule, needed):
    definition = EXEMPT.item["A1"].model_copy(update={"when": when, "exempt": rule})
    assert definition.needed_when == needed


def test_a_project_that_moves_to_a_version_with_the_rule_is_exempt_from_what_nobody_touched():
    play = Play(YARD, phased=True)
    planned = plan(play.facts, EXEMPT, play.context(ADMINISTRATOR))
    said = [one.message(translator("zh-CN"), "zh-CN") for one in planned.changes]
    assert f"A1不再办理：该项目依规定免办（{RULE.basis}）。" in said
    play._keep(migrate(play.facts, EXEMPT, play.context(ADMINISTRATOR)), ADMINISTRATOR)
    assert exempt(play) == ["A1"]
    assert [one.event.item for one in play.log if one.event.kind == "ItemExempted"] == ["A1"]
    replayed = replay(play.facts.scenario, play.log, {1: YARD})
    assert replayed.items["A1"].state is ItemState.NOT_REQUIRED


def test_a_decision_that_was_made_before_the_rule_stays_one():
    play = Play(YARD, phased=True).record("E0")
    play.conclude("A1")
    play._keep(migrate(play.facts, EXEMPT, play.context(ADMINISTRATOR)), ADMINISTRATOR)
    assert play.state("A1") is ItemState.GRANTED
    assert exempt(play) == []


def test_a_new_rule_is_a_difference_in_words():
    before = with_rule(None)
    [said] = [one.message() for one in differences(before, EXEMPT)]
    assert said == f"A1: exempt is where project.phased, {RULE.basis} instead of none."
    [said] = [
        one.message(translator("zh-CN"), "zh-CN") for one in differences(EXEMPT, with_rule(ALL))
    ]
    assert "所有项目" in said


def test_rehearsed_projects_lie_on_both_sides_of_a_rule():
    rule = ExemptionDefinition(when="project.investment < 1000", basis="[P:21]")
    scenario = shipped()["old-community-renovation"].definition
    assert rule.when in (scenario.item["A34"].exempt.when or "")
    assert {999, 1000, 1001} <= set(possible_attributes(scenario)["investment"])


def test_the_critical_path_leaves_out_what_every_project_is_exempt_from():
    longest = critical_path(YARD)
    assert "A2" in longest.items
    assert "A2" not in critical_path(with_rule(ALL, "A2")).items
    some = with_rule(RULE, "A2")
    assert critical_path(some) == longest
    assert "A2" not in critical_path(some, {"phased": True}).items


def test_the_worst_case_is_one_that_some_project_meets():
    """B1 only in phases, A2 never in phases: no project goes through both."""
    items = with_rule(RULE, "A2").items
    phased = tuple(
        one.model_copy(update={"when": "project.phased"}) if one.code == "B1" else one
        for one in items
    )
    apart = YARD.model_copy(update={"items": phased})
    found = worst_case(apart)
    assert found is not None
    assert not {"A2", "B1"} <= set(found.path.items)
    assert found.path == max(
        (critical_path(apart, {"phased": yes}) for yes in (True, False)), key=lambda one: one.days
    )


def test_the_guide_of_a_project_names_what_it_is_exempt_from():
    found = guide(EXEMPT, {"phased": True})
    assert [(one.definition.code, one.when) for one in found.exempt] == [("A1", None)]
    assert "A1" not in {one.definition.code for one in found.items}
    assert guide(EXEMPT, {"phased": False}).exempt == ()


def test_the_guide_for_everyone_says_who_is_exempt():
    blocks, view = guide_for(EXEMPT, None, translator("zh-CN"), "zh-CN")
    [said] = view["exempt"]
    assert said["code"] == "A1"
    assert said["basis"]["authority"] == "statute"
    assert "A1" in {one["code"] for one in view["items"]}
    assert "可免办事项" in str(blocks)
    always = guide(with_rule(ALL))
    assert "A1" not in {one.definition.code for one in always.items}
    assert [one.definition.code for one in always.exempt] == ["A1"]


SHIPPED = {
    "industrial-simple": (
        {"energy_assessed": True, "water_soil_assessed": True},
        {"A12", "A13", "B01", "B03"},
    ),
    "factory-warehouse": ({}, {"B01"}),
    "real-estate-presale": ({"transfer_with_scheme": True}, {"B01"}),
    "old-community-renovation": (
        {"needs_planning_permit": False, "investment": 900},
        {"A34", "B02"},
    ),
    "5g-base-station": ({"site_type": "existing_site", "on_green": True}, {"C07", "C08"}),
    "technical-transformation": ({"above_permit_threshold": False}, {"C05"}),
}


@pytest.mark.parametrize("key", SHIPPED)
def test_shipped_scenarios_tell_what_they_waive(key):
    attributes, codes = SHIPPED[key]
    play = Play(shipped()[key].definition, **attributes)
    assert set(exempt(play)) == codes
    assert all("[" in item.exempt.basis for item in exempt_items(play.facts))
