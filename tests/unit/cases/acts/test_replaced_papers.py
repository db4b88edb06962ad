"""Case KEEP1: what was decided on is kept with the decision; who holds a paper is told of another one."""

from __future__ import annotations

import pytest

from models.cases import commands as c
from models.cases.states import ItemState
from rules.cases.acts.papers import PaperDecidedOn
from tests.support.play import SHA, SIGNED, Play
from tests.support.yard import LAND, PLANNING

OTHER = "b" * 64


def another(sha256: str = OTHER) -> c.SubmitMaterial:
    return c.SubmitMaterial(material="plan", file_name="other.pdf", sha256=sha256)


def first_granted() -> Play:
    """A1, which asks for the plan, is granted; A2, which asks for it as well, is open."""
    play = Play()
    play.hand_in("plan")
    play.do(c.SubmitApplication(item="A1"))
    play.do(c.AcceptApplication(item="A1"))
    play.do(c.ApproveItem(item="A1"))
    play.do(c.RecordMilestone(item="E0", happened_on=play.today))
    return play


def both_granted() -> Play:
    """A1 and A2, which both ask for the plan, are granted."""
    play = first_granted()
    play.hand_in("archive", "insurance", "survey")
    play.do(c.SubmitApplication(item="A2"))
    play.do(c.AcceptApplication(item="A2"))
    play.do(c.ApproveItem(item="A2"))
    return play


def test_keep1_a_decision_names_the_papers_that_it_was_taken_on():
    play = first_granted()
    assert play.last("ItemApproved")["papers"] == {"plan": SHA}
    play.do(another())
    assert play.last("MaterialSubmitted")["sha256"] == OTHER


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (c.DenyItem(item="A2", reason="too tall"), "ItemDenied"),
        (c.IssuePreliminaryOpinion(item="A2"), "PreliminaryOpinionIssued"),
    ],
)
def test_keep1_so_does_every_other_decision(command, event):
    play = first_granted()
    play.hand_in("archive", "insurance")
    play.do(c.SubmitApplication(item="A2", defer=("survey",), commitment=SIGNED))
    play.do(c.AcceptApplication(item="A2"))
    play.do(command)
    assert play.last(event)["papers"] == dict.fromkeys(("plan", "archive", "insurance"), SHA)


def test_keep1_departments_that_hold_the_paper_are_told_of_another_one():
    play = first_granted()
    play.do(another())
    assert play.told("paper_replaced") == [f"department:{PLANNING}"]
    assert play.messages[-1].params == {"material": "plan", "decided": True}
    play.hand_in("archive", "insurance", "survey")
    play.do(c.SubmitApplication(item="A2"))
    play.do(another("c" * 64))
    told = [message for message in play.messages if message.template == "paper_replaced"]
    assert [(one.audience, one.item, one.params["decided"]) for one in told[-2:]] == [
        (f"department:{PLANNING}", "A1", True),
        (f"department:{LAND}", "A2", False),
    ]


def test_keep1_nobody_is_told_of_the_same_file_or_of_a_first_one():
    play = first_granted()
    play.do(another(SHA))
    play.hand_in("drawings")
    assert play.told("paper_replaced") == []


def test_keep1_what_nobody_needs_any_more_is_not_replaced():
    play = both_granted()
    with pytest.raises(PaperDecidedOn) as refused:
        play.do(another())
    assert "A1" in str(refused.value)
    assert "A2" in str(refused.value)
    # The same file again is no other version.
    play.do(another(SHA))


def test_keep1_an_item_that_begins_again_needs_it_anew():
    play = first_granted()
    play.hand_in("archive", "insurance", "survey")
    play.do(c.SubmitApplication(item="A2"))
    play.do(c.AcceptApplication(item="A2"))
    play.do(c.DenyItem(item="A2", reason="too tall"))
    play.do(another())
    assert play.state("A2") is ItemState.DENIED
    assert play.last("ItemDenied")["papers"]["plan"] == SHA
