"""FALSE: a commitment that turns out false; checked, told, heard, revoked, and what follows."""

from __future__ import annotations

from datetime import date

import pytest

from models.cases import commands as c
from models.cases.commitment import COMMITMENTS, CheckState, CommitmentFacts
from models.cases.states import ClockKind, ClockState, ItemState, VoidingState
from models.cases.supervision import SupervisionCause, SupervisionState
from models.people.actor import SYSTEM
from rules.cases import progress as planning
from rules.cases.acts.aftermath.commitment import MoreOfficersCheck, NothingToCheck
from rules.cases.acts.aftermath.hearing import (
    DefenceNotOver,
    HearingNotHeld,
    HearingTooLate,
    NobodyTold,
    NoHearingAsked,
    RevocationUnderWay,
)
from rules.cases.acts.aftermath.revocation import (
    CompensationMissing,
    NoCompensation,
    NotByDeception,
    NothingProposed,
    OutcomeNotPossible,
)
from rules.cases.acts.appeal import NotReinstated
from rules.cases.offers import possibilities
from rules.cases.permissions import RoleMayNotAct
from rules.documents.certificate import certificate_face
from services.documents.register import document_register
from tests.support import states
from tests.support.people import APPLICANT, approver, handler, head
from tests.support.play import SIGNED, Play
from tests.support.yard import HOUSING, changed_item

S = ItemState
DOUBT = c.RecordCommitmentCheck(item="B0", kept=False, finding="the bureau knows of no approval")
TELL = c.AnnounceRevocation(
    item="B0", ground="false_commitment", facts="there never was one", evidence="letter no. 7"
)
PROPOSE = c.AssessCommitment(item="B0", outcome="revoke_proposed", reason="nothing was shown")
REVOKE = c.RevokeLicence(item="B0", revoked=True, reason="got by a false commitment")


def granted(**changes: object) -> Play:
    """B0 is granted on 2026-11-02 on a commitment in place of the pledge."""
    play = Play(changed_item("B0", **changes)).conclude("E0", "A1", "A2")
    assert play.today == date(2026, 11, 2)
    return play.apply("B0").accept("B0").approve("B0")


def check(play: Play) -> CommitmentFacts:
    return play.facts.of(COMMITMENTS)["B0", play.item("B0").round]


def told(play: Play | None = None, tell: c.AnnounceRevocation = TELL) -> Play:
    play = (play or granted()).go_to(date(2026, 11, 20))
    play.do(DOUBT)
    play.do(tell)
    return play


def revoked(play: Play | None = None) -> Play:
    play = told(play).go_to(date(2026, 11, 30))
    play.do(PROPOSE)
    play.do(REVOKE)
    return play


def test_false_what_is_granted_on_commitment_is_checked_within_a_limit_of_its_own():
    play = granted()
    found = check(play)
    assert (found.state, found.statements, found.signer) == (
        CheckState.DUE,
        ("pledge",),
        SIGNED.signer,
    )
    # Two months end on Saturday 2027-01-02, so on Monday.
    assert found.check_due == date(2027, 1, 4)
    clock = play.clock("B0", ClockKind.COMMITMENT_CHECK)
    assert (clock.due_on, clock.provisional, clock.next_rung) == (date(2027, 1, 4), True, "yellow")
    face = certificate_face(play.facts, "B0", document_register(), play.context(SYSTEM))
    assert face["commitment"] == {"check_due": "2027-01-04"}
    assert "B0" in planning.unfinished(play.facts)
    play.do(c.BeginCommitmentCheck(item="B0", kind="paper"))
    play.do(c.RecordCommitmentCheck(item="B0", kept=True, finding="the approval is there"))
    assert check(play).state is CheckState.KEPT
    assert play.clock("B0", ClockKind.COMMITMENT_CHECK).state is ClockState.STOPPED
    with pytest.raises(NothingToCheck):
        play.do(DOUBT)
    assert play.differences() == []


def test_on_the_spot_two_officers_check():
    play = granted()
    alone = c.BeginCommitmentCheck(item="B0", kind="site", officers=("second",))
    with pytest.raises(MoreOfficersCheck):
        play.do(alone)
    pair = (handler(HOUSING).login, "second")
    play.do(c.BeginCommitmentCheck(item="B0", kind="site", officers=pair), handler(HOUSING))
    assert check(play).state is CheckState.UNDER_CHECK


