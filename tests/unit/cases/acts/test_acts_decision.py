"""Examination, decision, suspension, extension (Licensing Law arts. 38, 42, 44, 45)."""

from __future__ import annotations

from datetime import date

import pytest

from models.cases import commands as c
from models.cases.states import (
    ClockKind,
    ClockState,
    DeficiencyState,
    ItemState,
    Light,
    MaterialState,
)
from models.scenarios.definition import SpecialProcedure
from rules.cases.acts.decision import NothingToReserve, OnlyPreliminary, PrerequisiteMissing
from rules.cases.acts.limits import NoLimitToExtend, ProcedureNotAllowed
from rules.cases.clocks.lights import light_of
from rules.cases.instruments.completeness import MaterialsMissing
from rules.cases.permissions import RoleMayNotAct
from rules.cases.transitions import ActNotAllowed
from rules.clock.appending import ExtendedAlready, ExtensionTooLate
from services.clock.working_calendar import working_calendar
from tests.support.people import approver, head
from tests.support.play import SHA, Play
from tests.support.states import PROCEDURE, accepted, preliminary, yard
from tests.support.yard import HOUSING, LAND, PLANNING, changed_item

S = ItemState


def test_a_grant_releases_what_builds_on_it_and_fills_papers_in():
    play = accepted().play
    assert play.state("N1") is S.WAITING
    play.approve("A1")
    assert play.state("N1") is S.ACCEPTED  # internal: examined at once
    assert play.told("item_to_examine") == [f"department:{LAND}"]
    paper = play.facts.materials["land_paper"]
    assert (paper.state, paper.source) == (MaterialState.PROVIDED, "document:land_certificate")
    assert play.clock("A1", ClockKind.DECISION).state is ClockState.STOPPED
    assert play.clock("A1", ClockKind.DELIVERY).due_on == date(2026, 11, 16)


def test_an_item_opens_when_the_last_of_its_prerequisites_stands():
    play = Play().conclude("E0", "A2")
    assert play.state("B0") is S.WAITING
    play.conclude("A1")
    assert play.state("B0") is S.OPEN
    assert play.item("B0").opened_on == play.today
    assert "enterprise" in play.told("items_open")


def test_what_opens_together_is_told_in_one_message():
    play = Play(phased=False)
    opened = [m for m in play.messages if m.template == "items_open"]
    assert len(opened) == 1
    assert [one["item"] for one in opened[0].params["items"]] == ["A1"]


def test_core_materials_are_never_missing_on_a_grant():
    play = accepted().play
    play.apply("A2").do(c.RequestCorrection(item="A2", materials={"plan": "a newer one (art. 31)"}))
    with pytest.raises(MaterialsMissing) as refused:
        play.approve("A1")  # the same plan serves both
    assert "plan" in refused.value.sentence()
    play.hand_in("plan").approve("A1")


def test_a_denial_states_its_reasons():
    play = accepted().play
    play.do(c.DenyItem(item="A1", reason="it contradicts the zoning"))
    assert play.state("A1") is S.DENIED
    assert sorted(play.told("item_denied")) == ["enterprise", "steward"]
    assert play.last("ItemDenied")["reason"] == "it contradicts the zoning"
    with pytest.raises(ValueError, match="reason"):
        c.DenyItem(item="A1", reason="  ")


def test_no_item_is_decided_twice_in_a_round():
    play = accepted().play
    play.approve("A1")
    for command in (c.ApproveItem(item="A1"), c.DenyItem(item="A1", reason="second thoughts")):
        with pytest.raises(ActNotAllowed):
            play.do(command)


# --- deferred materials and the preliminary opinion ---------------------------------------------


def test_a_grant_with_deferred_materials_is_conditional():
    """Worked example: approval Fri 2026-10-09, thirty working days end Thu 2026-11-19."""
    play = Play(on=date(2026, 10, 9)).record("E0")
    play.apply("A2", defer=("archive", "insurance")).accept("A2").approve("A2")
    assert play.state("A2") is S.CONDITIONALLY_GRANTED
    owed = play.facts.open_deficiencies("A2")
    assert {d.material for d in owed} == {"archive", "insurance"}
    assert all(d.due_on == date(2026, 11, 19) for d in owed)
    assert all(d.owner == f"handler.{LAND}" for d in owed)
    assert sorted(play.told("item_conditionally_granted")) == ["enterprise", "steward"]


