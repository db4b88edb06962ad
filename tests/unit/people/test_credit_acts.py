"""Who lifts a dishonesty from the credit record, and what is recorded and told then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.cases import commands as c
from models.cases.states import ProjectState
from models.enterprises.credit import CreditEntry, CreditKind, CreditState
from rules.cases.acts.credit import NothingToLift
from rules.cases.decide import ProjectNotActive
from rules.cases.offers import possibilities
from rules.cases.permissions import NotTheirs, RoleMayNotAct
from tests.support.people import approver, head
from tests.support.play import Play
from tests.support.states import standing, voided
from tests.support.yard import HOUSING, LAND

REPAIR = c.RepairCredit(item="A2", entry=7, reason="made up for it")
CORRECT = c.CorrectCredit(item="A2", entry=7, reason="made up for it")


def play(*entries: CreditEntry) -> Play:
    place = voided()
    place.play.standing = entries or (standing(place),)
    return place.play


@pytest.mark.parametrize(
    ("command", "event", "template"),
    [
        (REPAIR, "CreditRepaired", "credit_repaired"),
        (CORRECT, "CreditCorrected", "credit_corrected"),
    ],
)
def test_a_head_lifts_it_and_both_sides_hear_of_it(command, event, template):
    outcome = play().do(command, head(LAND))
    (happened,) = outcome.events
    assert (happened.kind, happened.item) == (event, "A2")
    assert (happened.data["entry"], happened.data["reason"]) == (7, "made up for it")
    assert [(m.audience, m.template, m.item, m.params) for m in outcome.messages] == [
        (audience, template, "A2", {"reason": "made up for it"})
        for audience in ("enterprise", "steward")
    ]


@pytest.mark.parametrize("command", [REPAIR, CORRECT])
def test_only_the_head_of_the_department_that_decided(command):
    with pytest.raises(RoleMayNotAct) as refused:
        play().do(command, approver(LAND))
    assert "department_head" in refused.value.sentence()
    with pytest.raises(NotTheirs) as refused:
        play().do(command, head(HOUSING))
    assert f"A2 belongs to {LAND}" in refused.value.sentence()


@pytest.mark.parametrize(
    "change",
    [
        {"state": CreditState.REPAIRED},
        {"kind": CreditKind.REPAIR},
        {"item": "B0"},
        {"project_id": 99},
    ],
    ids=["lifted before", "no dishonesty", "another item", "another project"],
)
def test_only_a_dishonesty_that_stands_because_of_the_item(change):
    entry = replace(standing(voided()), **change)
    with pytest.raises(NothingToLift) as refused:
        play(entry).do(REPAIR, head(LAND))
    assert "number 7" in refused.value.sentence()


def test_it_is_lifted_in_a_closed_project_too_where_nothing_else_is_done():
    closed = play()
    closed.facts = replace(closed.facts, state=ProjectState.COMPLETED)
    with pytest.raises(ProjectNotActive):
        closed.do(c.StartNewRound(item="A2"))
    assert closed.do(REPAIR, head(LAND)).events


def test_it_is_offered_where_an_entry_stands():
    offers = lambda p: {o.act for o in possibilities(p.facts, "A2", p.context(head(LAND)))}  # noqa: E731
    assert {"repair_credit", "correct_credit"} <= offers(play())
    assert not {"repair_credit", "correct_credit"} & offers(voided().play)
