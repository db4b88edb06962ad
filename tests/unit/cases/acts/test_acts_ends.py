"""How a grant ends before its time without anybody's wrong: recalled (art. 8), cancelled (art. 70)."""

from __future__ import annotations

import pytest

from models.cases import commands as c
from models.cases.commitment import COMMITMENTS, CheckState, EndGround
from models.cases.states import ENDED_BY_DECISION, ClockKind, ClockState, ItemState, VoidingState
from rules.cases import progress as planning
from rules.cases.acts.aftermath.cancellation import (
    AnotherEnd,
    EvidenceMissing,
    NothingToLeave,
    TellFirst,
)
from rules.cases.acts.aftermath.hearing import (
    DefenceNotOver,
    HearingNotHeld,
    NobodyTold,
    NoHearingOffered,
    RevocationUnderWay,
)
from rules.cases.acts.aftermath.recall import CheckFirst, LossNotNamed
from rules.cases.acts.aftermath.revocation import NotAssessed
from rules.cases.offers import possibilities
from rules.cases.permissions import RoleMayNotAct
from tests.support.people import approver, head
from tests.support.play import Play
from tests.support.states import (
    CANCEL,
    EXPIRY_NOTICE,
    LEFT_STANDING,
    RECALL,
    RECALL_NOTICE,
    announced,
    undoubted,
)
from tests.support.yard import HOUSING, changed_item

S = ItemState


def granted() -> Play:
    return undoubted().play


def row(play: Play) -> CheckState:
    return play.facts.of(COMMITMENTS)["B0", 1].state


def test_the_holder_is_told_and_heard_before_a_recall_and_the_loss_is_compensated():
    play = granted()
    play.do(RECALL_NOTICE, approver(HOUSING))
    until = play.clock("B0", ClockKind.DEFENCE).due_on
    assert play.told("recall_announced") == ["enterprise", "steward"]
    with pytest.raises(DefenceNotOver):
        play.do(RECALL, head(HOUSING))
    with pytest.raises(RoleMayNotAct):
        play.do(RECALL, approver(HOUSING))
    play.do(c.StateDefence(item="B0", statement="the plant is half built", hearing=True))
    play.after(until)
    with pytest.raises(HearingNotHeld):
        play.do(RECALL, head(HOUSING))
    play.do(c.HoldRevocationHearing(item="B0", held_on=play.today, record="both were heard"))
    without = RECALL.model_copy(update={"compensation": ""})
    with pytest.raises(LossNotNamed) as refused:
        play.do(without, head(HOUSING))
    assert "art. 8" in refused.value.sentence()
    play.do(RECALL, head(HOUSING))
    assert (play.state("B0"), row(play)) == (S.RECALLED, CheckState.RECALLED)
    assert play.facts.voidings["B0", 1].ground is EndGround.LAW_CHANGED
    assert planning.stage_view(play.facts, "permit").state is planning.StageState.RECALLED
    assert not any(
        k.state is ClockState.RUNNING and k.item == "B0" for k in play.facts.clocks.values()
    )
    assert play.differences() == []


def test_a_recall_can_be_objected_to_and_a_new_round_begins():
    play = announced(RECALL_NOTICE).play
    play.do(RECALL)
    play.do(c.AppealVoiding(item="B0", reason="nothing has changed"))
    play.do(c.DecideAppeal(item="B0", upheld=True, reason="right"), head(HOUSING))
    assert (play.state("B0"), play.facts.voidings["B0", 1].state) == (
        S.GRANTED,
        VoidingState.CORRECTED,
    )
    again = announced(RECALL_NOTICE).play
    again.do(RECALL)
    again.do(c.StartNewRound(item="B0"))
    assert again.state("B0") is S.OPEN


def test_what_is_doubted_is_not_recalled_or_cancelled_with_notice():
    play = Play().conclude("E0", "A1", "A2").apply("B0").accept("B0").approve("B0")
    for notice in (RECALL_NOTICE, EXPIRY_NOTICE):
        with pytest.raises(CheckFirst):
            play.do(notice)
    # That its holder has ended is not a matter of what it committed itself to.
    play.do(CANCEL)
    assert (play.state("B0"), row(play)) == (S.CANCELLED, CheckState.DROPPED)
    assert play.differences() == []