def test_what_came_before_the_decision_is_not_owed():
    play = yard().apply("A2", defer=("archive",)).accept("A2").hand_in("archive").approve("A2")
    assert play.state("A2") is S.GRANTED
    assert not play.facts.deficiencies


def test_a_deficiency_has_an_owner_even_when_silence_accepted():
    play = yard().apply("A2", defer=("archive",))
    play.after(play.clock("A2", ClockKind.CORRECTION_WINDOW).due_on)
    play.do(c.DeemAccepted(item="A2"))
    play.approve("A2")
    assert [d.owner for d in play.facts.open_deficiencies("A2")] == [f"handler.{LAND}"]


def test_what_may_change_the_result_allows_a_preliminary_opinion_only():
    play = yard().apply("A2", defer=("survey",)).accept("A2")
    with pytest.raises(OnlyPreliminary) as refused:
        play.approve("A2")
    assert "survey" in refused.value.sentence()
    play.do(c.IssuePreliminaryOpinion(item="A2"))
    assert play.state("A2") is S.PRELIMINARY
    assert play.clock("A2", ClockKind.DECISION).state is ClockState.SUSPENDED


def test_others_build_on_a_preliminary_opinion():
    play = preliminary().play
    play.conclude("A1")
    assert play.state("B0") is S.OPEN


def test_a_preliminary_opinion_needs_something_to_reserve():
    play = yard().apply("A2", defer=("archive",)).accept("A2")
    with pytest.raises(NothingToReserve):
        play.do(c.IssuePreliminaryOpinion(item="A2"))


def test_after_the_opinion_what_may_change_the_result_is_verified_before_the_grant():
    play = preliminary().play
    play.do(c.MakeUpMaterial(item="A2", material="survey", file_name="s", sha256=SHA))
    with pytest.raises(OnlyPreliminary):
        play.approve("A2")
    play.do(c.VerifyMakeUp(item="A2", material="survey", correct=True))
    assert play.state("A2") is S.PRELIMINARY
    play.approve("A2")
    assert play.state("A2") is S.CONDITIONALLY_GRANTED


def test_the_grant_after_an_opinion_gives_no_second_period():
    play = preliminary().play
    since = play.clock("A2", ClockKind.MAKE_UP, "archive")
    play.do(c.MakeUpMaterial(item="A2", material="survey", file_name="s", sha256=SHA))
    play.do(c.VerifyMakeUp(item="A2", material="survey", correct=True))
    play.wait(10).approve("A2")
    assert play.clock("A2", ClockKind.MAKE_UP, "archive") == since
    (owed,) = play.facts.open_deficiencies("A2")
    assert (owed.material, owed.due_on) == ("archive", since.due_on)


def test_handed_in_and_not_verified_keeps_the_grant_conditional():
    play = preliminary().play
    play.do(c.MakeUpMaterial(item="A2", material="survey", file_name="s", sha256=SHA))
    play.do(c.VerifyMakeUp(item="A2", material="survey", correct=True))
    play.hand_in("archive").approve("A2")
    assert play.state("A2") is S.CONDITIONALLY_GRANTED
    play.do(c.VerifyMakeUp(item="A2", material="archive", correct=True))
    assert play.state("A2") is S.GRANTED


def test_a_denial_after_the_opinion_lets_what_is_owed_lapse():
    play = preliminary().play
    play.conclude("A1").apply("B0")
    play.do(c.DenyItem(item="A2", reason="the survey cannot be made good"))
    assert {d.state for d in play.facts.deficiencies.values()} == {DeficiencyState.LAPSED}
    assert all(c.state is ClockState.STOPPED for c in play.facts.clocks.values() if c.item == "A2")
    assert play.told("re_examination") == [f"department:{HOUSING}"]
    play.accept("B0")
    with pytest.raises(PrerequisiteMissing) as refused:
        play.approve("B0")
    assert "A2" in refused.value.sentence()


def test_a_denial_after_the_opinion_holds_back_what_was_only_open():
    play = preliminary().play
    play.conclude("A1")
    play.do(c.DenyItem(item="A2", reason="no"))
    assert play.state("B0") is S.WAITING
    assert play.told("re_examination") == []


# --- the clock ----------------------------------------------------------------------------------


