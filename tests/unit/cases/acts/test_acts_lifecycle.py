"""Milestones, documents, stages, rounds and the close of a project."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.cases import commands as c
from models.cases.states import ClockKind, ClockState, ItemState, MaterialState, ProjectState
from models.cases.stewardship import WEIGHT, Basis
from rules.cases.acts.lifecycle import (
    BY_PEOPLE,
    BasisNotOfPeople,
    DeliveredAlready,
    DocumentAlreadyIssued,
    DocumentNotIssued,
    NoDocument,
    NotAMilestone,
    NotFinished,
    StageOpenAlready,
    UnknownStage,
)
from rules.cases.instruments.milestones import DateInFuture
from tests.support.people import ADMINISTRATOR, STEWARD
from tests.support.play import Play
from tests.support.states import denied, granted, withdrawn, yard
from tests.support.yard import LAND

S = ItemState


def test_a_milestone_has_its_own_date():
    play = Play().wait(3)
    day = play.today - timedelta(days=2)
    play.do(c.RecordMilestone(item="E0", happened_on=day, note="handed over"))
    assert (play.state("E0"), play.item("E0").decided_on) == (S.CONCLUDED, day)
    assert play.state("A2") is S.OPEN


def test_a_milestone_does_not_lie_ahead():
    play = Play()
    with pytest.raises(DateInFuture) as refused:
        play.do(c.RecordMilestone(item="E0", happened_on=play.today + timedelta(days=1)))
    assert play.today.isoformat() in refused.value.sentence()


def test_a_decision_is_not_recorded_as_a_milestone():
    play = Play()
    with pytest.raises(NotAMilestone):
        play.do(c.RecordMilestone(item="A1", happened_on=play.today))


def test_one_decision_has_one_document():
    play = granted().play
    play.do(c.IssueDocument(item="A1", number="LC-1"))
    assert play.item("A1").document_issued
    assert play.told("document_issued") == ["enterprise"]
    with pytest.raises(DocumentAlreadyIssued):
        play.do(c.IssueDocument(item="A1", number="LC-2"))


def test_an_item_without_document_issues_none():
    play = yard().conclude("A2")
    for command in (c.IssueDocument(item="A2", number="X"), c.RecordDelivery(item="A2")):
        with pytest.raises(NoDocument):
            play.do(command)


def test_a_document_is_issued_and_then_delivered_once():
    play = granted().play
    with pytest.raises(DocumentNotIssued):
        play.do(c.RecordDelivery(item="A1"))
    play.do(c.IssueDocument(item="A1", number="LC-1"))
    outcome = play.do(c.RecordDelivery(item="A1", method="courier"))
    assert outcome.wake, "the flow has to look: it may have been the last thing to happen"
    assert play.clock("A1", ClockKind.DELIVERY).state is ClockState.STOPPED
    with pytest.raises(DeliveredAlready):
        play.do(c.RecordDelivery(item="A1"))


def test_a_stage_is_opened_once():
    play = Play()
    play.do(c.OpenStage(stage="land"))
    assert sorted(play.told("stage_opened")) == [f"department:{LAND}", "steward"]
    with pytest.raises(StageOpenAlready):
        play.do(c.OpenStage(stage="land"))
    with pytest.raises(UnknownStage) as refused:
        play.do(c.OpenStage(stage="sea"))
    assert "acceptance" in refused.value.sentence()


def test_a_steward_is_assigned_from_the_start_and_anew():
    play = Play()
    assert play.facts.steward == STEWARD.login
    play.do(c.AssignSteward(steward="another"))
    assert play.facts.steward == "another"
    assert play.last("StewardAssigned") == {
        "steward": "another",
        "before": STEWARD.login,
        "basis": "appointed",
        "weight": WEIGHT,
    }


@pytest.mark.parametrize("basis", sorted(set(Basis) - BY_PEOPLE))
def test_nobody_names_a_steward_on_a_basis_that_the_system_finds(basis):
    with pytest.raises(BasisNotOfPeople) as refused:
        Play().do(c.AssignSteward(steward="another", basis=basis), ADMINISTRATOR)
    assert basis.value in refused.value.sentence()


@pytest.mark.parametrize("reach", [denied, withdrawn])
def test_a_new_round_keeps_the_papers(reach):
    play = reach().play
    play.do(c.StartNewRound(item="A1"))
    assert play.facts.materials["plan"].state is MaterialState.PROVIDED
    play.do(c.SubmitApplication(item="A1"))
    play.accept("A1").approve("A1")
    assert play.item("A1").round == 2


def test_papers_are_counted_up():
    play = Play().hand_in("plan").hand_in("plan")
    assert play.facts.materials["plan"].version == 2


# --- the end ------------------------------------------------------------------------------------


def finished() -> Play:
    return Play().conclude("E0", "A1", "A2").approve("N1").conclude("B0", "W1", "D0")


def test_a_project_is_closed_when_everything_is_finished():
    play = finished()
    play.do(c.CloseProject())
    assert play.facts.state is ProjectState.COMPLETED
    assert play.facts.completed_on == play.today
    assert sorted(play.told("project_closed")) == ["enterprise", "steward"]


def test_a_project_is_not_closed_before():
    play = Play().conclude("E0", "A1")
    with pytest.raises(NotFinished) as refused:
        play.do(c.CloseProject())
    sentence = refused.value.sentence()
    assert "A2 / N1 / B0 / W1 / D0 / D1" in sentence
    assert "B1" not in sentence  # not required


def test_an_undelivered_document_keeps_the_project_open():
    play = Play().conclude("E0", "A2").apply("A1").accept("A1").approve("A1").approve("N1")
    play.conclude("B0", "W1", "D0")
    for command in (c.IssueDocument(item="A1", number="LC-1"), c.RecordDelivery(item="A1")):
        with pytest.raises(NotFinished) as refused:
            play.do(c.CloseProject())
        assert "A1" in refused.value.sentence()
        play.do(command)
    play.do(c.CloseProject())


def test_a_deficiency_keeps_the_project_open():
    play = yard().apply("A2", defer=("insurance",)).accept("A2").approve("A2")
    play.conclude("A1").approve("N1").conclude("B0", "W1", "D0")
    with pytest.raises(NotFinished) as refused:
        play.do(c.CloseProject())
    assert "A2" in refused.value.sentence()


def test_the_phased_permit_goes_in_two_steps():
    play = Play(phased=True).conclude("E0", "A2")
    assert play.state("B1") is S.OPEN
    assert play.state("B2") is S.WAITING
    play.conclude("B1")
    assert play.state("B2") is S.WAITING
    play.conclude("A1")
    assert play.state("B2") is S.OPEN
    play.approve("N1").conclude("B2", "W1", "D0").supervise().do(c.CloseProject())
