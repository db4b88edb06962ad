"""ATTR1: a correction of particulars makes an item unnecessary that was granted."""

from __future__ import annotations

from datetime import date

import pytest

from models.cases import commands as c
from models.cases.states import ClockKind, ClockState, DeficiencyState, ItemState
from rules.cases import progress as planning
from rules.cases.acts.aftermath.surrender import StillNeeded
from rules.cases.acts.lifecycle import NeverNeeded
from rules.cases.migration.correction import plan
from rules.cases.offers import possibilities
from tests.support.people import APPLICANT, STEWARD
from tests.support.play import Play
from tests.support.yard import DEFERRABLE, YARD, asks, changed_item

S = ItemState
SMALL = c.CorrectAttributes(attributes={"area": 100}, reason="typo")
GIVE_BACK = c.SurrenderApproval(item="A2", reason="we do not need it")


def attr1(*, full: bool = False) -> Play:
    """A2 is needed above 500, granted with the archive to follow, and then the area is put right."""
    play = Play(changed_item("A2", when="project.area > 500")).record("E0")
    play.apply("A2", defer=() if full else ("archive",)).accept("A2").approve("A2")
    tried = plan(play.facts, SMALL, play.context(STEWARD))
    play.do(SMALL, STEWARD)
    assert tried.outcome is not None
    assert tried.outcome.facts == play.facts
    assert [change.code for change in tried.changes] == ["stands_unneeded"]
    assert play.differences() == []
    return play


def test_attr1_its_debts_end_that_day_and_what_was_granted_stands():
    play = attr1()
    assert play.state("A2") is S.GRANTED
    (owed,) = play.facts.deficiencies.values()
    assert (owed.state, owed.closed_on) == (DeficiencyState.NOT_REQUIRED, play.today)
    assert play.clock("A2", ClockKind.MAKE_UP, "archive").state is ClockState.STOPPED
    assert sorted(play.told("grant_not_needed")) == [
        "department:land_bureau",
        "enterprise",
        "steward",
    ]
    play.go_to(date(2027, 3, 1)).conclude("A1")
    assert play.state("B0") is S.OPEN
    assert "ApprovalVoided" not in play.kinds()
    assert planning.unfinished(play.facts)[0] != "A2"


def test_attr1_it_is_kept_or_given_back_as_its_holder_wishes():
    play = attr1(full=True)
    offers = {one.act for one in possibilities(play.facts, "A2", play.context(APPLICANT))}
    assert "surrender_approval" in offers
    play.conclude("A1").do(GIVE_BACK)
    assert (play.state("A2"), play.item("A2").round) == (S.NOT_REQUIRED, 2)
    assert sorted(play.told("approval_surrendered")) == ["department:land_bureau", "steward"]
    assert play.state("B0") is S.OPEN
    play.conclude("B0")
    assert play.differences() == []
    # Put right once more, it is needed after all and begins in a round of its own.
    play.do(c.CorrectAttributes(attributes={"area": 900}, reason="no typo"), STEWARD)
    assert play.state("A2") is S.OPEN
    play.conclude("A2")
    assert play.differences() == []


def test_attr1_what_is_needed_is_not_given_back():
    play = Play().conclude("E0", "A2")
    with pytest.raises(StillNeeded):
        play.do(GIVE_BACK)


def test_attr1_what_falls_with_its_basis_later_does_not_begin_again():
    scenario = changed_item("B0", when="project.area > 500", when_basis_voided="void")
    play = Play(scenario).record("E0").apply("A2", defer=("archive",)).accept("A2").approve("A2")
    play.conclude("A1", "B0").do(SMALL, STEWARD)
    assert play.state("B0") is S.GRANTED
    play.go_to(date(2026, 12, 15)).do(c.VoidApproval(item="A2", reason="not made good"))
    assert play.state("B0") is S.VOIDED
    play.machine()
    assert play.state("B0") is S.NOT_REQUIRED
    assert not play.item("B0").involved
    assert play.differences() == []
    with pytest.raises(NeverNeeded):
        play.do(c.StartNewRound(item="B0"))


def test_attr1_a_paper_that_is_asked_for_no_more_is_owed_no_more():
    papers = (asks("plan"), asks("archive", DEFERRABLE, when="project.area > 500"))
    play = Play(changed_item("A2", materials=papers)).record("E0")
    play.apply("A2", defer=("archive",)).accept("A2").approve("A2")
    play.do(SMALL, STEWARD)
    assert play.state("A2") is S.GRANTED
    assert {one.state for one in play.facts.deficiencies.values()} == {DeficiencyState.NOT_REQUIRED}
    assert play.differences() == []


def test_attr1_what_is_in_hand_refuses_as_before():
    play = Play(changed_item("A2", when="project.area > 500")).record("E0")
    play.apply("A2", defer=("survey",)).accept("A2")
    play.do(c.IssuePreliminaryOpinion(item="A2"))
    tried = plan(play.facts, SMALL, play.context(STEWARD))
    assert "no_longer_needed" in [reason.code for reason in tried.refusals]
    assert YARD.item["A2"].when is None