def test_false_the_holder_is_heard_before_the_head_decides():
    play = told()
    assert (check(play).told_on, check(play).statement_until) == (
        date(2026, 11, 20),
        date(2026, 11, 27),
    )
    assert play.told("revocation_announced") == ["enterprise", "steward"]
    with pytest.raises(RevocationUnderWay):
        play.do(TELL)
    play.go_to(date(2026, 11, 26))
    with pytest.raises(DefenceNotOver) as refused:
        play.do(PROPOSE)
    assert "2026-11-27" in refused.value.sentence()
    with pytest.raises(NothingProposed):
        play.do(REVOKE)
    play.do(c.StateDefence(item="B0", statement="it was lost in the post"))
    play.go_to(date(2026, 11, 30)).do(PROPOSE)
    for other in (approver(HOUSING), handler(HOUSING)):
        with pytest.raises(RoleMayNotAct):
            play.do(REVOKE, other)
    play.do(REVOKE, head(HOUSING))
    assert play.state("B0") is S.REVOKED
    assert check(play).state is CheckState.REVOKED
    running = [
        k for k in play.facts.clocks.values() if k.item == "B0" and k.state is ClockState.RUNNING
    ]
    assert running == []
    assert play.differences() == []


def test_false_a_hearing_that_was_asked_for_is_held_first():
    play = told()
    with pytest.raises(NoHearingAsked):
        play.do(c.HoldRevocationHearing(item="B0", held_on=play.today, record="r"))
    play.do(c.StateDefence(item="B0", statement="we want to be heard", hearing=True))
    assert play.clock("B0", ClockKind.REVOCATION_HEARING, "2026-11-20").due_on == date(2026, 12, 18)
    play.go_to(date(2026, 11, 30))
    with pytest.raises(HearingNotHeld):
        play.do(PROPOSE)
    with pytest.raises(HearingTooLate):
        play.do(c.StateDefence(item="B0", statement="and again", hearing=True))
    play.do(c.HoldRevocationHearing(item="B0", held_on=play.today, record="both were heard"))
    play.do(PROPOSE)
    play.do(REVOKE)
    assert play.state("B0") is S.REVOKED
    assert play.differences() == []


def test_false_what_builds_on_it_is_looked_at_again_and_work_stops():
    play = granted(supervised_by=HOUSING)
    play.do(c.IssueDocument(item="B0", number="1"))
    play.record("W1").apply("D0").accept("D0")
    revoked(play)
    assert not play.item("B0").document_issued
    assert play.item("D0").re_examination == ("B0",)
    causes = [task.cause for task in play.facts.supervision.values()]
    assert SupervisionCause.REVOCATION in causes
    assert "B0" in planning.unfinished(play.facts)
    assert planning.stage_view(play.facts, "permit").state is planning.StageState.WORK_STOPPED
    play.supervise()
    assert planning.stage_view(play.facts, "permit").state is planning.StageState.REVOKED
    # It does not begin again by itself.
    assert [
        work
        for work in planning.machine_work(play.facts, "permit")
        if work.act == "start_new_round"
    ] == []
    play.do(c.StartNewRound(item="B0"))
    play.hand_in("pledge").conclude("B0")
    assert play.item("D0").re_examination == ()
    assert play.differences() == []


def test_false_an_appeal_is_possible_and_restores_it():
    play = revoked()
    play.do(c.StartNewRound(item="B0"))
    with pytest.raises(NotReinstated):
        play.do(c.ReinstateApproval(item="B0", reason="it is there now"))
    play.do(c.AppealVoiding(item="B0", reason="there was an approval"))
    play.do(c.DecideAppeal(item="B0", upheld=True, reason="so there was"))
    assert (play.state("B0"), play.item("B0").decided_on) == (S.GRANTED, date(2026, 11, 2))
    assert play.facts.voidings["B0", 1].state is VoidingState.CORRECTED
    assert play.differences() == []


def test_a_broken_commitment_may_be_put_right_one_that_was_untrue_may_not():
    play = told()
    with pytest.raises(NotByDeception):
        play.do(c.AssessCommitment(item="B0", outcome="rectify", reason="r"))
    broken = {**TELL.model_dump(), "ground": "broken_commitment"}
    play = told(tell=c.AnnounceRevocation.model_validate(broken))
    with pytest.raises(OutcomeNotPossible):
        play.do(c.AssessCommitment(item="B0", outcome="rectified", reason="r"))
    play.do(c.AssessCommitment(item="B0", outcome="rectify", reason="it can be met"))
    assert check(play).rectify_until == date(2026, 12, 11)
    clock = play.clock("B0", ClockKind.COMMITMENT_RECTIFY, "2026-11-20")
    assert (clock.due_on, clock.state) == (date(2026, 12, 11), ClockState.RUNNING)
    play.go_to(date(2026, 12, 10))
    play.do(c.AssessCommitment(item="B0", outcome="rectified", reason="it is met"))
    assert (play.state("B0"), check(play).state) == (S.GRANTED, CheckState.RECTIFIED)
    assert play.differences() == []


