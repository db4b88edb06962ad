"""Who answers for an item in its department: the case officer, first handler 首办负责人."""

from __future__ import annotations

import pytest

from models.cases import commands as c
from models.cases.states import ClockKind, ItemState
from rules.cases.acts.decision import CaseOfficerMissing, SameOfficer
from rules.cases.acts.officers.case_officer import AlreadyTheirs, NotYoursToHandOver, TakenAlready
from rules.cases.offers import possibilities
from rules.installation.policy import Policy
from tests.support.people import CLERK, approver, handler, head
from tests.support.play import Play
from tests.support.states import in_nobodys_hands, received, yard
from tests.support.yard import LAND, PLANNING

S = ItemState


def deferred(who=CLERK) -> Play:
    """A2 with a deferred paper, accepted by the window."""
    play = yard().apply("A2", defer=("archive",))
    play.do(c.AcceptApplication(item="A2"), who)
    return play


def test_own1_the_windows_acceptance_leaves_no_item_without_a_case_officer():
    play = deferred()
    officer = handler(LAND).login
    assert play.item("A2").handler == officer
    assert play.told("case_officer_named") == [f"handler:{officer}"]
    play.approve("A2")
    (owed,) = play.facts.open_deficiencies("A2")
    assert owed.owner == officer != approver(LAND).login
    assert play.differences() == []


def test_own1_nor_does_silence_or_an_examination_that_begins_by_itself():
    play = received().play
    play.after(play.clock("A1", ClockKind.CORRECTION_WINDOW).due_on).do(c.DeemAccepted(item="A1"))
    assert play.item("A1").handler == handler(PLANNING).login
    play.approve("A1")
    assert play.item("N1").handler == handler(LAND).login
    assert play.differences() == []


@pytest.mark.parametrize("who", [CLERK, handler(PLANNING)])
def test_own1_who_examines_is_not_who_decides_whoever_accepted(who):
    play = received().play
    play.do(c.AcceptApplication(item="A1"), who)
    play.do(c.AssignHandler(item="A1", officer=approver(PLANNING).login), head(PLANNING))
    for command in (c.ApproveItem(item="A1"), c.DenyItem(item="A1", reason="no")):
        with pytest.raises(SameOfficer):
            play.do(command, approver(PLANNING))
    play.do(c.ApproveItem(item="A1"), head(PLANNING))


def test_own1_what_nobody_examined_is_not_decided():
    play = in_nobodys_hands(S.ACCEPTED).play
    for command in (c.ApproveItem(item="A1"), c.DenyItem(item="A1", reason="no")):
        with pytest.raises(CaseOfficerMissing) as refused:
            play.do(command)
    assert PLANNING in refused.value.sentence()
    play.do(c.TakeItem(item="A1"), handler(PLANNING))
    play.approve("A1")


def test_own1_the_policy_may_let_one_officer_do_both():
    play = yard()
    play = Play(policy=Policy(decider_may_be_handler=True)).record("E0")
    play.apply("A2", defer=("archive",)).do(c.AcceptApplication(item="A2"), approver(LAND))
    play.approve("A2")
    (owed,) = play.facts.open_deficiencies("A2")
    assert owed.owner == approver(LAND).login


def test_own1_the_first_officer_who_acts_has_it():
    place = in_nobodys_hands(S.ACCEPTED)
    play = place.play
    play.do(c.SuspendClock(item="A1", procedure="expert_review", planned_days=3))
    assert play.item("A1").handler == handler(PLANNING).login
    assert play.last("CaseOfficerNamed")["officer"] == handler(PLANNING).login
    with pytest.raises(TakenAlready):
        play.do(c.TakeItem(item="A1"), approver(PLANNING))


def test_own1_it_is_taken_on_where_nobody_has_it():
    play = in_nobodys_hands(S.ACCEPTED).play
    offered = [p.act for p in possibilities(play.facts, "A1", play.context(handler(PLANNING)))]
    assert "take_item" in offered
    play.do(c.TakeItem(item="A1"))
    offered = [p.act for p in possibilities(play.facts, "A1", play.context(handler(PLANNING)))]
    assert "take_item" not in offered
    assert "assign_handler" in offered


def test_own1_a_deficiency_goes_with_the_item_when_it_is_handed_over():
    play = deferred().approve("A2")
    due_on = play.facts.open_deficiencies("A2")[0].due_on
    with pytest.raises(NotYoursToHandOver):
        play.do(c.AssignHandler(item="A2", officer="second"), handler_two())
    with pytest.raises(AlreadyTheirs):
        play.do(c.AssignHandler(item="A2", officer=handler(LAND).login), head(LAND))
    play.do(c.AssignHandler(item="A2", officer="second", reason="leaves"), handler(LAND))
    (owed,) = play.facts.open_deficiencies("A2")
    assert (play.item("A2").handler, owed.owner, owed.due_on) == ("second", "second", due_on)
    assert play.told("case_officer_named")[-1] == "handler:second"
    play.do(c.AssignHandler(item="A2", officer="third"), head(LAND))
    assert play.told("case_handed_over") == ["handler:second"]
    assert play.differences() == []


def handler_two():
    from models.people.actor import Actor, Role

    return Actor("second", Role.HANDLER, department=LAND)


def test_officers_are_named_in_turn():
    from rules.cases.instruments.case_officer import in_turn

    there = {LAND: ("a", "b", "c")}
    assert [in_turn(n, LAND, there) for n in range(4)] == ["a", "b", "c", "a"]
    assert in_turn(1, PLANNING, there) is None