def test_a_suspension_is_not_counted():
    """Worked example R5: accepted Mon 11-02, ten days, expert review 11-05 to 11-12: Mon 11-23."""
    ten = {"days": 10, "source": "test"}
    play = Play(changed_item("A1", promised=ten)).apply("A1").accept("A1")
    play.go_to(date(2026, 11, 5))
    play.do(c.SuspendClock(item="A1", procedure=PROCEDURE, planned_days=5))
    assert play.clock("A1", ClockKind.DECISION).due_on is None
    assert sorted(play.told("clock_suspended")) == ["enterprise", "steward"]
    play.go_to(date(2026, 11, 12)).do(c.ResumeClock(item="A1", result="the experts agree"))
    assert play.state("A1") is S.ACCEPTED
    assert play.clock("A1", ClockKind.DECISION).due_on == date(2026, 11, 23)


@pytest.mark.parametrize("procedure", [p for p in SpecialProcedure if p is not PROCEDURE])
def test_only_procedures_that_the_scenario_foresees_suspend(procedure):
    with pytest.raises(ProcedureNotAllowed) as refused:
        accepted().play.do(c.SuspendClock(item="A1", procedure=procedure, planned_days=5))
    assert procedure.value in refused.value.sentence()
    assert PROCEDURE.value in refused.value.sentence()


def test_the_list_of_special_procedures_is_closed():
    with pytest.raises(ValueError, match="procedure"):
        c.SuspendClock.model_validate({"item": "A1", "procedure": "reflection", "planned_days": 5})
    with pytest.raises(ValueError, match="planned_days"):
        c.SuspendClock(item="A1", procedure=PROCEDURE, planned_days=0)


def test_an_item_without_special_procedures_is_never_suspended():
    play = yard().apply("A2").accept("A2")
    with pytest.raises(ProcedureNotAllowed) as refused:
        play.do(c.SuspendClock(item="A2", procedure=PROCEDURE, planned_days=5))
    assert "none" in refused.value.sentence()


def test_the_head_extends_once():
    play = accepted().play
    with pytest.raises(RoleMayNotAct):
        play.do(c.ExtendLimit(item="A1", reason="r"), approver(PLANNING))
    play.do(c.ExtendLimit(item="A1", reason="a complicated case"), head(PLANNING))
    clock = play.clock("A1", ClockKind.DECISION)
    assert (clock.due_on, clock.statutory_due_on) == (date(2026, 11, 23), date(2026, 12, 14))
    assert sorted(play.told("limit_extended")) == ["enterprise", "steward"]
    with pytest.raises(ExtendedAlready):
        play.do(c.ExtendLimit(item="A1", reason="again"), head(PLANNING))


def test_x1_r7_an_extension_does_not_heal_a_broken_promise():
    """R7: promised until 11-09; extended on 11-12 the law gives until 12-14, and the light stays red."""
    play = accepted().play.go_to(date(2026, 11, 12))
    play.do(c.ExtendLimit(item="A1", reason="a complicated case"))
    clock = play.clock("A1", ClockKind.DECISION)
    assert (clock.due_on, clock.statutory_due_on) == (date(2026, 11, 9), date(2026, 12, 14))
    assert light_of(clock, play.today) is Light.RED
    assert play.last("LimitExtended")["due_on"] == "2026-12-14"
    play.approve("A1")
    assert light_of(play.clock("A1", ClockKind.DECISION), play.today) is Light.RED
    assert play.differences() == []


def test_joint_handling_is_extended_by_fifteen():
    """Art. 42(2): 45 days and 15 more, where several departments handle it as one; by the head of
    the people's government, see tests/unit/statutes."""
    joint = changed_item("A1", joint_handling=True, statutory={"days": 45}, promised=None)
    play = Play(joint).apply("A1").accept("A1")
    before = play.clock("A1", ClockKind.DECISION).statutory_due_on
    play.do(c.ExtendLimit(item="A1", reason="five departments"))
    after = play.clock("A1", ClockKind.DECISION).statutory_due_on
    assert working_calendar().working_days_between(before, after) == 15
    assert play.differences() == []


def test_a_limit_is_extended_before_it_expires():
    play = accepted().play
    play.after(play.clock("A1", ClockKind.DECISION).statutory_due_on)
    with pytest.raises(ExtensionTooLate):
        play.do(c.ExtendLimit(item="A1", reason="late"), head(PLANNING))


def test_where_there_is_no_limit_nothing_is_extended():
    play = Play(changed_item("A1", promised=None, statutory=None)).apply("A1").accept("A1")
    with pytest.raises(NoLimitToExtend):
        play.do(c.ExtendLimit(item="A1", reason="r"))
