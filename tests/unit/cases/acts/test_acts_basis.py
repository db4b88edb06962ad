"""What a case builds on falls while it is under examination: nobody is pressed into denying it."""

from __future__ import annotations

from datetime import date

import pytest

from models.cases import commands as c
from models.cases.states import ClockKind, ClockState, ItemState
from models.installation.policy import BasisFalls
from models.people.actor import SYSTEM, Actor
from rules.cases.acts.basis import ConfirmationUseless
from rules.cases.acts.basis_awaited import HeldAlready, NothingToAwait
from rules.cases.acts.decision import PrerequisiteMissing, TwoLawfulWays
from rules.cases.offers import possibilities
from rules.installation.policy import Policy
from tests.support.people import APPLICANT, approver
from tests.support.play import Play
from tests.support.states import awaiting
from tests.support.yard import HOUSING, changed_item

S = ItemState


def d13b(policy: Policy | None = None) -> Play:
    """B0 is applied for on the last day of A2, corrected and accepted the day after A2 was voided."""
    play = Play(policy=policy).record("E0")
    play.apply("A2", defer=("archive",)).accept("A2").approve("A2").conclude("A1")
    assert play.clock("A2", ClockKind.MAKE_UP, "archive").due_on == date(2026, 12, 14)
    play.go_to(date(2026, 12, 14)).hand_in("drawings").apply("B0")
    play.do(c.RequestCorrection(item="B0", materials={"drawings": "GB 50016, 3.4.1: too close"}))
    play.go_to(date(2026, 12, 15))
    play.do(c.VoidApproval(item="A2", reason="not made good"), SYSTEM)
    play.go_to(date(2026, 12, 16)).machine().hand_in("drawings")
    play.do(c.SupplyCorrection(item="B0"))
    return play.accept("B0")


def offered(play: Play, actor: Actor, code: str = "B0") -> set[str]:
    return {one.act for one in possibilities(play.facts, code, play.context(actor))}


def test_d13b_the_case_stops_with_its_basis_and_goes_on_when_that_stands_again():
    play = d13b()
    clock = play.clock("B0", ClockKind.DECISION)
    assert (clock.state, clock.due_on, clock.next_rung_on) == (ClockState.SUSPENDED, None, None)
    assert play.last("BasisAwaited")["missing"] == ["A2"]
    assert sorted(play.told("basis_awaited")) == [
        "department:housing_bureau",
        "enterprise",
        "steward",
    ]
    with pytest.raises(PrerequisiteMissing):
        play.approve("B0")
    play.go_to(date(2026, 12, 18)).conclude("A2")
    clock = play.clock("B0", ClockKind.DECISION)
    # Five working days, none of which was used: the first one is the day after A2 stands again.
    assert (clock.state, clock.due_on) == (ClockState.RUNNING, date(2026, 12, 25))
    assert sorted(play.told("basis_stands_again")) == [
        "department:housing_bureau",
        "enterprise",
        "steward",
    ]
    play.approve("B0")
    assert play.differences() == []


def test_d13b_a_confirmation_that_changes_nothing_is_not_offered():
    play = d13b()
    assert play.item("B0").re_examination == ("A2",)
    assert "confirm_after_re_examination" not in offered(play, approver(HOUSING))
    with pytest.raises(ConfirmationUseless) as refused:
        play.do(c.ConfirmAfterReExamination(item="B0", reason="it stands"))
    assert "A2" in refused.value.sentence()
    assert "await_basis" not in offered(play, APPLICANT)


def test_d13b_where_the_policy_says_so_the_officer_is_shown_the_two_lawful_ways():
    play = d13b(Policy(basis_falls=BasisFalls.ON_REQUEST))
    clock = play.clock("B0", ClockKind.DECISION)
    assert (clock.state, clock.due_on) == (ClockState.RUNNING, date(2026, 12, 23))
    with pytest.raises(TwoLawfulWays) as refused:
        play.approve("B0")
    assert "art. 38" in refused.value.sentence()
    assert "await_basis" in offered(play, APPLICANT)
    play.do(c.AwaitBasis(item="B0", reason="we apply for it again"))
    assert play.clock("B0", ClockKind.DECISION).state is ClockState.SUSPENDED
    assert "await_basis" not in offered(play, APPLICANT)
    with pytest.raises(HeldAlready):
        play.do(c.AwaitBasis(item="B0", reason="again"))
    play.conclude("A2")
    assert play.clock("B0", ClockKind.DECISION).state is ClockState.RUNNING
    with pytest.raises(NothingToAwait):
        play.do(c.AwaitBasis(item="B0", reason="again"))
    play.approve("B0")
    assert play.differences() == []


def test_d13b_or_it_is_denied_with_that_reason():
    play = awaiting().play
    play.do(c.DenyItem(item="B0", reason="what it builds on was voided"))
    assert play.state("B0") is S.DENIED


def test_what_was_accepted_before_stops_the_day_its_basis_falls_whatever_the_rule():
    for rule in ("keep", "suspend", "void"):
        play = Play(changed_item("B0", when_basis_voided=rule)).record("E0")
        play.apply("A2", defer=("archive",)).accept("A2").approve("A2").conclude("A1")
        play.go_to(date(2026, 12, 14)).apply("B0").accept("B0").go_to(date(2026, 12, 15))
        play.do(c.VoidApproval(item="A2", reason="not made good"), SYSTEM)
        assert play.clock("B0", ClockKind.DECISION).state is ClockState.SUSPENDED
        play.machine().wait(20).conclude("A2")
        assert play.clock("B0", ClockKind.DECISION).state is ClockState.RUNNING
        play.approve("B0")
        assert play.differences() == []


def test_what_waits_for_a_confirmation_by_others_is_held_too():
    """The basis itself stands and is examined again: its own department has the move."""
    play = Play(changed_item("D0", after=("B0",), site_visit=None, materials=())).record("E0")
    play.apply("A2", defer=("archive",)).accept("A2").approve("A2").conclude("A1", "B0")
    play.apply("D0").accept("D0").go_to(date(2026, 12, 15))
    play.do(c.VoidApproval(item="A2", reason="not made good"), SYSTEM)
    assert play.item("B0").re_examination == ("A2",)
    assert play.clock("D0", ClockKind.DECISION).state is ClockState.SUSPENDED
    play.do(c.ConfirmAfterReExamination(item="B0", reason="it stands by itself"))
    assert play.clock("D0", ClockKind.DECISION).state is ClockState.RUNNING
    assert play.differences() == []


def test_a_special_procedure_meanwhile_holds_it_besides():
    play = Play(changed_item("B0", special_procedures=("expert_review",))).record("E0")
    play.apply("A2", defer=("archive",)).accept("A2").approve("A2").conclude("A1")
    play.go_to(date(2026, 12, 14)).apply("B0").accept("B0")
    play.do(c.SuspendClock(item="B0", procedure="expert_review", planned_days=9))
    play.go_to(date(2026, 12, 15))
    play.do(c.VoidApproval(item="A2", reason="not made good"), SYSTEM)
    play.machine().wait(2)
    play.do(c.ResumeClock(item="B0", result="the experts agree"))
    assert play.clock("B0", ClockKind.DECISION).state is ClockState.SUSPENDED
    play.conclude("A2")
    assert play.clock("B0", ClockKind.DECISION).state is ClockState.RUNNING
    assert play.differences() == []
