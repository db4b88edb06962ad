"""Attributes put right: what nobody touched follows, what was decided stays, nothing in hand changes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.texts import translator
from models.cases import commands as c
from models.cases.states import SATISFIED, ClockKind, ClockState, ItemState
from models.people.actor import Actor, Role
from models.scenarios.definition import ItemDefinition, MaterialRequirement, ScenarioDefinition
from rules.cases.migration.correction import CorrectionRefused, NothingToCorrect, plan
from rules.cases.permissions import NotTheirs
from rules.scenarios.attributes import UnknownAttribute, WrongAttribute
from rules.scenarios.own_scenario import own_scenario
from tests.support.people import ADMINISTRATOR, STEWARD
from tests.support.play import Play
from tests.support.sizes import size
from tests.support.states import REACH
from tests.support.yard import PLANNING, YARD, changed_item, name

S = ItemState


def correction(**attributes: object) -> c.CorrectAttributes:
    return c.CorrectAttributes(attributes=attributes, reason="typed wrongly")


def correct(play: Play, actor: Actor = STEWARD, **attributes: object) -> Play:
    """Correct, and see that the dry run had said the same and the log tells it."""
    before = play.facts
    tried = plan(play.facts, correction(**attributes), play.context(actor))
    outcome = play.do(correction(**attributes), actor)
    assert tried.outcome is not None
    assert tried.outcome.facts == outcome.facts
    assert play.differences() == []
    for code, was in before.items.items():
        if was.state in SATISFIED - {S.NOT_REQUIRED}:
            assert play.item(code).state is was.state
    return play


def reasons(play: Play, **attributes: object) -> list[str]:
    """Why a correction is refused; nothing changed."""
    before = play.facts
    tried = plan(play.facts, correction(**attributes), play.context(STEWARD))
    with pytest.raises(CorrectionRefused) as refused:
        play.do(correction(**attributes), STEWARD)
    assert refused.value.reasons == tried.refusals
    assert play.facts is before
    for language in ("en", "zh-CN"):
        assert "{" not in refused.value.sentence(translator(language))
        for reason in tried.refusals:
            assert "{" not in reason.message(translator(language), language)
    return [reason.code for reason in tried.refusals]


def test_what_nobody_touched_follows():
    play = correct(Play(), phased=True, floors=5)
    assert play.facts.attributes == {"phased": True, "area": 1000, "floors": 5, "use": "plant"}
    assert [play.state(code) for code in ("B0", "B1", "B2")] == [
        S.NOT_REQUIRED,
        S.WAITING,
        S.WAITING,
    ]
    told = play.last("AttributesCorrected")
    assert told["corrected"] == [
        {"attribute": "phased", "before": False, "after": True},
        {"attribute": "floors", "before": 3, "after": 5},
    ]
    assert play.told("attributes_corrected") == ["enterprise"]
    message = next(one for one in play.messages if one.template == "attributes_corrected")
    assert (message.params["needed"], message.params["dropped"]) == (["B1", "B2"], ["B0"])


def test_what_is_newly_needed_opens_and_what_is_not_frees_what_waited():
    play = Play().conclude("E0", "A2")
    assert play.state("B1") is S.NOT_REQUIRED
    correct(play, phased=True)
    assert play.state("B1") is S.OPEN
    assert play.item("B1").opened_on == play.today
    correct(play, phased=False)
    assert (play.state("B1"), play.item("B1").opened_on) == (S.NOT_REQUIRED, None)
    assert play.state("B0") is S.WAITING
    play.conclude("A1", "B0")
    assert play.state("W1") is S.OPEN


def test_what_is_open_waits_for_what_is_newly_needed():
    free = changed_item("B0", after=(), when=None)
    items = [one if one.code != "A2" else changed(one, when="project.phased") for one in free.items]
    items = [one if one.code != "B0" else changed(one, after=("A2",)) for one in items]
    play = Play(
        ScenarioDefinition.model_validate({**free.model_dump(by_alias=True), "items": items})
    )
    assert play.state("B0") is S.OPEN
    correct(play, phased=True)
    assert play.state("B0") is S.WAITING


def test_what_was_decided_stays_and_what_is_in_hand_refuses():
    play = Play().conclude("E0", "A1", "A2").apply("B0")
    assert reasons(play, phased=True) == ["no_longer_needed"]
    play.accept("B0")
    assert reasons(play, phased=True) == ["no_longer_needed"]
    play.verify("B0").approve("B0")
    correct(play, phased=True)
    assert play.state("B0") is S.GRANTED
    assert play.state("B1") is S.OPEN


def test_a_later_phase_that_is_not_needed_need_not_be_applied_for():
    play = Play(phased=True).conclude("E0", "A2", "B1")
    clock = play.clock("B1", ClockKind.NEXT_PHASE)
    assert clock.state is ClockState.RUNNING
    correct(play, phased=False)
    assert play.facts.clocks[clock.key].state is ClockState.STOPPED
    assert play.state("B1") is S.GRANTED
    assert not [work for work in play.kinds() if work == "PhaseLapsed"]


def test_no_paper_is_asked_for_after_the_application():
    scenario = asking("A1", "survey", when="project.area > 2000")
    play = Play(scenario).apply("A1")
    assert reasons(play, area=3000) == ["asks_more"]
    play = Play(scenario)
    assert "survey" not in play.facts.definition("A1").required
    correct(play, area=3000)
    assert "survey" in play.facts.definition("A1").required
    correct(play, area=10)
    assert "survey" not in play.facts.definition("A1").required
    assert play.facts.scenario.whole is scenario


def test_a_guard_that_would_have_refused():
    guard = {"check": "project.floors < 4", "refusal": name("too high")}
    play = Play(changed_item("A1", guards=(guard,))).apply("A1")
    assert reasons(play, floors=9) == ["guard_fails"]
    correct(play, floors=2)


def test_departments_that_examine_and_the_steward_are_told():
    play = correct(Play().apply("A1").accept("A1"), ADMINISTRATOR, floors=4)
    assert play.told("attributes_corrected") == ["enterprise", f"department:{PLANNING}", "steward"]
    assert play.state("A1") is S.ACCEPTED


@pytest.mark.parametrize(
    ("attributes", "error"),
    [
        ({"floors": "many"}, WrongAttribute),
        ({"floors": True}, WrongAttribute),
        ({"use": "castle"}, WrongAttribute),
        ({"area": None}, WrongAttribute),
        ({"colour": "red"}, UnknownAttribute),
        ({"phased": False, "area": 1000.0}, NothingToCorrect),
    ],
)
def test_values_are_those_of_the_scenario(attributes, error):
    play = Play()
    for act in (lambda: play.do(correction(**attributes), STEWARD),
                lambda: plan(play.facts, correction(**attributes), play.context(STEWARD))):  # fmt: skip
        with pytest.raises(error):
            act()


def test_only_the_steward_of_the_project_and_administrators_correct():
    other = Actor("other", Role.PROJECT_STEWARD)
    with pytest.raises(NotTheirs):
        Play().do(correction(floors=4), other)
    correct(Play(), ADMINISTRATOR, floors=4)


def test_the_whole_scenario_is_known_of_what_was_made_for_one_project():
    scenario = asking("A1", "survey", when="project.area > 2000")
    small = own_scenario(scenario, {"area": 10})
    assert small is not scenario
    assert small.whole is scenario
    assert own_scenario(small.whole, {"area": 3000}) is scenario
    assert YARD.whole is YARD


@pytest.mark.parametrize("state", REACH, ids=str)
@settings(max_examples=size(5), deadline=None, suppress_health_check=list(HealthCheck))
@given(phased=st.booleans(), floors=st.integers(0, 9))
def test_in_every_state_it_is_done_whole_or_refused_with_a_reason(state, phased, floors):
    for reach in REACH[state] if isinstance(REACH[state], tuple) else (REACH[state],):
        play = reach().play
        values = {"phased": phased, "floors": floors}
        tried = (
            plan(play.facts, correction(**values), play.context(STEWARD))
            if any(play.facts.attributes[key] != value for key, value in values.items())
            else None
        )
        if tried is None:
            continue
        if tried.refusals:
            assert reasons(play, **values)
        else:
            correct(play, **values)


def changed(item: ItemDefinition, **changes: object) -> ItemDefinition:
    return ItemDefinition.model_validate({**item.model_dump(by_alias=True), **changes})


def asking(code: str, material: str, *, when: str) -> ScenarioDefinition:
    """The yard with one more paper for an item, under a condition."""
    more = MaterialRequirement(material=material, when=when)
    return changed_item(code, materials=(*YARD.item[code].materials, more))