def test_what_was_cleared_stands_and_may_be_doubted_anew():
    play = told()
    play.do(c.AssessCommitment(item="B0", outcome="cleared", reason="nothing to it"))
    assert (play.state("B0"), check(play).state) == (S.GRANTED, CheckState.CLEARED)
    with pytest.raises(NobodyTold):
        play.do(c.StateDefence(item="B0", statement="?"))
    play.go_to(date(2026, 12, 1)).do(TELL)
    assert check(play).statement_until == date(2026, 12, 8)
    play.go_to(date(2026, 12, 9)).do(PROPOSE)
    play.do(REVOKE)
    assert play.state("B0") is S.REVOKED
    assert play.differences() == []


def test_a_grant_without_a_commitment_is_revoked_where_it_was_got_by_deception():
    play = Play().record("E0").apply("A1").accept("A1").approve("A1").go_to(date(2026, 11, 20))
    play.do(c.AnnounceRevocation(item="A1", ground="fraud", facts="a forged plan", evidence="1"))
    play.go_to(date(2026, 11, 30))
    play.do(c.AssessCommitment(item="A1", outcome="revoke_proposed", reason="not denied"))
    play.do(c.RevokeLicence(item="A1", revoked=True, reason="a forged plan"))
    assert play.state("A1") is S.REVOKED
    assert play.differences() == []


def test_what_the_authority_did_is_compensated_and_may_be_kept_for_the_public_interest():
    tell = c.AnnounceRevocation(item="B0", ground="procedure", facts="no notice", evidence="1")
    play = told(tell=tell).go_to(date(2026, 11, 30))
    play.do(PROPOSE)
    with pytest.raises(CompensationMissing):
        play.do(REVOKE)
    play.do(c.RevokeLicence(item="B0", revoked=False, reason="a school stands on it"))
    assert (play.state("B0"), check(play).state) == (S.GRANTED, CheckState.KEPT_FOR_PUBLIC_INTEREST)
    assert play.told("revocation_forgone") == ["enterprise", "steward"]
    other = told().go_to(date(2026, 11, 30))
    other.do(PROPOSE)
    with pytest.raises(NoCompensation):
        other.do(c.RevokeLicence(item="B0", revoked=True, reason="r", compensation="a lot"))
    assert play.differences() == []


def test_a_check_ends_with_a_grant_that_fell_otherwise():
    play = Play(changed_item("B0", when_basis_voided="void")).record("E0")
    play.apply("A2", defer=("archive",)).accept("A2").approve("A2").conclude("A1")
    play.apply("B0").accept("B0").approve("B0").go_to(date(2026, 12, 15))
    play.do(c.VoidApproval(item="A2", reason="not made good"), SYSTEM)
    assert check(play).state is CheckState.DROPPED
    assert play.differences() == []


def test_nobody_is_offered_what_has_no_object():
    play = granted()
    offers = {one.act for one in possibilities(play.facts, "B0", play.context(APPLICANT))}
    assert "state_defence" not in offers
    offers = {one.act for one in possibilities(play.facts, "B0", play.context(head(HOUSING)))}
    assert "revoke_licence" not in offers
    assert {"begin_commitment_check", "record_commitment_check", "announce_revocation"} <= offers


# --- what a revocation that is set right leaves behind -----------------------------------------------


def set_right(play: Play, code: str) -> None:
    play.do(c.AppealVoiding(item=code, reason="it was not so"))
    play.do(c.DecideAppeal(item=code, upheld=True, reason="it was not"))


def test_set_right_the_work_is_not_ordered_to_stop_any_more():
    play = states.phase().play
    play.do(c.AnnounceRevocation(item="B1", ground="fraud", facts="f", evidence="e"))
    play.after(play.clock("B1", ClockKind.DEFENCE).due_on)
    play.do(c.AssessCommitment(item="B1", outcome="revoke_proposed", reason="nothing came"))
    play.do(c.RevokeLicence(item="B1", revoked=True, reason="it was got by deception"))
    stops = lambda: [  # noqa: E731
        task.state for task in play.facts.supervision.values() if task.cause == "revocation"
    ]
    assert stops() == [SupervisionState.OPEN]
    set_right(play, "B1")
    assert stops() == [SupervisionState.DROPPED]
    assert play.differences() == []


def test_set_right_what_was_committed_to_is_still_checked():
    """The check that fell with the grant is due again, within a limit of its own."""
    play = states.doubted("told", deferring=True).play
    play.after(play.clock("B0", ClockKind.MAKE_UP, "archive").due_on)
    play.do(c.VoidApproval(item="B0", reason="not made good"), SYSTEM)
    assert play.facts.of(COMMITMENTS)["B0", 1].state is CheckState.DROPPED
    set_right(play, "B0")
    assert play.facts.of(COMMITMENTS)["B0", 2].state is CheckState.DUE
    assert play.clock("B0", ClockKind.COMMITMENT_CHECK).state is ClockState.RUNNING
    assert play.differences() == []
