"""Verdicts on the parts of a joint acceptance: only what did not pass is examined again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.cases import commands as c
from models.cases.states import ClockKind, ClockState, ItemState, Verdict
from rules.cases import progress as planning
from rules.cases.acts.decision import PartsUndecided, SameOfficer, VerificationMissing
from rules.cases.acts.rectification import NothingToRectify, NotRectifiable
from rules.cases.acts.site_visit import VerifiedAlready
from rules.cases.progress import StageState, WaitsFor, waits_for
from rules.cases.promise import item_spans
from rules.installation.policy import Policy
from services.clock.working_calendar import working_calendar
from tests.support.people import approver, handler
from tests.support.play import Play
from tests.support.states import joint, rectifying
from tests.support.yard import HOUSING, LAND, LIMITS, PLANNING, YARD, item

S = ItemState


def demand(part: str, verdict: Verdict = Verdict.FAIL) -> c.RequireRectification:
    return c.RequireRectification(item=part, verdict=verdict, points="a door opens inwards")


def done(part: str) -> c.ReportRectification:
    return c.ReportRectification(item=part, note="it opens outwards")


def test_what_failed_is_looked_at_again_and_only_that():
    play = rectifying().play
    assert play.item("D1").verified_by == ()
    assert sorted(play.told("rectification_required")) == ["enterprise", "steward"]
    play.do(done("D1"))
    assert play.told("rectification_reported") == [f"department:{PLANNING}"]
    with pytest.raises(VerificationMissing):
        play.approve("D1")
    play.do(play.verification("D1"))
    with pytest.raises(VerifiedAlready):
        play.do(play.verification("D1"))
    play.approve("D1").approve("D0")
    assert list(play.facts.site_visits) == [("D0", 1, 1), ("D1", 1, 2)]
    assert play.facts.rectifications["D1", 1, 1].confirmed_on == play.today
    assert play.differences() == []


def test_what_only_has_to_be_rectified_is_confirmed_on_the_papers():
    play = rectifying(Verdict.PASS_WITH_RECTIFICATION).play
    assert play.item("D1").verified_by
    play.do(done("D1"))
    with pytest.raises(VerifiedAlready):
        play.do(play.verification("D1"))
    play.approve("D1")
    assert play.differences() == []


def test_the_whole_waits_for_the_applicant_and_its_limit_with_it():
    play = rectifying().play
    assert play.state("D0") is S.RECTIFYING
    assert waits_for(S.RECTIFYING) is WaitsFor.APPLICANT
    assert planning.stage_view(play.facts, "acceptance").state is StageState.RECTIFYING
    for code in ("D0", "D1"):
        clock = play.clock(code, ClockKind.DECISION)
        assert (clock.state, clock.due_on) == (ClockState.SUSPENDED, None)
    play.wait(3).do(done("D1"))
    assert play.state("D0") is S.ACCEPTED
    assert play.clock("D0", ClockKind.DECISION).due_on == play.wait(5).today
    assert play.differences() == []


def test_again_and_again():
    play = rectifying().play
    for number in (1, 2):
        play.do(done("D1"))
        play.do(play.verification("D1"))
        play.do(demand("D1"))
        assert play.facts.rectifications["D1", 1, number].confirmed_on is None
    assert list(play.facts.rectifications) == [("D1", 1, n) for n in (1, 2, 3)]
    assert play.differences() == []


def test_a_failed_part_is_denied_and_the_whole_goes_on():
    play = rectifying().play
    play.do(c.DenyItem(item="D1", reason="not put right"))
    assert play.state("D0") is S.ACCEPTED
    assert play.clock("D0", ClockKind.DECISION).state is ClockState.RUNNING
    with pytest.raises(PartsUndecided):
        play.approve("D0")
    assert play.differences() == []


@pytest.mark.parametrize(
    "end", [c.WithdrawApplication(item="D0"), c.DenyItem(item="D0", reason="never put right")]
)
def test_parts_end_with_their_whole_and_begin_anew_with_it(end):
    play = rectifying().play
    play.do(end)
    assert play.state("D1") is S.WAITING
    running = [one for one in play.facts.clocks.values() if one.state is not ClockState.STOPPED]
    of_items = [one for one in running if not one.of_project]
    assert not [clock for clock in of_items if clock.item in ("D0", "D1")]
    play.do(c.StartNewRound(item="D0"))
    assert play.state("D1") is S.WAITING
    play.conclude("D0")
    assert play.item("D1").round == 2
    assert (play.state("D0"), play.state("D1")) == (S.GRANTED, S.GRANTED)
    assert play.differences() == []


def test_what_passed_stays_passed_in_a_new_round_of_the_whole():
    play = joint(scheduled=True).play
    play.apply("D1").accept("D1").do(play.visit("D0"))
    play.approve("D1")
    decided = play.item("D1")
    play.do(c.WithdrawApplication(item="D0"))
    play.do(c.StartNewRound(item="D0"))
    play.apply("D0").accept("D0")
    assert play.item("D1") == decided
    play.do(c.ScheduleSiteVisit(item="D0", scheduled_for=play.today))
    assert list(play.visit("D0").officers) == [HOUSING]
    play.do(play.visit("D0"))
    play.approve("D0")
    assert play.differences() == []


def test_a_special_procedure_of_the_whole_is_held_beside_it():
    place = joint(scheduled=True)
    play = place.play
    play.apply("D1").accept("D1").do(play.visit("D0"))
    play.do(c.SuspendClock(item="D0", procedure="expert_review", planned_days=5))
    play.do(demand("D1"))
    assert play.state("D0") is S.SUSPENDED
    play.do(c.ResumeClock(item="D0", result="in order"))
    assert play.state("D0") is S.RECTIFYING
    assert play.clock("D0", ClockKind.DECISION).state is ClockState.SUSPENDED
    play.do(done("D1"))
    assert play.clock("D0", ClockKind.DECISION).state is ClockState.RUNNING
    assert play.differences() == []


def test_only_parts_of_a_joint_item_with_a_visit():
    play = Play().apply("A1").accept("A1")
    with pytest.raises(NotRectifiable):
        play.do(demand("A1"))
    place = rectifying()
    with pytest.raises(NothingToRectify) as refused:
        place.play.do(done("D0"))
    assert "D1" in refused.value.sentence()


def test_who_accepted_a_part_gives_no_verdict_on_it():
    play = joint(scheduled=True).play
    play.apply("D1").do(c.AcceptApplication(item="D1"), approver(PLANNING))
    with pytest.raises(SameOfficer):
        play.do(demand("D1"), approver(PLANNING))
    assert handler(PLANNING).login != approver(PLANNING).login


# --- counted are the days in an authority's hands --------------------------------------------------

PARTS = ("P1", "P2", "P3")
HALL = YARD.model_copy(
    update={
        "key": "hall",
        "items": (
            item("W", "acceptance", HOUSING, **LIMITS, site_visit={"officers": 2}),
            *(
                item(code, "acceptance", department, mode="internal", counted=False, part_of="W")
                for code, department in zip(PARTS, (LAND, PLANNING, HOUSING), strict=True)
            ),
        ),
    }
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(PARTS),
            st.sampled_from(("fail", "rectify", "pass")),
            st.integers(0, 3),
        ),
        max_size=15,
    )
)
def test_the_whole_counts_the_days_in_which_an_authority_had_something_of_it(steps):
    play = Play(HALL).apply("W").accept("W")
    play.do(c.ScheduleSiteVisit(item="W", scheduled_for=play.today))
    play.do(play.visit("W"))
    first, counted = play.today, set[date]()
    for part, what, days in steps:
        if play.state(part) is S.RECTIFYING:
            play.do(done(part))
        elif play.state(part) is S.ACCEPTED and what == "pass":
            play.approve(part)
        elif play.state(part) is S.ACCEPTED:
            verdict = Verdict.FAIL if what == "fail" else Verdict.PASS_WITH_RECTIFICATION
            play.do(demand(part, verdict))
        states = {play.state(code) for code in PARTS}
        in_hand = S.ACCEPTED in states or states == {S.GRANTED}
        for _ in range(days):
            play.go_to(play.today + timedelta(days=1))
            if in_hand and working_calendar().is_working_day(play.today):
                counted.add(play.today)
    spans = item_spans(play.facts, play.today, Policy())["W"]
    found = {
        on
        for on in (first + timedelta(days=n) for n in range((play.today - first).days + 1))
        if working_calendar().is_working_day(on)
        and any(span.after < on and (span.until is None or on <= span.until) for span in spans)
    }
    assert found == counted
    assert play.differences() == []
