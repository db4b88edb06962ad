"""After a voiding: what was built on it, the appeal, the correction, and what is cured after all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.cases import commands as c
from models.cases.states import ClockKind, ClockState, DeficiencyState, ItemState, VoidingState
from models.people.actor import SYSTEM
from models.scenarios.definition import ScenarioDefinition, WhenBasisVoided
from rules.cases import progress as planning
from rules.cases.acts.appeal import (
    AppealTooLate,
    BasisStillVoided,
    NotAppealed,
    NotCured,
    NothingVoided,
)
from rules.cases.acts.basis import NothingToConfirm
from rules.cases.acts.decision import BasisInDoubt, PrerequisiteMissing
from rules.cases.acts.deficiencies import NotVoidable
from rules.cases.acts.lifecycle import NotFinished
from rules.cases.progress import StageState
from rules.cases.transitions import ActNotAllowed
from tests.support.finishing import strive
from tests.support.people import approver
from tests.support.play import Play
from tests.support.states import conditionally_granted, on_commitment, voided
from tests.support.yard import HOUSING, YARD, changed_item

S = ItemState
SUSPEND, KEEP, VOID = WhenBasisVoided.SUSPEND, WhenBasisVoided.KEEP, WhenBasisVoided.VOID
APPEAL = c.AppealVoiding(item="A2", reason="it was handed in in time")
UPHOLD = c.DecideAppeal(item="A2", upheld=True, reason="the window had it")
DISMISS = c.DecideAppeal(item="A2", upheld=False, reason="it was not there")
REINSTATE = c.ReinstateApproval(item="A2", reason="it is there now")


def built(rule: WhenBasisVoided = SUSPEND, *, decided: bool = True) -> Play:
    """B0 is granted, or examined, on the strength of A2, which lacks the archive."""
    scenario: ScenarioDefinition = changed_item("B0", when_basis_voided=rule)
    play = Play(scenario).record("E0")
    play.apply("A2", defer=("archive",)).accept("A2").approve("A2").conclude("A1")
    if decided:
        return play.conclude("B0")
    return play.apply("B0").accept("B0")


def void(play: Play) -> Play:
    play.after(play.clock("A2", ClockKind.MAKE_UP, "archive").due_on)
    play.do(c.VoidApproval(item="A2", reason="not made good"), SYSTEM)
    return play


def same(play: Play) -> None:
    assert play.differences() == []


# --- what was built on it -------------------------------------------------------------------------


def test_what_was_decided_on_it_is_examined_again_and_confirmed():
    play = void(built())
    assert play.state("B0") is S.GRANTED
    assert play.item("B0").re_examination == ("A2",)
    assert planning.stage_view(play.facts, "permit").state is StageState.RE_EXAMINATION
    assert "B0" in planning.unfinished(play.facts)
    assert sorted(play.told("re_examination_begun")) == ["enterprise", "steward"]
    play.do(c.ConfirmAfterReExamination(item="B0", reason="the archive changes nothing"))
    assert play.item("B0").re_examination == ()
    assert planning.stage_view(play.facts, "permit").state is StageState.APPROVED
    with pytest.raises(NothingToConfirm):
        play.do(c.ConfirmAfterReExamination(item="B0", reason="again"))
    same(play)


def test_nothing_is_decided_on_what_is_in_doubt():
    """The works went on; the joint acceptance waits until the permit was examined again."""
    play = built().record("W1").apply("D0", defer=("archive",)).accept("D0")
    void(play)
    assert play.item("D0").re_examination == ("A2",)
    play.conclude("D1")
    with pytest.raises(BasisInDoubt) as refused:
        play.approve("D0")
    assert "A2" in refused.value.sentence()
    play.machine().conclude("A2")
    assert play.item("D0").re_examination == ()
    play.do(c.ConfirmAfterReExamination(item="B0", reason="it stands"))
    play.approve("D0")
    same(play)


def test_an_officer_voids_what_does_not_stand_without_it():
    play = void(built())
    with pytest.raises(NotVoidable):
        play.do(c.VoidApproval(item="B0", reason="by time"), SYSTEM)
    play.do(c.VoidApproval(item="B0", reason="without the filing no permit"), approver(HOUSING))
    assert play.state("B0") is S.VOIDED
    assert play.facts.voidings["B0", 1].because == "A2"
    assert len(play.told("dependent_voided")) == 3
    same(play)


def test_by_rule_it_is_kept():
    play = void(built(KEEP))
    assert play.item("B0").re_examination == ()
    assert play.state("B0") is S.GRANTED
    assert play.told("basis_fell_kept") == [f"department:{HOUSING}", "steward"]
    same(play)


def test_by_rule_it_falls_with_it():
    play = void(built(VOID))
    assert play.state("B0") is S.VOIDED
    assert play.state("W1") is S.WAITING
    assert not play.item("B0").document_issued
    play.machine()
    assert (play.state("B0"), play.item("B0").round) == (S.WAITING, 2)
    same(play)


def test_what_is_only_examined_never_falls_but_waits():
    play = void(built(VOID, decided=False))
    assert play.state("B0") is S.ACCEPTED
    with pytest.raises(PrerequisiteMissing):
        play.approve("B0")
    play.machine().conclude("A2").approve("B0")
    same(play)


# --- the appeal -----------------------------------------------------------------------------------


def test_upheld_it_is_as_it_was():
    play = built()
    decided_on = play.item("A2").decided_on
    void(play).machine().wait(3)
    play.do(APPEAL)
    assert play.facts.voidings["A2", 1].state is VoidingState.APPEALED
    play.do(UPHOLD)
    item = play.item("A2")
    assert (item.state, item.decided_on, item.round) == (S.CONDITIONALLY_GRANTED, decided_on, 3)
    assert play.item("B0").re_examination == ()
    (owed,) = play.facts.open_deficiencies("A2")
    assert (owed.state, owed.round) == (DeficiencyState.OPEN, 3)
    assert play.clock("A2", ClockKind.MAKE_UP, "archive").state is ClockState.RUNNING
    assert play.facts.voidings["A2", 1].state is VoidingState.CORRECTED
    same(play)
    play.hand_in("archive").do(c.VerifyMakeUp(item="A2", material="archive", correct=True))
    assert play.state("A2") is S.GRANTED
    same(play)


def test_what_fell_with_it_comes_back_with_it():
    play = void(built(VOID)).machine()
    play.do(APPEAL)
    play.do(UPHOLD)
    assert play.state("B0") is S.GRANTED
    assert play.item("B0").document_issued
    assert play.state("W1") is S.OPEN
    same(play)


def test_dismissed_it_stays_voided():
    play = void(built()).machine()
    with pytest.raises(NotAppealed):
        play.do(UPHOLD)
    play.do(APPEAL)
    play.do(DISMISS)
    assert play.facts.voidings["A2", 1].state is VoidingState.DISMISSED
    assert play.told("appeal_dismissed") == ["enterprise", "steward"]
    for command in (APPEAL, UPHOLD, REINSTATE):
        with pytest.raises(NothingVoided):
            play.do(command)
    same(play)


def test_the_period_to_appeal_ends():
    play = voided().play
    until = play.facts.voidings["A2", 1].appeal_until
    play.go_to(until).do(APPEAL)
    late = voided().play.go_to(until + timedelta(days=1))
    for command in (APPEAL, REINSTATE):
        with pytest.raises(AppealTooLate) as refused:
            late.do(command)
        assert until.isoformat() in refused.value.sentence()
    # In time is in time, however long the head takes.
    play.go_to(until + timedelta(days=30)).do(UPHOLD)


def test_cured_after_all_it_is_reinstated():
    play = voided().play.machine()
    with pytest.raises(NotCured) as refused:
        play.do(REINSTATE)
    assert "archive" in refused.value.sentence()
    play.hand_in("archive", "insurance").apply("A2")
    play.do(REINSTATE)
    assert play.state("A2") is S.GRANTED
    assert play.facts.open_deficiencies("A2") == ()
    assert play.facts.voidings["A2", 1].state is VoidingState.REINSTATED
    same(play)


def test_what_was_granted_anew_is_not_restored_and_the_objection_is_decided():
    """Nothing that was decided since takes the right away: the entry goes, the later grant stays."""
    play = void(built()).machine()
    play.do(APPEAL)
    play.hand_in("archive", "insurance").apply("A2").accept("A2").approve("A2")
    later = play.item("A2")
    assert not planning.can_close(play.facts, play.today)
    with pytest.raises(ActNotAllowed):
        play.do(REINSTATE)
    play.do(UPHOLD)
    item = play.item("A2")
    assert (item.state, item.round, item.decided_on) == (S.GRANTED, 2, later.decided_on)
    assert play.facts.voidings["A2", 1].state is VoidingState.CORRECTED
    deciding = play.facts.clocks["A2", ClockKind.APPEAL_DECISION, 1, ""]
    assert deciding.state is ClockState.STOPPED
    assert play.item("B0").re_examination == ()
    assert "enterprise" in play.told("appeal_upheld")
    same(play)


def test_what_was_denied_since_stands_again_when_the_objection_is_upheld():
    play = voided().play.machine().apply("A2").accept("A2")
    play.do(c.DenyItem(item="A2", reason="the archive is missing"))
    play.do(APPEAL)
    play.do(UPHOLD)
    assert (play.state("A2"), play.item("A2").round) == (S.CONDITIONALLY_GRANTED, 3)
    same(play)


def test_what_fell_by_itself_is_set_right_although_its_basis_does_not_stand():
    """The entry goes; it is applied for anew when what it builds on stands."""
    play = on_commitment(deferring=True).play
    play.after(play.clock("B0", ClockKind.MAKE_UP, "archive").due_on)
    for item in ("B0", "A2"):
        play.do(c.VoidApproval(item=item, reason="not made good"), SYSTEM)
    play.do(c.AppealVoiding(item="B0", reason="it was there in time"))
    play.do(c.DecideAppeal(item="B0", upheld=True, reason="so it was"))
    assert play.facts.voidings["B0", 1].state is VoidingState.CORRECTED
    assert play.state("B0") is S.VOIDED
    assert play.last("AppealUpheld")["missing"] == ["A2"]
    same(play)


def test_each_voiding_is_objected_to_and_decided_on_for_itself():
    """Voided, granted anew and voided once more: both objections are decided, the older one first."""
    play = voided().play.machine()
    play.do(APPEAL)
    play.apply("A2", defer=("archive",)).accept("A2").approve("A2")
    void(play).machine()
    play.do(APPEAL)
    play.do(UPHOLD)
    states = {key: voiding.state for key, voiding in play.facts.voidings.items()}
    assert states == {
        ("A2", 1): VoidingState.CORRECTED,
        ("A2", 2): VoidingState.APPEALED,
    }
    assert play.state("A2") in (S.WAITING, S.OPEN)
    play.do(UPHOLD)
    assert play.facts.voidings["A2", 2].state is VoidingState.CORRECTED
    assert play.state("A2") is S.CONDITIONALLY_GRANTED
    same(play)


def test_a_project_is_not_closed_while_something_can_be_objected_to():
    play = voided().play.machine()
    until = play.facts.voidings["A2", 1].appeal_until
    strive(play)
    assert planning.unfinished(play.facts) == ()
    assert play.today <= until
    with pytest.raises(NotFinished):
        play.do(c.CloseProject())
    play.go_to(until).do(APPEAL)
    assert "A2" in planning.unfinished(play.facts)
    play.do(DISMISS)
    play.do(c.CloseProject())


def test_nothing_is_restored_on_what_does_not_stand():
    play = void(built(VOID)).machine()
    play.do(c.AppealVoiding(item="B0", reason="it stood by itself"))
    with pytest.raises(BasisStillVoided):
        play.do(c.DecideAppeal(item="B0", upheld=True, reason="so it did"))


def test_nothing_was_voided():
    play = conditionally_granted().play
    play.conclude("A1")
    with pytest.raises(NothingVoided):
        play.do(c.AppealVoiding(item="B0", reason="?"))
    assert set(YARD.item) == set(play.facts.items)
