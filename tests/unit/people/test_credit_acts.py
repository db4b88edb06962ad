"""Who lifts a dishonesty from the credit record, and what is recorded and told then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.enterprises.credit import CreditEntry, CreditKind, CreditState
from rules.cases.acts.credit import NothingToLift, correct, repair
from rules.cases.draft import Draft
from rules.cases.permissions import NotTheirs, RoleMayNotAct
from tests.support.people import approver, head
from tests.support.states import voided
from tests.support.yard import ENTERPRISE, HOUSING, LAND

PLAY = voided().play
ENTRY = CreditEntry(
    id=7,
    enterprise=ENTERPRISE,
    kind=CreditKind.DISHONESTY,
    project_id=1,
    item="A2",
    round=1,
    entered_on=PLAY.today,
    until=None,
    reason="archive was not made good",
    state=CreditState.OPEN,
)


def draft(actor) -> Draft:
    return Draft(PLAY.facts, PLAY.context(actor))


@pytest.mark.parametrize(
    ("act", "event", "template"),
    [
        (repair, "CreditRepaired", "credit_repaired"),
        (correct, "CreditCorrected", "credit_corrected"),
    ],
)
def test_a_head_lifts_it_and_both_sides_hear_of_it(act, event, template):
    changing = draft(head(LAND))
    act(changing, ENTRY, "made up for it")
    outcome = changing.outcome()
    (happened,) = outcome.events
    assert (happened.kind, happened.item) == (event, "A2")
    assert (happened.data["entry"], happened.data["reason"]) == (7, "made up for it")
    assert [(m.audience, m.template, m.item, m.params) for m in outcome.messages] == [
        (audience, template, "A2", {"reason": "made up for it"})
        for audience in ("enterprise", "steward")
    ]


@pytest.mark.parametrize("act", [repair, correct])
def test_only_the_head_of_the_department_that_decided(act):
    with pytest.raises(RoleMayNotAct) as refused:
        act(draft(approver(LAND)), ENTRY, "made up for it")
    assert "department_head" in refused.value.sentence()
    with pytest.raises(NotTheirs) as refused:
        act(draft(head(HOUSING)), ENTRY, "made up for it")
    assert f"A2 belongs to {LAND}" in refused.value.sentence()


@pytest.mark.parametrize(
    "change",
    [{"state": CreditState.REPAIRED}, {"kind": CreditKind.REPAIR}],
    ids=["lifted before", "no dishonesty"],
)
def test_only_a_dishonesty_that_stands(change):
    with pytest.raises(NothingToLift) as refused:
        repair(draft(head(LAND)), replace(ENTRY, **change), "made up for it")
    assert "entry 7 of the credit record" in refused.value.sentence()