def test_a_recall_that_was_announced_is_not_assessed_and_one_end_comes_at_a_time():
    play = announced(RECALL_NOTICE).play
    for outcome in ("cleared", "revoke_proposed"):
        with pytest.raises(NotAssessed):
            play.do(c.AssessCommitment(item="B0", outcome=outcome, reason="r"))
    with pytest.raises(RevocationUnderWay):
        play.do(EXPIRY_NOTICE)
    with pytest.raises(AnotherEnd):
        play.do(CANCEL)
    play.do(c.RecallApproval(item="B0", recalled=False, reason="the line is moved"))
    assert (play.state("B0"), row(play)) == (S.GRANTED, CheckState.CLEARED)
    assert play.told("grant_left_standing") == ["enterprise", "steward"]
    with pytest.raises(NobodyTold):
        play.do(RECALL)
    cancelled = announced(EXPIRY_NOTICE).play
    with pytest.raises(NobodyTold):
        cancelled.do(RECALL)


def test_no_hearing_is_held_before_a_cancellation_and_the_grant_may_stay():
    play = granted()
    play.do(EXPIRY_NOTICE)
    with pytest.raises(NoHearingOffered) as refused:
        play.do(c.StateDefence(item="B0", statement="it was extended", hearing=True))
    assert "art. 70" in refused.value.sentence()
    play.do(c.StateDefence(item="B0", statement="it was extended"))
    with pytest.raises(DefenceNotOver):
        play.do(LEFT_STANDING)
    play.after(play.clock("B0", ClockKind.DEFENCE).due_on)
    play.do(LEFT_STANDING)
    assert (play.state("B0"), row(play)) == (S.GRANTED, CheckState.CLEARED)
    assert play.differences() == []


@pytest.mark.parametrize("ground", ["holder_gone", "body_ended", "withdrawn_as_penalty"])
def test_what_is_on_record_elsewhere_is_cancelled_on_that_record(ground):
    play = granted()
    command = CANCEL.model_copy(update={"ground": EndGround(ground)})
    with pytest.raises(EvidenceMissing):
        play.do(command.model_copy(update={"evidence": ""}))
    with pytest.raises(NothingToLeave):
        play.do(command.model_copy(update={"cancelled": False}))
    play.do(command, head(HOUSING))
    assert play.state("B0") is S.CANCELLED
    assert play.told("approval_cancelled") == ["enterprise", "steward", f"department:{HOUSING}"]
    assert play.differences() == []


@pytest.mark.parametrize("ground", ["expired", "force_majeure", "cancelled_by_law"])
def test_what_the_holder_can_say_something_about_is_told_first(ground):
    play = granted()
    command = CANCEL.model_copy(update={"ground": EndGround(ground)})
    with pytest.raises(TellFirst):
        play.do(command)
    play.do(EXPIRY_NOTICE.model_copy(update={"ground": EndGround(ground)}))
    play.after(play.clock("B0", ClockKind.DEFENCE).due_on)
    play.do(command)
    assert (play.state("B0"), row(play)) == (S.CANCELLED, CheckState.CANCELLED)


def test_what_builds_on_it_is_looked_at_again_and_works_stop():
    play = Play(changed_item("A1", supervised_by=HOUSING)).conclude("E0", "A1", "A2", "B0")
    play.do(CANCEL.model_copy(update={"item": "A1"}))
    assert play.state("A1") in ENDED_BY_DECISION
    assert play.item("B0").re_examination == ("A1",)
    assert [task.kind.value for task in play.facts.supervision.values()] == ["stop_work"]


def test_the_head_alone_is_offered_the_decision():
    play = announced(RECALL_NOTICE).play
    of_head = {o.act for o in possibilities(play.facts, "B0", play.context(head(HOUSING)))}
    of_approver = {o.act for o in possibilities(play.facts, "B0", play.context(approver(HOUSING)))}
    assert "recall_approval" in of_head
    assert "cancel_licence" not in of_head
    assert not {"recall_approval", "cancel_licence", "announce_recall"} & of_approver
